/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions */
/** Our own gzip: every decompressor gives the bytes back, whatever they are and wherever blocks and windows end. */
import { spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { crc32, createGunzip, gunzipSync, gzipSync } from 'node:zlib';

import fc from 'fast-check';

import { flightsCsv } from '../../bench/flightsCsv';
import { FastGzip } from '../../transfer/parts/fastGzip';
import { gzipKernels } from '../../transfer/parts/gzipKernel';
import { gzipHeadroomBytes } from '../../transfer/parts/gzip';
import {
	BLOCK_BYTES,
	GzipMember,
	memberBoundBytes,
	memberHeadroomBytes,
} from '../../transfer/parts/gzipMember';
import { runs } from '../support/runs';

const WINDOW_BYTES = 32 * 1024;
/** A last match, and the last bytes, come on top. */
const LONGEST_BLOCK_BYTES = BLOCK_BYTES + 258 + 8;
/** What the kernel holds of raw bytes. */
const KERNEL_RAW_BYTES = 256 * 1024;

const member = new GzipMember(gzipKernels.take()!);
/** A megabyte. */
const FLIGHTS = Buffer.concat([...flightsCsv(1)]);
const never = new AbortController().signal;
/** What lies around a member's target and must stay as it is. */
const UNTOUCHED = 0xa7;

/** Into memory of its own that is as large as the bound, not a byte more. */
function gzipped(raw: Uint8Array): Buffer {
	const memory = Buffer.alloc(memberBoundBytes(raw.length) + 64, UNTOUCHED);
	const target = memory.subarray(0, memory.length - 64);
	member.begin(raw, target);
	while (!member.writeBlock());
	expect(memory.subarray(-64).every((byte) => byte === UNTOUCHED)).toBe(true);
	return target.subarray(0, member.bytes);
}

/** Within the memory of the raw bytes, with no more headroom than it asks for. */
function gzippedInPlace(raw: Uint8Array): Buffer {
	const from = memberHeadroomBytes(raw.length);
	const memory = Buffer.alloc(from + raw.length);
	memory.set(raw, from);
	member.begin(memory.subarray(from), memory);
	while (!member.writeBlock());
	return memory.subarray(0, member.bytes);
}

function expectMemberOf(body: Buffer, raw: Uint8Array): void {
	expect(body.length).toBeLessThanOrEqual(memberBoundBytes(raw.length));
	expect(gunzipSync(body).equals(raw)).toBe(true);
	// One member, which fills the body to its end: its trailer is that of all the bytes.
	expect(body.readUInt32LE(body.length - 8)).toBe(crc32(raw));
	expect(body.readUInt32LE(body.length - 4)).toBe(raw.length);
}

/** What must hold of any bytes. */
function expectRoundTrip(raw: Uint8Array): void {
	const body = gzipped(raw);
	expectMemberOf(body, raw);
	expect(gzippedInPlace(raw).equals(body)).toBe(true);
}

async function throughDecompressionStream(body: Uint8Array): Promise<Buffer> {
	const stream = new Blob([Uint8Array.from(body)]).stream().pipeThrough(new DecompressionStream('gzip'));
	return Buffer.from(await new Response(stream).arrayBuffer());
}

/** A run of bytes of one kind: what they are is drawn, so that a failure can be shrunk. */
const piece = fc.oneof(
	fc.uint8Array({ maxLength: 3_000 }).map((bytes) => Buffer.from(bytes)),
	fc
		.tuple(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.integer({ min: 1, max: 400 }))
		.map(([bytes, times]) => Buffer.concat(Array.from({ length: times }, () => bytes))),
	fc
		.tuple(fc.nat(255), fc.integer({ min: 1, max: 70_000 }))
		.map(([byte, length]) => Buffer.alloc(length, byte)),
	fc
		.array(fc.tuple(fc.integer(), fc.constantFrom('open', 'paid', 'returned', '"a, b"', '')), {
			maxLength: 500,
		})
		.map((rows) => Buffer.from(rows.map(([id, state]) => `${id},${state},2024-02-29\n`).join(''))),
	// Noise, all of it stored: seeded, as a drawn array of that length would be slow.
	fc.tuple(fc.integer(), fc.integer({ min: 1, max: 140_000 })).map(([seed, length]) => noise(seed, length)),
);

function noise(seed: number, length: number): Buffer {
	const bytes = Buffer.alloc(length);
	let state = seed | 1;
	for (let i = 0; i < length; i++) {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		bytes[i] = state >>> 11;
	}
	return bytes;
}

/** The same few pieces in any order, so that matches lie at any distance, within the window and beyond it. */
const anyBytes = fc
	.tuple(fc.array(piece, { minLength: 1, maxLength: 5 }), fc.array(fc.nat(4), { minLength: 1, maxLength: 9 }))
	.map(([pieces, order]) => Buffer.concat(order.map((index) => pieces[index % pieces.length])));

it('gives any bytes back, in memory of its own and in place, within the bound', () => {
	fc.assert(fc.property(anyBytes, expectRoundTrip), { numRuns: runs(60, 1_000) });
}, 300_000);

it('gives any bytes back through DecompressionStream', async () => {
	await fc.assert(
		fc.asyncProperty(anyBytes, async (raw) => {
			expect((await throughDecompressionStream(gzipped(raw))).equals(raw)).toBe(true);
		}),
		{ numRuns: runs(20, 200) },
	);
}, 300_000);

it('gives any bytes back to a decompressor that gets them in pieces', async () => {
	await fc.assert(
		fc.asyncProperty(
			anyBytes,
			fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1 }),
			async (raw, cuts) => {
				const body = gzipped(raw);
				const gunzip = createGunzip();
				const chunks: Buffer[] = [];
				gunzip.on('data', (chunk: Buffer) => chunks.push(chunk));
				const ended = new Promise((resolve, reject) => gunzip.on('end', resolve).on('error', reject));
				for (let at = 0, turn = 0; at < body.length; turn++) {
					const to = at + cuts[turn % cuts.length];
					gunzip.write(body.subarray(at, to));
					at = to;
				}
				gunzip.end();
				await ended;
				expect(Buffer.concat(chunks).equals(raw)).toBe(true);
			},
		),
		{ numRuns: runs(10, 100) },
	);
}, 300_000);

