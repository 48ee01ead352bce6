/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
/**
 * Which room of the house may import which. The picture is in docs/architecture.md; here it is held.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

const ROOT = join(__dirname, '../..');

/** Each room with the rooms it may import; a room may always import itself. */
const MAY_IMPORT: Record<string, readonly string[]> = {
	credentials: ['domo'],
	domo: [],
	// What serves all rooms of transfer/: errors, the row source, the clock.
	transfer: ['domo'],
	'transfer/columns': ['transfer', 'domo'],
	'transfer/items': ['transfer/columns', 'transfer', 'domo'],
	'transfer/csv': ['transfer/columns', 'transfer', 'domo'],
	'transfer/checks': ['transfer/columns', 'transfer', 'domo'],
	'transfer/export': ['transfer/columns', 'transfer', 'domo'],
	'transfer/parts': ['transfer', 'domo'],
	'transfer/execution': ['transfer', 'domo'],
	'transfer/upload': [
		'transfer/execution',
		'transfer/checks',
		'transfer/parts',
		'transfer/items',
		'transfer/csv',
		'transfer/columns',
		'transfer',
		'domo',
	],
};

/** Arrows that still run back; each is an entry to strike. */
const LEAVING = new Set<string>();

/** The rooms of transfer/ that nodes may enter. */
const TRANSFER_ROOMS = Object.keys(MAY_IMPORT).filter((room) => room.startsWith('transfer'));

/** One node never imports another; what several show is in nodes/shared. */
function mayImport(from: string, to: string): boolean {
	if (from === to) return true;
	if (!from.startsWith('nodes/')) return MAY_IMPORT[from]?.includes(to) ?? false;
	return to === 'domo' || TRANSFER_ROOMS.includes(to) || to === 'nodes/shared';
}

function roomOf(path: string): string {
	const parts = path.split('/');
	if (parts[0] === 'transfer') return parts.length > 2 ? `transfer/${parts[1]}` : 'transfer';
	return parts[0] === 'nodes' ? `nodes/${parts[1]}` : parts[0];
}

function* sourceFiles(folder: string): Generator<string> {
	for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
		const path = `${folder}/${entry.name}`;
		if (entry.isDirectory()) yield* sourceFiles(path);
		else if (path.endsWith('.ts')) yield path;
	}
}

/** The files that a file imports, types included: an arrow of types is an arrow, too. */
function importsOf(path: string): string[] {
	const { importedFiles } = ts.preProcessFile(readFileSync(join(ROOT, path), 'utf8'));
	return importedFiles
		.map(({ fileName }) => fileName)
		.filter((name) => name.startsWith('.'))
		.map((name) => relative(ROOT, join(ROOT, dirname(path), name)).replaceAll('\\', '/'))
		.flatMap((name) => [`${name}.ts`, `${name}/index.ts`].filter((file) => existsSync(join(ROOT, file))));
}

const graph = new Map(
	['credentials', 'nodes', 'domo', 'transfer']
		.flatMap((folder) => [...sourceFiles(folder)])
		.map((path) => [path, importsOf(path)] as const),
);

describe('the house', () => {
	test('has all of its files in known rooms', () => {
		const rooms = new Set([...graph.keys()].map(roomOf).filter((room) => !room.startsWith('nodes/')));
		expect([...rooms].sort()).toEqual(Object.keys(MAY_IMPORT).sort());
	});

	test('has arrows in one direction only', () => {
		const wrong = [...graph].flatMap(([from, targets]) =>
			targets.filter((to) => !mayImport(roomOf(from), roomOf(to))).map((to) => `${from} imports ${to}`),
		);
		expect(wrong.filter((arrow) => !LEAVING.has(arrow))).toEqual([]);
	});

	test('has no cycle of files', () => {
		const done = new Set<string>();
		const cycles: string[] = [];
		const visit = (path: string, trail: readonly string[]) => {
			if (trail.includes(path))
				return void cycles.push([...trail.slice(trail.indexOf(path)), path].join(' > '));
			if (done.has(path)) return;
			for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
			done.add(path);
		};
		for (const path of graph.keys()) visit(path, []);
		expect(cycles).toEqual([]);
	});
});
