/** So many places a message and the summary name. */
const MAX_PLACES = 10;

/** Counts what breaks a check, and keeps its first places. */
export class Violations {
	count = 0;
	readonly first: string[] = [];

	/** @returns whether its place is to be noted under `first` */
	add(): boolean {
		return this.count++ < MAX_PLACES;
	}

	/** The fields of a result. What breaks a check does so whatever follows. */
	get found(): { held: boolean; count?: number; first?: string[]; isSettled?: boolean } {
		const { count, first } = this;
		return count === 0 ? { held: true } : { held: false, count, first, isSettled: true };
	}
}
