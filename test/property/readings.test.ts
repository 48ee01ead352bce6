import fc from 'fast-check';
import { DateTime, Settings } from 'luxon';

import type { ColumnType } from '../../domo/types';
import { InputError } from '../../transfer/inputError';
import { DatePattern } from '../../transfer/columns/datePattern';
import { Misfit } from '../../transfer/columns/misfit';
import { compareNumbers } from '../../transfer/columns/numberOrder';
import {
	isPlainDate,
	isPlainDateInBytes,
	isPlainDateTime,
	plainDateTimeInBytes,
	plainNumber,
	plainNumberInBytes,
} from '../../transfer/columns/plainForms';
import { TimeZone } from '../../transfer/columns/timeZones';
import type { ValueOptions } from '../../transfer/columns/valueOptions';
import { readColumn, type ReadColumn } from '../support/readColumn';

Settings.throwOnInvalid = false;

/** The column, or null where it is refused. Anything but a refusal that names an option fails. */
function readOrRefused(
	values: unknown[],
	type: ColumnType | null,
	options: Partial<ValueOptions> = {},
): ReadColumn | null {
	try {
		return readColumn(values, type, options);
	} catch (error) {
		expect(error).toBeInstanceOf(InputError);
		expect((error as InputError).advice).toMatch(/'(Decimal Sign|Date Order)'/);
		return null;
	}
}

/** Digits before and behind the decimal sign, of any length. */
const amount = fc.record({
	negative: fc.boolean(),
	whole: fc.bigInt({ min: 0n, max: 10n ** 20n }).chain((n) => fc.constantFrom(n, n % 1_000_000n, n % 1000n)),
	fraction: fc.oneof(fc.constant(''), fc.stringMatching(/^[0-9]{1,6}$/)),
});

interface Dialect {
	group: string;
	decimal: string;
	indian: boolean;
	negative: 'minus' | 'behind' | 'brackets' | 'true minus';
	currency: '' | '$' | ' €' | 'USD ';
}

const dialect: fc.Arbitrary<Dialect> = fc
	.record({
		group: fc.constantFrom('', ',', '.', ' ', '\u00a0', '\u202f', "'", '’'),
		decimal: fc.constantFrom('.', ','),
		indian: fc.boolean(),
		negative: fc.constantFrom(
			'minus' as const,
			'behind' as const,
			'brackets' as const,
			'true minus' as const,
		),
		currency: fc.constantFrom('' as const, '$' as const, ' €' as const, 'USD ' as const),
	})
	.filter(({ group, decimal }) => group !== decimal);

function grouped(digits: string, { group, indian }: Dialect): string {
	if (group === '' || digits.length < 4) return digits;
	const head = digits.slice(0, -3);
	const size = indian && group === ',' ? 2 : 3;
	const groups = head.match(new RegExp(`\\d{1,${size}}(?=(?:\\d{${size}})*$)`, 'g')) ?? [];
	return [...groups, digits.slice(-3)].join(group);
}

function written(
	{ negative, whole, fraction }: { negative: boolean; whole: bigint; fraction: string },
	how: Dialect,
) {
	const digits = grouped(String(whole), how) + (fraction === '' ? '' : how.decimal + fraction);
	const withCurrency = how.currency.startsWith(' ') ? digits + how.currency : how.currency + digits;
	if (!negative) return withCurrency;
	switch (how.negative) {
		case 'minus':
			return `-${withCurrency}`;
		case 'true minus':
			return `−${withCurrency}`;
		case 'behind':
			return `${withCurrency}-`;
		case 'brackets':
			return `(${withCurrency})`;
	}
}

/** A decimal's exact value as a whole number of 10^-6. */
function exact(text: string): bigint {
	const [whole, fraction = ''] = text.replace('-', '').split('.');
	const value = BigInt(whole + fraction.padEnd(6, '0'));
	return text.startsWith('-') ? -value : value;
}

