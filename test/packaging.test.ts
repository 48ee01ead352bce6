/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
/** The package as it is published: what is in it, that n8n loads it, that n8n's own scanner lets it through. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';

import type { INodeProperties } from 'n8n-workflow';

import { DomoDataSet } from '../nodes/DomoDataSet/DomoDataSet.node';
import { DomoStream } from '../nodes/DomoStream/DomoStream.node';

const run = promisify(execFile);
const root = resolve(__dirname, '..');
let folder: string;
/** The tarball, unpacked beside a node_modules with n8n's packages, as on an n8n host. */
let unpacked: string;
let tarballBytes: number;
let files: string[];

/** Runs JavaScript in a Node of its own; the last line it prints is JSON. */
async function inNode(script: string, ...args: string[]): Promise<unknown> {
	// With NODE_ENV=test, as jest sets it, n8n's lint rules take every file for one of their own tests.
	const env = { ...process.env };
	delete env.NODE_ENV;
	const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script, ...args], { cwd: root, env, maxBuffer: 1e8 });
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
	const tracked = ['credentials', 'nodes', 'domo', 'transfer', 'icons', 'scripts', 'test', 'sandbox', 'index.js', 'gulpfile.js', 'package.json', 'README.md', 'LICENSE.md', 'CHANGELOG.md', 'tsconfig.json', 'tsconfig.build.json'];
	for (const name of readdirSync(root)) if (tracked.includes(name)) cpSync(join(root, name), join(copy, name), { recursive: true });
	symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
	symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
	await run('npm', ['run', 'build'], { cwd: copy });
	const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: copy });
	// npm 10 and 11 print an array, later ones an object by package name.
	const [packed] = Object.values(JSON.parse(stdout) as Record<string, { filename: string }>);
	const tarball = join(folder, packed.filename);
	tarballBytes = statSync(tarball).size;
	await run('tar', ['-xzf', tarball, '-C', folder]);
	unpacked = join(folder, 'package');
	files = filesIn(unpacked);
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the tarball', () => {
	it('holds the built package and what npm always adds, nothing else', () => {
		const expected = /^(index\.js|package\.json|README\.md|LICENSE\.md|dist\/(credentials|nodes|domo|transfer|icons)\/.+\.(js|svg|node\.json))$/;
		expect(files.filter((file) => !expected.test(file))).toEqual([]);
		expect(files).toEqual(expect.arrayContaining(['index.js', 'package.json', 'README.md', 'LICENSE.md']));
	});

	it('holds every source file built', () => {
		const sources = ['credentials', 'nodes', 'domo', 'transfer'].flatMap((dir) =>
			filesIn(join(folder, 'checkout', dir))
				.filter((file) => file.endsWith('.ts'))
				.map((file) => `dist/${dir}/${file.replace(/\.ts$/, '.js')}`),
		);
		expect(sources.length).toBeGreaterThan(20);
		expect(files).toEqual(expect.arrayContaining(sources));
	});

	it('is below 300 kB', () => {
		expect(tarballBytes).toBeLessThan(300_000);
	});

	it('imports relative files of its own, n8n-workflow and crypto alone', () => {
		const imported = files
			.filter((file) => file.endsWith('.js'))
			.flatMap((file) =>
				[...readFileSync(join(unpacked, file), 'utf8').matchAll(/\b(?:require|import)\(\s*["'`]([^"'`]+)["'`]\s*\)/g)].map(([, name]) => ({ file, name })),
			);
		expect(imported.length).toBeGreaterThan(50);
		for (const { file, name } of imported.filter(({ name }) => name.startsWith('.'))) {
			const target = relative(unpacked, resolve(unpacked, file, '..', name)).replaceAll('\\', '/');
			expect(files).toContain(`${target}.js`);
		}
		const others = new Set(imported.map(({ name }) => name).filter((name) => !name.startsWith('.')));
		expect([...others].filter((name) => !['n8n-workflow', 'crypto', 'node:crypto'].includes(name))).toEqual([]);
	});

	it('depends on nothing at run time but on n8n-workflow as a peer', () => {
		const { dependencies = {}, peerDependencies, overrides, scripts, n8n } = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8'));
		expect(dependencies).toEqual({});
		expect(peerDependencies).toEqual({ 'n8n-workflow': '*' });
		expect(overrides).toBeUndefined();
		expect(Object.keys(scripts).filter((name) => /^(pre|post)?install$|^prepare|^prepublish/.test(name))).toEqual([]);
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
		const described = Object.fromEntries(loader.types.nodes.map((node) => [node.name, { icons: Object.keys(node.iconUrl ?? {}), codex: node.codex }]));
		const credentials = loader.types.credentials.map(({ name, displayName, iconUrl }) => ({ name, displayName, icons: Object.keys(iconUrl ?? {}) }));
		console.log(JSON.stringify({ package: loader.packageName, described, credentials, loaded: Object.keys(loader.nodeTypes) }));
		process.exit(0);`,
		unpacked,
	);
	const node = { icons: ['light', 'dark'], codex: expect.objectContaining({ categories: expect.arrayContaining(['Data & Storage']), resources: expect.anything() }) };
	expect(loaded).toMatchObject({
		package: 'n8n-nodes-domo',
		described: { domoDataSet: node, domoStream: node },
		credentials: [{ name: 'domoOAuth2Api', displayName: 'Domo OAuth2 API', icons: ['light', 'dark'] }],
		loaded: expect.arrayContaining(['domoDataSet', 'domoStream']),
	});
});

describe("n8n's scanner for verified packages", () => {
	const scan = async (dir: string, patterns: string) =>
		await inNode(
			`import { analyzePackage, SOURCE_FILE_PATTERNS } from '@n8n/scan-community-package/scanner/scanner.mjs';
			const result = await analyzePackage(process.argv[1], ${patterns});
			console.log(JSON.stringify(result));
			process.exit(0);`,
			dir,
		);

	it('passes the checkout', async () => {
		expect(await scan(root, 'SOURCE_FILE_PATTERNS')).toEqual({ passed: true });
	}, 240_000);

	it('passes the tarball', async () => {
		expect(await scan(unpacked, "['**/*.js', 'package.json']")).toEqual({ passed: true });
	}, 240_000);

	it('would not pass a file that imports fs', async () => {
		const bad = join(folder, 'bad');
		cpSync(unpacked, bad, { recursive: true });
		writeFileSync(join(bad, 'dist/transfer/bad.js'), "const fs = require('fs');\nfs.readFileSync('x');\n");
		expect(await scan(bad, "['**/*.js', 'package.json']")).toMatchObject({ passed: false });
	}, 240_000);
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

	const file = ['delimiter', 'fileEncoding', 'fileHasHeader', 'missingColumns', 'nullText', 'unknownFields'].map((name) => `options.${name}`);
	const input = ['inputSource', 'binaryPropertyName'];
	const columns = ['schemaSource', 'columns', 'columnsJson'];
	const list = ['returnAll', 'limit'];
	const upload = [
		'activeExecution', 'allowEmptyReplace', 'compression', 'maxConcurrentUploads', 'maxTries', 'onFailure', 'partSizeMb', 'requestTimeoutSeconds',
		'rowsPerPart', 'staleAfterHours', 'trustExecutionUpdateMethod', 'waitForCompletion', 'waitTimeoutSeconds', 'memoryBudgetMb', 'resume',
	].map((name) => `options.${name}`);

	it.each<[string, string, string[]]>([
		['dataSet', 'create', ['name', ...columns, 'additionalFields.description']],
		['dataSet', 'get', ['dataSetId']],
		['dataSet', 'getAll', [...list, 'filters.nameLike']],
		['dataSet', 'update', ['dataSetId', 'updateFields.name', 'updateFields.description', 'updateFields.pdpEnabled', 'updateFields.columns']],
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
		expect(namesOf(new DomoDataSet().description.properties, resource, operation)).toEqual(expect.arrayContaining(['resource', 'operation', ...names]));
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
		expect(namesOf(new DomoStream().description.properties, resource, operation)).toEqual(expect.arrayContaining(['resource', 'operation', ...names]));
	});

	it('the values of their choices', () => {
		const choices = (properties: INodeProperties[], name: string): unknown[] =>
			properties.flatMap((property) => [
				...(property.name === name ? (property.options ?? []).flatMap((option) => ('value' in option ? [option.value] : [])) : []),
				...(property.type === 'collection' ? choices(property.options as INodeProperties[], name) : []),
			]);
		const offered = (name: string) => new Set([new DomoDataSet(), new DomoStream()].flatMap((node) => choices(node.description.properties, name)));
		const law: Record<string, unknown[]> = {
			inputSource: ['items', 'binary'],
			schemaSource: ['define', 'json', 'items'],
			updateMethod: ['stream', 'APPEND', 'REPLACE'],
			output: ['binary', 'items'],
			onFailure: ['abort', 'keepOpen'],
			compression: ['gzip', 'gzipContentType', 'none', 'auto'],
			nullText: ['', '\\N'],
			unknownFields: ['fail', 'ignore'],
			missingColumns: ['fail', 'null'],
			delimiter: [',', ';', '\t', '|'],
			fileEncoding: ['utf-8', 'windows-1252', 'utf-16le'],
			activeExecution: ['fail', 'abortIt', 'wait'],
		};
		for (const [name, values] of Object.entries(law)) expect([name, [...offered(name)]]).toEqual([name, expect.arrayContaining(values)]);
	});

	it('the ways to name a DataSet and a Stream', () => {
		const modes = (properties: INodeProperties[], name: string) =>
			properties.filter((property) => property.name === name).map((property) => (property.modes ?? []).map((mode) => mode.name));
		const dataSetModes = modes(new DomoDataSet().description.properties, 'dataSetId');
		const streamModes = modes(new DomoStream().description.properties, 'streamId');
		expect([dataSetModes.length, streamModes.length].every((count) => count > 0)).toBe(true);
		for (const each of dataSetModes) expect(each).toEqual(expect.arrayContaining(['list', 'url', 'id']));
		for (const each of streamModes) expect(each).toEqual(expect.arrayContaining(['list', 'id', 'dataSet']));
	});
});
