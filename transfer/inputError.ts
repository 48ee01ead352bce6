import { CodedError, type ErrorDetails } from '../domo/codedError';
import type { Code } from '../domo/codes';
import type { UploadPlace } from './uploadError';

/** A value of the input, or a row as a whole, that a refusal names. */
export interface NamedValue {
	code: Code;
	reason: string;
	item?: number;
	file?: string;
	line?: number;
	column?: string;
}

export interface InputErrorDetails extends ErrorDetails, Partial<UploadPlace> {
	/** The first of the values that it is about. */
	values?: NamedValue[];
	/** Of checks before the commit that do not hold: every check's result. */
	checks?: object[];
}

/** Faulty input: found by this package before Domo saw it, so nothing of it has landed. */
export class InputError extends CodedError<InputErrorDetails> {
	override readonly name = 'InputError';

	/**
	 * @param message what is wrong and where (item, line, column), one sentence for an analyst
	 * @param advice what to do about it
	 * @param itemIndex 0-based index of the input item it stems from, where there is one
	 * @param where what else is known of the place
	 */
	constructor(
		code: Code,
		message: string,
		advice?: string,
		itemIndex?: number,
		where: Omit<InputErrorDetails, 'advice' | 'itemIndex'> = {},
	) {
		super(code, message, {
			...(advice === undefined ? {} : { advice }),
			...(itemIndex === undefined ? {} : { itemIndex }),
			...where,
		});
	}
}
