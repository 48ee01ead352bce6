/** What checks before the commit cost, each against an upload of the same file without any. */
import type { IDataObject } from 'n8n-workflow';

import { FLIGHT_COLUMNS } from '../../examples/demo/sources';
import { flightsFile } from '../inputs';
import { pairedGoal } from '../paired';
import type { Group } from '../section';

const PAIRS = 20;
const NONE = 'no check';

/** By name, with the least speed beside an upload without checks: a check may take 10 % more time, unique columns 60 %. */
const CHECKS: Array<[name: string, checks: IDataObject, least: number]> = [
	['rows', { minRows: 1, maxRows: 1_000_000_000 }, 0.91],
	['not NULL', { notNullColumns: ['delay'] }, 0.91],
	['newest date', { newestColumn: 'date', newestWithinHours: 10_000_000 }, 0.91],
	['bounds', { bounds: { rule: [{ column: 'distance', least: '0', greatest: '100000' }] } }, 0.91],
	['values allowed', { allowedValues: { rule: [{ column: 'origin', values: 'LAX, SFO' }] } }, 0.91],
	['same input', { sameInput: true }, 0.91],
	['unique together', { uniqueColumns: FLIGHT_COLUMNS.map(({ name }) => name), uniqueTogether: true }, 0.625],
];

export const checks: Group = async (bench) => {
	const { rows, megabytes, binary } = await flightsFile(bench);
	const job = { runner: 'node', binary, expectedRows: rows, options: { compression: 'none' } } as const;
	const outcomes = await bench.compare(
		'Flights, checks',
		FLIGHT_COLUMNS,
		[
			bench.job(NONE, job),
			...CHECKS.map(([name, chosen]) =>
				bench.job(name, { ...job, checks: { ...chosen, whenViolated: 'warn' } }),
			),
		],
		bench.isQuick ? 1 : PAIRS,
	);
	return [
		{
			title: `Checks: 3 million flights, ${Math.round(megabytes)} MB, plain`,
			about: 'Each check on its own against an upload of the same file without any.',
			outcomes,
			work: { amount: megabytes, unit: 'MB/s' },
			goals: CHECKS.map(([name, , least]) => pairedGoal(outcomes, name, NONE, least)),
		},
	];
};
