import { counted } from '../shownNumber';
import type { Execution } from '../../domo/types';
import { endingOf } from '../../domo/executions';
import { inWords, nextCommitAtMs } from '../execution/commitSpacing';
import { wayOf } from '../execution/openExecution';
import { InputError } from '../inputError';
import type { ExecutionFate } from '../uploadError';
import { refuseShrinking } from './shrinkGuard';
import { methodOf, type UploadJob } from './uploadJob';

/** What the checks ask for; each is asked of Domo only where a check needs it. */
export interface Facts {
	/** Undefined while it is not known: of files before they are drawn to their end. */
	rows?: number;
	/** Whether all rows were drawn; undefined where nothing of them is to be judged yet. */
	isDrawn?: boolean;
	/** The DataSet's; undefined where Domo did not tell. */
	rowsBefore?: () => Promise<number | undefined>;
	/** The Stream's, newest first. */
	executions?: () => Promise<readonly Execution[]>;
	/** The execution that a resume names. */
	resumed?: () => Promise<Execution>;
}

/** `rows`: of what is known of the input; `opening`: of what the Stream is at, just before an execution is opened. */
type Stage = 'rows' | 'opening';

/**
 * @returns what the upload would do about it, where it does not refuse: for a Dry Run's advice
 * @throws InputError, UploadError
 */
type Check = (job: UploadJob, facts: Facts) => Promise<string | undefined>;

/**
 * Everything that can refuse an upload which Domo would take, in the order of its being asked. A run and a Dry Run, items
 * and files, a resume, a REPLACE with no rows and a Stream yet to be made all go through this one list.
 */
const CHECKS: ReadonlyArray<{ stage: Stage; check: Check }> = [
	{ stage: 'rows', check: noRows },
	{ stage: 'rows', check: shrinking },
	{ stage: 'rows', check: chosenChecks },
	{ stage: 'opening', check: unusableResume },
	{ stage: 'opening', check: activeExecution },
	{ stage: 'opening', check: commitTooSoon },
];

/**
 * Runs the checks of one stage, in their order. They only read.
 *
 * @returns what the upload would do, sentence by sentence
 * @throws InputError, UploadError of the first that refuses; DomoError where Domo does not tell what is asked
 */
export async function runChecks(job: UploadJob, stage: Stage, facts: Facts): Promise<string[]> {
	const notes: string[] = [];
	for (const { check } of CHECKS.filter((each) => each.stage === stage)) {
		const note = await check(job, facts);
		if (note !== undefined) notes.push(note);
	}
	return notes;
}

async function noRows({ options, updateMethod }: UploadJob, { rows }: Facts): Promise<string | undefined> {
	if (rows !== 0) return undefined;
	if (options.resume) {
		throw new InputError(
			'UPLOAD_RESUME_IMPOSSIBLE',
			`The input has no rows, so the execution ${options.resume.executionId} can't be resumed with it`,
			'A resume needs the very same input.',
		);
	}
	if (updateMethod !== 'REPLACE') return 'The input has no rows, so nothing would be sent.';
	if (options.allowEmptyReplace) return 'The input has no rows, so the DataSet would be emptied.';
	throw new InputError(
		'UPLOAD_EMPTY_REPLACE',
		'The input has no rows, and a REPLACE with none would empty the DataSet',
		"If the DataSet is to be emptied, switch on 'Allow Empty Replace'.",
	);
}

async function shrinking(job: UploadJob, { rows, rowsBefore }: Facts): Promise<undefined> {
	if (!guardsShrinking(job) || rows === undefined) return;
	refuseShrinking(rows, job.isToMake ? 0 : await rowsBefore?.(), job.options.refuseShrinkBelowPercent);
}

/** The checks that a person has chosen: of the number of rows as soon as it is known, of all once the rows were drawn. */
async function chosenChecks(job: UploadJob, { rows, rowsBefore, isDrawn }: Facts): Promise<undefined> {
	const { checks } = job.options;
	if (!checks || rows === undefined || isDrawn === undefined) return;
	// A resume's input may be a wrong one until its parts were compared: that must not cost what is in Domo.
	if (!isDrawn && job.options.resume) return;
	const isAsked = checks.needsRowsBefore && job.updateMethod === 'REPLACE' && !job.isToMake;
	const before = isAsked ? await rowsBefore?.() : 0;
	const facts = {
		rows,
		...(before === undefined ? {} : { rowsBefore: before }),
		updateMethod: job.updateMethod,
	};
	if (isDrawn) await checks.judge(facts);
	else checks.judgeRows(facts);
}

