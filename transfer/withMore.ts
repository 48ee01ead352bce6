import type { TargetDetails } from '../domo/codedError';
import { DomoError } from '../domo/errors';
import { InputError } from './inputError';
import { UploadError } from './uploadError';

/** The same error with a sentence more: what became of the upload it ended. As it is where there is nothing to add. */
export function withMore<E extends InputError | UploadError | DomoError>(error: E, more: string): E {
	return more === '' ? error : reworded(error, `${error.message.replace(/\.$/, '')}. ${more}`);
}

/** The same error with what is true of all that is refused before anything is sent, unless it says so already. */
export function withNothingSent<E extends InputError | UploadError | DomoError>(error: E): E {
	return withMore(error, saysNothingSent(error) ? '' : 'Nothing was sent.');
}

/** Whether an error says, in its message or advice, that nothing was sent. */
export function saysNothingSent(error: unknown): boolean {
	if (!(error instanceof Error)) return false;
	const advice = 'advice' in error && typeof error.advice === 'string' ? error.advice : '';
	return /nothing was sent|no part of this file was sent/i.test(`${error.message} ${advice}`);
}

/** The same error with another message, with details more, and with other advice where there is any. */
export function reworded<E extends InputError | UploadError | DomoError>(
	error: E,
	message: string,
	more: TargetDetails = {},
	advice: string | undefined = error.advice,
): E {
	return remade(error, message, more, advice) as E;
}

function remade(
	error: InputError | UploadError | DomoError,
	message: string,
	targets: TargetDetails,
	advice: string | undefined,
): Error {
	const { code } = error;
	const more = { ...targets, ...(advice === undefined ? {} : { advice }) };
	if (error instanceof InputError) {
		return new InputError(code, message, advice, error.itemIndex, { ...error.details, ...more });
	}
	return error instanceof UploadError
		? new UploadError(code, message, { ...error.details, ...more })
		: new DomoError(code, message, { ...error.details, ...more });
}
