import { Misfit } from '../../transfer/columns/misfit';
import type { DateOrder, ValueOptions } from '../../transfer/columns/valueOptions';
import { readColumn, readingRefusal as refusal, readTexts as read } from '../support/readColumn';

type Options = Partial<ValueOptions>;

describe('the forms of a day and time', () => {
	it.each([
		['2024-01-31', '2024-01-31T00:00:00'],
		['2024-1-5', '2024-01-05T00:00:00'],
		['2024/01/31', '2024-01-31T00:00:00'],
		['2024.01.31 07:05', '2024-01-31T07:05:00'],
		['20240131', '2024-01-31T00:00:00'],
		['20240131T101500Z', '2024-01-31T10:15:00'],
		['20240131T1015', '2024-01-31T10:15:00'],
		['20240131T101500+0200', '2024-01-31T08:15:00'],
		['20240131101500', '2024-01-31T10:15:00'],
		['20240131 10:15', '2024-01-31T10:15:00'],
		['31.01.2024', '2024-01-31T00:00:00'],
		['31. 1. 2024', '2024-01-31T00:00:00'],
		['1.2.24', '2024-02-01T00:00:00'],
		['31.01.2024, 10:15:30', '2024-01-31T10:15:30'],
		['1/31/2024 1:05 PM', '2024-01-31T13:05:00'],
		['1/31/2024, 1:05:09\u202fPM', '2024-01-31T13:05:09'],
		['1/31/2024 1:05pm', '2024-01-31T13:05:00'],
		['1/31/2024 1:05 p.m.', '2024-01-31T13:05:00'],
		['1/31/2024 1:05 P. M.', '2024-01-31T13:05:00'],
		['1/31/2024 1 PM', '2024-01-31T13:00:00'],
		['1/31/2024 1:05a', '2024-01-31T01:05:00'],
		['12/31/2024 12:00 AM', '2024-12-31T00:00:00'],
		['12/31/2024 12:00 PM', '2024-12-31T12:00:00'],
		['31-1-2024', '2024-01-31T00:00:00'],
		['Jan 31, 2024', '2024-01-31T00:00:00'],
		['jan. 31 2024', '2024-01-31T00:00:00'],
		['January 31st, 2024', '2024-01-31T00:00:00'],
		['Sept 5, 2024 7:05', '2024-09-05T07:05:00'],
		['31-JAN-24', '2024-01-31T00:00:00'],
		['31JAN2024', '2024-01-31T00:00:00'],
		['31 january 2024 10:15', '2024-01-31T10:15:00'],
		['31/Jan/2024:10:15:00 +0100', '2024-01-31T09:15:00'],
		['2024-Jan-31', '2024-01-31T00:00:00'],
		['Wed, 31 Jan 2024 10:15:00 GMT', '2024-01-31T10:15:00'],
		['Wednesday, January 31, 2024', '2024-01-31T00:00:00'],
		['Wed, 31 Jan 2024 10:15:00 EST', '2024-01-31T15:15:00'],
		['Wed Jan 31 2024 10:15:00 GMT+0100 (Central European Standard Time)', '2024-01-31T09:15:00'],
		['Wed, 01/31/2024', '2024-01-31T00:00:00'],
		['2024-01-31T10:15:00.123456Z', '2024-01-31T10:15:00'],
		['2024-01-31T10:15:00,5', '2024-01-31T10:15:00'],
		['2024-01-31 10:15:00 +02:00', '2024-01-31T08:15:00'],
		['2024-01-31T10:15+02', '2024-01-31T08:15:00'],
		['2024-01-31 10:15:00 UTC', '2024-01-31T10:15:00'],
		['2024-01-31t10:15:00z', '2024-01-31T10:15:00'],
		['1/31/68', '2068-01-31T00:00:00'],
		['1/31/69', '1969-01-31T00:00:00'],
		['95/01/31', '1995-01-31T00:00:00'],
		['05/05/2024', '2024-05-05T00:00:00'],
	])('%j is %s', (text, wanted) => {
		expect(read([text], 'DATETIME')).toEqual([wanted]);
		const isShifted = /[+-]\d\d:?\d*( |$)|EST|GMT\+/.test(text) && /\d:\d|T\d/.test(text);
		if (!isShifted) expect(read([text], 'DATE')).toEqual([wanted.slice(0, 10)]);
	});

	it.each([
		['2024-02-30', 'no such day'],
		['31.02.2024', 'no such day'],
		['20240230', 'no such day'],
		['13/13/2024', 'no such day'],
		['2024/13/01', 'no such day'],
		['Thu, 31 Jan 2024', 'day of the week'],
		['Thu, 01/31/2024', 'day of the week'],
		['2024-01-31 10:15 CET', "'CET'"],
		['2024-01-31 10:15 +25:00', 'offset'],
		['2024-01-31 24:00', 'no time'],
		['2024-01-31 10:60', 'no time'],
		['1/31/2024 13:05 PM', 'no time'],
		['2024-01-31 10', 'no time'],
		['31. Januar 2024', 'is not a day'],
		['Jan 2024', 'is not a day'],
		['2024-01', 'is not a day'],
		['10:15', 'is not a day'],
		['1/2/3', 'is not a day'],
		['1/31/024', 'is not a day'],
		['0000-01-01', 'no such day'],
		['soon', 'is not a day'],
		['12:00:00 2024-01-31', 'is not a day'],
		['2024-01-31 and more', 'no time'],
	])('%j is none: %s', (text, words) => {
		const [result] = readColumn([text], 'DATETIME').texts;
		expect(result).toBeInstanceOf(Misfit);
		expect((result as Misfit).reason).toContain(words);
		expect((result as Misfit).alwaysRefused).toBe(false);
	});
});

