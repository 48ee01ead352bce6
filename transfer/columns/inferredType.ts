import type { ColumnType } from '../../domo/types';
import type { ColumnHint } from './columnHints';
import type { InferenceEvidence, Kind } from './inferenceEvidence';
import { almostHadType, lostDigits } from './readingFaults';
import type { ColumnToSettle, Where } from './settling';

export interface InferredType {
	/** A numeric type stands for all of them until the decimal sign is known. */
	type: ColumnType;
	numericType(decimalSign: 'point' | 'comma' | null): ColumnType;
	hint: ColumnHint | null;
}

/** The type that fits all values that decide; STRING where there is none, with a hint where there almost was one. */
export function inferredType({ name, evidence }: ColumnToSettle, where: Where): InferredType {
	const { inference } = evidence;
	const asText: InferredType = { type: 'STRING', numericType: () => 'STRING', hint: null };
	if (inference === null || inference.total === 0) return asText;
	const { total, numbers, days, times, pointFractions, commaFractions, doubles, inexact } = inference;
	if (numbers === total) {
		return {
			type: 'DECIMAL',
			numericType: (sign) => {
				if (doubles) return 'DOUBLE';
				return (sign === 'comma' ? commaFractions : pointFractions) ? 'DECIMAL' : 'LONG';
			},
			hint: inexact.first === null ? null : lostDigits(name, inexact.count, inexact.first, where),
		};
	}
	if (days + times === total) return { ...asText, type: times > 0 ? 'DATETIME' : 'DATE' };
	return { ...asText, hint: hintOf(name, inference, where) };
}

function hintOf(name: string, inference: InferenceEvidence, where: Where): ColumnHint | null {
	const { total, numbers, days, times, firstNumber, firstDay } = inference;
	const main = Math.max(numbers, days + times);
	const numeric = numbers >= days + times;
	const { texts, leadingZeros, plusSigns, percents, hugeIntegers, booleans } = inference;
	const only = (kind: Kind) => kind.count > 0 && main + kind.count === total;
	if (only(percents)) return almostHadType(name, 'percent', percents, total, where);
	if (main * 2 <= total) return null;
	if (numeric && only(leadingZeros)) return almostHadType(name, 'leadingZero', leadingZeros, total, where);
	if (numeric && only(plusSigns)) return almostHadType(name, 'plus', plusSigns, total, where);
	if (numeric && only(hugeIntegers)) return almostHadType(name, 'huge', hugeIntegers, total, where);
	const firsts = [
		texts.first,
		leadingZeros.first,
		plusSigns.first,
		percents.first,
		hugeIntegers.first,
		booleans.first,
	];
	const other = numeric ? firstDay : firstNumber;
	const [first] = [...firsts, other]
		.filter((each) => each !== null)
		.sort((one, another) => one.place - another.place);
	if (first === undefined) return null;
	const odd = { count: total - main, first };
	// A value with digits is rather one that has gone wrong than a word for nothing.
	const isWord = texts.count === total - main && !/\d/.test(first.text);
	return almostHadType(
		name,
		numeric ? (isWord ? 'wordAmongNumbers' : 'noNumber') : isWord ? 'wordAmongDays' : 'noDay',
		odd,
		total,
		where,
	);
}
