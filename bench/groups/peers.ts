/** Domo's own SDKs and what n8n users do today, on several lines. */
import type { Bench } from '../bench';
import { tableFile } from '../inputs';
import { faster, medianOf, type Goal, type Group, type Section } from '../section';
import { columnsOf } from '../tables';

const MEGABIT = 1_000_000 / 8;

interface Line {
	title: string;
	latencyMs: number;
	/** Two round trips for TCP and TLS 1.3, where a client opens a connection for each request. */
	connectionMs: number;
	bandwidthBytesPerSecond: number;
	count: number;
	pydomo: { gzip?: number; auto?: number };
}

const LINES: Line[] = [
	{
		title: 'loopback',
		latencyMs: 0,
		connectionMs: 0,
		bandwidthBytesPerSecond: 0,
		count: 1_000_000,
		pydomo: { gzip: 2, auto: 3 },
	},
	{
		title: '100 Mbit/s',
		latencyMs: 0,
		connectionMs: 0,
		bandwidthBytesPerSecond: 100 * MEGABIT,
		count: 400_000,
		pydomo: { gzip: 3, auto: 3 },
	},
	{
		title: '100 ms of latency per request',
		latencyMs: 100,
		connectionMs: 0,
		bandwidthBytesPerSecond: 0,
		count: 400_000,
		pydomo: {},
	},
	{
		title: '300 ms of latency per request',
		latencyMs: 300,
		connectionMs: 0,
		bandwidthBytesPerSecond: 0,
		count: 1_000_000,
		pydomo: { gzip: 2.5, auto: 3 },
	},
	{
		title: '100 ms of latency per request, 200 ms per connection',
		latencyMs: 100,
		connectionMs: 200,
		bandwidthBytesPerSecond: 0,
		count: 400_000,
		pydomo: {},
	},
	{
		title: '300 ms of latency per request, 600 ms per connection',
		latencyMs: 300,
		connectionMs: 600,
		bandwidthBytesPerSecond: 0,
		count: 1_000_000,
		pydomo: { auto: 3 },
	},
];

const GZIP = 'ours, gzip';
const AUTO = 'ours, auto';
const AUTO_8 = 'ours, auto, 8 at once';
const PYDOMO = 'pydomo stream_upload';
const SDK = 'domo-sdk, Promise.all';

export const peers: Group = async (bench) => {
	const sections: Section[] = [];
	try {
		for (const line of LINES)
			sections.push(await section(bench, bench.isQuick ? { ...line, count: 50_000 } : line));
	} finally {
		await bench.sink.call('set', { latencyMs: 0, connectionMs: 0, bandwidthBytesPerSecond: 0 });
	}
	return sections;
};

async function section(bench: Bench, line: Line): Promise<Section> {
	const { latencyMs, connectionMs, bandwidthBytesPerSecond, count } = line;
	await bench.sink.call('set', { latencyMs, connectionMs, bandwidthBytesPerSecond });
	const csvPath = await tableFile(bench, 'narrow', count);
	const table = { items: { shape: 'narrow' as const, count }, expectedRows: count };
	const title = `Peers: ${count.toLocaleString('en-US')} narrow items, ${line.title}`;
	const outcomes = await bench.compare(title, columnsOf('narrow'), [
		bench.job(GZIP, { ...table, runner: 'node', options: { compression: 'gzip' } }),
		bench.job(AUTO, { ...table, runner: 'node', options: { compression: 'auto' } }),
		bench.job(AUTO_8, {
			...table,
			runner: 'node',
			options: { compression: 'auto', maxConcurrentUploads: 8 },
		}),
		bench.pydomo(PYDOMO, csvPath, 'ready'),
		bench.job(SDK, { ...table, runner: 'domoSdk' }),
		bench.job('Code node + HTTP Request node', { ...table, runner: 'codeNode' }),
	]);
	const auto = latencyMs >= 300 ? AUTO_8 : AUTO;
	const goals: Goal[] = [];
	if (line.pydomo.gzip !== undefined) goals.push(faster(outcomes, GZIP, PYDOMO, line.pydomo.gzip));
	if (line.pydomo.auto !== undefined) goals.push(faster(outcomes, auto, PYDOMO, line.pydomo.auto));
	goals.push(faster(outcomes, auto, SDK, 1));
	const [own, sdk] = [auto, SDK].map((name) =>
		medianOf(
			outcomes.find((outcome) => outcome.name === name),
			'rssOverIdleBytes',
		),
	);
	goals.push({
		what: `${auto}, memory against ${SDK}`,
		value: own === undefined || sdk === undefined ? undefined : own / sdk,
		wanted: 0.1,
		atMost: true,
	});
	return {
		title,
		about:
			"From the first request to the answer to the commit, token included. pydomo's DataFrame is ready before the clock starts; it sends one part at a time without gzip. The Code node's work is plain code without the engine: one CSV text, one PUT.",
		outcomes,
		work: { amount: count / 1000, unit: 'krows/s' },
		goals,
	};
}
