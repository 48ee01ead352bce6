const SLOTS = 256;

/** Longer ones are not copied out of the export's text, but point into it. */
const MOST_LENGTH = 12;

/** After so many texts it is seen whether they repeat. */
const TRIAL = 1024;
/** Where fewer than this share of them did, others are not looked for. */
const LEAST_SHARE = 1 / 4;

/**
 * The short texts of one column that came before: few columns have many different ones, and a text that is there already need
 * neither be made nor be kept in memory once more.
 */
export class RepeatedTexts {
	/** Whether it is worth to ask. */
	isUseful = true;
	private readonly texts = new Array<string>(SLOTS).fill('');
	private asked = 0;
	private found = 0;

	/**
	 * @param hash of its characters
	 * @returns the text between two places
	 */
	of(text: string, from: number, to: number, hash: number): string {
		const length = to - from;
		if (++this.asked === TRIAL) this.isUseful = this.found >= TRIAL * LEAST_SHARE;
		if (length > MOST_LENGTH) return text.slice(from, to);
		const slot = hash & (SLOTS - 1);
		const known = this.texts[slot];
		if (known.length === length) {
			let at = 0;
			while (at < length && known.charCodeAt(at) === text.charCodeAt(from + at)) at++;
			if (at === length) {
				this.found++;
				return known;
			}
		}
		return (this.texts[slot] = text.slice(from, to));
	}
}
