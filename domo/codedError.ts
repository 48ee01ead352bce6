import type { Code } from './codes';

/** Of a run with several targets, one of which an error is about. */
export interface TargetDetails {
	target?: string;
	/** The targets before it whose rows were loaded. */
	loadedTargets?: string[];
	/** The targets behind it that nothing was sent to. */
	targetsNotBegun?: string[];
}

/** What an error says beside its message, as far as it is known where the error is made. */
export interface ErrorDetails extends TargetDetails {
	/** What the user can do about it. */
	advice?: string;
	/** The reference Domo Support asks for. */
	toe?: string;
	/** 0-based index of the input item it stems from, where there is one. */
	itemIndex?: number;
	/** The name of the file it is about. */
	file?: string;
	/** 1-based line of that file. */
	line?: number;
	column?: string;
	part?: number;
}

/**
 * Every error that a person is meant to read: a code for workflows, a message that says what happened and where, and
 * what to do. `toNodeError` turns it into n8n's.
 */
export abstract class CodedError<Details extends ErrorDetails = ErrorDetails> extends Error {
	/** @param code stays the same while the message may be reworded; see CODES */
	protected constructor(
		readonly code: Code,
		message: string,
		readonly details: Details,
	) {
		super(message);
	}

	get advice(): string | undefined {
		return this.details.advice;
	}

	get toe(): string | undefined {
		return this.details.toe;
	}

	get itemIndex(): number | undefined {
		return this.details.itemIndex;
	}
}
