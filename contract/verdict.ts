/** How a check ends. */
export type Outcome = 'confirmed' | 'contradicted' | 'notObservable' | 'notTried';

export interface Verdict {
	outcome: Outcome;
	/** What was seen, or why nothing was. */
	seen?: string;
}

export const confirmed = (seen?: string): Verdict => ({ outcome: 'confirmed', ...(seen ? { seen } : {}) });

export const contradicted = (seen: string): Verdict => ({ outcome: 'contradicted', seen });
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
