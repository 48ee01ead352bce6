import type { Column } from '../../domo/types';
import { shortened } from '../columns/textInMessage';
import { textOf, type FieldBatch, type FieldPlaces, type Finding, type RowCheck } from './check';
import { Hash128 } from './hash128';
import { HashSet128, type HashMemory } from './hashSet';
import { inWords } from './inWords';
import { hasOneForm, sameForm } from './numberForm';
import { Violations } from './violations';

/** Columns whose values, or whose values together, must be different in all rows. A row with NULL in one is passed over. */
export class Unique implements RowCheck {
	readonly columns: readonly number[];
	private readonly seen: HashSet128;
	private readonly hash = new Hash128();
	private readonly repeats = new Violations();
	private isFull = false;

	/**
	 * @param which the columns, with their places among the DataSet's
	 * @param onFull called once, where the memory does not suffice
	 */
	constructor(
		private readonly which: ReadonlyArray<Column & { index: number }>,
		memory: HashMemory,
		private readonly onFull: (finding: Finding) => void,
	) {
		this.columns = which.map(({ index }) => index);
		this.seen = new HashSet128(memory);
	}

	look(batch: FieldBatch, locate: (row: number) => string): void {
		if (this.isFull) return;
		const { bytes, rows, firstRow } = batch;
		const { which, hash, seen } = this;
		const places = which.map(({ index }) => batch.column(index));
		const areBytes = which.map(({ type }) => hasOneForm(type));
		for (let row = 0; row < rows; row++) {
			hash.begin();
			let k = 0;
			for (; k < places.length; k++) {
				const to = places[k].to[row];
				if (to < 0) break;
				if (areBytes[k]) hash.add(bytes, places[k].from[row], to);
				else addNumber(hash, bytes, places[k].from[row], to, which[k]);
			}
			if (k < places.length) continue;
			hash.end();
			const isNew = seen.add(hash.words);
			if (isNew === null) return this.giveUp();
			if (!isNew) this.repeats.add(() => `${locate(firstRow + row)} (${this.shown(bytes, places, row)})`);
		}
	}

	findings(): Finding[] {
		const column = this.which.map(({ name }) => name).join(', ');
		const names = this.which.map(({ name }) => `'${name}'`).join(' and ');
		if (this.isFull) {
			const reason = `the values of ${names} are too many for the memory that 'Memory for Unique Columns (MB)' gives`;
			return [{ check: 'uniqueColumns', column, held: null, reason }];
		}
		const { found, count } = this.repeats;
		const what = this.which.length > 1 ? 'together ' : '';
		const reason = `${names} ${what}${this.which.length > 1 ? 'have' : 'has'} a value again in ${inWords(count, 'row')}`;
		return [{ check: 'uniqueColumns', column, ...found, ...(found.held ? {} : { reason }) }];
	}

	close(): void {
		this.seen.clear();
	}

	private giveUp(): void {
		this.isFull = true;
		this.seen.clear();
		this.onFull(this.findings()[0]);
	}

	private shown(bytes: Buffer, places: readonly FieldPlaces[], row: number): string {
		return places.map((place) => `'${shortened(textOf(bytes, place, row))}'`).join(', ');
	}
}

const ZERO = 48;
const POINT = 46;
const MINUS = 45;

/** Adds a number in its one form; most have it already and are added by their bytes. */
function addNumber(hash: Hash128, bytes: Buffer, from: number, to: number, { type }: Column): void {
	let hasPoint = false;
	let isPlain = to - from <= 15 && bytes[from] !== ZERO && bytes[from] !== MINUS;
	for (let at = from; at < to && isPlain; at++) {
		const byte = bytes[at];
		if (byte === POINT) hasPoint = true;
		else if (byte < ZERO || byte > 57) isPlain = false;
	}
	if (isPlain && !(hasPoint && bytes[to - 1] === ZERO)) return hash.add(bytes, from, to);
	const text = Buffer.from(sameForm(bytes.toString('latin1', from, to), type), 'latin1');
	hash.add(text, 0, text.length);
}
