/** Room for gzip's own bytes around data that does not shrink: header, trailer and 5 bytes a stored block. */
export function gzipBoundBytes(rawBytes: number): number {
	return rawBytes + Math.ceil(rawBytes / 1000) + 1024;
}

/**
 * Gzips blocks into one Buffer, as exactly one gzip member.
 *
 * `CompressionStream` is the only gzip a verified n8n package may use: level 6, on libuv's thread pool beside the
 * JS thread, so several calls run at once.
 *
 * @param blocks in order; 256 kB to 1 MB each is fastest
 * @param out where the gzipped bytes go, at least `gzipBoundBytes` of all blocks together
 * @param onBlockDone called with each block once nothing reads it any more, and how many gzipped bytes there are
 *   so far
 * @returns the used part of `out`
 * @throws the signal's reason when it fires
 */
export async function gzipBlocks(
	blocks: readonly Buffer[],
	out: Buffer,
	signal: AbortSignal,
	onBlockDone: (block: Buffer, gzippedBytes: number) => void,
): Promise<Buffer> {
	const { readable, writable } = new CompressionStream('gzip');
	const writer = writable.getWriter();
	const reader = readable.getReader();
	let gzippedBytes = 0;

	const feed = async () => {
		for (let i = 0; i < blocks.length; i++) {
			signal.throwIfAborted();
			await writer.write(blocks[i]);
			// A write may be done before zlib has read a small block; once the next one is done, it has.
			if (i > 0) onBlockDone(blocks[i - 1], gzippedBytes);
		}
		await writer.close();
	};
	const collect = async () => {
		for (;;) {
			const { done, value } = await reader.read();
			if (done) return;
			out.set(value as Uint8Array, gzippedBytes);
			gzippedBytes += (value as Uint8Array).length;
		}
	};

	const collected = collect();
	try {
		await Promise.all([feed(), collected]);
	} finally {
		// After a stop both ends are let go, and the reading end is waited for: no promise is left to reject unseen.
		await writer.abort().catch(() => undefined);
		await collected.catch(() => undefined);
	}
	const last = blocks.at(-1);
	if (last) onBlockDone(last, gzippedBytes);
	return out.subarray(0, gzippedBytes);
}
