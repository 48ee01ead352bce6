import { Pace } from './pace';

/**
 * The least share of a part's sending that is taken as the line's own time: a request that Domo was slow to answer must
 * not make the line look endlessly fast.
 */
const LEAST_LINE_SHARE = 0.05;

/** A part that is ready, from then until Domo has answered. */
export interface OnItsWay {
	/** It leaves. */
	begin(): void;
	/**
	 * Domo has answered.
	 *
	 * @param latencyMs what sending takes whatever the bytes: the same for a plain part and a gzipped one, it says nothing
	 *   about which of them is better
	 */
	end(latencyMs: number): void;
	/** It is no longer on its way, whatever became of it; may be called after `end`. */
	drop(): void;
}

/** The line to Domo: how fast it is, and how long it will be busy with what is on its way. */
export class Line {
	/** Of all parts that are sent at the same time, together. */
	private readonly pace = new Pace(() => 0);
	/** Whether a part has arrived. */
	isMeasured = false;
	private waitingBytes = 0;
	private sendingBytes = 0;
	private sending = 0;
	/** How many parts were being sent, summed up over time. */
	private sendingMs = 0;
	private countedAtMs = 0;

	constructor(private readonly now: () => number) {}

	/** Takes note of a part that is ready to be sent. */
	add(bytes: number): OnItsWay {
		let startedAtMs = 0;
		let sendingMsBefore = 0;
		let state: 'waiting' | 'sending' | 'gone' = 'waiting';
		this.waitingBytes += bytes;
		const drop = () => {
			if (state === 'waiting') this.waitingBytes -= bytes;
			if (state === 'sending') this.count(-1, -bytes);
			state = 'gone';
		};
		return {
			begin: () => {
				drop();
				this.count(1, bytes);
				state = 'sending';
				startedAtMs = this.countedAtMs;
				sendingMsBefore = this.sendingMs;
			},
			end: (latencyMs) => {
				drop();
				const ms = Math.max(this.countedAtMs - startedAtMs, 1);
				const lineMs = Math.max(ms - latencyMs, ms * LEAST_LINE_SHARE);
				const sentAtOnce = Math.max((this.sendingMs - sendingMsBefore) / ms, 1);
				this.pace.measured(bytes, lineMs / sentAtOnce);
				this.isMeasured = true;
			},
			drop,
		};
	}

	/** How long it takes for each byte, latency left out. */
	get msPerByte(): number {
		return this.pace.msPerByte;
	}

	/** How long the parts on their way will keep the line busy; undefined until the first has arrived. */
	get busyForMs(): number | undefined {
		if (!this.isMeasured) return undefined;
		// Of those that are being sent, half is still to go on average.
		return (this.waitingBytes + this.sendingBytes / 2) * this.pace.msPerByte;
	}

	private count(parts: number, bytes: number): void {
		const atMs = this.now();
		this.sendingMs += this.sending * (atMs - this.countedAtMs);
		this.countedAtMs = atMs;
		this.sending += parts;
		this.sendingBytes += bytes;
	}
}
