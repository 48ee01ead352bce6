import { InputError } from './inputError';
import { UploadError } from './uploadError';

/** The same error with a sentence more: what became of the upload it ended. As it is where there is nothing to add. */
export function withMore<E extends InputError | UploadError>(error: E, more: string): E {
	if (more === '') return error;
	const message = `${error.message.replace(/\.$/, '')}. ${more}`;
	const longer =
		error instanceof InputError
			? new InputError(message, error.description, error.itemIndex)
			: new UploadError(message, error.details);
	return longer as E;
}