/** Whether a check of the number of rows asks for the DataSet's rows before. */
export function asksForRowsBefore(job: UploadJob): boolean {
	return (
		guardsShrinking(job) || (job.updateMethod === 'REPLACE' && job.options.checks?.needsRowsBefore === true)
	);
}

/** Whether a REPLACE is refused where the DataSet would shrink. */
function guardsShrinking({ options, updateMethod }: UploadJob): boolean {
	return updateMethod === 'REPLACE' && options.refuseShrinkBelowPercent > 0;
}

async function unusableResume(job: UploadJob, { resumed }: Facts): Promise<string | undefined> {
	const { resume } = job.options;
	const execution = resume && (await resumed?.());
	if (!resume || !execution) return undefined;
	const { currentState: state } = execution;
	const refused = (why: string, fate: ExecutionFate, advice: string) =>
		job.error(
			'UPLOAD_RESUME_IMPOSSIBLE',
			`The execution ${execution.id} of the Stream ${job.stream.id} can't be resumed: ${why}. Nothing was sent.`,
			fate,
			{ executionId: execution.id, effect: 'none', advice },
		);
	const ending = endingOf(execution);
	if (ending === 'success') {
		throw refused(
			`it has ended as ${state}, so its rows are in the DataSet`,
			'committed',
			'It may have been committed since. Look at the DataSet before you load these rows again.',
		);
	}
	if (ending === 'failed') {
		throw refused(`it has ended as ${state}`, 'aborted', "Run again without 'Resume'.");
	}
	// Parts go into an ACTIVE one only; any other state may stand for a commit that Domo is at work on.
	if (state !== 'ACTIVE') {
		throw refused(
			`it is ${state} and not over, and it may have been committed`,
			'unknown',
			'Wait until it has ended, and look at the DataSet before you load these rows again.',
		);
	}
	const opened = execution.updateMethod ?? resume.updateMethod;
	if (opened !== undefined && methodOf(opened) !== job.updateMethod) {
		throw refused(
			`it was opened to ${opened}, and now ${job.updateMethod} is chosen`,
			'open',
			"Choose the same 'Update Method' as in the earlier run, or abort the execution and run without 'Resume'.",
		);
	}
	return `The execution ${execution.id} is ACTIVE and would be resumed.`;
}

async function activeExecution(job: UploadJob, { executions }: Facts): Promise<string | undefined> {
	// A new execution of another job would have aborted the one that is resumed.
	if (job.options.resume || job.isToMake || !executions) return undefined;
	const { running, isClear } = wayOf(job.stream.id, await executions(), job.options, 0);
	if (running.length === 0) return undefined;
	const which = running.map(({ id, currentState }) => `the execution ${id}, which is ${currentState}`);
	return isClear
		? `The upload would abort ${which.join(', and ')}.`
		: `The upload would wait until ${which.join(', and ')}, has ended.`;
}

/** The 15-minute rule; the time is kept for the commit. */
async function commitTooSoon(job: UploadJob, { executions }: Facts): Promise<string | undefined> {
	const { commitTooSoon: choice, minMinutesBetweenCommits: minutes } = job.options;
	if (job.isToMake || !executions) return undefined;
	const atMs = nextCommitAtMs(await executions(), minutes);
	job.commitAllowedAtMs = atMs;
	if (atMs === undefined || atMs <= Date.now()) return undefined;
	const lately = `The Stream ${job.stream.id} was committed less than ${counted(minutes, 'minute')} ago`;
	if (choice === 'wait') return `${lately}: the commit would wait until ${inWords(atMs)}.`;
	if (choice === 'try') return `${lately}: Domo may refuse a commit before ${inWords(atMs)}.`;
	const { resume } = job.options;
	throw job.error(
		'COMMIT_TOO_SOON',
		`${lately}: Domo takes its next commit at ${inWords(atMs)}. Nothing was sent.`,
		resume ? 'open' : 'notCreated',
		{
			...(resume ? { executionId: resume.executionId } : {}),
			effect: 'none',
			advice: "Run again then, or set 'Commit Too Soon' to 'Wait'.",
		},
	);
}
