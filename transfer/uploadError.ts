import { CodedError, type ErrorDetails } from '../domo/codedError';
import type { Code } from '../domo/codes';
import type { LoadValues } from './loadValues';
import type { Effect } from '../domo/errors';

/** A part that Domo has answered 200 to; what a resume needs to leave it out. */
export interface LandedPart {
	part: number;
	/** 0-based row of the whole upload. */
	firstRow: number;
	rows: number;
	/** Of the raw CSV bytes, hex. */
	sha256: string;
}

/** What became of the upload's own execution. */
export type ExecutionFate = 'notCreated' | 'aborted' | 'open' | 'committed' | 'unknown';

/** What an upload that did not reach its end leaves in Domo, whatever ended it. */
export interface UploadPlace {
	streamId: number;
	dataSetId?: string;
	executionId?: number;
	fate: ExecutionFate;
	/** Whether rows may be in Domo: `none` wherever nothing was committed. */
	effect: Effect;
}

export interface UploadErrorDetails extends ErrorDetails, UploadPlace {
	/** The code of what Domo answered, where that ended it. */
	cause?: Code;
	/** Where a check could not be made: every check's result. */
	checks?: object[];
	/** For a kept-open execution: the parts that need not be sent again. */
	landedParts?: LandedPart[];
	/** For a kept-open execution: how many parts were cut so far; Domo may hold any of them. */
	partsCut?: number;
	/** For a kept-open execution: how it was cut. */
	partSizeBytes?: number;
	rowsPerPart?: number;
	/** For a kept-open execution: what 'Load Columns' were filled with. */
	loadValues?: LoadValues;
	/** For a kept-open execution: what its commit will do. */
	updateMethod?: string;
}

/** An upload that did not reach its end. Its message says what happened, where, and what is left in Domo. */
export class UploadError extends CodedError<UploadErrorDetails> {
	override readonly name = 'UploadError';

	constructor(code: Code, message: string, details: UploadErrorDetails) {
		super(code, message, details);
	}
}
