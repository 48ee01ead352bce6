import type { Check } from './check';
import type { Domo } from './domo';
import type { CheckResult } from './report';
import { resultOf } from './report';
import type { Secrets } from './secrets';
import { Ends, notObservable, notTried } from './verdict';
import type { Verdict } from './verdict';

export interface Plan {
	checks: Check[];
	/** Several checks wait for indexing at the same time; their requests still go one by one. */
	checksAtOnce: number;
	/** After so long no further check begins. */
	maxMs: number;
	/** @param done of so many checks in all */
	onResult(result: CheckResult, done: number, of: number): void;
}

/** A server that is only late has come round by then. */
const AGAIN_AFTER_MS = 3_000;

/**
 * Runs the checks. One that throws ends as not observable, with what was thrown, and the run goes on. What is
 * contradicted is looked at once more, with experiments of its own: an answer that came late, or once, is no word on Domo.
 */
export async function runChecks(domo: Domo, secrets: Secrets, plan: Plan): Promise<CheckResult[]> {
	const startedAt = performance.now();
	const results = new Map<Check, CheckResult>();
	const doubtful = new Map<Check, Verdict>();
	const isLate = () => performance.now() - startedAt > plan.maxMs;
	const settle = (check: Check, verdict: Verdict): void => {
		const seen = verdict.seen === undefined ? undefined : printable(secrets.hide(verdict.seen));
		const result = resultOf(check, { ...verdict, seen });
		results.set(check, result);
		plan.onResult(result, results.size, plan.checks.length);
	};
	const runOne = async (check: Check): Promise<void> => {
		const verdict = isLate()
			? notTried("the run's time is used up (--max-minutes)")
			: await verdictOf(check, domo);
		if (verdict.outcome === 'contradicted') doubtful.set(check, verdict);
		else settle(check, verdict);
	};
	const runAgain = async (check: Check): Promise<void> => {
		const first = doubtful.get(check)!;
		const second = isLate() ? first : await verdictOf(check, domo);
		const isOneOff = second.outcome === 'confirmed';
		settle(
			check,
			isOneOff ? notObservable(`once: ${first.seen}; then: ${second.seen ?? 'as stated'}`) : first,
		);
	};
	const runAll = async (checks: Check[], run: typeof runOne): Promise<void> => {
		const left = [...checks];
		const work = async () => {
			for (let check: Check | undefined; (check = left.shift()) !== undefined;) await run(check);
		};
		await Promise.all(Array.from({ length: plan.checksAtOnce }, work));
	};
	// What looks back at the whole run, and what waits for hours, comes last.
	const isLast = ({ name }: Check) => /^limits\.|^auth\.expired/.test(name);
	for (const phase of [plan.checks.filter((check) => !isLast(check)), plan.checks.filter(isLast)]) {
		await runAll(phase, runOne);
		if (doubtful.size === 0) continue;
		await domo.wire.pause(AGAIN_AFTER_MS).catch(() => undefined);
		domo.beginAnew();
		await runAll([...doubtful.keys()], runAgain);
		doubtful.clear();
	}
	return plan.checks.map((check) => results.get(check) as CheckResult);
}

/** What a server answers must not steer a terminal, nor make a file a binary one. */
export const printable = (text: string): string =>
	text.replace(
		/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu,
		(character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);

async function verdictOf(check: Check, domo: Domo): Promise<Verdict> {
	try {
		return await check.run(domo);
	} catch (error) {
		if (error instanceof Ends) return error.verdict;
		return notObservable(
			`an answer this check can't read: ${error instanceof Error ? error.message : String(error)}`,
		);
	}
}
