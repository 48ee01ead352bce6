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
	/** Makes the window at least so large. @returns not 0 where there is memory for it; the memory's buffer is another one then */
	growWindow(bytes: number): number;
	/** @param isEditing whether bytes may be changed: not 0 */
	begin(fields: number, delimiter: number, isEditing: number): void;
	/** @returns how many records were read, from `from` on; a line feed is at `to` */
	read(from: number, to: number, linesBefore: number, most: number, noted: number): number;
}

const kernels = new KernelModule<RecordKernel>(RECORD_KERNEL_BASE64);

/** Kernels that are not in use. Two files are read at once at the most, and a kernel holds about a megabyte. */
const idle: RecordKernel[] = [];
const MOST_IDLE = 2;

/** A window that was made larger is not kept: it would stay large. */
const LARGEST_KEPT_BYTES = 1024 * 1024;

/** @returns a kernel that nobody else has until it is given back, or undefined where the process may not have its memory */
export function takeRecordKernel(): RecordKernel | undefined {
	try {
		return idle.pop() ?? kernels.newKernel();
	} catch {
		return undefined;
	}
}

/** Takes back a kernel that is never touched again by who had it. */
export function giveBackRecordKernel(kernel: RecordKernel): void {
	if (idle.length < MOST_IDLE && kernel.memory.buffer.byteLength <= LARGEST_KEPT_BYTES) idle.push(kernel);
}