describe('numbers in any dialect', () => {
	it('are read back with the same value, or refused', () => {
		let read = 0;
		fc.assert(
			fc.property(
				fc.array(amount, { minLength: 1, maxLength: 6 }),
				dialect,
				fc.boolean(),
				(amounts, how, told) => {
					const texts = amounts.map((each) => written(each, how));
					const column = readOrRefused(
						texts,
						'DECIMAL',
						told ? { decimalSign: how.decimal === ',' ? 'comma' : 'point' } : {},
					);
					// Points that every value could group are decimal points by contract, and a hint names the option.
					if (column === null || column.reader.groupablePoint !== null) return void expect(told).toBe(false);
					read++;
					column.texts.forEach((text, i) => {
						const { negative, whole, fraction } = amounts[i];
						const wanted = BigInt(`${whole}${fraction.padEnd(6, '0')}`);
						expect(exact(String(text))).toBe(negative ? -wanted : wanted);
					});
				},
			),
			{ numRuns: 3000 },
		);
		expect(read).toBeGreaterThan(1500);
	});

	it('are inferred with a type that holds them, in that value, or are STRING as they came', () => {
		fc.assert(
			fc.property(fc.array(amount, { minLength: 1, maxLength: 6 }), dialect, (amounts, how) => {
				const texts = amounts.map((each) => written(each, how));
				const column = readOrRefused(texts, null);
				if (column === null) throw new Error('An inferred column is never refused');
				if (column.type === 'STRING') return void expect(column.texts).toEqual(texts);
				if (column.reader.groupablePoint !== null) return;
				column.texts.forEach((text, i) => {
					const { negative, whole, fraction } = amounts[i];
					const wanted = BigInt(`${whole}${fraction.padEnd(6, '0')}`);
					expect(exact(String(text))).toBe(negative ? -wanted : wanted);
				});
			}),
			{ numRuns: 2000 },
		);
	});

	it('with an exponent have the value that JavaScript gives them', () => {
		fc.assert(
			fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
				const text = value.toExponential();
				expect(Number(readColumn([text], 'DECIMAL').texts[0])).toBe(value + 0);
				const double = readColumn([text], 'DOUBLE').texts[0];
				expect(Number(double)).toBe(value + 0);
			}),
			{ numRuns: 1000 },
		);
	});

	it('are in order as their values are', () => {
		const decimal = amount.map(
			({ negative, whole, fraction }) =>
				`${negative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`,
		);
		fc.assert(
			fc.property(decimal, decimal, (one, other) => {
				const difference = exact(one) - exact(other);
				const wanted = difference < 0n ? -1 : difference > 0n ? 1 : 0;
				expect(Math.sign(compareNumbers(one, other))).toBe(wanted);
			}),
			{ numRuns: 2000 },
		);
	});
});

const moment = fc
	.date({ min: new Date('1970-01-02'), max: new Date('2068-12-30'), noInvalidDate: true })
	.map((date) => DateTime.fromJSDate(date, { zone: 'utc', locale: 'en-US' } as object));

const LOCALES = (
	'bg ca cs da de de-AT de-CH el en-AU en-CA en-GB en-IN en-NZ en-US en-ZA es es-MX et fi fr fr-CA fr-CH he hi hr hu id it it-CH ' +
	'ja ko lt lv mk nb nl pl pt pt-PT ro ru sk sl sq sr sv tr uk vi zh zh-TW'
).split(' ');

