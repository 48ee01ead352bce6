import type { Outcome } from './bench';
import { median, type Goal } from './section';

/** How many times as fast one variant is as another: the median of the rounds' ratios, with its 95 % interval. */
export interface PairedRatio {
	median: number;
	low: number;
	high: number;
}

/**
 * Compares two variants round by round: what else the machine does meets both of a pair alike, so that their ratio
 * spreads less than their times do.
 *
 * The interval is that of the sign test: by the binomial distribution, the median lies between these two ranks of the
 * sorted ratios with a probability of at least 95 %. It assumes nothing about how the ratios are spread.
 *
 * @returns undefined where one of them was not run, or where there are too few rounds for an interval (fewer than 6)
 */
export function pairedRatio(outcomes: Outcome[], name: string, other: string): PairedRatio | undefined {
	const [own, others] = [name, other].map(
		(each) => outcomes.find((outcome) => outcome.name === each)?.samples ?? [],
	);
	const ratios = own
		.slice(0, others.length)
		.map(({ ms }, round) => others[round].ms / ms)
		.sort((a, b) => a - b);
	const rank = lowRank(ratios.length);
	if (rank === undefined) return undefined;
	return { median: median(ratios)!, low: ratios[rank], high: ratios[ratios.length - 1 - rank] };
}

/** The highest 0-based rank at which less than 2.5 % of the binomial distribution (p = 1/2) lies below. */
function lowRank(count: number): number | undefined {
	let probability = 0.5 ** count;
	let below = probability;
	if (below > 0.025) return undefined;
	let rank = 0;
	for (;;) {
		probability *= (count - rank) / (rank + 1);
		below += probability;
		if (below > 0.025) return rank;
		rank++;
	}
}

/** A goal on the median of the paired ratios, or on the lower end of its interval. */
export function pairedGoal(
	outcomes: Outcome[],
	name: string,
	other: string,
	wanted: number,
	end: 'median' | 'low' = 'median',
): Goal {
	const ratio = pairedRatio(outcomes, name, other);
	const interval = ratio ? ` (95 %: ${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)} ×)` : '';
	return {
		what: `${name}, speed against ${other}, ${end === 'low' ? "the interval's lower end" : 'median of pairs'}${interval}`,
		value: ratio?.[end],
		wanted,
	};
}
