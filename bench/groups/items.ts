/** n8n items against a reference loop with the same checks. */
import type { Bench } from '../bench';
import { faster, memoryWithin, noLongStretch, type Group, type Section } from '../section';
import { columnsOf, type Shape } from '../tables';

/** Over the items themselves. */
const ITEM_MEMORY_MB = 100;

const TABLES: Array<[shape: Shape, count: number, title: string]> = [
	['narrow', 200_000, '200,000 of 6 mixed columns'],
	['narrow', 1_000_000, '1,000,000 of 6 mixed columns'],
	['medium', 100_000, '100,000 of 30 columns'],
	['wide', 20_000, '20,000 of 200 columns'],
	['text', 50_000, '50,000 of long texts (about 750 characters, quotes, commas, line feeds)'],
];

export const items: Group = async (bench) => {
	const sections: Section[] = [];
	for (const [shape, count, title] of bench.isQuick ? TABLES.slice(0, 1) : TABLES) {
		sections.push(await section(bench, shape, count, `Items: ${title}`));
	}
	return sections;
};

async function section(bench: Bench, shape: Shape, count: number, title: string): Promise<Section> {
	const table = { items: { shape, count }, expectedRows: count };
	const outcomes = await bench.compare(title, columnsOf(shape), [
		bench.job('ours, gzip', { ...table, runner: 'node', options: { compression: 'gzip' } }),
		bench.job('reference loop, gzip', { ...table, runner: 'reference', options: { compression: 'gzip' } }),
		bench.job('ours, plain', { ...table, runner: 'node', options: { compression: 'none' } }),
		bench.job('reference loop, plain', { ...table, runner: 'reference', options: { compression: 'none' } }),
	]);
	const names = ['ours, gzip', 'ours, plain'];
	return {
		title,
		about:
			"Ours: Upload in Parallel in n8n's engine, from the start of the workflow to the answer to the commit; memory is counted over the items. The reference loop (bench/referenceLoop.ts) checks and encodes alike, without the engine, pauses for other workflows, retries or a memory budget.",
		outcomes,
		work: { amount: count / 1000, unit: 'krows/s' },
		goals: [
			faster(outcomes, names[0], 'reference loop, gzip', 0.9),
			faster(outcomes, names[1], 'reference loop, plain', 0.8),
			...memoryWithin(outcomes, names, ITEM_MEMORY_MB),
			...noLongStretch(outcomes, names),
		],
	};
}
