/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { DateTime } from 'luxon';
import { runInNewContext } from 'node:vm';

import type { ColumnType } from '../../domo/types';
import { Misfit } from '../../transfer/columns/misfit';
import { readValue } from '../support/readColumn';

const IN_NEW_YORK = { workflowTimeZone: 'America/New_York' };

/** An object that refers to itself. */
const circular: Record<string, unknown> = {};
circular.self = circular;

const tokyo = DateTime.fromISO('2024-03-01T00:30:00', { zone: 'Asia/Tokyo' });

type Case = [value: unknown, type: ColumnType, text: string | null];

const fitting: Case[] = [
	// NULL
	[null, 'STRING', null],
	[undefined, 'STRING', null],
	[NaN, 'STRING', null],
	[null, 'LONG', null],
	[NaN, 'LONG', null],
	[NaN, 'DOUBLE', null],
	[NaN, 'DATE', null],
	[undefined, 'DATETIME', null],
	// STRING
	['', 'STRING', ''],
	[' spaced ', 'STRING', ' spaced '],
	['a\0b', 'STRING', 'a\0b'],
	['😀', 'STRING', '😀'],
	['007', 'STRING', '007'],
	[5, 'STRING', '5'],
	[-0.25, 'STRING', '-0.25'],
	[1e21, 'STRING', '1e+21'],
	[12345678901234567890n, 'STRING', '12345678901234567890'],
	[true, 'STRING', 'true'],
	[false, 'STRING', 'false'],
	[{ a: [1, 'x'] }, 'STRING', '{"a":[1,"x"]}'],
	[[1, null], 'STRING', '[1,null]'],
	[{ cut: '\ud83d' }, 'STRING', '{"cut":"\\ud83d"}'],
	[{ isLuxonDateTime: true }, 'STRING', '{"isLuxonDateTime":true}'],
	[new Date('2024-03-01T02:30:00.500Z'), 'STRING', '2024-03-01T02:30:00.500Z'],
	[tokyo, 'STRING', '2024-03-01T00:30:00.000+09:00'],
	// LONG
	[0, 'LONG', '0'],
	[-0, 'LONG', '0'],
	[-2147483648, 'LONG', '-2147483648'],
	[2147483648, 'LONG', '2147483648'],
	[9007199254740991, 'LONG', '9007199254740991'],
	[-9007199254740991, 'LONG', '-9007199254740991'],
	['9007199254740993', 'LONG', '9007199254740993'],
	['9223372036854775807', 'LONG', '9223372036854775807'],
	['-9223372036854775808', 'LONG', '-9223372036854775808'],
	[9223372036854775807n, 'LONG', '9223372036854775807'],
	['007', 'LONG', '7'],
	['-007', 'LONG', '-7'],
	['+5', 'LONG', '5'],
	['000', 'LONG', '0'],
	['00000000000000000000000042', 'LONG', '42'],
	[true, 'LONG', '1'],
	[false, 'LONG', '0'],
	// DECIMAL
	[1.5, 'DECIMAL', '1.5'],
	[0.1, 'DECIMAL', '0.1'],
	[1e21, 'DECIMAL', '1000000000000000000000'],
	[-1.5e22, 'DECIMAL', '-15000000000000000000000'],
	[1e-7, 'DECIMAL', '0.0000001'],
	[-1.25e-9, 'DECIMAL', '-0.00000000125'],
	[9007199254740992, 'DECIMAL', '9007199254740992'],
	['12345678901234567890.123456789012345678', 'DECIMAL', '12345678901234567890.123456789012345678'],
	['1.50', 'DECIMAL', '1.50'],
	['.5', 'DECIMAL', '0.5'],
	['-.5', 'DECIMAL', '-0.5'],
	['+.5', 'DECIMAL', '0.5'],
	['5.', 'DECIMAL', '5'],
	['+007.10', 'DECIMAL', '7.10'],
	['0.0', 'DECIMAL', '0.0'],
	[12345678901234567890n, 'DECIMAL', '12345678901234567890'],
	[true, 'DECIMAL', '1'],
	// DOUBLE
	[1.5, 'DOUBLE', '1.5'],
	[-0, 'DOUBLE', '0'],
	[1e21, 'DOUBLE', '1e+21'],
	[5e-324, 'DOUBLE', '5e-324'],
	['1e5', 'DOUBLE', '1e5'],
	['-1.5E-3', 'DOUBLE', '-1.5E-3'],
	['.5e3', 'DOUBLE', '0.5e3'],
	['42', 'DOUBLE', '42'],
	[10n, 'DOUBLE', '10'],
	[false, 'DOUBLE', '0'],
	// DATE: as written, never shifted
	['2024-02-29', 'DATE', '2024-02-29'],
	['2000-02-29', 'DATE', '2000-02-29'],
	['0001-01-01', 'DATE', '0001-01-01'],
	['9999-12-31', 'DATE', '9999-12-31'],
	['2024-03-01T23:30:00+09:00', 'DATE', '2024-03-01'],
	['2024-03-01T00:30:00Z', 'DATE', '2024-03-01'],
	['2024-03-01 23:59:59.999', 'DATE', '2024-03-01'],
	// 21:30 of the day before in New York
	[new Date('2024-03-01T02:30:00Z'), 'DATE', '2024-02-29'],
	[new Date('2024-03-01T05:00:00Z'), 'DATE', '2024-03-01'],
	// midnight in New York in summer time
	[new Date('2024-07-04T04:00:00Z'), 'DATE', '2024-07-04'],
	[new Date('2024-07-04T03:59:59Z'), 'DATE', '2024-07-03'],
	[tokyo, 'DATE', '2024-03-01'],
	[DateTime.fromISO('2024-03-01T23:30:00-08:00', { setZone: true }), 'DATE', '2024-03-01'],
	// DATETIME: UTC
	['2024-03-01T10:20:30', 'DATETIME', '2024-03-01T10:20:30'],
	['2024-03-01T10:20:30Z', 'DATETIME', '2024-03-01T10:20:30'],
	['2024-03-01T10:20:30.999Z', 'DATETIME', '2024-03-01T10:20:30'],
	['2024-03-01T10:20:30.123456789', 'DATETIME', '2024-03-01T10:20:30'],
	['2024-03-01T10:20:30,5', 'DATETIME', '2024-03-01T10:20:30'],
	['2024-03-01 10:20:30', 'DATETIME', '2024-03-01T10:20:30'],
	['2024-03-01 10:20:30.0000000 +01:00', 'DATETIME', '2024-03-01T09:20:30'],
	['2024-03-01 10:20:30+00', 'DATETIME', '2024-03-01T10:20:30'],
	['2024-03-01T10:20', 'DATETIME', '2024-03-01T10:20:00'],
	['2024-03-01T10:20Z', 'DATETIME', '2024-03-01T10:20:00'],
	['2024-03-01T00:30:00+09:00', 'DATETIME', '2024-02-29T15:30:00'],
	['2024-12-31T23:30:00-0500', 'DATETIME', '2025-01-01T04:30:00'],
	['0050-06-01T10:00:00+02:00', 'DATETIME', '0050-06-01T08:00:00'],
	['2024-03-01', 'DATETIME', '2024-03-01T00:00:00'],
	[new Date('2024-03-01T02:30:00.999Z'), 'DATETIME', '2024-03-01T02:30:00'],
	[tokyo, 'DATETIME', '2024-02-29T15:30:00'],
];

