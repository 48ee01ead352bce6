/** How cost grows with rows, columns and concurrency. */
import { medianOf, type Group } from '../section';
import { columnsOf, type Shape } from '../tables';

const CONCURRENCIES = [1, 2, 4, 8, 16];
const OPTIONS = { compression: 'none' };

export const growth: Group = async (bench) => {
	const tenth = bench.isQuick ? 10_000 : 100_000;
	const job = (name: string, shape: Shape, count: number, options = {}) =>
		bench.job(name, {
			runner: 'node',
			items: { shape, count },
			expectedRows: count,
			options: { ...OPTIONS, ...options },
		});
	const rows = await bench.compare('Growth: rows', columnsOf('narrow'), [
		job(`${tenth.toLocaleString('en-US')} rows`, 'narrow', tenth),
		job(`${(tenth * 10).toLocaleString('en-US')} rows`, 'narrow', tenth * 10),
	]);
	const [few, many] = rows.map((outcome) => medianOf(outcome, 'ms')!);
	const narrow = await bench.compare('Growth: columns', columnsOf('narrow'), [
		job('6 columns', 'narrow', tenth / 2),
	]);
	const wide = await bench.compare('Growth: columns', columnsOf('columns60'), [
		job('60 columns', 'columns60', tenth / 2),
	]);
	const columns = [...narrow, ...wide];
	const [slim, broad] = columns.map((outcome) => medianOf(outcome, 'ms')!);
	await bench.sink.call('set', { latencyMs: 100 });
	const concurrency = await bench
		.compare(
			'Growth: concurrency',
			columnsOf('narrow'),
			CONCURRENCIES.map((maxConcurrentUploads) =>
				job(`${maxConcurrentUploads} at once`, 'narrow', tenth * 5, { maxConcurrentUploads, partSizeMb: 2 }),
			),
		)
		.finally(async () => await bench.sink.call('set', { latencyMs: 0 }));
	const about =
		"Upload in Parallel in n8n's engine, narrow items, plain parts: what grows is our own work, not gzip's.";
	return [
		{
			title: 'Growth: rows × 10',
			about,
			outcomes: rows,
			goals: [{ what: '10 × the rows, time', value: many / few, wanted: 11, atMost: true }],
		},
		{
			title: 'Growth: columns × 10',
			about,
			outcomes: columns,
			goals: [{ what: '10 × the columns, time', value: broad / slim, wanted: 11, atMost: true }],
		},
		{
			title: 'Growth: concurrency, parts of 2 MB, 100 ms of latency per request',
			about: `${about} Six requests come one after the other before and after the parts, whatever the concurrency.`,
			outcomes: concurrency,
			goals: [],
		},
	];
};
