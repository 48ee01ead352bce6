/** What the sandbox calls each request Domo knows; a fault is aimed at one of them. */
export type Operation =
	| 'token'
	| 'createDataSet'
	| 'listDataSets'
	| 'getDataSet'
	| 'updateDataSet'
	| 'deleteDataSet'
	| 'import'
	| 'export'
	| 'query'
	| 'createPolicy'
	| 'listPolicies'
	| 'getPolicy'
	| 'updatePolicy'
	| 'deletePolicy'
	| 'listUsers'
	| 'listGroups'
	| 'createStream'
	| 'listStreams'
	| 'searchStreams'
	| 'getStream'
	| 'updateStream'
	| 'deleteStream'
	| 'createExecution'
	| 'listExecutions'
	| 'getExecution'
	| 'part'
	| 'commit'
	| 'abort';

/**
 * One thing that goes wrong. The first part says with which requests, the second what happens.
 *
 * Unless `afterEffect` (or `resetAfterEffect`) is set, a request that gets a false answer has no effect.
 */
export interface Fault {
	/** Any operation where left out. */
	operation?: Operation;
	/** Only this part id. */
	part?: number;
	/** Lets so many matching requests through first. */
	after?: number;
	/** How many requests it hits; default 1. Over HTTP, where JSON has no Infinity: "always". */
	times?: number | 'always';

	/** Answers with this status, in Domo's error shape, or with `body` or `html` in its place. */
	status?: number;
	body?: unknown;
	html?: string;
	headers?: Record<string, string>;
	/** Adds `Retry-After: n`. */
	retryAfterSeconds?: number;
	/** Adds `Retry-After` as an HTTP date so many milliseconds from now, or at an ISO time. */
	retryAfterDate?: number | string;
	/** Closes the connection before the request's body is read. */
	resetBeforeBody?: boolean;
	/** Lets the request take effect, then closes the connection without an answer. */
	resetAfterEffect?: boolean;
	/** Never answers. */
	hang?: boolean;
	/** `status`, `html200` and `hang` let the request take effect first. */
	afterEffect?: boolean;
	/** Reads this request's body, and sends its download, no faster than this. */
	slowBodyBytesPerSecond?: number;
	/** Waits before the request is handled. */
	latencyMs?: number;
	/** Waits for this before the request is handled; for tests that hold a request until something else has happened. */
	heldUntil?: Promise<unknown>;
	/** Lets the request take effect and cuts the JSON answer in half. */
	truncateJson?: boolean;
	/** Answers 200 with a maintenance page. */
	html200?: boolean;
	/** Ends an export or query after so many bytes, with a Content-Length that promises more. */
	cutDownloadAtBytes?: number;
	/** Makes that download a chunked one without a Content-Length. */
	chunked?: boolean;
	/** Every token issued so far dies, this request's too. */
	expireToken?: boolean;
	/** 404, as if the thing had been deleted. */
	gone?: boolean;
}

interface Planned {
	fault: Fault;
	toSkip: number;
	left: number;
	hits: number;
}

/** The faults to come, in the order they were added; a request meets the first that matches. */
export class FaultPlan {
	private planned: Planned[] = [];

	add(...faults: Fault[]): this {
		for (const fault of faults) {
			const left = fault.times === 'always' ? Infinity : (fault.times ?? 1);
			this.planned.push({ fault, toSkip: fault.after ?? 0, left, hits: 0 });
		}
		return this;
	}

	clear(): void {
		this.planned = [];
	}

	/** Each fault with how often it struck. */
	list(): Array<{ fault: Fault; hits: number }> {
		return this.planned.map(({ fault, hits }) => ({ fault, hits }));
	}

	/** How many requests a fault has struck so far, all faults together. */
	get hits(): number {
		return this.planned.reduce((sum, { hits }) => sum + hits, 0);
	}

	/** The fault for this request, if any; counts it. */
	strike(operation: Operation | undefined, part: number | undefined): Fault | undefined {
		for (const planned of this.planned) {
			const { fault } = planned;
			if (planned.left <= 0 || operation === undefined) continue;
			if (fault.operation !== undefined && fault.operation !== operation) continue;
			if (fault.part !== undefined && fault.part !== part) continue;
			if (planned.toSkip > 0) {
				planned.toSkip--;
				continue;
			}
			planned.left--;
			planned.hits++;
			return fault;
		}
		return undefined;
	}
}
