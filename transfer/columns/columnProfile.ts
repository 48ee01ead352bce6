/** What a person looks at before the first load: one column's values, for Dry Run. */

import type { ColumnType } from '../../domo/types';
import type { ColumnReader } from './columnReader';
import { Conversions, type ConversionKind } from './conversions';
import { compareNumbers } from './numberOrder';
import { inWords } from './readingInWords';
import { clipped } from '../clippedText';
import { Misfit, type ValueText } from './misfit';

const MAX_DISTINCT = 1000;
const MAX_EXAMPLES = 3;
const MAX_TEXT_LENGTH = 200;

export interface ColumnProfileJson {
	column: string;
	type: ColumnType;
	reading: string;
	rows: number;
	nulls: number;
	converted: Partial<Record<ConversionKind, number>>;
	distinct: number | string;
	least: string | null;
	greatest: string | null;
	examples: Array<{ from: unknown; to: string | null }>;
	misfits: number;
	firstMisfits: Array<{ item?: number; line?: number; value: unknown; reason: string }>;
}

export class ColumnProfile {
	private rows = 0;
	private nulls = 0;
	private misfits = 0;
	private readonly values = new Set<string>();
	private hasMore = false;
	private least: string | null = null;
	private greatest: string | null = null;
	private readonly converted: Array<{ from: unknown; to: string | null }> = [];
	private readonly others: Array<{ from: unknown; to: string | null }> = [];
	private readonly firstMisfits: ColumnProfileJson['firstMisfits'] = [];
	private readonly isNumeric: boolean;
	/** Of all values, also those of rows that are left out. */
	private readonly conversions = new Conversions();

	constructor(private readonly reader: ColumnReader) {
		const { type } = reader.reading;
		this.isNumeric = type === 'LONG' || type === 'DECIMAL' || type === 'DOUBLE';
	}

	/**
	 * Adds a value.
	 *
	 * @param from as it came
	 * @param to as its column's reader gave it
	 * @param kinds its conversions
	 */
	add(from: unknown, to: ValueText, kinds: number, place: { item: number } | { line: number }): void {
		this.rows++;
		if (to instanceof Misfit) {
			this.misfits++;
			if (this.firstMisfits.length < MAX_EXAMPLES) {
				this.firstMisfits.push({ ...place, value: shown(from), reason: to.reason });
			}
			return;
		}
		if (kinds !== 0) {
			this.conversions.add(kinds);
			addExample(this.converted, from, to);
		}
		if (to === null) {
			this.nulls++;
			return;
		}
		if (kinds === 0 && this.others.length < MAX_EXAMPLES) addExample(this.others, from, to);
		if (this.least === null || this.compare(to, this.least) < 0) this.least = to;
		if (this.greatest === null || this.compare(to, this.greatest) > 0) this.greatest = to;
		if (this.hasMore || this.values.has(to)) return;
		if (this.values.size === MAX_DISTINCT) this.hasMore = true;
		else this.values.add(to);
	}

	toJson(): ColumnProfileJson {
		const { reader, conversions } = this;
		const { reading } = reader;
		return {
			column: reading.name,
			type: reading.type,
			reading:
				inWords(reader, conversions) || (conversions.total > 0 ? 'each value by its own form' : 'as it is'),
			rows: this.rows,
			nulls: this.nulls,
			converted: conversions.toJson(),
			distinct: this.hasMore ? 'more than 1,000' : this.values.size,
			least: this.least === null ? null : clipped(this.least, MAX_TEXT_LENGTH),
			greatest: this.greatest === null ? null : clipped(this.greatest, MAX_TEXT_LENGTH),
			examples: [...this.converted, ...this.others].slice(0, MAX_EXAMPLES),
			misfits: this.misfits,
			firstMisfits: this.firstMisfits,
		};
	}

	private compare(one: string, other: string): number {
		if (this.isNumeric) return compareNumbers(one, other);
		return one < other ? -1 : one > other ? 1 : 0;
	}
}

function addExample(
	examples: Array<{ from: unknown; to: string | null }>,
	from: unknown,
	to: string | null,
): void {
	if (examples.length >= MAX_EXAMPLES) return;
	const example = { from: shown(from), to: to === null ? null : clipped(to, MAX_TEXT_LENGTH) };
	if (examples.every((each) => each.from !== example.from)) examples.push(example);
}

function shown(value: unknown): unknown {
	if (typeof value === 'string') return clipped(value, MAX_TEXT_LENGTH);
	return typeof value === 'bigint' ? String(value) : value;
}
