import type { PartState } from '../../sandbox';
import type { Comparison } from './compareRows';
import { HEAP_CAP_MIB, type UploadOutcome } from './uploadInChild';

export interface Result {
	name: string;
	outcome: UploadOutcome;
	/** From the workflow's start until all parts were in. */
	uploadMs: number;
	/** What the sandbox received. */
	parts: PartState[];
	comparison: Comparison;
}

const MB = 1_000_000;
const count = (number: number) => number.toLocaleString('en-US');
const megabytes = (bytes: number) => `${(bytes / MB).toFixed(1)} MB`;
const sum = (parts: PartState[], bytes: (part: PartState) => number) =>
	parts.reduce((total, part) => total + bytes(part), 0);

const LINES: Array<[string, (result: Result) => string]> = [
	['rows in the source', ({ comparison }) => count(comparison.expected)],
	['rows sent', ({ outcome }) => count(outcome.summary.rows)],
	['rows found in Domo', ({ comparison }) => count(comparison.found)],
	['rows missing', ({ comparison }) => count(comparison.missing)],
	['rows too many', ({ comparison }) => count(comparison.surplus)],
	['rows out of place', ({ comparison }) => count(comparison.outOfPlace)],
	['parts', ({ parts }) => count(parts.length)],
	['CSV', ({ parts }) => megabytes(sum(parts, ({ rawBytes }) => rawBytes))],
	['sent, gzipped', ({ parts }) => megabytes(sum(parts, ({ sentBytes }) => sentBytes))],
	[
		'compression',
		({ parts }) =>
			`${(sum(parts, ({ rawBytes }) => rawBytes) / sum(parts, ({ sentBytes }) => sentBytes)).toFixed(1)} : 1`,
	],
	['time until all parts were in', ({ uploadMs }) => `${(uploadMs / 1000).toFixed(1)} s`],
	[
		'CSV per second until then',
		({ parts, uploadMs }) => `${megabytes(sum(parts, ({ rawBytes }) => rawBytes) / (uploadMs / 1000))}/s`,
	],
	['retries', ({ outcome }) => count(outcome.summary.retries)],
	[`peak memory (heap cap ${HEAP_CAP_MIB} MiB)`, ({ outcome }) => megabytes(outcome.peakBytes)],
	['  of which above idle n8n', ({ outcome }) => megabytes(outcome.peakBytes - outcome.idleBytes)],
];

/** All results, a column each. */
export function resultTable(results: Result[]): string {
	const rows = [
		['', ...results.map(({ name }) => name)],
		...LINES.map(([title, read]) => [title, ...results.map(read)]),
	];
	const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
	const lines = rows.map((row) =>
		row
			.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
			.join('  '),
	);
	lines.splice(1, 0, '-'.repeat(lines[0].length));
	return lines.join('\n');
}
