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

/** What a document points at: links, and pictures in HTML. */
function* targets(text) {
	for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) yield target;
	for (const [, target] of text.matchAll(/<(?:img|source)[^>]* (?:src|srcset)="([^"]+)"/g)) yield target;
}

/** How GitHub names a heading. */
function anchorsOf(text) {
	const headings = [...text.matchAll(/^#+ +(.+)$/gm)].map(([, heading]) => heading);
	return headings.map((heading) => heading.toLowerCase().replace(/[^\p{L}\p{N}_ -]/gu, '').replaceAll(' ', '-'));
}

/** Links and pictures inside the repository must lead somewhere, to a heading too. */
function checkLinks() {
	for (const path of markdownFiles(ROOT)) {
		for (const target of targets(readFileSync(path, 'utf8'))) {
			if (/^[a-z]+:/.test(target)) continue;
			const [file, anchor] = decodeURIComponent(target).split('#');
			const found = file === '' ? path : join(dirname(path), file);
			if (!existsSync(found)) problems.push(`${path}: no such file: ${file}`);
			else if (anchor && found.endsWith('.md') && !anchorsOf(readFileSync(found, 'utf8')).includes(anchor)) problems.push(`${path}: no such heading: ${target}`);
		}
	}
}

/** A page that the README does not name is not found by anybody. */
function checkPages() {
	const named = [...targets(readFileSync(join(ROOT, 'README.md'), 'utf8'))];
	for (const name of readdirSync(join(ROOT, 'docs'))) {
		if (name.endsWith('.md') && !named.includes(`docs/${name}`)) problems.push(`README.md does not name docs/${name}`);
	}
}

/** Each `npm run …` that the documentation names must exist. */
function checkCommands() {
	const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
	for (const path of markdownFiles(ROOT)) {
		for (const [, name] of readFileSync(path, 'utf8').matchAll(/npm run ([a-z][a-z0-9:-]*)/g)) {
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
checkPages();
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