const hasCommand = (command: string) => spawnSync(command, ['--version']).status === 0;

describe.each(['gzip', 'pigz'].filter(hasCommand))('%s', (command) => {
	it('takes it for sound, and gives the bytes back', () => {
		const raw = Buffer.concat([FLIGHTS, noise(7, 200_000), Buffer.alloc(300_000, 'ab')]);
		const body = gzipped(raw);
		expect(spawnSync(command, ['-t'], { input: body }).status).toBe(0);
		const { stdout } = spawnSync(command, ['-dc'], { input: body, maxBuffer: 2 * raw.length });
		expect(stdout.equals(raw)).toBe(true);
	});
});

describe('bytes of each kind, at every limit and beside it', () => {
	const limits = [
		0,
		1,
		2,
		6,
		8,
		14,
		258,
		WINDOW_BYTES,
		0xffff,
		BLOCK_BYTES,
		BLOCK_BYTES + 258,
		LONGEST_BLOCK_BYTES,
		2 * BLOCK_BYTES,
		3 * BLOCK_BYTES,
		KERNEL_RAW_BYTES,
		KERNEL_RAW_BYTES + BLOCK_BYTES,
		2 * KERNEL_RAW_BYTES - WINDOW_BYTES,
	];
	const lengths = [...new Set(limits.flatMap((limit) => [limit - 1, limit, limit + 1]))].filter(
		(n) => n >= 0,
	);
	const kinds: Array<[string, (length: number) => Buffer]> = [
		['all equal', (length) => Buffer.alloc(length, 'x')],
		['all zero', (length) => Buffer.alloc(length)],
		['noise', (length) => noise(3, length)],
		['CSV', (length) => FLIGHTS.subarray(0, length)],
		['two bytes in turn', (length) => Buffer.alloc(length, 'ab')],
		// 258 bytes, the longest match, then another byte: matches end at every place of a block's end.
		['longest matches', (length) => Buffer.alloc(length, `${'y'.repeat(258)}z`)],
		// The same noise again at the window's limit, and just beyond it.
		['repeats at the window', (length) => repeating(noise(5, WINDOW_BYTES), length)],
		['repeats beyond the window', (length) => repeating(noise(5, WINDOW_BYTES + 1), length)],
		['each byte once', (length) => Buffer.from(Array.from({ length }, (_, index) => index & 0xff))],
		[
			'half noise, half text',
			(length) => Buffer.concat([noise(9, length >> 1), FLIGHTS]).subarray(0, length),
		],
	];

	it.each(kinds)('%s', (_, make) => {
		for (const length of lengths) expectRoundTrip(make(length));
	});

	it('finds what lies exactly a window back, and nothing beyond', () => {
		const once = noise(5, WINDOW_BYTES);
		expect(gzipped(Buffer.concat([once, once])).length).toBeLessThan(1.1 * WINDOW_BYTES);
		const further = noise(5, WINDOW_BYTES + 1);
		expect(gzipped(Buffer.concat([further, further])).length).toBeGreaterThan(2 * WINDOW_BYTES);
	});
});

