/** How long something takes for each byte. Older measurements count half as much each time: paces change within a run. */
export class Pace {
	private bytes = 0;
	private ms = 0;

	/** @param assumed milliseconds per byte, until something is measured */
	constructor(private readonly assumed: () => number) {}

	measured(bytes: number, ms: number): void {
		this.bytes = this.bytes / 2 + bytes;
		this.ms = this.ms / 2 + ms;
	}

	get msPerByte(): number {
		return this.bytes === 0 ? this.assumed() : this.ms / this.bytes;
	}
}
