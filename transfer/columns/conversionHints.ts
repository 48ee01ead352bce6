/** What was done to the values of columns, in words and as numbers for the summary. */

import type { ColumnHint } from './columnHints';
import type { ColumnReader } from './columnReader';
import {
	CONVERSION_KINDS,
	INEXACT_INTEGER,
	OTHER_ZONES_DAY,
	REPEATED_TIME,
	SKIPPED_TIME,
	type ConversionKind,
} from './conversions';
import { inWords } from './readingInWords';
import { counted } from '../shownNumber';
import { quoted } from './textInMessage';

const WORDS: Record<ConversionKind, string> = {
	grouped: 'grouped digits',
	decimalComma: 'a decimal comma',
	currency: 'a currency',
	sign: 'a minus of another form',
	percent: 'a percent sign',
	leadingZeros: 'leading zeros dropped',
	twoDigitYear: 'a year of two digits',
	dayForm: 'a day in another form',
	zone: 'a time moved to UTC',
	timeDropped: 'the time of day dropped',
	numberAsDate: 'a number read as a day or time',
	boolean: 'true or false read as 1 or 0',
	nullWord: 'a word read as NULL',
};

/** One hint for each column of which values were converted, or could be read otherwise. */
export function conversionHints(readers: readonly ColumnReader[]): ColumnHint[] {
	return readers.map(hintOf).filter((hint) => hint !== null);
}

function hintOf(reader: ColumnReader): ColumnHint | null {
	const { conversions, reading, groupablePoint } = reader;
	const kinds = Object.entries(conversions.toJson()) as Array<[ConversionKind, number]>;
	const sentences: string[] = [];
	if (kinds.length > 0) {
		const list = kinds.map(([kind, count], index) =>
			index === 0
				? `${WORDS[kind]} in ${counted(count)} ${count === 1 ? 'value' : 'values'}`
				: `${WORDS[kind]} in ${counted(count)}`,
		);
		const how = inWords(reader, reader.conversions);
		sentences.push(`${list.join(', ')}${how === '' ? '' : ` (read as ${how})`}`);
	}
	const skipped = conversions.of(SKIPPED_TIME);
	const zone = reading.settings.zone.name;
	if (skipped > 0) {
		sentences.push(
			`${counted(skipped)} ${skipped === 1 ? 'time' : 'times'} that ${zone} skips moved forward`,
		);
	}
	const repeated = conversions.of(REPEATED_TIME);
	if (repeated > 0) {
		sentences.push(
			`${counted(repeated)} ${repeated === 1 ? 'time' : 'times'} that ${zone} has twice taken as the earlier one`,
		);
	}
	const otherDays = conversions.of(OTHER_ZONES_DAY);
	if (otherDays > 0 && reading.midnightElsewhere !== null) {
		const [here, there] = [reading.settings.calendarZone.name, reading.midnightElsewhere.name];
		sentences.push(
			`all dates are midnight in ${there}, and ${counted(otherDays)} ${otherDays === 1 ? 'is' : 'are'} another day in ${here}, which was taken. If they are days, set 'Time Zone of Values' to ${there}`,
		);
	}
	const inexact = conversions.of(INEXACT_INTEGER);
	if (inexact > 0) {
		sentences.push(
			`${counted(inexact)} JavaScript ${inexact === 1 ? 'number' : 'numbers'} beyond ±2^53, which may have lost digits already`,
		);
	}
	if (groupablePoint !== null) {
		sentences.push(
			`${quoted(groupablePoint)} and the like were read with a decimal point: if their points group digits, set 'Decimal Sign'`,
		);
	}
	if (sentences.length === 0) return null;
	return {
		column: reading.name,
		text: `'${reading.name}': ${sentences.join('; ')}.`,
		count: Math.max(1, conversions.total),
	};
}

/** Column → kind → count, for the summary; columns without conversions are absent. */
export function conversionsByColumn(
	readers: readonly ColumnReader[],
): Record<string, Partial<Record<ConversionKind, number>>> {
	return Object.fromEntries(
		readers
			.map(({ reading, conversions }) => [reading.name, conversions.toJson()] as const)
			.filter(([, counts]) => CONVERSION_KINDS.some((kind) => counts[kind] !== undefined)),
	);
}
