/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @typescript-eslint/no-require-imports */
/** The package as it is published: what is in it, that n8n loads it, that n8n's own scanner lets it through. */
import { execFile } from 'node:child_process';
import {
	cpSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';

import type { INodeProperties } from 'n8n-workflow';

import { DomoDataSet } from '../nodes/DomoDataSet/DomoDataSet.node';
import { DomoStream } from '../nodes/DomoStream/DomoStream.node';

const { MAX_TARBALL_BYTES, pack, scanCheckout, scanPublished, unpack } = require('../scripts/pack.js') as {
	MAX_TARBALL_BYTES: number;
	pack: (checkout: string, folder: string) => { tarball: string; bytes: number };
	unpack: (tarball: string, folder: string) => string;
	scanCheckout: (folder: string) => unknown;
	scanPublished: (folder: string) => unknown;
};
const { checkDocuments } = require('../scripts/documents.js') as {
	checkDocuments: (root: string) => { problems: string[]; external: string[] };
};
const { checkChangelog } = require('../scripts/changelog.js') as {
	checkChangelog: (
		changelog: string,
		version: string,
		when?: { release?: boolean; tag?: string },
	) => string[];
};

const run = promisify(execFile);
const root = resolve(__dirname, '..');
let folder: string;
/** The tarball, unpacked beside a node_modules with n8n's packages, as on an n8n host. */
let unpacked: string;
let tarballBytes: number;
let files: string[];

/** What other programs leave among the temporary files is in this file's own folder, and goes with it. */
const environment = () => ({ ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder });

/** Runs JavaScript in a Node of its own; the last line it prints is JSON. */
async function inNode(script: string, ...args: string[]): Promise<unknown> {
	const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script, ...args], {
		cwd: root,
		env: environment(),
		maxBuffer: 1e8,
	});
	return JSON.parse(stdout.trim().split('\n').at(-1) as string);
}

