import type { ColumnType } from '../../domo/types';
import { contradictingSigns, slicedSigns, twoCurrencies, unclearSigns } from './readingFaults';
import type { ColumnToSettle, ReadingRefusal, SettlingScope, Where } from './settling';

export interface SettledSign {
	decimalSign: 'point' | 'comma' | null;
	signBy: 'option' | 'values' | 'unclear';
}

/**
 * Finds a column's decimal sign.
 *
 * @param type null where it is to be inferred: `1,234` then settles nothing, as it would in a LONG
 */
export function settleDecimalSign(
	{ name, settings, evidence }: ColumnToSettle,
	type: ColumnType | null,
	where: Where,
	scope: SettlingScope,
): SettledSign | { refusal: ReadingRefusal } {
	const { numbers } = evidence;
	if (numbers.currency !== null && numbers.otherCurrency !== null) {
		return { refusal: twoCurrencies(name, numbers.currency, numbers.otherCurrency, where) };
	}
	if (settings.decimalSign !== 'auto') return { decimalSign: settings.decimalSign, signBy: 'option' };
	const { point, comma, commaOrGroup, evenCommaOrGroup, unevenCommaOrGroup, pointOrGroup } = numbers;
	const isLong = type === 'LONG';
	// An integer has no fraction: 1,234 is grouped. But 5,000 could be 5.
	const onlyGroups = isLong ? unevenCommaOrGroup : null;
	if (scope === 'slice') {
		const unclear = isLong && pointOrGroup.length === 0 ? evenCommaOrGroup : commaOrGroup;
		const refused = comma === null ? unclear : [comma];
		if (refused.length > 0) return { refusal: slicedSigns(name, refused, where) };
		return { decimalSign: 'point', signBy: 'unclear' };
	}
	const againstComma = point ?? onlyGroups;
	if (againstComma !== null && comma !== null) {
		return { refusal: contradictingSigns(name, againstComma, comma, where) };
	}
	if (point !== null) return { decimalSign: 'point', signBy: 'values' };
	if (comma !== null) return { decimalSign: 'comma', signBy: 'values' };
	if (commaOrGroup.length > 0) {
		if (onlyGroups !== null && pointOrGroup.length === 0) return { decimalSign: 'point', signBy: 'values' };
		const samples = pointOrGroup.length > 0 ? [pointOrGroup[0], commaOrGroup[0]] : commaOrGroup;
		return { refusal: unclearSigns(name, samples, where) };
	}
	return { decimalSign: pointOrGroup.length > 0 ? 'point' : null, signBy: 'unclear' };
}
