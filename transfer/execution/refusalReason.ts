import { namedRow, type DomoError } from '../../domo/errors';

/** Refused for who asks, for how much, or for how often; as with 5xx, that says nothing of the execution. */
const STATUSES_OF_OTHER_REASONS = new Set([401, 403, 413, 429]);

/** A missing part, the time between two commits. */
const OTHER_REASON =
	/consecutive|\b(?:minutes?|mins?|seconds?|secs?)\b|too (?:soon|often|many|few|large|frequent|recent)/i;
/** Of the execution itself, and not of what it lacks: "can't be committed" and "incomplete" say that it is open. */
const IS_OVER =
	/\bnot (?:active|open)\b|\binactive\b|\bno longer (?:active|open|accept)|\b(?:is|was|has|been|already) (?:committed|closed|ended|completed?|aborted)\b/i;
/** Of another execution: "the last execution was committed less than 15 minutes ago". */
const OTHER_IS_OVER =
	/\b(?:last|latest|most recent|previous|prior|preceding|earlier|another|other) (?:successful )?(?:stream )?(?:execution|commit|version|upload)\b[^.,;:!?]*?\b(?:committed|closed|ended|completed?)\b/gi;

/**
 * What the refusal of a part or a commit says of its execution. An execution that another job has committed stays ACTIVE
 * while Domo indexes it, so only the reason can tell it from one that takes parts.
 *
 * @returns `open`: the reason lies elsewhere (a row, a missing part, the time between two commits), so it takes parts;
 * `over`: Domo says that it takes none; `unknown`: the words are not known
 */
export function refusalReason({ details }: DomoError): 'open' | 'over' | 'unknown' {
	const words = details.domoMessage ?? '';
	const { status } = details;
	// It never came to Domo.
	if (details.kind !== 'refused') return 'open';
	if (status !== undefined && (status >= 500 || STATUSES_OF_OTHER_REASONS.has(status))) return 'open';
	const [isElsewhere, isOver] = [
		namedRow(words) !== undefined || OTHER_REASON.test(words),
		IS_OVER.test(words.replace(OTHER_IS_OVER, '')),
	];
	// "Already committed 3 minutes ago" can be said of this execution or of the one before it.
	if (isElsewhere === isOver) return 'unknown';
	return isOver ? 'over' : 'open';
}
