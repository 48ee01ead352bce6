/** All temporary files of a run are in one folder, so that one left behind is seen: see globalTeardown.js. */
const { mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

module.exports = () => {
	const folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-domo-test-'));
	for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = folder;
	globalThis.TEMPORARY_FOLDER = folder;
};
