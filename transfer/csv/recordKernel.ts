import { KernelModule } from '../kernelModule';
import { RECORD_KERNEL_BASE64 } from './recordKernelBytes';

/** What kernel/records.ts exports; a `usize` is a number here. Addresses of its memory end in `At`. */
export interface RecordKernel {
	readonly memory: { readonly buffer: ArrayBuffer };
	mostFields(): number;
	/** @returns how many records one call of `read` may read where so many fields are noted */
	mostRecords(noted: number): number;
	/** Of each field a byte: a PlainField or InPlaceField, whether it may be blank, whether `\N` is taken, the order of days. */
	formsAt(): number;
	blanksAt(): number;
	nullTextsAt(): number;
	ordersAt(): number;
	/** 4 bytes each: the fields of which it is noted where they begin. */
	notedAt(): number;
	/** 4 bytes each: how many values of each field were converted. */
	countsAt(): number;
	/**
	 * 4 bytes each, of the records read last: where they begin, behind them, the line ends before them (and all), and where
	 * their noted fields begin.
	 */
	startsAt(): number;
	endsAt(): number;
	linesAt(): number;
	beginsAt(): number;
	/** @returns whether all bytes of these records are ASCII: not 0. A byte behind them may say no. */
	isAscii(): number;
	/** @returns where the first of bytes [from, to) is that is no part of a character of UTF-8, or `to` */
	utf8EndsAt(from: number, to: number): number;
	windowAt(): number;
	/** Makes the window at least so large. @returns not 0 where there is memory for it. The memory's buffer is another one if it grew */
	growWindow(bytes: number): number;
	/** @param isEditing whether bytes may be changed: not 0 */
	begin(fields: number, delimiter: number, isEditing: number): void;
	/** @returns how many records were read, from `from` on; a line feed is at `to` */
	read(from: number, to: number, linesBefore: number, most: number, noted: number): number;
}

/** Of ended loads: the next one takes theirs. Each has half a megabyte. */
const MOST_IDLE = 2;

/** A window that was made larger is not kept: it would stay large. */
const LARGEST_KEPT_BYTES = 1024 * 1024;

const kernels = new KernelModule<RecordKernel>(RECORD_KERNEL_BASE64, MOST_IDLE);

/** See KernelModule. */
export function takeRecordKernel(): RecordKernel | undefined {
	return kernels.take();
}

/** See KernelModule. */
export function giveBackRecordKernel(kernel: RecordKernel): void {
	if (kernel.memory.buffer.byteLength <= LARGEST_KEPT_BYTES) kernels.giveBack(kernel);
}