const misfits: Array<[value: unknown, type: ColumnType, words: string]> = [
	['cut \ud83d', 'STRING', 'lone surrogate'],
	[Infinity, 'STRING', 'Infinity'],
	[circular, 'STRING', 'JSON'],
	[{ big: 1n }, 'STRING', 'JSON'],
	[{ toJSON: () => undefined }, 'STRING', 'JSON'],
	[() => 1, 'STRING', 'function'],
	[Symbol('s'), 'STRING', 'symbol'],
	[new Date(NaN), 'STRING', 'invalid date'],
	['abc', 'LONG', "'abc' is not an integer of 64 bits (LONG)"],
	['-', 'LONG', "'-'"],
	['9223372036854775808', 'LONG', "'9223372036854775808'"],
	['-9223372036854775809', 'LONG', "'-9223372036854775809'"],
	[9223372036854775808n, 'LONG', '9223372036854775808'],
	[1.5, 'LONG', '1.5'],
	[9007199254740992, 'LONG', '±2^53'],
	[-9007199254740992, 'LONG', '±2^53'],
	[1e21, 'LONG', '±2^53'],
	[Infinity, 'LONG', 'Infinity'],
	[[1], 'LONG', 'an array'],
	[{ a: 1 }, 'LONG', 'an object'],
	[new Date(0), 'LONG', 'a date'],
	['.', 'DECIMAL', "'.'"],
	[-Infinity, 'DECIMAL', '-Infinity'],
	[{ a: 1 }, 'DECIMAL', 'an object'],
	['NaN', 'DOUBLE', "'NaN'"],
	['Infinity', 'DOUBLE', "'Infinity'"],
	['0x10', 'DOUBLE', "'0x10'"],
	['1e999', 'DOUBLE', "'1e999'"],
	[Infinity, 'DOUBLE', 'Infinity'],
	[10n ** 400n, 'DOUBLE', '1000'],
	['2023-02-30', 'DATE', "'2023-02-30'"],
	['2023-02-29', 'DATE', "'2023-02-29'"],
	['1900-02-29', 'DATE', "'1900-02-29'"],
	['2023-13-01', 'DATE', "'2023-13-01'"],
	['2023-00-10', 'DATE', "'2023-00-10'"],
	['2023-04-31', 'DATE', "'2023-04-31'"],
	['2023-04-00', 'DATE', "'2023-04-00'"],
	['0000-01-01', 'DATE', "'0000-01-01'"],
	['2023-04-01T99:00:00', 'DATE', "'2023-04-01T99:00:00'"],
	['2023-04-01 and more', 'DATE', "'2023-04-01 and more'"],
	[20230401, 'DATE', '20230401'],
	[true, 'DATE', 'true'],
	[5n, 'DATE', '5'],
	[{ a: 1 }, 'DATE', 'an object'],
	[new Date(NaN), 'DATE', 'invalid date'],
	[new Date('+010000-06-01T00:00:00Z'), 'DATE', '0001 to 9999'],
	[new Date('0000-06-01T00:00:00Z'), 'DATE', '0001 to 9999'],
	[DateTime.invalid('no'), 'DATE', 'invalid date'],
	['2023-04-01T24:00:00', 'DATETIME', "'2023-04-01T24:00:00'"],
	['2023-04-01T10:60:00', 'DATETIME', "'2023-04-01T10:60:00'"],
	['2023-04-01T10:20:60', 'DATETIME', "'2023-04-01T10:20:60'"],
	['2023-04-01T10:20:3', 'DATETIME', "'2023-04-01T10:20:3'"],
	['2023-04-01T10:20:30X', 'DATETIME', "'2023-04-01T10:20:30X'"],
	['2023-04-01T10:20:30.12xZ', 'DATETIME', "'2023-04-01T10:20:30.12xZ'"],
	['2023-04-01T10:20:30+25:00', 'DATETIME', "'2023-04-01T10:20:30+25:00'"],
	['2023-04-01T10:20:30x123Z', 'DATETIME', "'2023-04-01T10:20:30x123Z'"],
	['2023-02-30T10:20:30Z', 'DATETIME', "'2023-02-30T10:20:30Z'"],
	['9999-12-31T23:59:59-05:00', 'DATETIME', "'9999-12-31T23:59:59-05:00'"],
	[1711929600000, 'DATETIME', '1711929600000'],
	[false, 'DATETIME', 'false'],
	[new Date(NaN), 'DATETIME', 'invalid date'],
	[DateTime.invalid('no'), 'DATETIME', 'invalid date'],
];

