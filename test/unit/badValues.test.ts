import { BadValues, type BadValue } from '../../transfer/columns/badValues';
import { ColumnProfile } from '../../transfer/columns/columnProfile';
import { conversionHints, conversionsByColumn } from '../../transfer/columns/conversionHints';
import { hintLines } from '../../transfer/columns/columnHints';
import type { ValueOptions } from '../../transfer/columns/valueOptions';
import { readColumn } from '../support/readColumn';

function policy(badValues: ValueOptions['badValues'], maxBadRows = 1000, maxBadRowsPercent = 10): BadValues {
	return new BadValues({ badValues, maxBadRows, maxBadRowsPercent });
}

function misfit(column: string, value: unknown, isKey = false): BadValue {
	return { column, value, code: 'VALUE_NOT_OF_TYPE', reason: `${String(value)} does not fit`, isKey };
}

describe('Refuse', () => {
	it('names the first ten and counts the rest by column', () => {
		const bad = policy('refuse');
		for (let line = 2; line < 10; line++) {
			bad.addRow({ line, file: 'a.csv', item: 3 }, [misfit('n', 'x'), misfit('day', 'y')], () => []);
		}
		const error = bad.refusal();
		expect(error?.message).toMatch(
			/^16 values do not fit their columns: line 2 of 'a.csv', column 'n': x does not fit; /,
		);
		expect(error?.message).toContain("; and 3 more in column 'n', 3 more in column 'day'");
		expect(error?.itemIndex).toBe(3);
		expect(error?.advice).toContain("'Read as NULL'");
		expect(bad.leftOut).toEqual([]);
	});

	it('names rows of a wrong length', () => {
		const bad = policy('refuse');
		bad.addRowFault({ line: 3 }, 'it has 2 fields, not 3: b,x', () => ['b', 'x']);
		expect(bad.refusal()?.message).toBe(
			'A row does not fit the columns: line 3: it has 2 fields, not 3: b,x',
		);
	});

	it('refuses nothing where all fits', () => {
		expect(policy('refuse').refusal(100)).toBeNull();
	});
});

describe('Leave Out the Row', () => {
	it('keeps one item a row, for its first column, with texts cut', () => {
		const bad = policy('leaveOut');
		const row = { n: 'x', long: 'y'.repeat(2000) };
		expect(bad.addRow({ item: 4 }, [misfit('n', 'x'.repeat(2000)), misfit('day', 'y')], () => row)).toBe(
			'leaveOut',
		);
		expect(bad.leftOut).toEqual([
			{
				json: {
					item: 4,
					column: 'n',
					value: 'x'.repeat(1000),
					reason: expect.any(String),
					row: { n: 'x', long: 'y'.repeat(1000) },
				},
				inputItem: 4,
			},
		]);
		expect([bad.badRows, bad.badValues]).toEqual([1, 2]);
		expect(bad.firstBadRows).toHaveLength(1);
		expect(bad.refusal(50)).toBeNull();
	});

	it('keeps a row of a wrong length as a list', () => {
		const bad = policy('leaveOut');
		bad.addRowFault({ line: 3, file: 'a.csv', item: 0 }, 'too short', () => ['a', 'b']);
		expect(bad.leftOut).toEqual([
			{ json: { line: 3, file: 'a.csv', reason: 'too short', row: ['a', 'b'] }, inputItem: 0 },
		]);
	});
});

describe('Load as NULL', () => {
	it('keeps an item for each value', () => {
		const bad = policy('null');
		expect(bad.addRow({ line: 3 }, [misfit('n', 'x'), misfit('day', 'y')], () => ({}))).toBe('null');
		expect(bad.leftOut.map(({ json }) => json.column)).toEqual(['n', 'day']);
		expect([bad.badRows, bad.badValues]).toEqual([1, 2]);
	});

	it('leaves a row out for a misfit in a key column', () => {
		const bad = policy('null');
		expect(bad.addRow({ line: 3 }, [misfit('n', 'x'), misfit('id', 'y', true)], () => ({}))).toBe('leaveOut');
		expect(bad.leftOut).toHaveLength(1);
	});
});

