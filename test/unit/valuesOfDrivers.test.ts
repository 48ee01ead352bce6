/** Values as database drivers hand them over: objects that n8n passes on as they are, from node to node. */
import { Binary, Decimal128, Long, ObjectId } from 'bson';

import type { ColumnType } from '../../domo/types';
import { conversionHints } from '../../transfer/columns/conversionHints';
import { Misfit } from '../../transfer/columns/misfit';
import type { ValueOptions } from '../../transfer/columns/valueOptions';
import { readColumn } from '../support/readColumn';

const ID = '65b0c0a1d4e5f60718293a4b';
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const read = (values: unknown[], type: ColumnType | null, options: Partial<ValueOptions> = {}) => {
	const { texts, reader } = readColumn(values, type, options);
	return { texts, hints: conversionHints([reader]).map(({ text }) => text) };
};

describe("MongoDB's values", () => {
	it('an ObjectId is its digits, not JSON', () => {
		expect(read([new ObjectId(ID)], 'STRING')).toEqual({ texts: [ID], hints: [] });
		expect(readColumn([new ObjectId(ID), new ObjectId(ID)], null)).toMatchObject({
			type: 'STRING',
			texts: [ID, ID],
		});
	});

	it.each([
		['Decimal128', Decimal128.fromString('12345678901234567890.1234567890')],
		['Decimal128 as JSON', asJson(Decimal128.fromString('12345678901234567890.1234567890'))],
	])('a %s keeps its digits', (_, value) => {
		expect(read([value], 'DECIMAL').texts).toEqual(['12345678901234567890.1234567890']);
		expect(readColumn([value, 1], null)).toMatchObject({ type: 'DECIMAL' });
	});

	it.each([
		['9007199254740993', false],
		['-9223372036854775808', false],
		['-1', false],
		['18446744073709551615', true],
		['4294967295', true],
	])('a Long of %s (unsigned: %s) keeps its digits, also as JSON', (text, unsigned) => {
		const long = Long.fromString(text, unsigned);
		expect(read([long, asJson(long)], 'DECIMAL').texts).toEqual([text, text]);
		const inferred = readColumn([long, asJson(long), 1], null);
		const type = text === '18446744073709551615' ? 'STRING' : 'LONG';
		expect(inferred.type).toBe(type);
		if (type === 'LONG') expect(inferred.texts).toEqual([text, text, '1']);
	});

	it('an object that only looks like a Long is none', () => {
		for (const value of [
			{ low: 1, high: 0, unsigned: false, close: 2 },
			{ low: 1, high: 0 },
			{ low: 1.5, high: 0, unsigned: false },
			{ low: 1, high: 0, unsigned: 0 },
		]) {
			expect(read([value], 'LONG').texts).toEqual([expect.any(Misfit)]);
			expect(read([value], 'STRING').texts).toEqual([JSON.stringify(value)]);
		}
	});

	it('a Binary is its base64', () => {
		expect(read([new Binary(Buffer.from('hello'))], 'STRING').texts).toEqual(['aGVsbG8=']);
	});
});

describe('objects that say themselves what they are in JSON', () => {
	it('are read as that', () => {
		const url = new URL('https://example.com/a');
		expect(read([url], 'STRING').texts).toEqual(['https://example.com/a']);
		expect(read([{ toJSON: () => null }], 'STRING').texts).toEqual([null]);
		expect(read([{ toJSON: () => 5 }, { toJSON: () => true }], 'LONG').texts).toEqual(['5', '1']);
		expect(read([{ toJSON: () => ({ a: 1 }) }], 'STRING').texts).toEqual(['{"a":1}']);
	});

	it('have a decimal point, whatever texts have', () => {
		expect(read([{ toJSON: () => '1.234' }, '1,5'], 'DECIMAL').texts).toEqual(['1.234', '1.5']);
	});

	it('are a misfit where they fail', () => {
		const broken = {
			toJSON: () => {
				throw new Error('no');
			},
		};
		expect(read([broken], 'STRING').texts).toEqual([expect.any(Misfit)]);
		expect(read([broken], 'LONG').texts).toEqual([expect.any(Misfit)]);
	});
});