describe('the order of day and month in a column', () => {
	it.each<[string, string[], string[]]>([
		['by a day beyond 12', ['01/02/2024', '13/01/2024'], ['2024-02-01', '2024-01-13']],
		['by a month after the day', ['01/02/2024', '01/13/2024'], ['2024-01-02', '2024-01-13']],
		['also of two-digit years', ['01/02/24', '13/01/2024'], ['2024-02-01', '2024-01-13']],
		['also with dashes', ['01-02-2024', '13/01/2024'], ['2024-02-01', '2024-01-13']],
		['with points always', ['01.02.2024', '01.03.2024'], ['2024-02-01', '2024-03-01']],
		['by a weekday', ['Thu, 01/02/2024', '03/04/2024'], ['2024-02-01', '2024-04-03']],
		['by a year that can only be first', ['95/01/31', '01/02/03'], ['1995-01-31', '2001-02-03']],
	])('is found %s', (_, values, wanted) => {
		expect(read(values, 'DATE')).toEqual(wanted);
	});

	it.each<[string, string[], string[]]>([
		['nothing settles it', ['01/02/2024', '03/04/2024'], ["'01/02/2024' (item 0)", "'03/04/2024' (item 1)"]],
		['points stand beside slashes', ['31.01.2024', '03/04/2024'], ["'03/04/2024' (item 1)"]],
		['the values contradict each other', ['13/01/2024', '01/14/2024'], ['item 0', 'item 1']],
		['the year could be first', ['24/01/15', '24/01/16', '24/02/17'], ["'24/01/15' (item 0)"]],
		['the year is first in one and last in another', ['95/01/31', '12/31/68'], ['item 0', 'item 1']],
	])('is refused where %s', (_, values, words) => {
		const text = refusal(values, 'DATE');
		for (const word of [...words, 'Date Order', 'Nothing was sent']) expect(text).toContain(word);
	});

	it.each<[string, string[], number[], DateOrder?]>([
		['points', ['15.01.24', '16.01.24', '30.02.24', '32.01.24'], [2, 3]],
		['points, beside years of four digits', ['31.12.2024', '16.01.24', '31.04.24'], [2]],
		['slashes', ['15/01/24', '16/01/24', '31/04/24'], [2]],
		['nothing else', ['31/04/24'], [0]],
		['the day first by Date Order', ['15.01.24', '30.02.24', '30/02/24'], [1, 2], 'dayFirst'],
		['the month first by Date Order', ['15.01.24', '30.02.24', '31/04/24'], [1, 2], 'monthFirst'],
	])(
		'a day that does not exist turns none of the others round: %s',
		(_, values, misfits, dateOrder = 'auto') => {
			const { texts } = readColumn(values, 'DATE', { dateOrder });
			texts.forEach((text, index) => {
				if (!misfits.includes(index)) return expect(text).toMatch(/^2024-(01-1[56]|12-31)$/);
				expect(text).toMatchObject({
					alwaysRefused: false,
					code: expect.stringMatching(/NO_SUCH_DAY|DATE_ORDER/),
				});
				if (dateOrder === 'auto') expect((text as Misfit).reason).toContain('there is no such day');
				else expect((text as Misfit).reason).toContain("'Date Order' says");
			});
			// Nor does it make a day of them where types are inferred.
			expect(readColumn(values, null, { dateOrder }).type).toBe('STRING');
		},
	);

	it.each<[string, string[], string[]]>([
		[
			'one whose year is first beside days',
			['15/01/24', '16/01/24', '99/01/31'],
			["'99/01/31'", "'15/01/24'"],
		],
		['one whose year is first beside points', ['24.01.31', '99/01/31'], ["'24.01.31'", "'99/01/31'"]],
	])('is not settled by %s', (_, values, words) => {
		const text = refusal(values, 'DATE');
		for (const word of [...words, 'Date Order', 'Nothing was sent']) expect(text).toContain(word);
	});

	it.each<[string, string[], string[]]>([
		['a slip of 32 days', ['15/01/24', '16/02/25', '32/03/26'], ["'32/03/26'", "'15/01/24'"]],
		[
			'a slip among ends of months',
			['31/12/19', '31/01/20', '30/06/21', '31/12/22', '32/12/23', '31/12/24'],
			["'32/12/23'", "'31/12/19'"],
		],
		[
			'a day that does not exist with the year first',
			['24/01/31', '24/02/28', '24/02/30', '24/03/27'],
			["'24/01/31'", "'24/02/28'"],
		],
		['days with points beside', ['31.01.2024', '24-01-31', '24-02-28'], ["'24-01-31'", "'24-02-28'"]],
		['days with names beside', ['31 Jan 2024', '24-01-31', '24-02-28'], ["'24-01-31'", "'24-02-28'"]],
	])('of the year is not guessed: %s', (_, values, words) => {
		const text = refusal(values, 'DATE');
		for (const word of [...words, 'Date Order', 'Nothing was sent']) expect(text).toContain(word);
		expect(readColumn(values, null, {}).type).toBe('STRING');
	});

	it('with a name for the month is the day first, but under Year First', () => {
		expect(read(['24-Jan-31', '31-JAN-24'], 'DATE')).toEqual(['2031-01-24', '2024-01-31']);
		const yearFirst = { dateOrder: 'yearFirst' as const };
		expect(read(['24-Jan-31', '99-Feb-28', '5-Mar-2024'], 'DATE', yearFirst)).toEqual([
			'2024-01-31',
			'1999-02-28',
			'2024-03-05',
		]);
		const [none] = readColumn(['24-Jan-32'], 'DATE', yearFirst).texts;
		expect(none).toMatchObject({ alwaysRefused: false });
	});

	it.each([
		['31012024', /eight digits are read as yyyyMMdd, .*'Date Format' reads other orders/],
		['Fri, 31/01/24', /that day is another day of the week/],
	])('of %j, why it is no day is true', (text, reason) => {
		const [none] = readColumn([text], 'DATE').texts;
		expect((none as Misfit).reason).toMatch(reason);
	});

	it('is the year first by values that can only be that', () => {
		const values = ['95/01/31', '01/02/03', '30/02/28'];
		expect(read(values, 'DATE')).toEqual(['1995-01-31', '2001-02-03', '2030-02-28']);
		expect(read(['30.02.24', '31/04/24'], 'DATE', { dateOrder: 'yearFirst' })).toEqual([
			'2030-02-24',
			'2031-04-24',
		]);
	});

	it('is what the option says', () => {
		const values = ['01/02/2024', '03-04-24', '31.01.2024'];
		expect(read(values, 'DATE', { dateOrder: 'monthFirst' })).toEqual([
			'2024-01-02',
			'2024-03-04',
			'2024-01-31',
		]);
		expect(read(values, 'DATE', { dateOrder: 'dayFirst' })).toEqual([
			'2024-02-01',
			'2024-04-03',
			'2024-01-31',
		]);
		expect(read(['24/01/31', '24-02-01'], 'DATE', { dateOrder: 'yearFirst' })).toEqual([
			'2024-01-31',
			'2024-02-01',
		]);
		expect(read(['13/01/2024'], 'DATE', { dateOrder: 'monthFirst' })[0]).toContain("'Date Order' says");
	});

	it('is not settled in a slice of a table', () => {
		expect(readColumn(['13/01/2024', '05/05/2024'], 'DATE', {}, 'slice').texts).toEqual([
			'2024-01-13',
			'2024-05-05',
		]);
		expect(refusal(['13/01/2024', '01/02/2024'], 'DATE', {}, 'slice')).toContain("'01/02/2024' (item 1)");
		const [day, none] = readColumn(['15.01.24', '31.04.24'], 'DATE', {}, 'slice').texts;
		expect([day, none instanceof Misfit]).toEqual(['2024-01-15', true]);
		expect(refusal(['15/01/24', '99/01/31'], 'DATE', {}, 'slice')).toContain("'15/01/24'");
		// Another slice of the same table may have the other reading.
		expect(readColumn(['99-12-31', '98-12-31'], 'DATE', {}, 'slice').texts).toEqual([
			'1999-12-31',
			'1998-12-31',
		]);
		expect(refusal(['24-12-31', '23-12-31'], 'DATE', {}, 'slice')).toMatch(
			/'24-12-31' \(item 0\) and '23-12-31' \(item 1\) can mean two dates.*Date Order/,
		);
		expect(readColumn(['15/01/24'], 'DATE', { dateOrder: 'dayFirst' }, 'slice').texts).toEqual([
			'2024-01-15',
		]);
	});
});

