import { hintLines } from '../../transfer/columns/columnHints';
import type { ValueOptions } from '../../transfer/columns/valueOptions';
import { readColumn } from '../support/readColumn';

function inferred(values: unknown[], options: Partial<ValueOptions> = {}): { type: string; hints: string[] } {
	const { type, hints } = readColumn(values, null, options);
	return { type, hints };
}

describe('the type of a column in the forms that people have', () => {
	it.each<[string, unknown[], string]>([
		['grouped integers', ['1,234,567', '12,000', 5], 'LONG'],
		['grouped decimals', ['1,234.50', '12'], 'DECIMAL'],
		['decimal commas', ['1.234,50', '12,5', '7'], 'DECIMAL'],
		['points that group', ['1.234.567', '1.234'], 'LONG'],
		['currencies', ['$5', '$1,200.00', null], 'DECIMAL'],
		['whole currencies', ['$5', '$7'], 'LONG'],
		['blanks among numbers', ['5', ' ', ''], 'LONG'],
		['blanks alone', ['', ' '], 'STRING'],
		['brackets and minus signs behind', ['(5)', '7-'], 'LONG'],
		['a leading plus on a decimal', ['+0.5', '-0.25'], 'DECIMAL'],
		['a telephone number', ['+4915112345678'], 'STRING'],
		['points always the day first', ['31.01.2024'], 'DATE'],
		['slashes that the column settles', ['01/02/2024', '13/01/2024'], 'DATE'],
		['slashes that nothing settles', ['01/02/2024', '03/04/2024'], 'STRING'],
		['AM and PM', ['1/31/2024 1:05 PM'], 'DATETIME'],
		['month names', ['31-JAN-24', 'Feb 1, 2024'], 'DATE'],
		['days beside times', ['31.01.2024', '31.01.2024 10:15'], 'DATETIME'],
		['eight digits', ['20240131', '20240201'], 'LONG'],
		['percent signs', ['5%', '7%'], 'STRING'],
		['booleans', ['true', 'FALSE'], 'STRING'],
		['a leading zero', ['10001', '02139'], 'STRING'],
		['two currencies', ['$5', '€7'], 'STRING'],
		['contradicting signs', ['1.5', '2,5'], 'STRING'],
		['only commas', ['1,234', '5,678'], 'STRING'],
		['only points that could group', ['1.234', '5.678'], 'DECIMAL'],
		['BigQuery numbers', [{ value: '1.5' }, { value: '2' }], 'DECIMAL'],
		['BigQuery days', [{ value: '2024-01-31' }], 'DATE'],
		['MongoDB longs', [{ $numberLong: '9007199254740993' }], 'LONG'],
		['MongoDB decimals', [{ $numberDecimal: '0.10' }], 'DECIMAL'],
		['MongoDB doubles', [{ $numberDouble: '2' }], 'DOUBLE'],
		['MongoDB dates', [{ $date: '2024-01-31T10:15:00Z' }, { $date: { $numberLong: '0' } }], 'DATETIME'],
		['wrapped texts', [{ value: 'x' }], 'STRING'],
		['an exponent beyond all', ['1e400', '1e401'], 'STRING'],
	])('of %s', (_, values, type) => {
		expect(inferred(values).type).toBe(type);
	});

	it('is what options make of the values', () => {
		expect(inferred(['5%', '7%'], { percentSigns: 'fraction' }).type).toBe('DECIMAL');
		expect(inferred(['5%', '7%'], { percentSigns: 'number' }).type).toBe('LONG');
		expect(inferred(['01/02/2024'], { dateOrder: 'monthFirst' }).type).toBe('DATE');
		expect(inferred(['1,234'], { decimalSign: 'comma' }).type).toBe('DECIMAL');
		expect(inferred(['1,234'], { decimalSign: 'point' }).type).toBe('LONG');
		expect(inferred(['31012024', '01022024'], { dateFormat: 'ddMMyyyy' }).type).toBe('DATE');
		expect(inferred(['5', 'n/a'], { readAsNull: 'N/A' }).type).toBe('LONG');
		expect(inferred(['5', -999, '-999', 'x'], { readAsNull: '-999,x' }).type).toBe('LONG');
		expect(inferred(['45322'], { numbersAsDates: 'excel' }).type).toBe('LONG');
	});
});

describe('the hint for a column that almost had a type', () => {
	it.each<[string, unknown[], string]>([
		[
			'a word among numbers',
			[...Array.from({ length: 11_997 }, (_, i) => i), 'N/A', '-', 'N/A'],
			"'c' became STRING: 3 of 12,000 values are no number, the first 'N/A' in item 11997. 'Read as NULL' takes such words.",
		],
		[
			'a word among days',
			['2024-01-31', '01.02.2024', 'open'],
			"'c' became STRING: 1 of 3 values is no day, the first 'open' in item 2. 'Read as NULL' takes such words.",
		],
		[
			'a leading zero',
			['10001', '02139', '94103'],
			"'c' became STRING: 1 of 3 values begins with a zero that a number would lose, the first '02139' in item 1. 'Column Types' can make it LONG.",
		],
		[
			'percent signs',
			['5%', '7%'],
			"'c' became STRING: 2 of 2 values have a percent sign, the first '5%' in item 0. 'Percent Signs' reads them as numbers.",
		],
		[
			'a day among numbers',
			[1, 2, '2024-01-31'],
			"'c' became STRING: 1 of 3 values is no number, the first '2024-01-31' in item 2. 'Column Types' can set its type.",
		],
	])('says why, for %s', (_, values, hint) => {
		expect(inferred(values).hints).toEqual([hint]);
	});

	it('names the option where nothing settles a reading', () => {
		expect(inferred(['01/02/2024', '03/04/2024']).hints[0]).toMatch(
			/^'c' became STRING: '01\/02\/2024' \(item 0\) and '03\/04\/2024' \(item 1\).*'Date Order'/,
		);
		expect(inferred(['1,234', '5,678']).hints[0]).toContain("'Decimal Sign'");
	});

	it('names integers beyond 2^53', () => {
		expect(inferred([1, 2 ** 53 + 2])).toEqual({
			type: 'DOUBLE',
			hints: [expect.stringMatching(/^'c' became DOUBLE: 1 value is a JavaScript number beyond ±2\^53/)],
		});
	});

	it.each([[['a', 'b', 5]], [[true, false]], [['007', '008']], [[null]], [['x', 'y']]])(
		'is absent for %j',
		(values) => {
			expect(inferred(values).hints).toEqual([]);
		},
	);
});

test('hints are one line a column, the commonest first, at most ten', () => {
	const hints = Array.from({ length: 13 }, (_, i) => ({ column: `c${i}`, text: `'c${i}': x.`, count: i }));
	const lines = hintLines([...hints, { column: 'c5', text: 'More.', count: 1 }]);
	expect(lines).toHaveLength(11);
	expect(lines[0]).toBe("'c12': x.");
	expect(lines[7]).toBe("'c5': x. More.");
	expect(lines[10]).toBe('and 3 more columns');
});
