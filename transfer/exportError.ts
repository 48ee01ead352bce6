/** An export from Domo that cannot be read: cut off, not CSV, or not of the DataSet's schema. */
export class ExportError extends Error {
	override readonly name = 'ExportError';

	/**
	 * @param message what is wrong and in which row (counted from 1, the header not counted)
	 * @param description what to do about it
	 */
	constructor(
		message: string,
		readonly description?: string,
	) {
		super(message);
	}
}
