/** So many places a message and the summary name. */
const MAX_PLACES = 10;

/** Counts what breaks a check, and keeps its first places. */
export class Violations {
	count = 0;
	readonly first: string[] = [];

	/** @param place asked for the first ten only */
	add(place: () => string): void {
		this.count++;
		if (this.first.length < MAX_PLACES) this.first.push(place());
	}

	/** The fields of a result. */
	get found(): { held: boolean; count?: number; first?: string[] } {
		const { count, first } = this;
		return count === 0 ? { held: true } : { held: false, count, first };
	}
}
