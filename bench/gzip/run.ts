/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console */
/**
 * The fast gzip beside zlib and `CompressionStream`, on one thread: MB of CSV per second of processor time, the best of
 * several rounds, and the ratio.
 *
 *   npm run bench:gzip
 */
import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';

import { gzipKernels } from '../../transfer/parts/gzipKernel';
import { GzipMember, memberBoundBytes } from '../../transfer/parts/gzipMember';
import { gzipHeadroomBytes, gzipInPlace } from '../../transfer/parts/gzip';
import { csvText } from '../csvText';
import { flightsCsv } from '../flightsCsv';
import { columnsOf, makeItems, type Shape } from '../tables';

const BYTES = 16_000_000;
const PART_BYTES = 8_000_000;
const ROUNDS = 7;

const table = (shape: Shape, rows: number) =>
	Buffer.from(
		csvText(
			makeItems(shape, rows),
			columnsOf(shape).map(({ name }) => name),
		),
	);

/** IDs, hashes and a sentence: text that hardly repeats. */
function hashes(): Buffer {
	const md5 = (text: string) => createHash('md5').update(text).digest('hex');
	const lines = Array.from(
		{ length: BYTES / 100 },
		(_, row) =>
			`${row},${md5(`a${row}`)},"note ${md5(`b${row}`).slice(8)} about customer ${row % 977}",${row / 8}\n`,
	);
	return Buffer.from(lines.join(''));
}

const tables: Array<[name: string, csv: () => Buffer]> = [
	['flights', () => Buffer.concat([...flightsCsv(BYTES)])],
	['mixed columns', () => table('narrow', BYTES / 80)],
	['sentences of few words', () => table('text', BYTES / 800)],
	['hashes', hashes],
];

const member = new GzipMember(gzipKernels.take()!);
const target = Buffer.allocUnsafeSlow(memberBoundBytes(PART_BYTES));

function fast(part: Buffer): Buffer {
	member.begin(part, target);
	while (!member.writeBlock());
	return target.subarray(0, member.bytes);
}

async function compressionStream(part: Buffer): Promise<Buffer> {
	const from = gzipHeadroomBytes(part.length);
	const memory = Buffer.allocUnsafeSlow(from + part.length);
	part.copy(memory, from);
	return await gzipInPlace(memory, from, memory.length, new AbortController().signal);
}

const ways: Array<[name: string, gzip: (part: Buffer) => Buffer | Promise<Buffer>]> = [
	['fast', fast],
	['CompressionStream', compressionStream],
	['zlib 1', (part) => gzipSync(part, { level: 1 })],
	['zlib 6', (part) => gzipSync(part, { level: 6 })],
];

async function measure(csv: Buffer): Promise<string[]> {
	const parts: Buffer[] = [];
	for (let at = 0; at < csv.length; at += PART_BYTES) parts.push(csv.subarray(at, at + PART_BYTES));
	const best = ways.map(() => ({ ms: Infinity, bytes: 0 }));
	for (let round = 0; round < ROUNDS; round++) {
		for (const [index, [, gzip]] of ways.entries()) {
			let bytes = 0;
			let ms = 0;
			for (const part of parts) {
				const before = process.cpuUsage();
				const body = await gzip(part);
				const { user, system } = process.cpuUsage(before);
				ms += (user + system) / 1000;
				bytes += body.length;
				if (round === 0 && !gunzipSync(body).equals(part)) throw new Error('gzip has changed the bytes');
			}
			best[index] = { ms: Math.min(best[index].ms, ms), bytes };
		}
	}
	return best.map(
		({ ms, bytes }) => `${Math.round(csv.length / 1000 / ms)} MB/s, ${(csv.length / bytes).toFixed(2)} : 1`,
	);
}

async function run(): Promise<void> {
	const row = (cells: string[]) => console.log(`| ${cells.join(' | ')} |`);
	row(['', ...ways.map(([name]) => name)]);
	row(['---', ...ways.map(() => '---')]);
	for (const [name, csv] of tables) row([name, ...(await measure(csv()))]);
}

void run();
