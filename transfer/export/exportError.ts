import { CodedError } from '../../domo/codedError';
import type { Code } from '../../domo/codes';

/** An export from Domo that cannot be read: cut off, not CSV, or not of the DataSet's schema. */
export class ExportError extends CodedError {
	override readonly name = 'ExportError';

	/**
	 * @param message what is wrong and in which row (counted from 1, the header not counted)
	 * @param advice what to do about it
	 */
	constructor(code: Code, message: string, advice: string) {
		super(code, message, { advice });
	}
}
