/** From a column's type, its evidence and the options to how it is read, or to what the options have to say first. */

import type { ColumnType } from '../../domo/types';
import { InputError } from '../inputError';
import type { ColumnHint } from './columnHints';
import type { ColumnReading } from './columnReading';
import { inferredType } from './inferredType';
import { settleDateOrder, type SettledOrder } from './settleDateOrder';
import { settleDecimalSign, type SettledSign } from './settleDecimalSign';
import type { ColumnToSettle, ReadingRefusal, SettledColumns, SettlingScope, Where } from './settling';
import { pointsBesideCommas, readingsRefused } from './readingFaults';

export type { ColumnToSettle, ReadingRefusal, SettledColumns, SettlingScope, Where };

/** Settles all columns of an input together: one with a decimal comma makes `1.234` of the others unclear. */
export function settleColumns(
	columns: readonly ColumnToSettle[],
	where: Where,
	scope: SettlingScope,
): SettledColumns {
	const refusals: ReadingRefusal[] = [];
	const hints: ColumnHint[] = [];
	const drafts = columns.map((column) => draftOf(column, where, scope));
	const commaColumn =
		drafts.find(({ type, sign }) => isNumeric(type) && sign.decimalSign === 'comma')?.column.name ?? null;
	const readings = drafts.map((draft): ColumnReading => {
		const { column, sign, order } = draft;
		const { settings, evidence } = column;
		let { type, refusal } = draft;
		const [point] = evidence.numbers.pointOrGroup;
		const isUnclear = isNumeric(type) && sign.signBy === 'unclear';
		if (commaColumn !== null && isUnclear && point !== undefined) {
			refusal = pointsBesideCommas(column.name, evidence.numbers.pointOrGroup, commaColumn, where);
		}
		if (refusal !== null) {
			if (column.type === null) {
				type = 'STRING';
				hints.push(becameString(column, refusal));
			} else refusals.push(refusal);
		}
		if (draft.hint !== null) hints.push(draft.hint);
		return {
			name: column.name,
			type,
			settings,
			...sign,
			groupablePoint: isUnclear ? (point?.text ?? null) : null,
			commaColumn: isUnclear ? commaColumn : null,
			...order,
			midnightElsewhere: evidence.midnights?.elsewhere ?? null,
			isSlice: scope === 'slice',
			currency: evidence.numbers.currency?.code ?? null,
		};
	});
	return { readings, refusals, hints };
}

/** @returns what to throw for refusals, of which there must be one */
export function refuseReadings(refusals: readonly ReadingRefusal[]): InputError {
	return readingsRefused(refusals);
}

interface Draft {
	column: ColumnToSettle;
	type: ColumnType;
	sign: SettledSign;
	order: SettledOrder;
	refusal: ReadingRefusal | null;
	hint: ColumnHint | null;
}

function draftOf(column: ColumnToSettle, where: Where, scope: SettlingScope): Draft {
	const inferred = column.type === null ? inferredType(column, where) : null;
	const kind = column.type ?? inferred?.type ?? 'STRING';
	let sign: SettledSign = { decimalSign: null, signBy: 'unclear' };
	let order: SettledOrder = {
		dateOrder: 0,
		shortDateOrder: 0,
		shortDays: 0,
		yearsFirst: 0,
		orderBy: 'values',
	};
	let refusal: ReadingRefusal | null = null;
	if (isNumeric(kind)) {
		const settled = settleDecimalSign(column, column.type, where, scope);
		if ('refusal' in settled) refusal = settled.refusal;
		else sign = settled;
	} else if (kind === 'DATE' || kind === 'DATETIME') {
		const settled = settleDateOrder(column, where, scope);
		if ('refusal' in settled) refusal = settled.refusal;
		else order = settled;
	}
	const type = inferred !== null && isNumeric(kind) ? inferred.numericType(sign.decimalSign) : kind;
	return { column, type, sign, order, refusal, hint: inferred?.hint ?? null };
}

function becameString(column: ColumnToSettle, refusal: ReadingRefusal): ColumnHint {
	return {
		column: column.name,
		text: `'${column.name}' became STRING: ${refusal.message}. ${refusal.advice}`,
		count: column.evidence.inference?.total ?? 1,
	};
}

function isNumeric(type: ColumnType): boolean {
	return type === 'LONG' || type === 'DECIMAL' || type === 'DOUBLE';
}
