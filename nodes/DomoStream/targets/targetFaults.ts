import { DomoError } from '../../../domo/errors';
import { InputError } from '../../../transfer/inputError';
import { UploadError } from '../../../transfer/uploadError';
import { reworded, saysNothingSent } from '../../../transfer/withMore';
import { plainName } from '../streamTarget';

/** More targets than this are counted, not listed. */
const MAX_LISTED = 5;

/** "'a'", "'a', 'b'", "'a', 'b', 'c', 'd', 'e' and 95 more" */
export function listedTargets(labels: readonly string[]): string {
	const listed = labels.slice(0, MAX_LISTED).join(', ');
	const more = labels.length - MAX_LISTED;
	return more > 0 ? `${listed} and ${more} more` : listed;
}

/** How far a run with several targets came, by their labels. */
export interface Progress {
	/** Before the one that ends the run. */
	loaded: readonly string[];
	/** After it, while Domo indexed its rows. */
	loadedBeside: readonly string[];
	/** Whose rows may be in Domo, or not. */
	unknown: readonly string[];
	failed: readonly string[];
	notBegun: readonly string[];
}

/**
 * The error of one target, before anything was sent to any.
 *
 * @param target undefined where the items name none
 */
export function refusedAhead(error: unknown, target: string | undefined): unknown {
	const isSaid = saysNothingSent(error);
	return changed(
		error,
		(message) => `${prefix(target)}${message}${isSaid ? '' : `${stop(message)} Nothing was sent.`}`,
		target,
	);
}

/** The error of one target while others are loaded: what it says of nothing sent is said of this target. */
export function refusedAlone(error: unknown, target: string | undefined): unknown {
	return changed(error, (message) => `${prefix(target)}${ofThisTarget(message)}`, target);
}

/** The error of the only target, which its details then name. */
export function ofTarget(error: unknown, target: string | undefined): unknown {
	return changed(error, (message) => message, target);
}

/** The error that ends a run: with what became of the other targets. */
export function endsRun(error: unknown, target: string, progress: Progress): unknown {
	const said = becameOf(progress)
		.map((each) => each.said)
		.join(' ');
	return changed(
		error,
		(message) => {
			const own = ofThisTarget(message);
			return `${prefix(target)}${own}${stop(own)} ${said}`;
		},
		target,
		progress,
		progress.loaded.length + progress.loadedBeside.length + progress.unknown.length > 0
			? ONLY_THE_OTHERS.said
			: undefined,
	);
}

/** What is loaded by then would be loaded twice. */
const ONLY_THE_OTHERS = { said: 'Run again with only the items of the targets that were not loaded.' };

/** For a target that a run did not come to. */
export function notBegun(target: string): InputError {
	return new InputError(
		'UPLOAD_STOPPED',
		`${target}: the run was stopped before this target was begun. Nothing was sent to it.`,
		'Run the workflow again with the items of this target.',
	);
}

/** The sentences that say what became of the other targets. */
function becameOf({
	loaded,
	loadedBeside,
	unknown,
	failed,
	notBegun: rest,
}: Progress): Array<{ said: string }> {
	return [
		loaded.length > 0
			? { said: `Loaded before it: ${listedTargets(loaded)}.` }
			: { said: 'No target was loaded before it.' },
		...(loadedBeside.length > 0
			? [{ said: `Loaded while Domo indexed its rows: ${listedTargets(loadedBeside)}.` }]
			: []),
		...(unknown.length > 0
			? [{ said: `Whether Domo took the rows is not known: ${listedTargets(unknown)}.` }]
			: []),
		...(failed.length > 0 ? [{ said: `Not loaded: ${listedTargets(failed)}. Why is in n8n's log.` }] : []),
		...(rest.length > 0 ? [{ said: `Not begun: ${listedTargets(rest)}.` }] : []),
	];
}

const TO_THIS_TARGET = { said: 'to this target' };

function ofThisTarget(message: string): string {
	return message.replace(
		/\b(nothing|no rows|no part of this file) (was|were) sent\b/gi,
		`$& ${TO_THIS_TARGET.said}`,
	);
}

function prefix(target: string | undefined): string {
	return target === undefined ? '' : `${target}: `;
}

function stop(message: string): string {
	return /[.!?]$/.test(message) ? '' : '.';
}

function changed(
	error: unknown,
	reword: (message: string) => string,
	target: string | undefined,
	progress?: Progress,
	toDo?: string,
): unknown {
	if (!(error instanceof Error)) return error;
	if (error instanceof InputError || error instanceof UploadError || error instanceof DomoError) {
		const details = {
			...(target === undefined ? {} : { target: plainName(target) }),
			...(progress
				? {
						loadedTargets: [...progress.loaded, ...progress.loadedBeside].map(plainName),
						targetsNotBegun: progress.notBegun.map(plainName),
					}
				: {}),
		};
		const { advice } = error;
		const own = advice === undefined || toDo === undefined ? advice : `${advice}${stop(advice)}`;
		const advised = [own, toDo].filter((each) => each !== undefined).join(' ');
		return reworded(error, reword(error.message), details, advised === '' ? undefined : advised);
	}
	// An error of n8n's, which can't be made anew without losing what it holds.
	error.message = reword(error.message);
	return error;
}
