import { DomoError } from '../domo/errors';
import { InputError } from './inputError';
import { UploadError } from './uploadError';

/** The same error with a sentence more: what became of the upload it ended. As it is where there is nothing to add. */
export function withMore<E extends InputError | UploadError | DomoError>(error: E, more: string): E {
	return more === '' ? error : (longer(error, `${error.message.replace(/\.$/, '')}. ${more}`) as E);
}

function longer(error: InputError | UploadError | DomoError, message: string): Error {
	if (error instanceof InputError) return new InputError(message, error.description, error.itemIndex);
	return error instanceof UploadError ? new UploadError(message, error.details) : new DomoError(message, error.details);
}
