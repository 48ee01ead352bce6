/** Many targets in one run against one, next door and on a distant line. */
import type { Bench, Variant } from '../bench';
import { faster, medianOf, type Goal, type Group, type Section } from '../section';
import { columnsOf } from '../tables';

const ROWS = 1_000_000;
const TARGETS = 100;
const ONE = '1 target';
const MANY = `${TARGETS} targets`;
/** The items of a target stand together, as in a sorted table. */
const SORTED = `${TARGETS} targets, sorted`;

const DISTANT = { rows: 20_000, targets: 20, latencyMs: 100 };
const MANY_DISTANT = `${DISTANT.targets} targets`;

export const targets: Group = async (bench) => [await nextDoor(bench), await distant(bench)];

async function nextDoor(bench: Bench): Promise<Section> {
	const count = bench.isQuick ? 50_000 : ROWS;
	const title = `Targets: ${count.toLocaleString('en-US')} items of 6 mixed columns, by a target field`;
	const table = tableOf(count);
	const outcomes = await bench.compare(title, columnsOf('narrow'), [
		onto(bench, ONE, 1, table),
		onto(bench, MANY, TARGETS, table),
		onto(bench, SORTED, TARGETS, { ...table, isSortedByTarget: true }),
	]);
	return {
		title,
		about:
			'Each item names its Stream in a field; the Streams take turns from item to item, unless sorted. All runs read the field. With many targets, each has an execution, a part and a commit of its own.',
		outcomes,
		work: { amount: count / 1000, unit: 'krows/s' },
		goals: [faster(outcomes, MANY, ONE, 0.9)],
	};
}

async function distant(bench: Bench): Promise<Section> {
	const { rows, targets: targetCount, latencyMs } = DISTANT;
	const title = `Targets: ${rows.toLocaleString('en-US')} items for ${targetCount} targets, ${latencyMs} ms of latency per request`;
	const table = tableOf(rows);
	await bench.sink.call('set', { latencyMs, connectionMs: 0, bandwidthBytesPerSecond: 0 });
	try {
		const outcomes = await bench.compare(title, columnsOf('narrow'), [
			onto(bench, ONE, 1, table),
			onto(bench, MANY_DISTANT, targetCount, table),
		]);
		return {
			title,
			about:
				'What writes waits for the target before: a look at what is running, a new execution, a part and a commit for each. The checks before go side by side, four targets at once.',
			outcomes,
			work: { amount: rows / 1000, unit: 'krows/s' },
			goals: [answersPerTarget(outcomes)],
		};
	} finally {
		await bench.sink.call('set', { latencyMs: 0, connectionMs: 0, bandwidthBytesPerSecond: 0 });
	}
}

function tableOf(count: number) {
	return { items: { shape: 'narrow', count }, expectedRows: count, runner: 'node' } as const;
}

/** How many answers each target after the first waits for: four that nothing goes beside, and its share of the others. */
function answersPerTarget(outcomes: Parameters<typeof faster>[0]): Goal {
	const [one, many] = [ONE, MANY_DISTANT].map((name) =>
		medianOf(
			outcomes.find((outcome) => outcome.name === name),
			'ms',
		),
	);
	const { targets: targetCount, latencyMs } = DISTANT;
	return {
		what: 'each further target, time in answers of the line',
		value: one === undefined || many === undefined ? undefined : (many - one) / (targetCount - 1) / latencyMs,
		wanted: 5.5,
		atMost: true,
		unit: ' answers',
	};
}

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
