// Everything a release must pass: `npm run release:check`. The scan of checkout and tarball is in test/packaging.test.ts.
const { spawnSync } = require('node:child_process');
const { existsSync, readFileSync, readdirSync, statSync } = require('node:fs');
const { dirname, join } = require('node:path');

const ROOT = join(__dirname, '..');
const problems = [];

function run(...command) {
	console.log(`> ${command.join(' ')}`);
	const { status } = spawnSync(command[0], command.slice(1), { cwd: ROOT, stdio: 'inherit' });
	if (status !== 0) problems.push(`'${command.join(' ')}' ended with ${status}`);
}

function* markdownFiles(folder) {
	for (const name of readdirSync(folder)) {
		if (['node_modules', 'dist', 'dist-dev', '.git'].includes(name)) continue;
		const path = join(folder, name);
		if (statSync(path).isDirectory()) yield* markdownFiles(path);
		else if (name.endsWith('.md')) yield path;
	}
}

/** Links and pictures inside the repository must lead somewhere. */
function checkLinks() {
	for (const path of markdownFiles(ROOT)) {
		for (const [, target] of readFileSync(path, 'utf8').matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
			if (/^[a-z]+:/.test(target)) continue;
			if (!existsSync(join(dirname(path), decodeURIComponent(target)))) problems.push(`${path}: no such file: ${target}`);
		}
	}
}

/** Each `npm run …` that the documentation names must exist. */
function checkCommands() {
	const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
	for (const path of markdownFiles(ROOT)) {
		for (const [, name] of readFileSync(path, 'utf8').matchAll(/npm run ([a-z][a-z:-]*)/g)) {
			if (!scripts[name]) problems.push(`${path}: no such command: npm run ${name}`);
		}
	}
}

/** The version must have its section in the changelog. */
function checkChangelog() {
	const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
	if (!readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8').includes(`## [${version}]`)) problems.push(`CHANGELOG.md has no section [${version}]`);
}

checkLinks();
checkCommands();
checkChangelog();
if (!process.argv.includes('--only-documents')) {
	run('npm', 'run', 'typecheck');
	run('npm', 'run', 'lint');
	run('npm', 'run', 'build');
	run('npm', 'test');
}
for (const problem of problems) console.error(`✗ ${problem}`);
console.log(problems.length === 0 ? 'Ready to release.' : `${problems.length} to mend.`);
process.exit(problems.length === 0 ? 0 : 1);
