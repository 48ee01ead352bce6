/** The words of 'Read as NULL'. */
export class NullWords {
	private readonly words: ReadonlySet<string>;
	private readonly maxLength: number;
	/** A word may be in Domo's own form of a number or a day (`-999`, `0`, `1900-01-01`), so that such values need a look. */
	readonly mayBePlain: boolean;

	/** @param list words parted by commas; spaces around them and their case do not count */
	constructor(list: string) {
		const words = list
			.split(',')
			.map((word) => word.trim().toLowerCase())
			.filter((word) => word !== '');
		this.words = new Set(words);
		// Some characters get longer in lower case.
		this.maxLength = Math.max(0, ...words.map((word) => word.length));
		this.mayBePlain = words.some((word) => /^[-+]?\d/.test(word));
	}

	get size(): number {
		return this.words.size;
	}

	/** @param text trimmed */
	has(text: string): boolean {
		return text.length <= this.maxLength && this.words.has(text.toLowerCase());
	}
}
