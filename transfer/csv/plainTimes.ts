import { hasPlainDayAt } from '../columns/plainForms';

/** HH:m and m:ss as words of four bytes: what is left of digits and colons once these are taken away. */
const HOURS = 0x30303a30;
const SECONDS = 0x303a3030;

/**
 * Knows days and times in Domo's form as PlainForms does, by words of four bytes: a day that is the last one again, as
 * most are, takes three comparisons. Test/property holds both to the same answers.
 */
export class PlainTimes {
	private view: DataView = new DataView(new ArrayBuffer(0));

	/** The last day's bytes: at first 1970-01-01, since any others must be a day, too. */
	private first = 0x31393730;
	private second = 0x2d30312d;
	private third = 0x3031;

	constructor(private bytes: Uint8Array = new Uint8Array(0)) {}

	/** Says which bytes are looked at from now on. */
	look(bytes: Uint8Array): void {
		if (bytes === this.bytes) return;
		this.bytes = bytes;
		this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	}

	/** Whether yyyy-MM-dd is at these 10 bytes, a day that exists. */
	isDayAt(at: number): boolean {
		const { view } = this;
		const first = view.getInt32(at);
		const second = view.getInt32(at + 4);
		const third = view.getInt16(at + 8);
		if (first === this.first && second === this.second && third === this.third) return true;
		if (!hasPlainDayAt(this.bytes, at)) return false;
		this.first = first;
		this.second = second;
		this.third = third;
		return true;
	}

	/** Whether HH:mm:ss is at these 8 bytes. */
	isTimeAt(at: number): boolean {
		const { view } = this;
		const hours = view.getInt32(at) ^ HOURS;
		const seconds = view.getInt32(at + 4) ^ SECONDS;
		// High halves of digits and all of colons are gone, no digit is above 9, and none of tens above 5.
		if (((hours & 0xf0f0fff0) | (seconds & 0xf0fff0f0)) !== 0) return false;
		if ((((hours + 0x0606000a) & 0x10100010) | ((seconds + 0x06000a06) & 0x10001010)) !== 0) return false;
		return (hours >> 24) * 10 + ((hours >> 16) & 15) < 24;
	}
}