describe("in any country's way", () => {
	const locale = fc.constantFrom(...LOCALES);

	it('numbers and amounts of money are read back with their value, or not at all', () => {
		const style = fc.constantFrom<Intl.NumberFormatOptions>(
			{ maximumFractionDigits: 6 },
			{ style: 'currency', currency: 'EUR' },
			{ style: 'currency', currency: 'USD', currencyDisplay: 'code' },
			{ style: 'currency', currency: 'USD', currencySign: 'accounting' },
		);
		let read = 0;
		fc.assert(
			fc.property(
				fc.array(fc.integer({ min: -2e9, max: 2e9 }), { minLength: 1, maxLength: 6 }),
				locale,
				style,
				fc.constantFrom(1, 100),
				fc.option(fc.constantFrom<ColumnType>('DECIMAL', 'DOUBLE')),
				(cents, tag, options, unit, type) => {
					const format = new Intl.NumberFormat(`${tag}-u-nu-latn`, options);
					const texts = cents.map((each) => format.format(each / unit));
					const column = readOrRefused(texts, type);
					if (column === null || column.type === 'STRING' || column.reader.groupablePoint !== null) return;
					column.texts.forEach((text, i) => {
						if (text instanceof Misfit) return;
						read++;
						const digits = options.style === 'currency' ? 2 : 6;
						expect(Number(text)).toBe(
							Number(Math.abs(cents[i] / unit).toFixed(digits)) * Math.sign(cents[i]) + 0,
						);
					});
				},
			),
			{ numRuns: 1500 },
		);
		expect(read).toBeGreaterThan(2000);
	});

	it('days and times are read back, or not at all', () => {
		const style = fc.constantFrom<Intl.DateTimeFormatOptions>(
			{},
			{ dateStyle: 'short' },
			{ dateStyle: 'medium' },
			{ dateStyle: 'long' },
			{ year: 'numeric', month: '2-digit', day: '2-digit' },
			{ dateStyle: 'short', timeStyle: 'medium' },
			{
				year: 'numeric',
				month: 'numeric',
				day: 'numeric',
				hour: 'numeric',
				minute: 'numeric',
				second: 'numeric',
			},
		);
		let read = 0;
		fc.assert(
			fc.property(
				fc.array(moment, { minLength: 1, maxLength: 12 }),
				locale,
				style,
				fc.option(fc.constantFrom<ColumnType>('DATE', 'DATETIME')),
				(moments, tag, options, type) => {
					const format = new Intl.DateTimeFormat(`${tag}-u-nu-latn-ca-gregory`, {
						...options,
						timeZone: 'UTC',
					});
					const texts = moments.map((each) => format.format(each.toJSDate()));
					const column = readOrRefused(texts, type);
					if (column === null || column.type === 'STRING') return;
					// A lone day such as 24/1/31 can't be told from one of another country: 'Date Order' is for these.
					if (texts.some((text) => /^\d\d\D+\d+\D+\d\d(?!\d)/.test(text))) return;
					column.texts.forEach((text, i) => {
						if (text instanceof Misfit) return;
						read++;
						const wanted = moments[i].toFormat(
							column.type === 'DATE' ? 'yyyy-MM-dd' : "yyyy-MM-dd'T'HH:mm:ss",
						);
						const hasTime = 'timeStyle' in options || 'hour' in options;
						expect([texts[i], text]).toEqual([
							texts[i],
							column.type === 'DATETIME' && !hasTime ? `${wanted.slice(0, 10)}T00:00:00` : wanted,
						]);
					});
				},
			),
			{ numRuns: 1500 },
		);
		expect(read).toBeGreaterThan(2000);
	});
});

/** What people write of a time, in Luxon's tokens, and the order of its day and month where both readings may hold. */
const FORMATS: Array<[format: string, order: '' | 'monthFirst' | 'dayFirst', time: boolean]> = [
	['yyyy-MM-dd', '', false],
	['yyyy/M/d', '', false],
	['yyyyMMdd', '', false],
	["yyyyMMdd'T'HHmmss", '', true],
	['yyyyMMddHHmmss', '', true],
	['dd.MM.yyyy', '', false],
	['d.M.yyyy H:mm', '', true],
	['M/d/yyyy', 'monthFirst', false],
	['MM/dd/yyyy hh:mm:ss a', 'monthFirst', true],
	['M/d/yyyy, h:mm:ss a', 'monthFirst', true],
	['d/M/yyyy HH:mm', 'dayFirst', true],
	['d-M-yyyy', 'dayFirst', false],
	['MMM d, yyyy', '', false],
	['MMMM d, yyyy h:mm a', '', true],
	['dd-MMM-yyyy', '', false],
	['d MMMM yyyy HH:mm:ss', '', true],
	['EEE, dd MMM yyyy HH:mm:ss', '', true],
	['yyyy-MM-dd HH:mm:ss.SSS', '', true],
	["yyyy-MM-dd'T'HH:mm:ss", '', true],
];

