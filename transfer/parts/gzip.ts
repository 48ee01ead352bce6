/**
 * What gzip is fed at once: 256 kB to 1 MB is fastest, and the less it is, the less memory gzipping in place needs
 * beside the raw bytes.
 */
const FED_AT_ONCE_BYTES = 256 * 1024;

/** Room for gzip's own bytes around data that does not shrink: header, trailer and 5 bytes a stored block. */
function gzipBoundBytes(rawBytes: number): number {
	return rawBytes + Math.ceil(rawBytes / 1000) + 1024;
}

/**
 * How many bytes must be free before raw bytes that are gzipped in place: what comes out never reaches what has
 * surely been read, as two blocks may be on their way, and data that does not shrink grows a little.
 */
export function gzipHeadroomBytes(rawBytes: number): number {
	return 2 * FED_AT_ONCE_BYTES + gzipBoundBytes(rawBytes) - rawBytes;
}

/**
 * Gzips the end of a Buffer into its beginning, as exactly one gzip member: a part takes no more memory gzipped than
 * raw, whatever it holds.
 *
 * @param memory overwritten from its beginning
 * @param from where the raw bytes begin; at least `gzipHeadroomBytes` of them
 * @param to where they end
 * @returns the gzipped bytes: the used beginning of `memory`
 * @throws the signal's reason when it fires
 */
export async function gzipInPlace(
	memory: Buffer,
	from: number,
	to: number,
	signal: AbortSignal,
): Promise<Buffer> {
	let gzippedBytes = 0;
	let readTo = from;
	await gzip(blocksOf(memory.subarray(from, to)), signal, {
		onChunk: (chunk) => {
			const end = gzippedBytes + chunk.length;
			if (end > readTo) throw new Error('gzip has made more bytes than there was headroom for');
			memory.set(chunk, gzippedBytes);
			gzippedBytes = end;
		},
		onBlockRead: (block) => {
			readTo += block.length;
		},
	});
	return memory.subarray(0, gzippedBytes);
}

interface GzipEvents {
	/** Told of gzipped bytes, in order; may throw to end it. */
	onChunk(chunk: Uint8Array): void;
	/** Told of each block, in order, once nothing reads it any more. */
	onBlockRead(block: Buffer): void;
}

/**
 * `CompressionStream` is the only gzip a verified n8n package may use: level 6, on libuv's thread pool beside the
 * JS thread, so several calls run at once.
 */
async function gzip(
	blocks: Iterable<Buffer>,
	signal: AbortSignal,
	{ onChunk, onBlockRead }: GzipEvents,
): Promise<void> {
	const { readable, writable } = new CompressionStream('gzip');
	const writer = writable.getWriter();
	const reader = readable.getReader();

	const feed = async () => {
		let previous: Buffer | undefined;
		for (const block of blocks) {
			signal.throwIfAborted();
			await writer.write(block);
			// A write may be done before zlib has read a small block; once the next one is done, it has.
			if (previous) onBlockRead(previous);
			previous = block;
		}
		await writer.close();
		if (previous) onBlockRead(previous);
	};
	const collect = async () => {
		for (;;) {
			const { done, value } = await reader.read();
			if (done) return;
			onChunk(value as Uint8Array);
		}
	};

	const collected = collect();
	try {
		await Promise.all([feed(), collected]);
	} finally {
		// After a stop both ends are let go, and the reading end is waited for: no promise is left to reject unseen.
		// The reading end first: a write may be waiting for it.
		await reader.cancel().catch(() => undefined);
		await writer.abort().catch(() => undefined);
		await collected.catch(() => undefined);
	}
}

function* blocksOf(bytes: Buffer): Generator<Buffer> {
	for (let at = 0; at < bytes.length; at += FED_AT_ONCE_BYTES)
		yield bytes.subarray(at, at + FED_AT_ONCE_BYTES);
}