describe('Date Format', () => {
	it.each([
		['ddMMyyyy', '31012024', '2024-01-31T00:00:00'],
		['MM/dd/yyyy HH:mm', '01/02/2024 03:04', '2024-01-02T03:04:00'],
		['d.M.yy H:mm', '1.2.24 7:05', '2024-02-01T07:05:00'],
		['d. MMMM yyyy', '31. january 2024', '2024-01-31T00:00:00'],
		['EEE d-MMM-yyyy h:mm a', 'Wed 31-Jan-2024 1:05 PM', '2024-01-31T13:05:00'],
		["yyyy-MM-dd'T'HH:mm:ss.SSSZZ", '2024-01-31T10:15:00.123+02:00', '2024-01-31T08:15:00'],
		["dd.MM.yyyy 'um' HH 'Uhr'", '31.01.2024 um 10 Uhr', '2024-01-31T10:00:00'],
		['yyyy-MM-dd HH:mm:ss ZZZ', '2024-01-31 10:15:00 -0530', '2024-01-31T15:45:00'],
		['yyyy-MM-dd HH:mm:ss Z', '2024-01-31 10:15:00 +2', '2024-01-31T08:15:00'],
	])('%s reads %j', (dateFormat, text, wanted) => {
		expect(read([text], 'DATETIME', { dateFormat })).toEqual([wanted]);
	});

	it("lets no other form be read, but for Domo's own", () => {
		const values = ['31.01.2024', '2024-02-03', '2024-02-03T04:05:06', '31/01/2024', '1.2.2024', '20240131'];
		expect(read(values, 'DATE', { dateFormat: 'dd.MM.yyyy' })).toEqual([
			'2024-01-31',
			'2024-02-03',
			'2024-02-03',
			...['31/01/2024', '1.2.2024', '20240131'].map(() =>
				expect.stringContaining("'Date Format' dd.MM.yyyy"),
			),
		]);
	});

	it.each([
		['dd.LL.yyyy', "'LL'"],
		['dd.MM', 'year'],
		['MM/yyyy', 'day'],
		["dd.MM.yyyy 'um", 'quote'],
		['dd.MM.yyyy h:mm', 'noon'],
		['DD.MM.YYYY', "'DD'"],
	])('%s is refused: %s', (dateFormat, words) => {
		const text = refusal(['x'], 'DATE', { dateFormat });
		expect(text).toContain("'Date Format'");
		expect(text).toContain(words);
	});
});

