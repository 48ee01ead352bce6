import { BadValues } from '../columns/badValues';
import { valueAlwaysRefused } from '../columns/badValueFaults';
import type { ValueOptions } from '../columns/valueOptions';
import { InputError } from '../inputError';
import { type CsvFileFaults, nullInKey, oddLength, oddRecord, ONLY_NULL, shownRecord } from './csvFileFaults';
import type { FieldMisfit } from './recordConverter';

/** What becomes of the rows of files that don't fit: refused, left out, or loaded with NULL ('Bad Values'). */
export class RowJudge {
	readonly bad: BadValues;

	/** Said of a single row that does not fit: more than a list of many can say. */
	private ofOneRow: InputError | undefined;

	/** @param throws false for a Dry Run, which reads on */
	constructor(
		values: ValueOptions,
		private readonly throws: boolean,
		private readonly hasKey: boolean,
	) {
		this.bad = new BadValues(values);
	}

	/** Where nothing is thrown: why an upload would be refused. */
	get refusal(): InputError | null {
		return this.bad.alwaysRefused;
	}

	/**
	 * @param misfits of one row, at least one
	 * @param row its fields, for the output of left-out rows
	 * @returns whether the row is loaded, with NULL for the misfits
	 * @throws InputError for values that are refused whatever 'Bad Values' says
	 */
	keeps(
		faults: CsvFileFaults,
		line: number,
		misfits: readonly FieldMisfit[],
		nameOf: (column: number) => string,
		row: () => unknown,
	): boolean {
		const place = placeOf(faults, line);
		const bad = misfits.map(({ column, value, misfit, refusesNull }) => {
			const name = nameOf(column);
			if (misfit !== 'null') {
				if (misfit.alwaysRefused) this.refuse(valueAlwaysRefused(place, name, misfit));
				const { code, reason } = misfit;
				return { column: name, value, code, reason, isKey: refusesNull };
			}
			if (!this.hasKey) this.refuse(faults.refuse(...ONLY_NULL, line));
			if (misfits.length === 1) this.ofOneRow ??= faults.refuse(...nullInKey(name), line);
			return { column: name, value, code: 'VALUE_NULL_IN_KEY' as const, reason: NULL_REASON, isKey: true };
		});
		return this.bad.addRow(place, bad, row) === 'null';
	}

	/** Notes a row of another length: it is never loaded. */
	addOddRow(
		faults: CsvFileFaults,
		line: number,
		counts: { fields: number; expected: number },
		text: string,
		row: () => unknown,
	): void {
		const { fields, expected } = counts;
		this.ofOneRow ??= faults.refuse(...oddRecord(fields, expected, text), line);
		this.bad.addRowFault(
			placeOf(faults, line),
			`the line ${oddLength(fields, expected)}: ${shownRecord(text)}`,
			row,
		);
	}

	/**
	 * @param rowsRead of all files, once they were read
	 * @param nothingWasSent whether a refusal can say so: rows may be on their way once they are drawn
	 * @throws InputError where too many rows don't fit so far
	 */
	check(rowsRead: number | undefined, nothingWasSent: boolean): void {
		const { bad, ofOneRow } = this;
		// A Dry Run reads on, and tells of all.
		if (!this.throws && rowsRead === undefined) return;
		const refusal = bad.refusal(rowsRead, nothingWasSent ? 'Nothing was sent.' : '');
		if (!refusal) return;
		this.refuse(bad.policy === 'refuse' && bad.badRows === 1 && ofOneRow ? ofOneRow : refusal);
	}

	/**
	 * Notes a fault of the whole input, which 'Bad Values' says nothing of.
	 *
	 * @throws InputError, but in a Dry Run
	 */
	refuse(refusal: InputError): void {
		if (this.throws) throw refusal;
		this.bad.refuseAlways(refusal);
	}
}

const NULL_REASON = 'NULL, which Domo does not take in a key column';

function placeOf({ file }: CsvFileFaults, line: number): { line: number; file: string; item: number } {
	return { line, file: file.name, item: file.itemIndex };
}