/** All instants at which a zone's clock shows a wall time: by Luxon's offsets at instants alone. */
function instantsOf(wall: number, zone: string): number[] {
	const offsets = new Set<number>();
	for (let hours = -48; hours <= 48; hours++)
		offsets.add(DateTime.fromSeconds(wall + hours * 3600, { zone }).offset * 60);
	return [...offsets]
		.map((offset) => wall - offset)
		.filter((seconds) => seconds + DateTime.fromSeconds(seconds, { zone }).offset * 60 === wall);
}

describe('days and times in any form', () => {
	it.each(FORMATS)('of %s are read back as Luxon wrote them, or refused', (format, order, time) => {
		fc.assert(
			fc.property(fc.array(moment, { minLength: 1, maxLength: 5 }), fc.boolean(), (moments, told) => {
				const texts = moments.map((each) => each.setLocale('en-US').toFormat(format));
				const column = readOrRefused(texts, 'DATETIME', told && order !== '' ? { dateOrder: order } : {});
				if (column === null) return void expect(told || order === '').toBe(false);
				const unit = !time ? 'day' : /s/.test(format) ? 'second' : 'minute';
				const wanted = moments.map((each) => each.startOf(unit).toFormat("yyyy-MM-dd'T'HH:mm:ss"));
				expect(column.texts).toEqual(wanted);
			}),
			{ numRuns: 60 },
		);
	});

	it.each(FORMATS)('by the Date Format %s are what Luxon reads', (format) => {
		fc.assert(
			fc.property(moment, fc.nat(), fc.string({ maxLength: 1 }), (each, at, char) => {
				const text = each.setLocale('en-US').toFormat(format);
				const position = at % text.length;
				for (const given of [text, text.slice(0, position) + char + text.slice(position + 1)]) {
					const pattern = DatePattern.of(format);
					if (!(pattern instanceof DatePattern)) throw new Error(JSON.stringify(pattern));
					const ours = pattern.read(given);
					const luxon = DateTime.fromFormat(given, format, { zone: 'utc', locale: 'en-US' });
					if (typeof ours === 'object') {
						// Of AM and PM, all spellings are read here.
						if (!luxon.isValid && /[ap]$/i.test(given)) continue;
						expect(luxon.isValid).toBe(true);
						expect([ours.year, ours.month, ours.day]).toEqual([luxon.year, luxon.month, luxon.day]);
						expect(ours.secondOfDay).toBe(luxon.hour * 3600 + luxon.minute * 60 + luxon.second);
					} else if (given === text) throw new Error(`${given} is not read`);
				}
			}),
			{ numRuns: 60 },
		);
	});

	it('in a zone are the instants that Luxon finds, gaps and overlaps included', () => {
		const zone = fc.constantFrom(
			'Europe/Berlin',
			'America/New_York',
			'America/St_Johns',
			'Australia/Lord_Howe',
			'Asia/Kolkata',
			'Africa/Casablanca',
			'Pacific/Apia',
			'America/Sao_Paulo',
		);
		fc.assert(
			fc.property(
				zone,
				fc.array(fc.integer({ min: 946_684_800, max: 1_893_456_000 }), { maxLength: 20 }),
				(name, walls) => {
					const own = new TimeZone(name);
					for (const wall of walls) {
						const { seconds, skipped, repeated } = own.instantOf(wall);
						const shown = seconds + own.offsetAt(seconds);
						expect(own.offsetAt(seconds)).toBe(DateTime.fromSeconds(seconds, { zone: name }).offset * 60);
						expect(skipped).toBe(shown !== wall);
						if (skipped) expect(shown).toBeGreaterThan(wall);
						const possible = instantsOf(wall, name);
						if (!skipped) expect(seconds).toBe(Math.min(...possible));
						expect(repeated).toBe(possible.length > 1);
					}
				},
			),
			{ numRuns: 200 },
		);
	});

	it('around the turns of a clock are the instants that Luxon finds', () => {
		for (const [name, around] of [
			['Europe/Berlin', '2024-03-31T01:00:00Z'],
			['Europe/Berlin', '2024-10-27T01:00:00Z'],
			['Australia/Lord_Howe', '2024-04-06T15:00:00Z'],
			['America/St_Johns', '2024-03-10T05:30:00Z'],
			['Pacific/Apia', '2011-12-30T10:00:00Z'],
			// Luxon's own way from a wall time to its instants is wrong here by an hour.
			['Pacific/Apia', '2010-09-26T11:00:00Z'],
		] as const) {
			const own = new TimeZone(name);
			const middle = DateTime.fromISO(around, { zone: 'utc' }).toSeconds();
			for (let wall = middle - 36 * 3600; wall < middle + 36 * 3600; wall += 600) {
				const { seconds, skipped, repeated } = own.instantOf(wall);
				const possible = instantsOf(wall, name);
				expect(skipped).toBe(possible.length === 0);
				expect(repeated).toBe(possible.length > 1);
				if (skipped) expect(seconds + own.offsetAt(seconds)).toBeGreaterThan(wall);
				else expect(seconds).toBe(Math.min(...possible));
			}
		}
	});
});