describe('Time Zone of Values', () => {
	const berlin = { timeZone: 'Europe/Berlin' };

	it('holds for times without an offset and for days alone', () => {
		const values = ['2024-01-31 10:15', '2024-07-01T10:15:00', '2024-07-01', '2024-01-31T10:15:00Z'];
		expect(read(values, 'DATETIME', berlin)).toEqual([
			'2024-01-31T09:15:00',
			'2024-07-01T08:15:00',
			'2024-06-30T22:00:00',
			'2024-01-31T10:15:00',
		]);
		expect(read(values, 'DATE', berlin)).toEqual(['2024-01-31', '2024-07-01', '2024-07-01', '2024-01-31']);
	});

	it('moves a time that the zone skips forward, and takes the earlier of two, and counts both', () => {
		const { texts, reader } = readColumn(['2024-03-31 02:30:00', '2024-10-27 02:30:00'], 'DATETIME', berlin);
		expect(texts).toEqual(['2024-03-31T01:30:00', '2024-10-27T00:30:00']);
		expect([reader.conversions.of(8192), reader.conversions.of(16384)]).toEqual([1, 1]);
	});

	it('gives a JS Date its day only where it is set', () => {
		const date = new Date('2024-03-01T23:30:00Z');
		expect(read([date], 'DATE', { workflowTimeZone: 'Asia/Kolkata' })).toEqual(['2024-03-02']);
		expect(read([date], 'DATE', { workflowTimeZone: 'Asia/Kolkata', timeZone: 'UTC' })).toEqual([
			'2024-03-01',
		]);
		expect(read([date], 'DATE', { workflowTimeZone: 'Asia/Kolkata', timeZone: 'workflow' })).toEqual([
			'2024-03-02',
		]);
		expect(read([date], 'DATETIME', berlin)).toEqual(['2024-03-01T23:30:00']);
	});

	it('is refused where it is none', () => {
		expect(refusal(['x'], 'DATE', { timeZone: 'Berlin' })).toContain("'Time Zone of Values' is 'Berlin'");
	});
});

