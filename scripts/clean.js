// Removes the folders it is given, so that a build holds nothing of an earlier one.
const { rmSync } = require('node:fs');

for (const folder of process.argv.slice(2)) rmSync(folder, { recursive: true, force: true });