function repeating(bytes: Buffer, length: number): Buffer {
	return Buffer.alloc(length, bytes);
}

describe('a target of its own', () => {
	it('may lie in the same memory as the data, before or behind them', () => {
		const bound = memberBoundBytes(FLIGHTS.length);
		const memory = Buffer.alloc(FLIGHTS.length + bound);
		for (const [rawAt, targetAt] of [
			[0, FLIGHTS.length],
			[bound, 0],
		]) {
			FLIGHTS.copy(memory, rawAt);
			const target = memory.subarray(targetAt, targetAt + bound);
			member.begin(memory.subarray(rawAt, rawAt + FLIGHTS.length), target);
			while (!member.writeBlock());
			expectMemberOf(target.subarray(0, member.bytes), FLIGHTS);
		}
	});

	it('that is smaller than the bound is refused before anything is written', () => {
		const target = Buffer.alloc(memberBoundBytes(FLIGHTS.length) - 1, UNTOUCHED);
		expect(() => member.begin(FLIGHTS, target)).toThrow('headroom');
		expect(target.every((byte) => byte === UNTOUCHED)).toBe(true);
	});
});

describe('the corpora', () => {
	const files = ['blns.json', 'csv-parse.json', 'papaparse.json'].map((name) =>
		join(__dirname, '../corpora', name),
	);

	it.each(files)('%s, whole and in pieces', (file) => {
		const raw = readFileSync(file);
		expectRoundTrip(raw);
		for (let length = 1; length < raw.length; length = 2 * length + 1) expectRoundTrip(raw.subarray(-length));
	});
});

describe('sizes', () => {
	it('CSV takes at most 1.15 times the bytes of zlib level 6', () => {
		expect(gzipped(FLIGHTS).length).toBeLessThan(1.15 * gzipSync(FLIGHTS, { level: 6 }).length);
	});

	it('noise is stored: 5 bytes for each stored block and the frame on top', () => {
		for (const length of [1, 1_000, 0xffff, 1_000_000]) {
			const raw = randomFillSync(Buffer.alloc(length));
			expect(gzipped(raw).length).toBeLessThanOrEqual(length + 18 + 10 * Math.ceil(length / BLOCK_BYTES));
		}
	});

	it('the headroom of parts is enough for it', () => {
		fc.assert(
			fc.property(fc.nat(2 ** 32), (rawBytes) => {
				expect(gzipHeadroomBytes(rawBytes)).toBeGreaterThanOrEqual(memberHeadroomBytes(rawBytes));
			}),
		);
	});

	it('the bytes after a run of codes with the longest bits are not outgrown', () => {
		// Frequencies like Fibonacci numbers make codes as long as they get, all at the beginning of a block.
		const counts = [1, 1];
		while (counts.length < 22) counts.push(counts[counts.length - 1] + counts[counts.length - 2]);
		const bytes = counts.flatMap((count, index) => Array.from({ length: count }, () => index * 7));
		expectRoundTrip(Buffer.from(bytes));
		expectRoundTrip(Buffer.from(bytes.reverse()));
	});
});