describe('the limits', () => {
	it.each([
		[2, 10, 2, 50, null],
		[2, 10, 3, 50, "'Max Bad Rows' allows"],
		[1000, 10, 10, 100, null],
		[1000, 10, 11, 100, "'Max Bad Rows (%)' allows"],
		[1000, 10, 50, 99, null],
		[0, 100, 1, 1, "'Max Bad Rows' allows"],
		[1000, 0, 1, 100, "'Max Bad Rows (%)' allows"],
	])('%i rows and %i %% with %i bad ones of %i: %p', (max, percent, badRows, rows, words) => {
		const bad = policy('leaveOut', max, percent);
		for (let item = 0; item < badRows; item++) bad.addRow({ item }, [misfit('n', 'x')], () => ({}));
		const error = bad.refusal(rows);
		if (words === null) expect(error).toBeNull();
		else expect(error?.message).toContain(words);
	});

	it('of rows hold while the input is still read, and no more than that many are kept', () => {
		const bad = policy('null', 1);
		for (let item = 0; item < 3; item++) bad.addRow({ item }, [misfit('n', 'x')], () => ({}));
		expect(bad.refusal()?.message).toContain("'Max Bad Rows'");
		expect(bad.leftOut).toHaveLength(1);
	});
});

describe('what was converted', () => {
	it('is a hint in words with counts, and counts for the summary', () => {
		const { reader } = readColumn(['1.234,50', '12,5', '7', '1.000.000,00'], 'DECIMAL');
		expect(hintLines(conversionHints([reader]))).toEqual([
			"'c': a decimal comma in 3 values, grouped digits in 2 (read as decimal comma, grouped by points).",
		]);
		expect(conversionsByColumn([reader])).toEqual({ c: { decimalComma: 3, grouped: 2 } });
	});

	it('is no hint where nothing was', () => {
		const { reader } = readColumn(['12.50', ' 7 ', '', null, 5], 'DECIMAL');
		expect(conversionHints([reader])).toEqual([]);
		expect(conversionsByColumn([reader])).toEqual({});
	});

	it('names times that the clock skips or has twice', () => {
		const { reader } = readColumn(['2024-03-31 02:30:00', '2024-10-27 02:30:00'], 'DATETIME', {
			timeZone: 'Europe/Berlin',
		});
		const [line] = hintLines(conversionHints([reader]));
		expect(line).toContain('1 time that Europe/Berlin skips moved forward');
		expect(line).toContain('1 time that Europe/Berlin has twice taken as the earlier one');
	});
});

describe("a column's profile", () => {
	function profileOf(values: unknown[], ...rest: [Parameters<typeof readColumn>[1], Partial<ValueOptions>?]) {
		const { reader } = readColumn(values, ...rest);
		const profile = new ColumnProfile(reader);
		values.forEach((value, item) => {
			const text = reader.read(value);
			profile.add(value, text, reader.kinds, { item });
		});
		return profile.toJson();
	}

	it('has what a person looks at before the first load', () => {
		expect(profileOf(['12,5', '1.234,50', 7, null, 'many', '7', '-3'], 'DECIMAL')).toEqual({
			column: 'c',
			type: 'DECIMAL',
			reading: 'decimal comma, grouped by points',
			rows: 7,
			nulls: 1,
			converted: { decimalComma: 2, grouped: 1 },
			distinct: 4,
			least: '-3',
			greatest: '1234.50',
			examples: [
				{ from: '12,5', to: '12.5' },
				{ from: '1.234,50', to: '1234.50' },
				{ from: 7, to: '7' },
			],
			misfits: 1,
			firstMisfits: [{ item: 4, value: 'many', reason: "'many' is not a number (DECIMAL)" }],
		});
	});

	it('says how days are read', () => {
		expect(
			profileOf(['13/01/2024 10:15', '01/02/2024 10:15'], 'DATETIME', { timeZone: 'Europe/Berlin' }).reading,
		).toBe('day first, Europe/Berlin');
		expect(profileOf([45322], 'DATE', { numbersAsDates: 'excel' }).reading).toBe('Excel serials');
		expect(profileOf(['x'], 'STRING').reading).toBe('as it is');
		expect(profileOf(['2024-01-31'], 'DATE').reading).toBe('as it is');
		expect(profileOf(['Jan 31, 2024', '31.01.2024'], 'DATE').reading).toBe('each value by its own form');
	});

	it('counts distinct values up to a thousand', () => {
		const values = (count: number) => Array.from({ length: 2 * count }, (_, i) => i % count);
		expect(profileOf(values(1000), 'LONG').distinct).toBe(1000);
		expect(profileOf(values(1001), 'LONG').distinct).toBe('more than 1,000');
		expect(profileOf(values(1001), 'LONG').greatest).toBe('1000');
	});
});
