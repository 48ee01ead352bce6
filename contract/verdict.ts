/** How a check ends. */
export type Outcome = 'confirmed' | 'contradicted' | 'notObservable' | 'notTried';

export interface Verdict {
	outcome: Outcome;
	/** What was seen, or why nothing was. */
	seen?: string;
}

export const confirmed = (seen?: string): Verdict => ({ outcome: 'confirmed', ...(seen ? { seen } : {}) });

/** A server that is not well says nothing about any fact; each answer is shown with its status, see answers.ts. */
const UNWELL = /\bHTTP (408|5(?!01)\d\d)\b/;
/** A limit says nothing about any fact but limits. */
const LIMITED = /\bHTTP 429\b/;

/** Unless what was seen is a limit or a server that is not well. */
export const contradicted = (seen: string): Verdict => ({
	outcome: UNWELL.test(seen) || LIMITED.test(seen) ? 'notObservable' : 'contradicted',
	seen,
});
/** Whatever was seen answers a question, unless it is a server that is not well. A limit may be the answer. */
export const answered = (seen: string): Verdict => ({
	outcome: UNWELL.test(seen) ? 'notObservable' : 'confirmed',
	seen,
});
export const notObservable = (why: string): Verdict => ({ outcome: 'notObservable', seen: why });
export const notTried = (why: string): Verdict => ({ outcome: 'notTried', seen: why });

export const holds = (isSo: boolean, seen: string): Verdict => (isSo ? confirmed(seen) : contradicted(seen));

/** Ends a check early with a verdict; thrown by what several checks share. */
export class Ends extends Error {
	constructor(readonly verdict: Verdict) {
		super(verdict.seen);
	}
}

export const unseen = (why: string): Ends => new Ends(notObservable(why));