describe('whatever the text', () => {
	const text = fc.oneof(
		fc.string({ unit: fc.constantFrom(...'0123456789.,-/ :+TZeE$%()'), maxLength: 24 }),
		fc.string({
			unit: fc.constantFrom('1', '12', '2024', '/', '-', '.', ' ', ':', 'Jan', 'PM', 'UTC', 'Wed,', '00'),
			maxLength: 10,
		}),
		fc.string({ unit: 'grapheme', maxLength: 12 }),
	);

	it('bytes and characters have the same form', () => {
		fc.assert(
			fc.property(text, fc.boolean(), (given, isLong) => {
				const bytes = Buffer.from(`x${given},`);
				const to = bytes.length - 1;
				expect(plainNumberInBytes(bytes, 1, to, isLong)).toBe(plainNumber(given, isLong));
				expect(isPlainDateInBytes(bytes, 1, to)).toBe(isPlainDate(given));
				expect(plainDateTimeInBytes(bytes, 1, to) === 1).toBe(isPlainDateTime(given));
			}),
			{ numRuns: 5000 },
		);
	});

	it("it becomes Domo's form, NULL, or a misfit with a reason; never anything else", () => {
		const FORM: Partial<Record<ColumnType, RegExp>> = {
			LONG: /^-?(?:0|[1-9]\d*)$/,
			DECIMAL: /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/,
			DOUBLE: /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/,
			DATE: /^\d{4}-\d\d-\d\d$/,
			DATETIME: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/,
		};
		const options = fc.record<Partial<ValueOptions>>({
			decimalSign: fc.constantFrom('auto', 'point', 'comma'),
			dateOrder: fc.constantFrom('auto', 'monthFirst', 'dayFirst', 'yearFirst'),
			percentSigns: fc.constantFrom('refuse', 'fraction', 'number'),
			numbersAsDates: fc.constantFrom('refuse', 'excel', 'unixSeconds', 'unixMilliseconds'),
			timeZone: fc.constantFrom('UTC', 'Europe/Berlin'),
		});
		fc.assert(
			fc.property(
				fc.array(text, { minLength: 1, maxLength: 3 }),
				fc.constantFrom(...(Object.keys(FORM) as ColumnType[])),
				options,
				(texts, type, given) => {
					const column = readOrRefusedForAnything(texts, type, given);
					column?.texts.forEach((result) => {
						if (typeof result === 'string') expect(result).toMatch(FORM[type] as RegExp);
						else if (result !== null) expect((result as Misfit).reason.length).toBeGreaterThan(10);
					});
				},
			),
			{ numRuns: 5000 },
		);
	});

	it('an inferred column is read without any misfit', () => {
		fc.assert(
			fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (texts) => {
				const column = readColumn(texts, null);
				for (const result of column.texts) expect(result).not.toBeInstanceOf(Misfit);
				const again = readColumn(texts, column.type);
				expect(again.texts).toEqual(column.texts);
			}),
			{ numRuns: 5000 },
		);
	});
});

/** Two currencies have no option. */
function readOrRefusedForAnything(
	texts: string[],
	type: ColumnType,
	options: Partial<ValueOptions>,
): ReadColumn | null {
	try {
		return readColumn(texts, type, options);
	} catch (error) {
		expect(error).toBeInstanceOf(InputError);
		return null;
	}
}
