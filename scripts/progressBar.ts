/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import { SingleBar } from 'cli-progress';

/** How far something is. */
export interface Look {
	value: number;
	/** Less than 1 where it is not known. */
	total: number;
	phase: string;
	detail: string;
}

/** Without a terminal, so often a line is enough. */
const PLAIN_LINE_MS = 30_000;

/** What it draws on: `process.stdout`, or a stand-in for tests. */
export type Output = Pick<NodeJS.WriteStream, 'write'> & { isTTY?: boolean };

/** Shows how far a long run is: a bar on a terminal, elsewhere a line every half a minute. */
export class ProgressBar {
	private bar: SingleBar | undefined;
	private last: Look | undefined;
	private saidAtMs: number;

	constructor(
		private readonly output: Output = process.stdout,
		private readonly now: () => number = () => performance.now(),
	) {
		this.saidAtMs = now();
	}

	show(look: Look): void {
		this.last = look;
		if (!this.output.isTTY) return this.showLine(look);
		if (!this.bar) return this.draw(look);
		this.bar.setTotal(totalOf(look));
		this.bar.update(look.value, wordsOf(look));
	}

	/** Writes a line, above the bar where there is one. */
	say(line: string): void {
		this.stop();
		this.output.write(`${line}\n`);
		if (this.last && this.output.isTTY) this.draw(this.last);
	}

	/** Takes the bar away. */
	end(): void {
		this.last = undefined;
		this.stop();
	}

	private draw(look: Look): void {
		this.bar = new SingleBar({
			format: '{phase} [{bar}] {percentage}% {detail}',
			barsize: 30,
			hideCursor: true,
			clearOnComplete: true,
			stopOnComplete: false,
			stream: this.output as NodeJS.WriteStream,
		});
		this.bar.start(totalOf(look), look.value, wordsOf(look));
	}

	private stop(): void {
		this.bar?.stop();
		this.bar = undefined;
	}

	private showLine(look: Look): void {
		if (this.now() - this.saidAtMs < PLAIN_LINE_MS) return;
		this.saidAtMs = this.now();
		const { value, total, phase, detail } = look;
		const share = total < 1 ? '' : ` ${Math.floor((100 * value) / total)}%`;
		this.output.write(`${phase}${share} ${detail}`.trimEnd() + '\n');
	}
}

/**
 * Looks every so often how far something is, and shows it.
 *
 * @param look what throws shows nothing
 * @returns ends the looking
 */
export function watchProgress(bar: ProgressBar, look: () => Promise<Look>, everyMs: number): () => void {
	let isLooking = false;
	let isOver = false;
	const show = async () => {
		if (isLooking) return;
		isLooking = true;
		const found = await look().finally(() => (isLooking = false));
		if (!isOver) bar.show(found);
	};
	const timer = setInterval(() => void show().catch(() => undefined), everyMs);
	return () => {
		isOver = true;
		clearInterval(timer);
		bar.end();
	};
}

const totalOf = ({ total }: Look) => Math.max(1, total);
const wordsOf = ({ phase, detail }: Look) => ({ phase, detail });
