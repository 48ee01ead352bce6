/** Faulty input: found by this package before Domo saw it, so nothing of it has landed. */
export class InputError extends Error {
	override readonly name = 'InputError';

	/**
	 * @param message what is wrong and where (item, line, column), one sentence for an analyst
	 * @param description what to do about it
	 * @param itemIndex 0-based index of the input item it stems from, where there is one
	 */
	constructor(
		message: string,
		readonly description?: string,
		readonly itemIndex?: number,
	) {
		super(message);
	}
}