describe('parts', () => {
	it('are gzipped by zlib and by ours to members of the same bytes, one after the other in one memory', async () => {
		const gzip = new FastGzip();
		const raws = [FLIGHTS, noise(1, 500_000), Buffer.alloc(700_000, 'q')];
		const bodies = await Promise.all(
			raws.map(async (raw) => {
				const from = gzipHeadroomBytes(raw.length);
				const memory = Buffer.alloc(from + raw.length);
				raw.copy(memory, from);
				return await gzip.inPlace(memory, from, memory.length, never);
			}),
		);
		bodies.forEach((body, index) => expectMemberOf(body, raws[index]));
	});

	it('are gzipped densely where V8 gives no memory to WebAssembly', async () => {
		const take = jest.spyOn(gzipKernels, 'take').mockReturnValue(undefined);
		const gzip = new FastGzip();
		const from = gzipHeadroomBytes(FLIGHTS.length);
		const memory = Buffer.concat([Buffer.alloc(from), FLIGHTS]);
		const body = await gzip.inPlace(memory, from, memory.length, never);
		take.mockRestore();
		expect(gzip.isAvailable).toBe(false);
		expectMemberOf(Buffer.from(body), FLIGHTS);
	});

	it('refuse too little headroom instead of overwriting what is not read yet', async () => {
		const memory = randomFillSync(Buffer.alloc(2_000_000));
		const before = Buffer.from(memory);
		await expect(new FastGzip().inPlace(memory, 300, memory.length, never)).rejects.toThrow('headroom');
		expect(memory.equals(before)).toBe(true);
	});

	it('rest every millisecond, and end with the signal', async () => {
		const memory = Buffer.alloc(40_000_000, 'some text that repeats, and repeats\n');
		const gzip = new FastGzip();
		const stop = new AbortController();
		const done = gzip.inPlace(memory, gzipHeadroomBytes(memory.length), memory.length, stop.signal);
		let turns = 0;
		const count = setInterval(() => {
			if (++turns === 3) stop.abort(new Error('stopped'));
		}, 1);
		await expect(done).rejects.toThrow('stopped');
		clearInterval(count);
		// The next one is not held up by it.
		const small = Buffer.alloc(200_000, 'x');
		await gzip.inPlace(small, 150_000, small.length, never);
	});

	// What a block costs in time is the machine's matter; what it may cost at most is a matter of its bytes.
	it('no block is large', () => {
		const kinds = [FLIGHTS, noise(2, 1_000_000), Buffer.alloc(1_000_000), Buffer.alloc(1_000_000, 'ab,cd\n')];
		const target = Buffer.alloc(memberBoundBytes(FLIGHTS.length));
		for (const raw of kinds) {
			member.begin(raw, target);
			let blocks = 1;
			while (!member.writeBlock()) blocks++;
			expect(blocks).toBeGreaterThanOrEqual(Math.ceil(raw.length / LONGEST_BLOCK_BYTES));
		}
	});

	it('between two turns of the event loop no more than a block is begun once time is up', async () => {
		// A clock that says after each block that its time is up.
		let ms = performance.now();
		const clock = jest.spyOn(performance, 'now').mockImplementation(() => (ms += 1_000));
		const blocks = jest.spyOn(GzipMember.prototype, 'writeBlock');
		let turns = 0;
		let mostInATurn = 0;
		let before = 0;
		let isDone = false;
		const watched = (async () => {
			for (; !isDone; turns++) {
				await new Promise((resolve) => setImmediate(resolve));
				mostInATurn = Math.max(mostInATurn, blocks.mock.calls.length - before);
				before = blocks.mock.calls.length;
			}
		})();
		try {
			const gzip = new FastGzip();
			const parts = [FLIGHTS, FLIGHTS].map(async (raw) => {
				const from = gzipHeadroomBytes(raw.length);
				const memory = Buffer.concat([Buffer.alloc(from), raw]);
				await gzip.inPlace(memory, from, memory.length, never);
			});
			await Promise.all(parts);
		} finally {
			isDone = true;
			await watched;
			clock.mockRestore();
			blocks.mockRestore();
		}
		// The last block of one part may be followed by the first of the next.
		expect(mostInATurn).toBeLessThanOrEqual(2);
		expect(turns).toBeGreaterThan(20);
	});
});

it('a gigabyte gives one member, block by block, with its length and CRC', async () => {
	// The same megabytes again and again, each at another place of a block, in memory that is not theirs alone.
	const raw = Buffer.alloc(runs(20_000_000, 1_000_000_000), Buffer.concat([FLIGHTS, noise(4, 99_999)]));
	const target = Buffer.allocUnsafe(memberBoundBytes(raw.length));
	member.begin(raw, target);
	while (!member.writeBlock());
	const body = target.subarray(0, member.bytes);
	let [length, crc] = [0, 0];
	for await (const chunk of Readable.from([body]).pipe(createGunzip())) {
		length += (chunk as Buffer).length;
		crc = crc32(chunk as Buffer, crc);
	}
	expect([length, crc]).toEqual([raw.length, crc32(raw)]);
	expect(body.readUInt32LE(body.length - 8)).toBe(crc);
	expect(body.readUInt32LE(body.length - 4)).toBe(length);
}, 300_000);
