import type { ColumnReader } from './columnReader';
import { type Conversions, DAY_FORM, GROUPED, NUMBER_AS_DATE, TWO_DIGIT_YEAR } from './conversions';
import { DAY_FIRST, MONTH_FIRST, YEAR_FIRST } from './dateText';

const ORDER: Record<number, string> = {
	[MONTH_FIRST]: 'month first',
	[DAY_FIRST]: 'day first',
	[YEAR_FIRST]: 'year first',
};

const NUMBERS = {
	refuse: '',
	excel: 'Excel serials',
	unixSeconds: 'Unix seconds',
	unixMilliseconds: 'Unix milliseconds',
};

/**
 * How a column was read, beyond Domo's own form: "decimal comma, grouped by points", "day first, Europe/Berlin".
 *
 * @param conversions of its values
 */
export function inWords({ reading, separators, dateOrder }: ColumnReader, conversions: Conversions): string {
	const { type, settings } = reading;
	const words: string[] = [];
	if (type === 'DATE' || type === 'DATETIME') {
		if (settings.pattern !== null) words.push(settings.pattern.text);
		else if (conversions.of(DAY_FORM) > 0 || conversions.of(TWO_DIGIT_YEAR) > 0) {
			for (const order of dateOrder) words.push(ORDER[order]);
		}
		if (conversions.of(NUMBER_AS_DATE) > 0) words.push(NUMBERS[settings.numbersAsDates]);
		if (type === 'DATETIME' && !settings.zone.isUtc) words.push(settings.zone.name);
	} else if (type !== 'STRING') {
		if (reading.decimalSign === 'comma') words.push('decimal comma');
		else if (reading.decimalSign === 'point' && conversions.total > 0) words.push('decimal point');
		if (conversions.of(GROUPED) > 0) words.push(`grouped by ${[...separators].join(' and ')}`);
	}
	return words.join(', ');
}
