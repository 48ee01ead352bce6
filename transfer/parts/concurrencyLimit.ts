/**
 * How many requests may be under way at once: never more than the user's number, halved when Domo is busy (429,
 * 503), grown again by one after as many good answers as requests are allowed.
 */
export class ConcurrencyLimit {
	private allowed: number;
	private underWay = 0;
	private goodAnswers = 0;
	private readonly waiters: Array<() => void> = [];

	constructor(private readonly max: number) {
		this.allowed = max;
	}

	/** Waits for a place; every place taken must be left again. */
	async enter(): Promise<void> {
		// Asked again after every wake-up: another request may have taken the place, or the limit may have sunk.
		while (this.underWay >= this.allowed) {
			await new Promise<void>((resolve) => {
				this.waiters.push(resolve);
			});
		}
		this.underWay++;
	}

	leave(): void {
		this.underWay--;
		this.waiters.shift()?.();
	}

	busy(): void {
		this.allowed = Math.max(1, Math.floor(this.allowed / 2));
		this.goodAnswers = 0;
	}

	good(): void {
		if (this.allowed === this.max || ++this.goodAnswers < this.allowed) return;
		this.allowed++;
		this.goodAnswers = 0;
		this.waiters.shift()?.();
	}
}