const filesIn = (dir: string): string[] =>
	readdirSync(dir, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => relative(dir, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
		.sort();

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'packaging-'));
	// Built from a copy: other tests, and whoever works in the checkout, may be using its dist.
	const copy = join(folder, 'checkout');
	mkdirSync(copy);
	const tracked = [
		'credentials',
		'nodes',
		'domo',
		'transfer',
		'icons',
		'scripts',
		'test',
		'sandbox',
		'index.js',
		'gulpfile.js',
		'package.json',
		'README.md',
		'LICENSE.md',
		'CHANGELOG.md',
		'tsconfig.json',
		'tsconfig.build.json',
	];
	for (const name of readdirSync(root))
		if (tracked.includes(name)) cpSync(join(root, name), join(copy, name), { recursive: true });
	symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
	await run('npm', ['run', 'build'], { cwd: copy, env: environment() });
	const { tarball, bytes } = pack(copy, folder);
	tarballBytes = bytes;
	unpacked = unpack(tarball, join(folder, 'unpacked'));
	files = filesIn(unpacked);
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the tarball', () => {
	it('holds the built package and what npm always adds, nothing else', () => {
		const expected =
			/^(index\.js|package\.json|README\.md|LICENSE\.md|dist\/(credentials|nodes|domo|transfer|icons)\/.+\.(js|svg|node\.json))$/;
		expect(files.filter((file) => !expected.test(file))).toEqual([]);
		expect(files).toEqual(expect.arrayContaining(['index.js', 'package.json', 'README.md', 'LICENSE.md']));
	});

	it('holds every source file built', () => {
		const sources = ['credentials', 'nodes', 'domo', 'transfer'].flatMap((dir) =>
			filesIn(join(folder, 'checkout', dir))
				.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
				.map((file) => `dist/${dir}/${file.replace(/\.ts$/, '.js')}`),
		);
		expect(sources.length).toBeGreaterThan(20);
		expect(files).toEqual(expect.arrayContaining(sources));
	});

	it('is below 400 kB', () => {
		expect(MAX_TARBALL_BYTES).toBe(400_000);
		expect(tarballBytes).toBeLessThan(MAX_TARBALL_BYTES);
	});

	it('imports relative files of its own, n8n-workflow and crypto alone', () => {
		const imported = files
			.filter((file) => file.endsWith('.js'))
			.flatMap((file) =>
				[
					...readFileSync(join(unpacked, file), 'utf8').matchAll(
						/\b(?:require|import)\(\s*["'`]([^"'`]+)["'`]\s*\)/g,
					),
				].map(([, name]) => ({ file, name })),
			);
		expect(imported.length).toBeGreaterThan(50);
		for (const { file, name } of imported.filter(({ name }) => name.startsWith('.'))) {
			const target = relative(unpacked, resolve(unpacked, file, '..', name)).replaceAll('\\', '/');
			expect(files).toContain(`${target}.js`);
		}
		const others = new Set(imported.map(({ name }) => name).filter((name) => !name.startsWith('.')));
		expect([...others].filter((name) => !['n8n-workflow', 'crypto', 'node:crypto'].includes(name))).toEqual(
			[],
		);
	});

	it('depends on nothing at run time but on n8n-workflow as a peer', () => {
		const {
			dependencies = {},
			peerDependencies,
			overrides,
			scripts,
			n8n,
		} = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8'));
		expect(dependencies).toEqual({});
		expect(peerDependencies).toEqual({ 'n8n-workflow': '*' });
		expect(overrides).toBeUndefined();
		expect(
			Object.keys(scripts).filter((name) => /^(pre|post)?install$|^prepare|^prepublish/.test(name)),
		).toEqual([]);
		expect(n8n.strict).toBe(true);
		for (const file of [...n8n.nodes, ...n8n.credentials]) expect(files).toContain(file);
	});
});

it("n8n's own loader loads its nodes, credential, icons and codex", async () => {
	const loaded = await inNode(
		`import { createRequire } from 'node:module';
		const { PackageDirectoryLoader } = createRequire(process.cwd() + '/')('n8n-core');
		const loader = new PackageDirectoryLoader(process.argv[1]);
		await loader.loadAll();
		const described = Object.fromEntries(loader.types.nodes.map((node) => [node.name, { icons: node.iconUrl, codex: node.codex }]));
		const credentials = loader.types.credentials.map(({ name, displayName, iconUrl }) => ({ name, displayName, icons: iconUrl }));
		console.log(JSON.stringify({ package: loader.packageName, described, credentials, loaded: Object.keys(loader.nodeTypes).sort() }));
		process.exit(0);`,
		unpacked,
	);
	// n8n serves icons/<package>/<path>: both are files of the package.
	const icons = Object.fromEntries(
		['light', 'dark'].map((theme) => [
			theme,
			expect.stringMatching(/^icons\/n8n-nodes-domo\/dist\/icons\/.+\.svg$/),
		]),
	);
	const node = (page: string) => ({
		icons,
		codex: {
			categories: expect.arrayContaining(['Data & Storage']),
			alias: expect.arrayContaining(['Domo']),
			resources: {
				primaryDocumentation: [{ url: expect.stringMatching(new RegExp(`/docs/${page}\\.md$`)) }],
				credentialDocumentation: [{ url: expect.stringMatching(/^https:/) }],
			},
		},
	});
	expect(loaded).toEqual({
		package: 'n8n-nodes-domo',
		described: {
			domoDataSet: node('datasets'),
			domoStream: node('upload-in-parallel'),
			domoTrigger: node('trigger'),
		},
		credentials: [{ name: 'domoOAuth2Api', displayName: 'Domo OAuth2 API', icons }],
		loaded: ['domoDataSet', 'domoStream', 'domoTrigger'],
	});
	const { described, credentials } = loaded as {
		described: Record<string, { icons: Record<string, string> }>;
		credentials: Array<{ icons: Record<string, string> }>;
	};
	const iconFiles = [...Object.values(described), ...credentials].flatMap((each) =>
		Object.values(each.icons).map((url) => url.replace('icons/n8n-nodes-domo/', '')),
	);
	expect(files).toEqual(expect.arrayContaining(iconFiles));
});

describe("n8n's scanner for verified packages", () => {
	it('passes the checkout', () => {
		expect(scanCheckout(root)).toEqual({ passed: true });
	}, 240_000);

	it('passes the tarball', () => {
		expect(scanPublished(unpacked)).toEqual({ passed: true });
	}, 240_000);

	it('would not pass a file that imports fs', () => {
		const bad = join(folder, 'bad');
		cpSync(unpacked, bad, { recursive: true });
		writeFileSync(join(bad, 'dist/transfer/bad.js'), "const fs = require('fs');\nfs.readFileSync('x');\n");
		expect(scanPublished(bad)).toMatchObject({ passed: false });
	}, 240_000);
});

describe('the check before a release', () => {
	const home = 'https://github.com/someone/something';

	/** What is wrong in a small checkout with these files. */
	function check(written: Record<string, string>) {
		const checkout = mkdtempSync(join(folder, 'documents-'));
		const good: Record<string, string> = {
			'package.json': JSON.stringify({
				name: 'some-package',
				version: '1.2.3',
				homepage: home,
				repository: { url: `${home}.git` },
				scripts: { build: 'node scripts/build.js', test: 'jest' },
			}),
			'package-lock.json': '{}',
			'scripts/build.js': '',
			'e2e/some.test.ts': '',
			'node_modules/.bin/jest': '',
			'README.md': '# Hello, `world`!\n\n[a page](docs/page.md)\n',
			'docs/page.md': '# Page\n\n## Twice\n\n## Twice\n',
		};
		for (const [file, text] of Object.entries({ ...good, ...written })) {
			mkdirSync(join(checkout, dirname(file)), { recursive: true });
			writeFileSync(join(checkout, file), text);
		}
		return checkDocuments(checkout);
	}

	it.each([
		'[x](docs/page.md#twice-1), [x](README.md#hello-world), [x](#here)\n# Here',
		`${home} [x](${home}#hello-world) [x](${home}/blob/main/docs/page.md#twice) [x](${home}/issues)`,
		'`npm ci && npm test && npm run build && npx jest`',
		'`A=b node --test --test-concurrency=1 dist-dev/e2e/some.test.js`, `node --test dist-dev/e2e/*.test.js`',
		'```sh\ntar -xzf some-package-1.2.3.tgz # [not a link](nowhere.md)\n```',
		'`http://localhost:5678` is code',
	])('passes %s', (text) => {
		expect(check({ 'other.md': text }).problems).toEqual([]);
	});

	it.each([
		['[x](docs/gone.md)', 'no such file: docs/gone.md'],
		['[x](docs/page.md#twice-2)', 'no such heading: docs/page.md#twice-2'],
		['```\n# Not a heading\n```\n[x](#not-a-heading)', 'no such heading: #not-a-heading'],
		['[x]: docs/gone.md', 'no such file: docs/gone.md'],
		['<img alt="" src="gone.png">', 'no such file: gone.png'],
		['[x](http://www.example.org)', 'not https: http://www.example.org'],
		['[x](https://example)', 'no such host can be: https://example'],
		['see https://example/page.', 'no such host can be: https://example/page'],
		['[x](javascript:alert)', 'not https: javascript:alert'],
		[`[x](${home}#gone)`, `no such heading: ${home}#gone`],
		[`[x](${home}/blob/main/docs/gone.md)`, `no such file: ${home}/blob/main/docs/gone.md`],
		[
			`[x](${home}/blob/master/docs/page.md)`,
			`not a page of the branch main: ${home}/blob/master/docs/page.md`,
		],
		[`[x](${home}/isues)`, `no such page of this repository: ${home}/isues`],
		['`npm run gone`', 'no such command: npm run gone'],
		['`npm tset`', 'no such command: npm tset'],
		['`npx gone`', 'no such command: npx gone'],
		['`node --test dist-dev/e2e/gone.test.js`', 'no such file to run: dist-dev/e2e/gone.test.js'],
		['`node scripts/gone.js`', 'no such file to run: scripts/gone.js'],
		['`some-package-1.2.2.tgz`', 'some-package-1.2.2.tgz: the version is 1.2.3'],
	])('finds what is wrong with %s', (text, problem) => {
		expect(check({ 'other.md': text }).problems).toEqual([`other.md: ${problem}`]);
	});

	it.each([
		[
			'nodes/A/A.node.json',
			`{ "url": "${home}/blob/main/docs/gone.md" }`,
			`no such file: ${home}/blob/main/docs/gone.md`,
		],
		['nodes/A/A.node.json', `{ "url": "docs/page.md" }`, "not an address: 'docs/page.md'"],
		['credentials/A.credentials.ts', `documentationUrl = '${home}#gone';`, `no such heading: ${home}#gone`],
		['.ci/run', 'npm run gone', 'no such command: npm run gone'],
		['.github/workflows/ci.yml', '- run: npm run gone', 'no such command: npm run gone'],
	])('looks into %s', (file, text, problem) => {
		expect(check({ [file]: text }).problems).toEqual([`${file}: ${problem}`]);
	});

	it('names pages that the README leaves out, and addresses elsewhere', () => {
		const { problems, external } = check({
			'docs/lonely.md': '<https://www.example.org/a_(b)>',
			'a.md': '[x](https://example.org/c "A title")',
		});
		expect(problems).toEqual(['README.md does not name docs/lonely.md']);
		expect(external).toEqual(['https://example.org/c', 'https://www.example.org/a_(b']);
	});

	const changelog = (unreleased: string, ...versions: string[]) =>
		[
			'# Changelog',
			`## [Unreleased]\n\n${unreleased}`,
			...versions.map((version) => `## [${version}] - 2026-01-31\n\n- New.`),
		].join('\n\n');

	it.each<[string, string, string, { release?: boolean; tag?: string }]>([
		['before the first release', changelog('- New.'), '0.1.0', {}],
		['after a release', changelog('- New.', '0.1.0'), '0.1.0', {}],
		['before the next', changelog('- New.', '0.1.0'), '0.2.0', {}],
		['at a release', changelog('', '0.10.0', '0.9.0'), '0.10.0', { release: true, tag: 'v0.10.0' }],
	])('passes a changelog %s', (_when, text, version, when) => {
		expect(checkChangelog(text, version, when)).toEqual([]);
	});

	it.each<[string, string, string, { release?: boolean; tag?: string }, RegExp]>([
		[
			'entries left unreleased',
			changelog('- New.', '0.1.0'),
			'0.1.0',
			{ release: true },
			/\[Unreleased\] must be empty/,
		],
		[
			'no section',
			changelog('', '0.1.0'),
			'0.2.0',
			{ release: true },
			/newest version is 0\.1\.0, package\.json's 0\.2\.0/,
		],
		[
			'an empty section',
			'## [Unreleased]\n\n## [0.1.0] - 2026-01-31\n',
			'0.1.0',
			{ release: true },
			/nothing stands under/,
		],
		['another tag', changelog('', '0.1.0'), '0.1.0', { release: true, tag: 'v0.1.1' }, /The tag is v0\.1\.1/],
		['nothing said of the next version', changelog('', '0.1.0'), '0.2.0', {}, /neither/],
		['a version ahead of package.json', changelog('', '0.2.0'), '0.1.0', {}, /still at 0\.1\.0/],
		['a wrong order', changelog('', '0.9.0', '0.10.0'), '0.9.0', {}, /0\.10\.0 stands below 0\.9\.0/],
		['no date', '## [Unreleased]\n\n## [0.1.0]\n\n- New.\n', '0.1.0', {}, /is not like/],
	])('refuses a changelog with %s', (_what, text, version, when, problem) => {
		expect(checkChangelog(text, version, when)).toEqual([expect.stringMatching(problem)]);
	});
});

describe('the names that saved workflows rely on', () => {
	/** Every field name, and `collection.field` for those in a collection, of one operation. */
	function namesOf(properties: INodeProperties[], resource: string, operation: string): string[] {
		const shown = properties.filter(({ displayOptions }) => {
			const { resource: resources, operation: operations } = displayOptions?.show ?? {};
			return (!resources || resources.includes(resource)) && (!operations || operations.includes(operation));
		});
		return shown.flatMap(({ name, type, options = [] }) => [
			name,
			...(type === 'collection' ? options.map((option) => `${name}.${option.name}`) : []),
		]);
	}

	const file = [
		...['missingColumns', 'nullText', 'unknownFields'].map((name) => `options.${name}`),
		...[
			'delimiter',
			'fileEncoding',
			'fileHasHeader',
			'linesAfterLastRow',
			'linesBeforeHeader',
			'shortRows',
		].map((name) => `fileOptions.${name}`),
		...[
			'badValues',
			'columnTypes',
			'dateFormat',
			'dateOrder',
			'decimalSign',
			'emptyText',
			'maxBadRows',
			'maxBadRowsPercent',
			'numbersAsDates',
			'percentSigns',
			'readAsNull',
			'timeZone',
			'trimText',
		].map((name) => `valueOptions.${name}`),
	];
	const input = ['inputSource', 'binaryPropertyName'];
	const columns = ['schemaSource', 'columns', 'columnsJson'];
	const list = ['returnAll', 'limit'];
	const upload = [
		'activeExecution',
		'allowEmptyReplace',
		'compression',
		'maxConcurrentUploads',
		'maxTries',
		'onFailure',
		'partSizeMb',
		'requestTimeoutSeconds',
		'rowsPerPart',
		'staleAfterHours',
		'trustExecutionUpdateMethod',
		'waitForCompletion',
		'waitTimeoutSeconds',
		'memoryBudgetMb',
		'resume',
	].map((name) => `options.${name}`);

	it.each<[string, string, string[]]>([
		['dataSet', 'create', ['name', ...columns, 'additionalFields.description']],
		['dataSet', 'get', ['dataSetId']],
		['dataSet', 'getAll', [...list, 'filters.nameLike']],
		[
			'dataSet',
			'update',
			[
				'dataSetId',
				'updateFields.name',
				'updateFields.description',
				'updateFields.pdpEnabled',
				'updateFields.columns',
			],
		],
		['dataSet', 'delete', ['dataSetId']],
		['dataSet', 'import', ['dataSetId', 'updateMethod', ...input, ...file, 'options.maxImportMb']],
		['dataSet', 'export', ['dataSetId', 'output', ...list, 'options.includeHeader', 'options.fileName']],
		['dataSet', 'query', ['dataSetId', 'sql']],
		['policy', 'create', ['dataSetId', 'name']],
		['policy', 'get', ['dataSetId', 'policyId']],
		['policy', 'getAll', ['dataSetId', ...list]],
		['policy', 'update', ['dataSetId', 'policyId', 'updateFields']],
		['policy', 'delete', ['dataSetId', 'policyId']],
	])('Domo DataSet: %s %s', (resource, operation, names) => {
		expect(namesOf(new DomoDataSet().description.properties, resource, operation)).toEqual(
			expect.arrayContaining(['resource', 'operation', ...names]),
		);
	});

	it.each<[string, string, string[]]>([
		['stream', 'create', ['name', ...columns, 'updateMethod', 'keyColumnNames']],
		['stream', 'get', ['streamId']],
		['stream', 'getAll', list],
		['stream', 'update', ['streamId', 'updateMethod']],
		['stream', 'delete', ['streamId']],
		['stream', 'uploadInParallel', ['streamId', 'updateMethod', ...input, ...file, ...upload]],
		['execution', 'create', ['streamId', 'updateMethod', 'options.activeExecution']],
		['execution', 'get', ['streamId', 'executionId']],
		['execution', 'getAll', ['streamId', ...list]],
		['execution', 'uploadPart', ['streamId', 'executionId', 'partId', ...input, ...file]],
		['execution', 'commit', ['streamId', 'executionId']],
		['execution', 'abort', ['streamId', 'executionId']],
	])('Domo Stream: %s %s', (resource, operation, names) => {
		expect(namesOf(new DomoStream().description.properties, resource, operation)).toEqual(
			expect.arrayContaining(['resource', 'operation', ...names]),
		);
	});

	it('the values of their choices', () => {
		const choices = (properties: INodeProperties[], name: string): unknown[] =>
			properties.flatMap((property) => [
				...(property.name === name
					? (property.options ?? []).flatMap((option) => ('value' in option ? [option.value] : []))
					: []),
				...(property.type === 'collection' ? choices(property.options as INodeProperties[], name) : []),
			]);
		const offered = (name: string) =>
			new Set(
				[new DomoDataSet(), new DomoStream()].flatMap((node) => choices(node.description.properties, name)),
			);
		const law: Record<string, unknown[]> = {
			inputSource: ['items', 'binary'],
			schemaSource: ['define', 'json', 'items'],
			updateMethod: ['stream', 'APPEND', 'REPLACE'],
			output: ['binary', 'items'],
			onFailure: ['abort', 'keepOpen'],
			compression: ['gzip', 'gzipContentType', 'none', 'auto'],
			nullText: ['', '\\N'],
			unknownFields: ['fail', 'ignore', 'addColumns'],
			missingColumns: ['fail', 'null'],
			delimiter: ['auto', ',', ';', '\t', '|'],
			fileEncoding: ['auto', 'utf-8', 'windows-1252', 'utf-16le'],
			activeExecution: ['fail', 'abortIt', 'wait'],
		};
		for (const [name, values] of Object.entries(law))
			expect([name, [...offered(name)]]).toEqual([name, expect.arrayContaining(values)]);
	});

	it('the ways to name a DataSet and a Stream', () => {
		const modes = (properties: INodeProperties[], name: string) =>
			properties
				.filter((property) => property.name === name)
				.map((property) => (property.modes ?? []).map((mode) => mode.name));
		const dataSetModes = modes(new DomoDataSet().description.properties, 'dataSetId');
		const streamModes = modes(new DomoStream().description.properties, 'streamId');
		expect([dataSetModes.length, streamModes.length].every((count) => count > 0)).toBe(true);
		for (const each of dataSetModes) expect(each).toEqual(expect.arrayContaining(['list', 'url', 'id']));
		for (const each of streamModes) expect(each).toEqual(expect.arrayContaining(['list', 'id', 'dataSet']));
	});
});
