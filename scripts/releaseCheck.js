/*
 * Everything a release must pass: `npm run release:check`.
 *
 *   --only-documents   links, commands and the changelog only: quick, and what CI runs on every commit
 *   --online           ask the addresses elsewhere, too
 *   --release          the changelog must be ready: nothing unreleased. So it must at a tag, in GitHub's Actions
 *   --tarball-to=DIR   leave the tarball that was checked there
 */
const { spawnSync } = require('node:child_process');
const { mkdtempSync, readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join, resolve } = require('node:path');

const { checkChangelog } = require('./changelog');
const { checkDocuments } = require('./documents');
const { checkOnline } = require('./online');
const { MAX_TARBALL_BYTES, pack, scanCheckout, scanPublished, unpack } = require('./pack');

const ROOT = join(__dirname, '..');
const FLAGS = /^--(only-documents|online|release|tarball-to=.+)$/;
const problems = [];

/** One step, by its name; what it throws or returns is to be mended. */
async function step(name, work) {
	console.log(`> ${name}`);
	try {
		problems.push(...((await work()) ?? []));
	} catch (error) {
		problems.push(`${name}: ${error.message}`);
	}
}

async function run(...command) {
	await step(command.join(' '), () => {
		const { status } = spawnSync(command[0], command.slice(1), { cwd: ROOT, stdio: 'inherit' });
		return status === 0 ? [] : [`'${command.join(' ')}' ended with ${status}`];
	});
}

const heldAgainst = (what, result) =>
	result.passed ? [] : [`n8n's scanner refuses the ${what}: ${JSON.stringify(result, null, 2)}`];

async function checkTarball(keepIn) {
	const folder = mkdtempSync(join(tmpdir(), 'release-check-'));
	try {
		let packed;
		await step(`npm pack, below ${MAX_TARBALL_BYTES / 1000} kB`, () => {
			packed = pack(ROOT, keepIn ? resolve(keepIn) : folder);
			console.log(`  ${packed.filename}: ${packed.bytes / 1000} kB`);
			return packed.bytes < MAX_TARBALL_BYTES
				? []
				: [`The tarball has ${packed.bytes} bytes, more than ${MAX_TARBALL_BYTES}`];
		});
		await step("n8n's scanner, on the checkout", () => heldAgainst('checkout', scanCheckout(ROOT)));
		if (packed)
			await step("n8n's scanner, on the tarball", () =>
				heldAgainst('tarball', scanPublished(unpack(packed.tarball, join(folder, 'unpacked')))),
			);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

async function main(args) {
	const unknown = args.filter((arg) => !FLAGS.test(arg));
	if (unknown.length > 0) throw new Error(`Unknown: ${unknown.join(' ')}`);
	const atTag = process.env.GITHUB_REF_TYPE === 'tag';
	const release = args.includes('--release') || atTag;
	const { homepage, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

	let external = [];
	await step('links and commands in the documents', () => {
		const found = checkDocuments(ROOT);
		external = found.external;
		return found.problems;
	});
	if (args.includes('--online'))
		await step('addresses elsewhere', () => checkOnline([homepage, ...external], console.log));
	await step(release ? `the changelog, for the release of ${version}` : 'the changelog', () =>
		checkChangelog(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'), version, {
			release,
			tag: atTag ? process.env.GITHUB_REF_NAME : undefined,
		}),
	);

	const onlyDocuments = args.includes('--only-documents');
	if (!onlyDocuments) {
		await run('npm', 'run', 'typecheck');
		await run('npm', 'run', 'lint');
		await run('npm', 'test');
		await run('npm', 'run', 'build');
		await checkTarball(args.find((arg) => arg.startsWith('--tarball-to='))?.slice('--tarball-to='.length));
	}

	for (const problem of problems) console.error(`✗ ${problem}`);
	if (problems.length > 0) console.log(`${problems.length} to fix.`);
	else if (onlyDocuments) console.log('The documents are in order.');
	else
		console.log(
			release
				? 'Ready to release.'
				: 'All is in order. Before the release itself: npm run release:check -- --release',
		);
	process.exitCode = problems.length === 0 ? 0 : 1;
}

void main(process.argv.slice(2));
