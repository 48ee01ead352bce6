/** Many targets in one run against one. */
import type { Bench, Variant } from '../bench';
import { faster, type Group } from '../section';
import { columnsOf } from '../tables';

const ROWS = 1_000_000;
const TARGETS = 100;
const ONE = '1 target';
const MANY = `${TARGETS} targets`;

export const targets: Group = async (bench) => {
	const count = bench.isQuick ? 50_000 : ROWS;
	const title = `Targets: ${count.toLocaleString('en-US')} items of 6 mixed columns, by a target field`;
	const table = { items: { shape: 'narrow', count }, expectedRows: count, runner: 'node' } as const;
	const outcomes = await bench.compare(title, columnsOf('narrow'), [
		onto(bench, ONE, 1, table),
		onto(bench, MANY, TARGETS, table),
	]);
	return [
		{
			title,
			about:
				'Each item names its Stream in a field; the Streams take turns from item to item. Both runs read the field. With many targets, each has an execution, a part and a commit of its own.',
			outcomes,
			work: { amount: count / 1000, unit: 'krows/s' },
			goals: [faster(outcomes, MANY, ONE, 0.9)],
		},
	];
};

/** The place that the bench gives is the first target; the others are made here. */
function onto(bench: Bench, name: string, targetCount: number, job: Parameters<Bench['job']>[1]): Variant {
	return {
		name,
		run: async (place) => {
			const streams = [place.streamId];
			while (streams.length < targetCount)
				streams.push((await bench.sink.call('createStream', place.columns)).streamId);
			return await bench.job(name, { ...job, targetStreams: streams }).run(place);
		},
	};
}
