import type { Code } from '../../domo/codes';
import type { InputError } from '../inputError';

/** One CSV file of the input; `open` may be called more than once. */
export interface CsvFile {
	/** the file's name, for messages */
	name: string;
	/** 0-based index of the input item it belongs to */
	itemIndex: number;
	/** How large it is as it is stored, where that is known. */
	bytes?: number;
	/** Its bytes from the beginning, plain or gzipped, in chunks of any size, which stay as they are. */
	open(): Promise<AsyncIterable<Uint8Array>> | AsyncIterable<Uint8Array>;
}

/** Makes the InputError that names the file, and the 1-based line where there is one. */
export type Refuse = (code: Code, text: string, advice?: string, line?: number) => InputError;
