import { bytes, count, duration, make, plural, timeOfDay } from './dom.js';

/** The colour class of an execution's state. */
export const stateOf = ({ currentState, isIndexing }) => (isIndexing ? 'INDEXING' : currentState);

export const badge = (state) => make('span', { class: `state ${state}` }, state);

const LANDED = {
	APPEND: 'added to those before',
	REPLACE: 'in place of all before',
	UPSERT: 'added, or in place of those with the same key',
};

/** What an upload did, as five steps. */
export function steps(execution, nowMs) {
	const { createdMs, indexingMs, endedMs, currentState, isIndexing, updateMethod, rows } = execution;
	const isCommitted = indexingMs !== undefined;
	const isDone = currentState === 'SUCCESS';
	const hasEnded = currentState !== 'ACTIVE';
	const step = (kind, title, ...lines) =>
		make('li', { class: kind }, make('b', {}, title), lines.filter(Boolean).join(', '));
	const sent = [
		execution.rawBytes > 0 && `${bytes(execution.rawBytes)} of CSV`,
		execution.sentBytes < execution.rawBytes && `${bytes(execution.sentBytes)} gzipped`,
		execution.maxInFlight > 1 && `${execution.maxInFlight} at once`,
		execution.inFlight > 0 && `${execution.inFlight} in flight`,
		execution.sentAgain > 0 && `${execution.sentAgain} sent again`,
	];
	const list = [
		step('done', 'Opened', timeOfDay(execution.startedAt), updateMethod),
		step(isCommitted || hasEnded ? 'done' : 'busy', `${plural(execution.parts, 'part')} sent`, ...sent),
	];
	if (!isCommitted && hasEnded)
		return [
			...list,
			step('bad', currentState === 'ABORTED' ? 'Aborted' : currentState, execution.reason),
			step('todo', 'Not indexed'),
			step('bad', 'Nothing landed', 'the DataSet is as it was'),
		];
	list.push(
		isCommitted
			? step('done', 'Committed', `after ${duration(indexingMs - createdMs)}`)
			: step('todo', 'Not committed yet', 'nothing is visible'),
	);
	if (!isCommitted) return [...list, step('todo', 'Not indexed yet'), step('todo', 'Nothing landed yet')];
	const indexed = duration((endedMs ?? nowMs) - indexingMs);
	if (isIndexing)
		return [...list, step('busy', 'Indexing', `for ${indexed}`), step('todo', 'Nothing landed yet')];
	if (!isDone)
		return [
			...list,
			step('bad', currentState, execution.reason),
			step('bad', 'Nothing landed', 'the DataSet is as it was'),
		];
	return [
		...list,
		step('done', 'Indexed', `in ${indexed}`),
		step(
			'done',
			`${count(rows)} ${rows === 1 ? 'row' : 'rows'} landed`,
			LANDED[updateMethod] ?? LANDED.APPEND,
		),
	];
}
