// `npm run format` formats every file; `npm run format -- --check` only says which are not formatted, and fails then.
const { spawnSync } = require('node:child_process');

const flags = process.argv.slice(2);
const { status } = spawnSync(
	process.execPath,
	[require.resolve('prettier/bin/prettier.cjs'), '.', ...(flags.length > 0 ? flags : ['--write'])],
	{ stdio: 'inherit' },
);
process.exit(status ?? 1);
