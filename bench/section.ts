import type { Outcome } from './bench';

/** One goal of performance.md, held against medians of the same run. */
export interface Goal {
	/** e.g. "ours, gzip ÷ pigz -6 -p2" */
	what: string;
	/** How much faster (or smaller) than the other; undefined where it was not run. */
	value: number | undefined;
	/** The least it has to be, or the most where `atMost`. */
	wanted: number;
	atMost?: boolean;
	/** Behind the figures; ' ×' unless told. */
	unit?: string;
}

/** One table of the results. */
export interface Section {
	title: string;
	/** What is in the table, in a sentence or two. */
	about: string;
	outcomes: Outcome[];
	/** How much one run moves, to tell its speed. */
	work?: { amount: number; unit: 'MB/s' | 'krows/s' };
	goals: Goal[];
}

export type Group = (bench: import('./bench').Bench) => Promise<Section[]>;

export function median(values: number[]): number | undefined {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length >> 1;
	if (sorted.length === 0) return undefined;
	return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The median of one figure of an outcome's samples. */
export function medianOf(
	outcome: Outcome | undefined,
	figure:
		| 'ms'
		| 'cpuMs'
		| 'jsCpuMs'
		| 'sentBytes'
		| 'parts'
		| 'rssOverIdleBytes'
		| 'longestStretchMs'
		| 'longestGcMs'
		| 'gcMs'
		| 'budgetPeakBytes'
		| 'neighbourMs',
): number | undefined {
	const values = (outcome?.samples ?? []).map((sample) => sample[figure]);
	return values.some((value) => value === undefined) ? undefined : median(values as number[]);
}

/** How many times as fast `name` is as `other`, by medians. */
export function speedRatio(outcomes: Outcome[], name: string, other: string): number | undefined {
	const [own, others] = [name, other].map((each) =>
		medianOf(
			outcomes.find((outcome) => outcome.name === each),
			'ms',
		),
	);
	return own === undefined || others === undefined ? undefined : others / own;
}

/** A goal on speed. */
export function faster(outcomes: Outcome[], name: string, other: string, wanted: number): Goal {
	return { what: `${name}, speed against ${other}`, value: speedRatio(outcomes, name, other), wanted };
}

/** The goal that nothing of ours keeps the event loop for more than 50 ms. */
export function noLongStretch(outcomes: Outcome[], names: string[]): Goal[] {
	return names.map((name) => ({
		what: `${name}, longest synchronous stretch without GC`,
		value: medianOf(
			outcomes.find((outcome) => outcome.name === name),
			'longestStretchMs',
		),
		wanted: 50,
		atMost: true,
		unit: ' ms',
	}));
}

/** The goal on memory over the idle engine. */
export function memoryWithin(outcomes: Outcome[], names: string[], megabytes: number): Goal[] {
	return names.map((name) => {
		const bytes = medianOf(
			outcomes.find((outcome) => outcome.name === name),
			'rssOverIdleBytes',
		);
		return {
			what: `${name}, peak RSS over idle`,
			value: bytes === undefined ? undefined : bytes / 1e6,
			wanted: megabytes,
			atMost: true,
			unit: ' MB',
		};
	});
}
