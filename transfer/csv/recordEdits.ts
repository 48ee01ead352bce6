import { turnDay } from '../columns/commonDates';

/**
 * What is to be changed in a record's bytes, so that it is in Domo's form: as long as nothing says that all of its
 * fields are taken, not a byte of it is touched. No change moves what is behind it.
 */
export class RecordEdits {
	/** How many values of each field were converted, in the records changed so far. */
	readonly converted: Int32Array;

	/** Whether a value was converted since somebody has said that none was. */
	hasConverted = false;

	private view: DataView = new DataView(new ArrayBuffer(0));

	private readonly bytesAt: Int32Array;
	private readonly newBytes: Uint8Array;
	private bytes = 0;

	private readonly daysAt: Int32Array;
	private readonly orders: Uint8Array;
	private days = 0;

	private readonly fields: Int32Array;
	private values = 0;

	/** @param fields of a record: each may have a value to convert, a T to get, and a delimiter behind it */
	constructor(fields: number) {
		this.converted = new Int32Array(fields);
		this.bytesAt = new Int32Array(2 * fields);
		this.newBytes = new Uint8Array(2 * fields);
		this.daysAt = new Int32Array(fields);
		this.orders = new Uint8Array(fields);
		this.fields = new Int32Array(fields);
	}

	/** Says which bytes are changed from now on. */
	look(bytes: Uint8Array): void {
		const { buffer, byteOffset, byteLength } = bytes;
		if (this.view.buffer === buffer && this.view.byteOffset === byteOffset) return;
		this.view = new DataView(buffer, byteOffset, byteLength);
	}

	/** Forgets what was noted of a record. */
	clear(): void {
		this.bytes = this.days = this.values = 0;
	}

	/** Notes a byte that becomes another. */
	noteByte(at: number, newByte: number): void {
		this.bytesAt[this.bytes] = at;
		this.newBytes[this.bytes++] = newByte;
	}

	/** Notes a day that becomes yyyy-MM-dd. */
	noteDay(at: number, order: number): void {
		this.daysAt[this.days] = at;
		this.orders[this.days++] = order;
	}

	/** Notes that a field's value is converted by that. */
	noteConverted(field: number): void {
		this.fields[this.values++] = field;
	}

	/** Changes a record as was noted. */
	apply(): void {
		const { view, bytesAt, newBytes, daysAt, orders, fields, converted } = this;
		for (let k = 0; k < this.bytes; k++) view.setUint8(bytesAt[k], newBytes[k]);
		for (let k = 0; k < this.days; k++) turnDay(view, daysAt[k], orders[k]);
		for (let k = 0; k < this.values; k++) converted[fields[k]]++;
		if (this.values > 0) this.hasConverted = true;
		this.clear();
	}
}
