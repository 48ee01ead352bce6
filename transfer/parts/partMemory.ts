import { gzipHeadroomBytes } from './gzip';

/** A part is asked for below its room, so that the record that crosses the limit nearly always still fits. */
const ROOM_FOR_LAST_RECORD_BYTES = 256 * 1024;

/** How large a Buffer must be for a part of so many raw bytes. */
export function partMemoryBytes(rawBytes: number): number {
	return gzipHeadroomBytes(rawBytes) + rawBytes + ROOM_FOR_LAST_RECORD_BYTES;
}

/** How many raw bytes have a Buffer of so many bytes as their `partMemoryBytes`; less than 0 for none. */
export function rawBytesWithin(memoryBytes: number): number {
	return Math.floor(((memoryBytes - partMemoryBytes(0)) * 1000) / 1001) - 1;
}

/** Where a part's raw bytes are put together, with the headroom before them that gzipping in place needs. */
export class PartMemory {
	/** Where the raw bytes begin. */
	from: number;

	/** How many there are. */
	rawBytes = 0;

	/** @param bytes `partMemoryBytes` of what is likely to come; left for a larger one where that is not enough */
	constructor(public bytes: Buffer) {
		this.from = headroomIn(bytes);
	}

	get raw(): Buffer {
		return this.bytes.subarray(this.from, this.from + this.rawBytes);
	}

	/** The room behind the raw bytes, for the next block of records; at least `ROOM_FOR_LAST_RECORD_BYTES`. */
	room(): Buffer {
		if (this.bytes.length - this.from - this.rawBytes < ROOM_FOR_LAST_RECORD_BYTES) this.grow(this.rawBytes);
		return this.bytes.subarray(this.from + this.rawBytes);
	}

	/** Takes a block of records, which may stand in the room already. */
	add(block: Buffer, room: Buffer): void {
		if (block.buffer !== room.buffer) {
			if (block.length > room.length) this.grow(block.length);
			block.copy(this.bytes, this.from + this.rawBytes);
		}
		this.rawBytes += block.length;
	}

	private grow(extraBytes: number): void {
		const larger = Buffer.allocUnsafeSlow(partMemoryBytes(this.rawBytes + extraBytes));
		const from = headroomIn(larger);
		this.raw.copy(larger, from);
		this.bytes = larger;
		this.from = from;
	}
}

/** Enough for whatever the Buffer can hold. */
function headroomIn(bytes: Buffer): number {
	return gzipHeadroomBytes(bytes.length);
}
