/**
 * What an upload waits for: `cpu` stands for reading, checking and compressing rows, `line` for Domo's answers,
 * `otherExecution` for the end of an execution that is not its own.
 */
export type WaitedFor = 'cpu' | 'line' | 'otherExecution' | 'commitTime' | 'indexing';

const none = (): Record<WaitedFor, number> => ({
	cpu: 0,
	line: 0,
	otherExecution: 0,
	commitTime: 0,
	indexing: 0,
});

/**
 * Where an upload's time went: the time in which it had nothing else under way but one thing. Time in which rows were
 * read while parts were on the line is lost to neither. While another execution is waited for, nothing is on the line:
 * parts only wait, too.
 */
export class TimeSpent {
	private readonly underWay: Record<WaitedFor, number> = none();
	private readonly alone: Record<WaitedFor, number> = none();
	/** The only thing under way, since `countedAtMs`. */
	private only: WaitedFor | undefined;
	private countedAtMs = 0;

	/** @param now in milliseconds */
	constructor(readonly now: () => number = () => performance.now()) {}

	/** Takes note of something that begins; several of a kind may be under way. @returns ends it, called once */
	begin(what: WaitedFor): () => void {
		this.change(what, 1);
		return () => this.change(what, -1);
	}

	/** Takes note of some work from here to its end. */
	async during<Result>(what: WaitedFor, work: () => Promise<Result>): Promise<Result> {
		const end = this.begin(what);
		try {
			return await work();
		} finally {
			end();
		}
	}

	/** Whole milliseconds in which nothing else was under way. */
	waitedMs(what: WaitedFor): number {
		this.count();
		return Math.round(this.alone[what]);
	}

	private change(what: WaitedFor, by: 1 | -1): void {
		this.count();
		const { underWay } = this;
		underWay[what] += by;
		const kinds = (Object.keys(underWay) as WaitedFor[]).filter(
			(kind) => underWay[kind] > 0 && (kind !== 'line' || underWay.otherExecution === 0),
		);
		this.only = kinds.length === 1 ? kinds[0] : undefined;
	}

	private count(): void {
		const atMs = this.now();
		if (this.only) this.alone[this.only] += atMs - this.countedAtMs;
		this.countedAtMs = atMs;
	}
}
