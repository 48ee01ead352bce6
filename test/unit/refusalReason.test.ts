import { DomoError } from '../../domo/errors';
import { refusalReason } from '../../transfer/execution/refusalReason';

const reasonOf = (domoMessage: string, status = 400) =>
	refusalReason(
		new DomoError('DOMO_REFUSED', domoMessage, { kind: 'refused', effect: 'none', status, domoMessage }),
	);

describe('what a refusal says of its execution', () => {
	it.each([
		'Stream execution 1 is not active',
		'Execution 1 is no longer active',
		'The execution is inactive',
		'Execution has already been committed',
		'The execution was committed',
		'Execution already committed',
		'Stream execution is closed',
		'Execution 1 has ended',
		'The execution is complete',
	])('over: %s', (words) => expect(reasonOf(words)).toBe('over'));

	it.each([
		'There are too few columns. Expected 21. Row 453, column 21.',
		'Too many non-consecutive part ids. Make consecutive or upload multiple data versions',
		'Only one commit in 15 minutes is allowed',
		'The last execution was committed less than 15 minutes ago',
		'last execution was committed less than 15 minutes ago.',
		'Previous commit was completed 3 minutes ago, wait until 15 minutes have passed',
		'The previous execution 1 of this stream has been committed within the last 15 minutes',
		'Execution 2 cannot be committed: the most recent execution was committed 42 seconds ago',
		'Another execution was committed 3 mins ago',
		'Commits must be at least 900 seconds apart',
		'Committed too frequently',
	])('open: %s', (words) => expect(reasonOf(words)).toBe('open'));

	it.each([
		'',
		'Conflict',
		// Of this execution, or of the one before it.
		'Execution was already committed 3 minutes ago',
		'The execution was committed less than 15 minutes ago',
		'This was already committed. Only one commit in 15 minutes is allowed',
		'The last execution was committed 3 minutes ago; execution 2 is no longer active',
		'The last execution was committed 3 minutes ago and execution 2 is no longer active',
		'Another execution is running. Execution 2 was committed 3 minutes ago',
		'The last execution has been committed',
		// Of an open one: to wait for its end would take for ever.
		'The execution cannot be committed: part 2 is missing',
		'Part 2 is incomplete',
		'The upload is not complete',
		'Uncommitted parts are missing',
		'REPLACE where rows must be APPENDED',
		'Another execution is already running',
	])('not known: %s', (words) => expect(reasonOf(words)).toBe('unknown'));

	it.each([401, 403, 413, 429, 503])('HTTP %i is of other reasons', (status) =>
		expect(reasonOf('not active', status)).toBe('open'),
	);
});