describe('the text of a value', () => {
	it.each(fitting)('%p in a column of %s is %p', (value, type, text) => {
		expect(readValue(value, type, IN_NEW_YORK)).toBe(text);
	});

	it.each(misfits.map(([value, type, words]) => [describeValue(value), type, words, value] as const))(
		'%s does not fit a column of %s, and the reason says %s',
		(_, type, words, value) => {
			const result = readValue(value, type, IN_NEW_YORK);
			expect(result).toBeInstanceOf(Misfit);
			expect((result as Misfit).reason).toContain(words);
		},
	);

	it('takes the Dates of another realm, as a Code node has them', () => {
		const date: unknown = runInNewContext("new Date('2024-03-01T12:00:00Z')");
		expect(date).not.toBeInstanceOf(Date);
		expect(readValue(date, 'DATE')).toBe('2024-03-01');
		expect(readValue(date, 'DATETIME')).toBe('2024-03-01T12:00:00');
	});

	it('gives a JS Date the day of the time zone it is told', () => {
		const date = new Date('2024-03-01T02:30:00Z');
		expect(readValue(date, 'DATE', { workflowTimeZone: 'UTC' })).toBe('2024-03-01');
		expect(readValue(date, 'DATE', { workflowTimeZone: 'America/Los_Angeles' })).toBe('2024-02-29');
		expect(
			readValue(new Date('2024-03-01T10:00:00Z'), 'DATE', { workflowTimeZone: 'Pacific/Kiritimati' }),
		).toBe('2024-03-02');
	});

	it('shows only the beginning of a long value', () => {
		const result = readValue('x'.repeat(100_000), 'LONG');
		expect((result as Misfit).reason.length).toBeLessThan(200);
	});
});

function describeValue(value: unknown): string {
	return typeof value === 'object' ? Object.prototype.toString.call(value) : String(value);
}
