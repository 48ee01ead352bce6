/** A share of the budget, held by one part from its cut to Domo's answer. */
export interface Reservation {
	/** Gives back what is no longer needed; a share never grows. */
	shrinkTo(bytes: number): void;
	release(): void;
}

interface Waiter {
	bytes: number;
	grant: (reservation: Reservation) => void;
}

/**
 * Bounds how many bytes of parts, raw and gzipped together, are in memory at once. Shares are given in the order
 * they were asked for, so a large part can't be passed over for ever.
 */
export class MemoryBudget {
	private usedBytes = 0;
	private readonly waiters: Waiter[] = [];
	/** The most that was ever held at once, for tests and the bench. */
	peakBytes = 0;

	constructor(readonly totalBytes: number) {}

	/**
	 * Waits for a share. More than the whole budget is taken as the whole budget, so that one part always fits.
	 *
	 * @throws the signal's reason when it fires first
	 */
	async reserve(bytes: number, signal: AbortSignal): Promise<Reservation> {
		signal.throwIfAborted();
		return await new Promise<Reservation>((resolve, reject) => {
			const onAbort = () => {
				const place = this.waiters.indexOf(waiter);
				if (place >= 0) this.waiters.splice(place, 1);
				reject(signal.reason as Error);
				// Those behind may fit where this one did not.
				this.grantWaiting();
			};
			const waiter: Waiter = {
				bytes: Math.min(bytes, this.totalBytes),
				grant: (reservation) => {
					signal.removeEventListener('abort', onAbort);
					resolve(reservation);
				},
			};
			signal.addEventListener('abort', onAbort, { once: true });
			this.waiters.push(waiter);
			this.grantWaiting();
		});
	}

	private grantWaiting(): void {
		while (this.waiters.length > 0 && this.usedBytes + this.waiters[0].bytes <= this.totalBytes) {
			const { bytes, grant } = this.waiters.shift() as Waiter;
			grant(this.take(bytes));
		}
	}

	private take(bytes: number): Reservation {
		let heldBytes = bytes;
		this.usedBytes += bytes;
		this.peakBytes = Math.max(this.peakBytes, this.usedBytes);
		const shrinkTo = (toBytes: number) => {
			if (toBytes >= heldBytes) return;
			this.usedBytes -= heldBytes - toBytes;
			heldBytes = toBytes;
			this.grantWaiting();
		};
		return { shrinkTo, release: () => shrinkTo(0) };
	}
}
