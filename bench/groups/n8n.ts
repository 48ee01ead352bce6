/** The full n8n, as people run it, against pigz, gzip and curl on the same bytes to the same sink. */
/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { Column } from '../../domo/types';
import { FLIGHT_COLUMNS } from '../../examples/demo/sources';
import type { Bench, Outcome, Variant } from '../bench';
import { flightsFile, flightsTimes, mixedText } from '../inputs';
import { FullN8n, type N8nUpload } from '../n8n/fullN8n';
import { ITEM_COLUMNS } from '../n8n/workflows';
import { faster, medianOf, memoryWithin, type Goal, type Group, type Section } from '../section';
import { FILE_MEMORY_MB, PUT, PUT_GZIP } from './files';

const FLIGHTS_TIMES = 4;
const MIXED_BYTES = 200_000_000;
const ITEMS = 1_000_000;

const GZIP = 'ours, gzip';
const PLAIN = 'ours, plain';
const NEIGHBOUR = 'ours, gzip, another workflow called meanwhile';

interface Table {
	title: string;
	path: string;
	columns: Column[];
	rows: number;
	megabytes: number;
	wanted: { pigz6: number; pigz1: number; oneCore6: number; oneCore1: number };
}

export const n8n: Group = async (bench) => {
	const full = await FullN8n.start(bench);
	try {
		const sections: Section[] = [];
		for (const table of await tables(bench)) sections.push(...(await tableSections(bench, full, table)));
		return [...sections, await itemsSection(bench, full)];
	} finally {
		await full.stop();
	}
};

async function tables(bench: Bench): Promise<Table[]> {
	const flights = await flightsFile(bench);
	const flightsPath = join(bench.folder, 'n8n-flights.csv');
	const mixedPath = join(bench.folder, 'n8n-mixed.csv');
	const made = [
		{
			title: `flights × ${FLIGHTS_TIMES}`,
			path: flightsPath,
			columns: FLIGHT_COLUMNS,
			rows: await flightsTimes(flights, bench.isQuick ? 1 : FLIGHTS_TIMES, flightsPath),
			wanted: { pigz6: 1.5, pigz1: 0.4, oneCore6: 2, oneCore1: 0.5 },
		},
		{
			title: 'mixed text',
			path: mixedPath,
			columns: ITEM_COLUMNS,
			rows: await mixedText(bench.isQuick ? MIXED_BYTES / 10 : MIXED_BYTES, mixedPath),
			wanted: { pigz6: 1.1, pigz1: 0.4, oneCore6: 1.4, oneCore1: 0.5 },
		},
	];
	return await Promise.all(
		made.map(async (table) => ({ ...table, megabytes: (await stat(table.path)).size / 1e6 })),
	);
}

async function tableSections(bench: Bench, full: FullN8n, table: Table): Promise<Section[]> {
	const { title, path, columns, rows, megabytes, wanted } = table;
	const ours = (name: string, more: Partial<N8nUpload> = {}) =>
		full.variant(name, { input: { path }, rows, compression: 'gzip', ...more });
	const piped = (tool: 'pigz' | 'gzip', flags: string, taskset = ''): Variant =>
		bench.shell(
			`${tool} ${flags}, piped to curl`,
			[tool, 'curl'],
			`${taskset} ${tool} ${flags} -c '${path}' | ${taskset} ${PUT_GZIP} -T - "$URL"`,
		);
	const about =
		'Ours: the time that Upload in Parallel says in its summary, n8n up and warm, the file in its binary store. The others send the whole file as one part; their token and execution are there before the clock starts.';
	const work = { amount: megabytes, unit: 'MB/s' } as const;

	await bench.compare(
		`To warm n8n up: ${title}`,
		columns,
		[ours(GZIP), ours(PLAIN, { compression: 'none' })],
		1,
	);
	const both = await bench.compare(`Full n8n: ${title}`, columns, [
		ours(GZIP),
		ours('ours, auto', { compression: 'auto' }),
		ours(PLAIN, { compression: 'none' }),
		ours(NEIGHBOUR, { withNeighbour: true }),
		piped('pigz', '-6 -p2'),
		piped('pigz', '-1 -p2'),
		bench.shell('curl -T of the whole file', ['curl'], `${PUT} -T '${path}' "$URL"`),
	]);
	const one = await bench.compare(`Full n8n on one core: ${title}`, columns, [
		ours(GZIP, { onOneCore: true }),
		piped('gzip', '-6', 'taskset -c 0'),
		piped('gzip', '-1', 'taskset -c 0'),
	]);
	return [
		{
			title: `In the full n8n: ${title}, ${Math.round(megabytes)} MB`,
			about,
			outcomes: both,
			work,
			goals: [
				faster(both, GZIP, 'pigz -6 -p2, piped to curl', wanted.pigz6),
				faster(both, GZIP, 'pigz -1 -p2, piped to curl', wanted.pigz1),
				faster(both, PLAIN, 'pigz -1 -p2, piped to curl', 0.9),
				bytesAgainst(both, GZIP, 'pigz -6 -p2, piped to curl', 1.15),
				...memoryWithin(both, [GZIP, PLAIN], FILE_MEMORY_MB),
				neighbourWithin(both, full.idleNeighbourMs, 40),
			],
		},
		{
			title: `In the full n8n, on one core: ${title}, ${Math.round(megabytes)} MB`,
			about: `${about} All of n8n, or the tool and curl, on one core; the sink has the other.`,
			outcomes: one,
			work,
			goals: [
				faster(one, GZIP, 'gzip -6, piped to curl', wanted.oneCore6),
				faster(one, GZIP, 'gzip -1, piped to curl', wanted.oneCore1),
			],
		},
	];
}

async function itemsSection(bench: Bench, full: FullN8n): Promise<Section> {
	const count = bench.isQuick ? ITEMS / 20 : ITEMS;
	const outcomes = await bench.compare(
		'Full n8n: items',
		ITEM_COLUMNS,
		(['gzip', 'auto', 'none'] as const).map((compression) =>
			full.variant(`ours, ${compression === 'none' ? 'plain' : compression}`, {
				input: { items: count },
				rows: count,
				compression,
			}),
		),
	);
	return {
		title: `In the full n8n: ${count.toLocaleString('en-US')} items of 6 mixed columns`,
		about:
			'Made by a Code node; the time that Upload in Parallel says. CPU and memory are those of the whole execution.',
		outcomes,
		work: { amount: count / 1000, unit: 'krows/s' },
		goals: [],
	};
}

function bytesAgainst(outcomes: Outcome[], name: string, other: string, wanted: number): Goal {
	const [own, others] = [name, other].map((each) =>
		medianOf(
			outcomes.find((outcome) => outcome.name === each),
			'sentBytes',
		),
	);
	return {
		what: `${name}, bytes against ${other}`,
		value: own === undefined || others === undefined ? undefined : own / others,
		wanted,
		atMost: true,
	};
}

function neighbourWithin(outcomes: Outcome[], idleMs: number, wanted: number): Goal {
	const meanwhile = medianOf(
		outcomes.find(({ name }) => name === NEIGHBOUR),
		'neighbourMs',
	);
	return {
		what: `another workflow's answers while a load runs, 99th percentile over the idle one (${idleMs.toFixed(0)} ms)`,
		value: meanwhile === undefined ? undefined : meanwhile - idleMs,
		wanted,
		atMost: true,
		unit: ' ms',
	};
}