describe('Numbers as Dates', () => {
	it.each<[unknown, string]>([
		[45322, 'as an Excel serial it would be 2024-01-31'],
		['45322.5', 'as an Excel serial it would be 2024-01-31T12:00:00'],
		[1706659200, 'as Unix seconds it would be 2024-01-31T00:00:00'],
		['1706659200000', 'as Unix milliseconds it would be 2024-01-31T00:00:00'],
		[20240131, 'yyyyMMdd is only read from text'],
		[5n, 'is a number'],
	])('refuses %p and says what it would be', (value, words) => {
		const [reason] = read([value], 'DATE');
		expect(reason).toContain(words);
		expect(reason).toContain("'Numbers as Dates'");
	});

	it('reads Excel serials as wall time in the time zone', () => {
		const excel: Options = { numbersAsDates: 'excel' };
		expect(read([45322, '45322', 61, '45322.75', '45322,5'], 'DATE', excel)).toEqual([
			'2024-01-31',
			'2024-01-31',
			'1900-03-01',
			'2024-01-31',
			'2024-01-31',
		]);
		expect(read([45322.427083333], 'DATETIME', { ...excel, timeZone: 'Europe/Berlin' })).toEqual([
			'2024-01-31T09:15:00',
		]);
		expect(read([60, 2958466], 'DATE', excel)).toEqual([
			expect.stringContaining('below 61'),
			expect.stringContaining('9999'),
		]);
		expect(read([0.59375, 0, -1, 1], 'DATETIME', excel)).toEqual([
			expect.stringContaining(
				'0.59375 is not a day or time (DATETIME): as an Excel serial it is a time of day',
			),
			expect.stringContaining('without a day'),
			expect.stringContaining('below 61'),
			expect.stringContaining('below 61'),
		]);
	});

	it('reads Unix times, whose day is that of the time zone', () => {
		const seconds: Options = { numbersAsDates: 'unixSeconds', timeZone: 'Asia/Tokyo' };
		expect(read([1706659200 - 3600, '-86400'], 'DATE', seconds)).toEqual(['2024-01-31', '1969-12-31']);
		expect(read(['20240131'], 'DATETIME', seconds)).toEqual(['1970-08-23T06:15:31']);
		expect(read([1706695200999], 'DATETIME', { numbersAsDates: 'unixMilliseconds' })).toEqual([
			'2024-01-31T10:00:00',
		]);
	});
});

test('what other systems wrap is what is inside', () => {
	expect(
		read(
			[
				{ value: '2024-01-31' },
				{ $date: '2024-01-31T10:15:00Z' },
				{ $date: { $numberLong: '1706695200000' } },
			],
			'DATETIME',
		),
	).toEqual(['2024-01-31T00:00:00', '2024-01-31T10:15:00', '2024-01-31T10:00:00']);
	expect(
		read([{ value: 5, other: 1 }, { $numberLong: '9007199254740993' }, { value: null }], 'LONG'),
	).toEqual([expect.stringContaining('an object is not'), '9007199254740993', null]);
});

it('names a text once that is there twice, and two that differ', () => {
	expect(refusal(['10/05/1990', '10/05/1990'], 'DATE')).toMatch(
		/: '10\/05\/1990' \([^)]*\) can mean two dates/,
	);
	expect(refusal(['10/05/1990', '11/05/1990'], 'DATE')).toMatch(
		/: '10\/05\/1990' \([^)]*\) and '11\/05\/1990' \([^)]*\) can mean two dates/,
	);
});
