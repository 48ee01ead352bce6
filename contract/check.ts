import type { Domo } from './domo';
import { confirmed, notTried } from './verdict';
import type { Verdict } from './verdict';

/** One fact of Domo's API that a client can look at. */
export interface Check {
	name: string;
	fact: string;
	/**
	 * `stated`: documents, an SDK or working code say so; a server that does otherwise contradicts it. `question`: nobody
	 * says, or both are said; whatever is seen is the answer.
	 */
	kind: 'stated' | 'question';
	run(domo: Domo): Promise<Verdict>;
}

export const stated = (name: string, fact: string, run: Check['run']): Check => ({
	name,
	fact,
	kind: 'stated',
	run,
});

/** @param run gives what was seen */
export const question = (name: string, fact: string, run: (domo: Domo) => Promise<string>): Check => ({
	name,
	fact,
	kind: 'question',
	run: async (domo) => confirmed(await run(domo)),
});

/** A fact that is on the page, and that this suite leaves alone. */
export const untried = (name: string, fact: string, why: string): Check => ({
	name,
	fact,
	kind: 'stated',
	run: async () => notTried(why),
});

/** Only with --slow. */
export const slow = (check: Check): Check => ({
	...check,
	run: async (domo) => (domo.run.slow ? await check.run(domo) : notTried('takes minutes to an hour: --slow')),
});

/** An experiment that several checks look at, done once a round. */
export function once<T>(experiment: (domo: Domo) => Promise<T>): (domo: Domo) => Promise<T> {
	const done = new WeakMap<object, Promise<T>>();
	return async (domo) => {
		const { round } = domo;
		let result = done.get(round);
		if (!result) done.set(round, (result = experiment(domo)));
		return await result;
	};
}
