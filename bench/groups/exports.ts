/** Export against the usual parsers. */
import type { Bench, Variant } from '../bench';
import type { Job } from '../job';
import { tableFile } from '../inputs';
import { faster, noLongStretch, type Goal, type Group, type Section } from '../section';
import { columnsOf, type Shape } from '../tables';

const TABLES: Array<[shape: Shape, count: number, title: string]> = [
	['narrow', 300_000, '300,000 rows of 6 mixed columns'],
	['medium', 60_000, '60,000 rows of 30 columns'],
	['text', 30_000, '30,000 rows of long texts'],
];

export const exportRows: Group = async (bench) => {
	const sections: Section[] = [];
	for (const [shape, count, title] of bench.isQuick ? TABLES.slice(0, 1) : TABLES) {
		sections.push(await section(bench, shape, bench.isQuick ? 100_000 : count, `Export: ${title}`));
		if (!bench.isQuick) sections.push(await parsingAlone(bench, shape, count, `Parsing alone: ${title}`));
	}
	return sections;
};

/** Without the download, and without the rows that stay: what is left is the parsers' own. */
async function parsingAlone(bench: Bench, shape: Shape, count: number, title: string): Promise<Section> {
	const path = await tableFile(bench, shape, count);
	const variant = (name: string, parser: Job['parser']): Variant =>
		bench.job(name, { runner: 'parseAlone', parser, path, expectedRows: count });
	const outcomes = await bench.compare(title, columnsOf(shape), [
		variant('ours', 'ours'),
		variant('csv-parse', 'csvParse'),
		variant('papaparse', 'papaparse'),
	]);
	return {
		title,
		about:
			'The same parsers on a file, each row dropped once it is made: no download, and nothing for the garbage collector to carry along. Shows how much of the export above is parsing.',
		outcomes,
		work: { amount: count / 1000, unit: 'krows/s' },
		goals: [],
	};
}

async function section(bench: Bench, shape: Shape, count: number, title: string): Promise<Section> {
	const columns = columnsOf(shape);
	const dataSetId = await bench.sink.call('serve', columns, await tableFile(bench, shape, count));
	const variant = (name: string, runner: Job['runner'], output: 'items' | 'binary'): Variant => ({
		name,
		run: async (place) => {
			return await bench.measure({ ...place, dataSetId, runner, options: { output }, expectedRows: count });
		},
	});
	const outcomes = await bench.compare(title, columns, [
		variant('ours, to items', 'exportNode', 'items'),
		variant('csv-parse, to items', 'csvParse', 'items'),
		variant('papaparse, to items', 'papaparse', 'items'),
		variant('ours, to a file', 'exportNode', 'binary'),
	]);
	const goals: Goal[] = [
		faster(outcomes, 'ours, to items', 'csv-parse, to items', 2.5),
		faster(outcomes, 'ours, to items', 'papaparse, to items', 1.4),
		...noLongStretch(outcomes, ['ours, to items', 'ours, to a file']),
	];
	return {
		title,
		about:
			"Ours: Export in n8n's engine, types by the schema, NULL and '' kept apart. The parsers stream behind node:http and turn numbers into numbers, no more.",
		outcomes,
		work: { amount: count / 1000, unit: 'krows/s' },
		goals,
	};
}
