/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { createReadStream } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { giveBack, passedOn } from '../../transfer/csv/ownChunks';

const bytes = (length: number) => Buffer.from(Array.from({ length }, (_, i) => (i * 7) % 251));
async function* chunksOf(...chunks: Buffer[]): AsyncGenerator<Uint8Array> {
	yield* chunks;
}

test('a chunk that is all of its memory is empty once the next is drawn, and not before', async () => {
	const given = [Buffer.allocUnsafeSlow(70_000).fill(1), Buffer.allocUnsafeSlow(70_000).fill(2)];
	const seen: number[] = [];
	for await (const chunk of passedOn(chunksOf(...given), true)) {
		seen.push(chunk[0], chunk.length);
		if (seen.length === 4) expect(given[0]).toHaveLength(0);
	}
	expect(seen).toEqual([1, 70_000, 2, 70_000]);
	expect(given[1]).toHaveLength(0);
});

test('chunks that are not our own stay as they are', async () => {
	const given = Buffer.allocUnsafeSlow(70_000).fill(1);
	for await (const chunk of passedOn(chunksOf(given), false)) expect(chunk).toBe(given);
	expect(given).toHaveLength(70_000);
});

test.each([
	['a part of a larger memory', () => Buffer.allocUnsafeSlow(100).subarray(0, 99)],
	["a part of Node's pool", () => Buffer.from('text')],
	['shared memory', () => Buffer.from(new SharedArrayBuffer(10))],
	['nothing', () => Buffer.alloc(0)],
])('%s is not given back', (_, make) => {
	const chunk = make();
	const { length } = chunk;
	giveBack(chunk);
	expect(chunk).toHaveLength(length);
});

test('a file on disk is read as it is, each of its chunks given back', async () => {
	const path = join(tmpdir(), `own-chunks-${process.pid}`);
	const whole = bytes(300_001);
	await writeFile(path, whole);
	try {
		const read: Buffer[] = [];
		const drawn: Uint8Array[] = [];
		for await (const chunk of passedOn(createReadStream(path, { highWaterMark: 65_536 }), true)) {
			read.push(Buffer.from(chunk));
			drawn.push(chunk);
		}
		expect(Buffer.concat(read).equals(whole)).toBe(true);
		expect(drawn.map(({ length }) => length)).toEqual(drawn.map(() => 0));
	} finally {
		await rm(path);
	}
});
