/** Writes bits into a Buffer, the first one lowest in its byte. */
export class BitWriter {
	/** Where the next whole byte goes. */
	at = 0;
	/** Bits that do not fill a byte yet, and how many: 0…7 between two calls. */
	bits = 0;
	bitCount = 0;

	/** @param view what is written into; its bytes up to 4 behind `at` may be overwritten */
	view: DataView = new DataView(new ArrayBuffer(0));
	private target: Uint8Array = new Uint8Array(0);

	begin(target: Uint8Array, at: number): void {
		this.target = target;
		this.view = new DataView(target.buffer, target.byteOffset, target.length);
		this.at = at;
		this.bits = 0;
		this.bitCount = 0;
	}

	/** @param value below 2^count @param count at most 24 */
	write(value: number, count: number): void {
		this.bits |= value << this.bitCount;
		this.bitCount += count;
		this.view.setInt32(this.at, this.bits, true);
		this.at += this.bitCount >>> 3;
		this.bits >>>= this.bitCount & 24;
		this.bitCount &= 7;
	}

	/** Fills the last byte up. */
	alignToByte(): void {
		if (this.bitCount === 0) return;
		this.view.setUint8(this.at++, this.bits);
		this.bits = 0;
		this.bitCount = 0;
	}

	/** Only where the last byte is full. */
	copy(bytes: Uint8Array, from: number, to: number): void {
		this.target.set(bytes.subarray(from, to), this.at);
		this.at += to - from;
	}
}
