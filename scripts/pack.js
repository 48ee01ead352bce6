// The package as it is published, for the check before a release and for test/packaging.test.ts.
const { spawnSync } = require('node:child_process');
const { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const ROOT = join(__dirname, '..');
const MAX_TARBALL_BYTES = 400_000;
/** Of a published package the scanner reads these. */
const PUBLISHED_FILES = ['**/*.js', 'package.json'];

function run(command, args, cwd) {
	// The scanner leaves its own temporary folders behind.
	const temporary = mkdtempSync(join(tmpdir(), 'pack-'));
	// With NODE_ENV=test, as jest sets it, n8n's lint rules take every file for one of their own tests.
	const env = { ...process.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary };
	delete env.NODE_ENV;
	const { status, stdout, stderr, error } = spawnSync(command, args, {
		cwd,
		env,
		encoding: 'utf8',
		maxBuffer: 1e8,
	});
	rmSync(temporary, { recursive: true, force: true });
	if (error) throw error;
	if (status !== 0) throw new Error(`'${command} ${args[0]} …' ended with ${status}: ${stderr}${stdout}`);
	return stdout;
}

/** `npm pack` of a checkout that is built: the tarball in `folder`. */
function pack(checkout, folder) {
	mkdirSync(folder, { recursive: true });
	// npm 10 and 11 print an array, later ones an object by package name.
	const [{ filename }] = Object.values(
		JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], checkout)),
	);
	const tarball = join(folder, filename);
	return { filename, tarball, bytes: statSync(tarball).size };
}

/** Unpacks into an empty `folder`, beside a node_modules with n8n's packages, as on an n8n host. */
function unpack(tarball, folder) {
	mkdirSync(folder, { recursive: true });
	symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
	run('tar', ['-xzf', tarball, '-C', folder]);
	return join(folder, 'package');
}

/** n8n's scanner for verified packages: `{ passed: true }`, or what it holds against the folder. */
function scan(folder, patterns) {
	const script = `import { analyzePackage, SOURCE_FILE_PATTERNS } from '@n8n/scan-community-package/scanner/scanner.mjs';
		const [folder, patterns] = process.argv.slice(1);
		console.log(JSON.stringify(await analyzePackage(folder, patterns ? JSON.parse(patterns) : SOURCE_FILE_PATTERNS)));
		process.exit(0);`;
	const args = [
		'--input-type=module',
		'--eval',
		script,
		folder,
		...(patterns ? [JSON.stringify(patterns)] : []),
	];
	return JSON.parse(run(process.execPath, args, ROOT).trim().split('\n').at(-1));
}

const scanCheckout = (folder) => scan(folder);
const scanPublished = (folder) => scan(folder, PUBLISHED_FILES);

module.exports = { MAX_TARBALL_BYTES, pack, scanCheckout, scanPublished, unpack };
