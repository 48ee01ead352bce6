import type { UpdateMethod } from '../../domo/types';
import type { CheckRun } from '../checks/checkRun';
import type { CommitTooSoon } from '../execution/commitSpacing';
import type { Compression } from '../parts/compression';
import type { PartTools } from '../parts/partTools';
import type { ActiveExecutionChoice, FirstLook } from '../execution/openExecution';
import type { ResumePoint } from './resume';
import type { LoadValues } from '../loadValues';
import type { SchemaChange } from './schemaChange';

export interface UploadOptions {
	/** `stream`: as the Stream is set. */
	updateMethod: 'stream' | UpdateMethod;
	partSizeBytes: number;
	/** A second cap on a part; Infinity for none. */
	rowsPerPart: number;
	maxConcurrentUploads: number;
	maxTries: number;
	requestTimeoutMs: number;
	memoryBudgetBytes: number;
	tools: PartTools;
	compression: Compression;
	onFailure: 'abort' | 'keepOpen';
	waitForCompletion: boolean;
	waitTimeoutMs: number;
	activeExecution: ActiveExecutionChoice;
	staleAfterHours: number;
	trustExecutionUpdateMethod: boolean;
	allowEmptyReplace: boolean;
	/** A REPLACE with less than this share of the DataSet's present rows is refused; 0 for no such guard. */
	refuseShrinkBelowPercent: number;
	commitTooSoon: CommitTooSoon;
	minMinutesBetweenCommits: number;
	/** Columns to add to the DataSet before the execution is opened. */
	schemaChange?: SchemaChange;
	resume?: ResumePoint;
	/** What 'Load Columns' writes, for a resume to write the same. */
	loadValues?: LoadValues;
	/** Checks of the rows before the commit, where any are chosen; the source is one they watch. */
	checks?: CheckRun;
	/** The Stream's executions, asked for ahead; not for a resume. */
	firstLook?: FirstLook;
	/** Told as soon as Domo has taken the commit: the upload only reads from then on. Not where that is not known. */
	onCommitTaken?: () => void;
	/** Pauses between looks at a state; see DEFAULT_TIMING. */
	timing: UploadTiming;
	/** Lines for the user: what was decided for them, what they should look at. */
	hint: (message: string) => void;
	/** Lines for n8n's log. */
	log: (message: string) => void;
	/** Milliseconds that go on; another one only in tests. */
	now?: () => number;
}

export interface UploadTiming {
	pollMs: number;
	/** A commit without an answer is sent again if the execution is still ACTIVE after this. */
	recommitAfterMs: number;
	verifyTimeoutMs: number;
	/** The least time between two lines of progress in the log. */
	progressMs: number;
}

/** Changed by tests only. */
export const DEFAULT_TIMING: UploadTiming = {
	pollMs: 250,
	recommitAfterMs: 60_000,
	verifyTimeoutMs: 60_000,
	progressMs: 5_000,
};
