/**
 * Chunks of a file that nobody else has. Each is fresh memory beside V8's heap, and V8 marks all of n8n's heap after
 * every 64 MB of it: that was two thirds of what reading a file took. So their memory is given back once it was read,
 * and not left to the garbage collector.
 */
export class OwnChunks implements AsyncIterable<Uint8Array> {
	/** @param chunks each is in memory that nothing else reads, now or later */
	constructor(private readonly chunks: AsyncIterable<Uint8Array>) {}

	[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
		return this.chunks[Symbol.asyncIterator]();
	}
}

/** What is transferred to a closed port is gone at once. */
const nowhere = new MessageChannel().port1;
nowhere.close();

/** Gives a chunk's memory back, where it has all of it: the chunk is empty then. */
export function giveBack({ buffer, byteLength }: Uint8Array): void {
	if (byteLength === 0 || byteLength !== buffer.byteLength || buffer instanceof SharedArrayBuffer) return;
	nowhere.postMessage(undefined, [buffer]);
}

/** Passes chunks on, each until the next is drawn. Own ones are given back then. */
export async function* passedOn(
	chunks: AsyncIterable<Uint8Array>,
	areOwn: boolean,
): AsyncGenerator<Uint8Array> {
	for await (const chunk of chunks) {
		yield chunk;
		if (areOwn) giveBack(chunk);
	}
}
