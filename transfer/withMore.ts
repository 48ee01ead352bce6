import { InputError } from './inputError';

/** The same InputError with a sentence more: what became of the upload it ended. */
export function withMore({ message, description, itemIndex }: InputError, more: string): InputError {
	return new InputError(`${message.replace(/\.$/, '')}. ${more}`, description, itemIndex);
}
