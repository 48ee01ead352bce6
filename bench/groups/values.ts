/**
 * What reading values costs: an earlier build against this one (`values`), and values that need conversion against the
 * same table in Domo's form (`conversions`).
 */
/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { Column } from '../../domo/types';
import { FLIGHT_COLUMNS } from '../../examples/demo/sources';
import type { Bench, Variant } from '../bench';
import { flightsFile, storedFile } from '../inputs';
import { pairedGoal } from '../paired';
import type { Group, Section } from '../section';
import { columnsOf } from '../tables';
import { FILE_MEMORY_MB } from './files';
import { memoryWithin } from '../section';

const PAIRS = 20;
const CONVERTED_ROWS = 400_000;
const OLD = 'earlier build';
const NEW = 'this build';

/** `BENCH_EARLIER` names the `dist-dev` of the build to compare with; without it only this build is measured. */
export const values: Group = async (bench) => {
	const file = await flightsFile(bench);
	const sections: Section[] = [];
	for (const compression of ['none', 'gzip'] as const) {
		const job = {
			runner: 'node',
			binary: file.binary,
			options: { compression },
			expectedRows: file.rows,
		} as const;
		const outcomes = await bench.compare(
			`Flights, typed columns, ${compression}`,
			FLIGHT_COLUMNS,
			pair(bench, job),
			bench.isQuick ? 1 : PAIRS,
		);
		sections.push({
			title: `Values: 3 million flights, ${Math.round(file.megabytes)} MB, ${compression === 'none' ? 'plain' : 'gzip'}, this build against the one before values were checked`,
			about: "The column 'date' is a DATETIME: each of its spaces becomes a T.",
			outcomes,
			work: { amount: file.megabytes, unit: 'MB/s' },
			goals: [
				compression === 'none'
					? pairedGoal(outcomes, NEW, OLD, 0.8)
					: pairedGoal(outcomes, NEW, OLD, 0.92, 'low'),
				...memoryWithin(outcomes, [NEW], FILE_MEMORY_MB),
			],
		});
	}
	for (const compression of ['none', 'gzip'] as const) {
		const count = 1_000_000;
		const job = {
			runner: 'node',
			items: { shape: 'narrow', count },
			options: { compression },
			expectedRows: count,
		} as const;
		const outcomes = await bench.compare(
			`Items, ${compression}`,
			columnsOf('narrow'),
			pair(bench, job),
			bench.isQuick ? 1 : PAIRS,
		);
		sections.push({
			title: `Values: 1,000,000 items of 6 mixed columns, ${compression === 'none' ? 'plain' : 'gzip'}, this build against the one before`,
			about: "All values are in Domo's own forms.",
			outcomes,
			work: { amount: count / 1000, unit: 'krows/s' },
			goals: [pairedGoal(outcomes, NEW, OLD, 0.92, 'low')],
		});
	}
	return sections;
};

function pair(bench: Bench, job: Parameters<Bench['job']>[1]): Variant[] {
	const { BENCH_EARLIER } = process.env;
	return [bench.job(NEW, job), ...(BENCH_EARLIER ? [bench.job(OLD, job, BENCH_EARLIER)] : [])];
}

const CONVERTED_COLUMNS: Column[] = [
	{ name: 'amount', type: 'DECIMAL' },
	{ name: 'price', type: 'DECIMAL' },
	{ name: 'day', type: 'DATE' },
	{ name: 'due', type: 'DATE' },
];

export const conversions: Group = async (bench) => {
	const plain = await table(bench, 'domo.csv', ',', (amount, price, day, month) => [
		`${amount}.25`,
		`${price}.5`,
		`2024-${month}-${day}`,
		`2025-${month}-${day}`,
	]);
	const everyday = await table(bench, 'everyday.csv', ';', (amount, price, day, month) => [
		`${amount},25`,
		`${price},5`,
		`${day}.${month}.2024`,
		`${day}.${month}.2025`,
	]);
	const variants = (['none'] as const).flatMap((compression) => [
		bench.job("in Domo's form", {
			runner: 'node',
			binary: plain.binary,
			options: { compression },
			expectedRows: CONVERTED_ROWS,
		}),
		bench.job('every value converted', {
			runner: 'node',
			binary: everyday.binary,
			options: { compression },
			expectedRows: CONVERTED_ROWS,
		}),
	]);
	const outcomes = await bench.compare('Conversions', CONVERTED_COLUMNS, variants, bench.isQuick ? 1 : PAIRS);
	const section: Section = {
		title: `Values: a table whose every value needs conversion, ${Math.round(everyday.megabytes)} MB, plain`,
		about: "Semicolons, decimal commas and days as 31.01.2024, against the same table in Domo's form.",
		outcomes,
		work: { amount: everyday.megabytes, unit: 'MB/s' },
		goals: [pairedGoal(outcomes, 'every value converted', "in Domo's form", 0.35)],
	};
	return [section];
};

async function table(
	bench: Bench,
	name: string,
	delimiter: string,
	fields: (amount: number, price: number, day: string, month: string) => string[],
) {
	const path = join(bench.folder, name);
	const lines = function* () {
		yield `${CONVERTED_COLUMNS.map((column) => column.name).join(delimiter)}\n`;
		for (let row = 0; row < CONVERTED_ROWS; row++) {
			const day = String(1 + (row % 28)).padStart(2, '0');
			const month = String(1 + (row % 12)).padStart(2, '0');
			yield `${fields((row * 7919) % 100_000, row % 977, day, month).join(delimiter)}\n`;
		}
	};
	await pipeline(Readable.from(inChunks(lines())), createWriteStream(path));
	return await storedFile(bench, path, CONVERTED_ROWS);
}

function* inChunks(lines: Generator<string>): Generator<string> {
	let chunk = '';
	for (const line of lines) {
		chunk += line;
		if (chunk.length < 65_536) continue;
		yield chunk;
		chunk = '';
	}
	yield chunk;
}
