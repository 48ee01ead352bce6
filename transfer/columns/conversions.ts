/** What was done to values beyond Domo's own form, counted by kind. */

export const CONVERSION_KINDS = [
	'grouped',
	'decimalComma',
	'currency',
	'sign',
	'percent',
	'leadingZeros',
	'twoDigitYear',
	'dayForm',
	'zone',
	'timeDropped',
	'numberAsDate',
	'boolean',
	'nullWord',
] as const;
export type ConversionKind = (typeof CONVERSION_KINDS)[number];

/** One bit for each kind, so that a value's conversions are one number; then what only hints tell. */
export const GROUPED = 1;
export const DECIMAL_COMMA = 2;
export const CURRENCY = 4;
export const SIGN = 8;
export const PERCENT = 16;
export const LEADING_ZEROS = 32;
export const TWO_DIGIT_YEAR = 64;
export const DAY_FORM = 128;
export const ZONE = 256;
export const TIME_DROPPED = 512;
export const NUMBER_AS_DATE = 1024;
export const BOOLEAN = 2048;
export const NULL_WORD = 4096;
/** A time that the zone skips, moved forward. */
export const SKIPPED_TIME = 8192;
/** A time that the zone has twice, taken as the earlier. */
export const REPEATED_TIME = 16384;
/** A JS integer beyond ±2^53. */
export const INEXACT_INTEGER = 32768;
/** A JS Date that is another day in the zone where all of the column are midnight. */
export const OTHER_ZONES_DAY = 65536;

const BITS = 17;

/** One column's conversions. */
export class Conversions {
	private readonly counts = new Array<number>(BITS).fill(0);
	private converted = 0;
	/** Values are mostly converted as the one before: they are counted, and their bits only when others come. */
	private lastKinds = 0;
	private lastCount = 0;

	/**
	 * @param kinds one value's bits
	 * @param values how many such values
	 */
	add(kinds: number, values = 1): void {
		if (kinds === this.lastKinds) {
			this.lastCount += values;
			return;
		}
		this.settle();
		this.lastKinds = kinds;
		this.lastCount = values;
	}

	/** Values that were converted in any way. */
	get total(): number {
		this.settle();
		return this.converted;
	}

	/** @param kind one of the bits */
	of(kind: number): number {
		this.settle();
		return this.counts[31 - Math.clz32(kind)];
	}

	/** Each kind that occurred with its count, the commonest first. */
	toJson(): Partial<Record<ConversionKind, number>> {
		this.settle();
		return Object.fromEntries(
			CONVERSION_KINDS.map((kind, bit) => [kind, this.counts[bit]] as const)
				.filter(([, count]) => count > 0)
				.sort(([, one], [, other]) => other - one),
		);
	}

	private settle(): void {
		const { lastKinds, lastCount } = this;
		this.lastCount = 0;
		if (lastKinds === 0) return;
		this.converted += lastCount;
		for (let bit = 0; bit < BITS; bit++) if (lastKinds & (1 << bit)) this.counts[bit] += lastCount;
	}
}
