/** Memory must not grow with the file. */
import { FLIGHT_COLUMNS } from '../../examples/demo/sources';
import { flightsCsvRows } from '../flightsCsv';
import { memoryWithin, type Group } from '../section';
import { FILE_MEMORY_MB } from './files';

const BUDGET_MB = 96;
const SIZES: Array<[label: string, bytes: number]> = [
	['106 MB', 106_000_000],
	['1 GB', 1_000_000_000],
	['5 GB', 5_000_000_000],
];

export const memory: Group = async (bench) => {
	const variants = (bench.isQuick ? SIZES.slice(0, 1) : SIZES).flatMap(([label, generatedBytes]) =>
		['gzip', 'none'].map((compression) =>
			bench.job(`${label}, ${compression === 'gzip' ? 'gzip' : 'plain'}`, {
				runner: 'node',
				generatedBytes,
				options: { compression },
				expectedRows: flightsCsvRows(generatedBytes),
			}),
		),
	);
	const outcomes = await bench.compare('Memory: generated streams', FLIGHT_COLUMNS, variants, 1);
	return [
		{
			title: 'Memory: files of any size',
			about:
				"Upload in Parallel in n8n's engine; the binary store hands out a stream that is made as it is read. One run each. The budget is 96 MB; its peak is what it granted at most at once.",
			outcomes,
			goals: [
				...memoryWithin(
					outcomes,
					outcomes.map(({ name }) => name),
					FILE_MEMORY_MB,
				),
				...outcomes.map((outcome) => ({
					what: `${outcome.name}, the budget's own peak`,
					value: (outcome.samples[0]?.budgetPeakBytes ?? 0) / 1e6,
					wanted: BUDGET_MB,
					atMost: true,
					unit: ' MB',
				})),
			],
		},
	];
};