describe("a database's days as JS Dates", () => {
	const NEW_YORK = { workflowTimeZone: 'America/New_York' };
	const midnights = ['2024-01-31', '2024-07-01', '1969-12-31'].map((day) => new Date(`${day}T00:00:00Z`));
	const BEFORE = ['2024-01-30', '2024-06-30', '1969-12-30'];

	it('are days of the workflow, and a hint says that they are midnight elsewhere', () => {
		expect(read([...midnights, null], 'DATE', NEW_YORK)).toEqual({
			texts: [...BEFORE, null],
			hints: [
				"'c': all dates are midnight in UTC, and 3 are another day in America/New_York, which was taken. If they are days, set 'Time Zone of Values' to UTC.",
			],
		});
	});

	it('are what the hint promises once its option is set', () => {
		expect(read(midnights, 'DATE', { ...NEW_YORK, timeZone: 'UTC' })).toEqual({
			texts: ['2024-01-31', '2024-07-01', '1969-12-31'],
			hints: [],
		});
	});

	it('need no hint where all are midnight in the workflow', () => {
		const here = [new Date('2024-01-31T05:00:00Z'), new Date('2024-07-01T04:00:00Z')];
		expect(read(here, 'DATE', NEW_YORK)).toEqual({ texts: ['2024-01-31', '2024-07-01'], hints: [] });
	});

	it('may be midnight in the zone that n8n runs in', () => {
		const offset = jest.spyOn(Date.prototype, 'getTimezoneOffset').mockReturnValue(-60);
		const zone = jest
			.spyOn(Intl.DateTimeFormat.prototype, 'resolvedOptions')
			.mockReturnValue({ timeZone: 'Europe/Berlin' } as Intl.ResolvedDateTimeFormatOptions);
		try {
			const inBerlin = [new Date('2024-01-30T23:00:00Z'), new Date('2024-02-01T23:00:00Z')];
			expect(read(inBerlin, 'DATE', NEW_YORK)).toEqual({
				texts: ['2024-01-30', '2024-02-01'],
				hints: [
					"'c': all dates are midnight in Europe/Berlin, and 2 are another day in America/New_York, which was taken. If they are days, set 'Time Zone of Values' to Europe/Berlin.",
				],
			});
		} finally {
			offset.mockRestore();
			zone.mockRestore();
		}
	});

	it('need no hint where the day is the same', () => {
		const { texts, hints } = read(midnights, 'DATE', { workflowTimeZone: 'Asia/Tokyo' });
		expect(texts).toEqual(['2024-01-31', '2024-07-01', '1969-12-31']);
		expect(hints).toEqual([]);
	});

	it('are moments where one of them has a time of day', () => {
		const moments = [...midnights, new Date('2024-01-31T00:00:00.001Z')];
		expect(read(moments, 'DATE', NEW_YORK)).toEqual({ texts: [...BEFORE, '2024-01-30'], hints: [] });
	});

	it('need no hint where Time Zone of Values is set', () => {
		expect(read(midnights, 'DATE', { ...NEW_YORK, timeZone: 'America/New_York' })).toEqual({
			texts: BEFORE,
			hints: [],
		});
	});

	it("are the same in MongoDB's and BigQuery's wrapping", () => {
		const millis = midnights.map((day) => day.getTime());
		const wrapped = [
			{ $date: millis[0] },
			{ $date: { $numberLong: String(millis[1]) } },
			{ value: midnights[2] },
		];
		const { texts, hints } = read(wrapped, 'DATE', NEW_YORK);
		expect(texts).toEqual(BEFORE);
		expect(hints).toEqual([expect.stringContaining('3 are another day')]);
	});

	it('are moments in DATETIME', () => {
		expect(read(midnights, 'DATETIME', NEW_YORK).texts).toEqual([
			'2024-01-31T00:00:00',
			'2024-07-01T00:00:00',
			'1969-12-31T00:00:00',
		]);
	});
});

describe("MySQL's zero dates", () => {
	it.each([
		['0000-00-00', 'DATE'],
		['0000-00-00 00:00:00', 'DATETIME'],
	] as const)('%s in %s is refused with the way out, or NULL where an option says so', (text, type) => {
		const [refused] = read([text, '2024-01-31'], type).texts;
		expect((refused as Misfit).reason).toMatch(/zero date\. To load NULL, add it to 'Read as NULL'/);
		expect(read([text], type, { readAsNull: `0000-00-00, 0000-00-00 00:00:00` }).texts).toEqual([null]);
	});
});
