import type { ExecutionState, RequestRecord } from './state';

/** What was asked of one execution, and when; all times on the clock of `performance.now()`. */
export interface Timeline {
	createdMs: number;
	/** When the commit was accepted. */
	indexingMs?: number;
	/** When the execution ended, however it did. */
	endedMs?: number;
	/** Parts, commits and aborts in the order they came: the last `MAX_ATTEMPTS` of them. */
	attempts: RequestRecord[];
	attemptsMade: number;
	partAttempts: number;
	/** Parts that were sent at least once, whatever the answer. */
	partsSeen: Set<number>;
	inFlight: number;
	maxInFlight: number;
}

const MAX_ATTEMPTS = 2000;

/** Kept beside the executions: they are shown as they are to whoever asks for the sandbox's state. */
const timelines = new WeakMap<ExecutionState, Timeline>();

/** An execution's timeline, which begins when it is first asked for. */
export function timelineOf(execution: ExecutionState): Timeline {
	const known = timelines.get(execution);
	if (known) return known;
	const timeline: Timeline = {
		createdMs: performance.now(),
		attempts: [],
		attemptsMade: 0,
		partAttempts: 0,
		partsSeen: new Set(),
		inFlight: 0,
		maxInFlight: 0,
	};
	timelines.set(execution, timeline);
	return timeline;
}

/** Notes a request for an execution. @returns what to call once its connection is done with it */
export function noteAttempt(execution: ExecutionState, record: RequestRecord, part?: number): () => void {
	const timeline = timelineOf(execution);
	timeline.attempts.push(record);
	timeline.attemptsMade++;
	if (timeline.attempts.length > MAX_ATTEMPTS) timeline.attempts.shift();
	if (part === undefined) return () => undefined;
	timeline.partAttempts++;
	timeline.partsSeen.add(part);
	timeline.inFlight++;
	timeline.maxInFlight = Math.max(timeline.maxInFlight, timeline.inFlight);
	return () => {
		timeline.inFlight--;
	};
}
