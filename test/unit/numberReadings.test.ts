import type { ColumnType } from '../../domo/types';
import { hintLines } from '../../transfer/columns/columnHints';
import { ColumnInference } from '../support/columnInference';
import { Misfit } from '../../transfer/columns/misfit';
import { DEFAULT_VALUE_OPTIONS, type ValueOptions } from '../../transfer/columns/valueOptions';
import { readColumn, readingRefusal as refusal, readTexts as read } from '../support/readColumn';

function inferredTypes(
	values: Record<string, unknown[]>,
	columnTypes: ValueOptions['columnTypes'],
): { types: string[]; hints: string[] } {
	const inference = new ColumnInference({ ...DEFAULT_VALUE_OPTIONS, columnTypes });
	for (const [name, list] of Object.entries(values))
		list.forEach((value, i) => inference.add(name, value, i));
	const { columns, hints } = inference.settle((place) => `item ${place}`);
	return { types: columns.map(({ type }) => type), hints: hintLines(hints) };
}

describe('the forms of a number', () => {
	it.each<[string, ColumnType, string | null]>([
		['1,234,567', 'LONG', '1234567'],
		['1 234 567', 'LONG', '1234567'],
		['1\u00a0234\u00a0567', 'LONG', '1234567'],
		['1\u202f234', 'DECIMAL', '1234'],
		["1'234'567", 'LONG', '1234567'],
		['1’234.50', 'DECIMAL', '1234.50'],
		['12,34,567', 'LONG', '1234567'],
		['1,23,456.78', 'DECIMAL', '123456.78'],
		['1.234.567', 'LONG', '1234567'],
		['1.234,50', 'DECIMAL', '1234.50'],
		['1 234,567', 'DECIMAL', '1234.567'],
		['0,123', 'DECIMAL', '0.123'],
		['01,234', 'DECIMAL', '1.234'],
		['1234,567', 'DECIMAL', '1234.567'],
		[',5', 'DOUBLE', '0.5'],
		['12,', 'LONG', '12'],
		['$5', 'LONG', '5'],
		['5 €', 'DECIMAL', '5'],
		['USD 5', 'DECIMAL', '5'],
		['USD5', 'DECIMAL', '5'],
		['5.00 GBP', 'DECIMAL', '5.00'],
		['$5 USD', 'DECIMAL', '5'],
		['-$5', 'LONG', '-5'],
		['$-5', 'LONG', '-5'],
		['($5)', 'LONG', '-5'],
		['$(5.5)', 'DECIMAL', '-5.5'],
		['(5)', 'LONG', '-5'],
		['5-', 'LONG', '-5'],
		['1.234,50-', 'DECIMAL', '-1234.50'],
		['−5', 'LONG', '-5'],
		['- 5', 'LONG', '-5'],
		['₹12,34,567.5', 'DECIMAL', '1234567.5'],
		['1e3', 'LONG', '1000'],
		['1.5e3', 'LONG', '1500'],
		['1200e-2', 'LONG', '12'],
		['1,5e3', 'DECIMAL', '1500'],
		['1e-7', 'DECIMAL', '0.0000001'],
		['-1.25E-3', 'DECIMAL', '-0.00125'],
		['12.000', 'LONG', '12'],
		['00501', 'LONG', '501'],
		['-007.50', 'DECIMAL', '-7.50'],
		['\u200b 42\ufeff', 'LONG', '42'],
		[' ', 'LONG', null],
		['\u00a0', 'DOUBLE', null],
		['-0', 'LONG', '0'],
		['TRUE', 'LONG', '1'],
		[' false ', 'DECIMAL', '0'],
	])('%j in a column of %s is %p', (text, type, wanted) => {
		expect(read([text], type)).toEqual([wanted]);
	});

	it.each<[string, ColumnType]>([
		['LOT 5', 'DECIMAL'],
		['usd 5', 'DECIMAL'],
		['USD', 'DECIMAL'],
		['€', 'DECIMAL'],
		['--5', 'LONG'],
		['-5-', 'LONG'],
		['(-5)', 'LONG'],
		['(5', 'LONG'],
		['5)', 'LONG'],
		['12,34', 'LONG'],
		['1,23,45', 'DECIMAL'],
		['1 23', 'LONG'],
		["1,234'567", 'DECIMAL'],
		['0 123', 'LONG'],
		['1,234e3x', 'DECIMAL'],
		['1.2.3', 'DECIMAL'],
		['.', 'DECIMAL'],
		[',', 'DECIMAL'],
		['1e', 'DOUBLE'],
		['1e401', 'DECIMAL'],
		['1e-401', 'DOUBLE'],
		['1e-400', 'DOUBLE'],
		['1e309', 'DOUBLE'],
		['1.5', 'LONG'],
		['1e-1', 'LONG'],
		['9223372036854775808', 'LONG'],
		['yes', 'LONG'],
		['$5 €', 'DECIMAL'],
		['0x1F', 'LONG'],
		['١٢', 'LONG'],
	])('%j is none in a column of %s', (text, type) => {
		const [result] = readColumn([text], type).texts;
		expect(result).toBeInstanceOf(Misfit);
		expect((result as Misfit).alwaysRefused).toBe(false);
	});

	it('with a percent sign asks for Percent Signs, which chooses', () => {
		expect(read(['12.5%'], 'DECIMAL')[0]).toContain("'Percent Signs'");
		expect(read(['12.5%', '100 %', '-3%', '0.5%'], 'DECIMAL', { percentSigns: 'fraction' })).toEqual([
			'0.125',
			'1',
			'-0.03',
			'0.005',
		]);
		expect(read(['12.5%', '1.234,5%'], 'DECIMAL', { percentSigns: 'number', decimalSign: 'comma' })).toEqual([
			expect.stringContaining('misfit'),
			'1234.5',
		]);
		expect(read(['100%', '50%'], 'LONG', { percentSigns: 'fraction' })).toEqual([
			'1',
			expect.stringContaining('misfit'),
		]);
	});

	it('is NULL where it is a word of Read as NULL, also one that is a number', () => {
		const options = { readAsNull: 'N/A, -999 ,-' };
		expect(read(['n/a', ' - ', '-999', -999, 5], 'LONG', options)).toEqual([null, null, null, null, '5']);
	});
});

describe('the decimal sign of a column', () => {
	it.each<[string, unknown[], ColumnType, string[]]>([
		['a comma beside a decimal comma', ['1,234', '12,5'], 'DECIMAL', ['1.234', '12.5']],
		['a comma beside a decimal point', ['1,234', '0.5'], 'DECIMAL', ['1234', '0.5']],
		['a comma beside digits grouped twice', ['1,234', '1,234,567'], 'DECIMAL', ['1234', '1234567']],
		['a point beside a decimal comma', ['1.234', '0,5'], 'DECIMAL', ['1234', '0.5']],
		['a point beside digits grouped twice', ['1.234', '1.234.567'], 'DECIMAL', ['1234', '1234567']],
		['a point alone', ['1.234'], 'DECIMAL', ['1.234']],
		['a comma in a LONG', ['1,234', '5,000'], 'LONG', ['1234', '5000']],
		['thousands in a LONG beside a decimal comma', ['5,000', '12,0'], 'LONG', ['5', '12']],
		['thousands in a LONG beside a decimal point', ['5,000', '12.0'], 'LONG', ['5000', '12']],
	])('%s', (_, values, type, wanted) => {
		expect(read(values, type)).toEqual(wanted);
	});

	it.each<[string, unknown[], ColumnType, string[]]>([
		['only commas', ['1,234', '5,678'], 'DOUBLE', ["'1,234' (item 0)", "'5,678' (item 1)", 'Decimal Sign']],
		['only thousands in a LONG', [7, '5,000', '12,000'], 'LONG', ['item 1', 'item 2', 'Decimal Sign']],
		['a lone point beside a comma', ['1.234', '1,234'], 'LONG', ["'1.234'", "'1,234'", 'Decimal Sign']],
		['both signs', ['1.5', '2,5'], 'DECIMAL', ["'1.5' (item 0)", "'2,5' (item 1)", 'Decimal Sign']],
		['a comma that groups beside one that does not', ['1,234', '1.234.567'], 'LONG', ['Decimal Sign']],
	])('is refused with two values for %s', (_, values, type, words) => {
		const text = refusal(values, type);
		for (const word of words) expect(text).toContain(word);
		expect(text).toContain('Nothing was sent');
	});

	it('is what the option says, which wins over the column', () => {
		expect(read(['1,234', '0.5'], 'DECIMAL', { decimalSign: 'comma' })).toEqual([
			'1.234',
			expect.stringContaining("'Decimal Sign' says"),
		]);
		expect(read(['1,234', '12,5'], 'DECIMAL', { decimalSign: 'point' })).toEqual([
			'1234',
			expect.stringContaining("'Decimal Sign' says"),
		]);
	});

	it('is a point in numbers and unwrapped values, which settle nothing', () => {
		const values = [1.5, { value: '2.5' }, { $numberDecimal: '3.5' }, 7n];
		expect(read(values, 'DECIMAL', { decimalSign: 'comma' })).toEqual(['1.5', '2.5', '3.5', '7']);
		expect(refusal([...values, '1,234'], 'DECIMAL')).toContain('Decimal Sign');
	});

	it('of one column makes the points of another unclear, but for what an option says', () => {
		const withKg = (columnTypes: ValueOptions['columnTypes']) =>
			inferredTypes({ betrag: ['12,5', '1.234,50'], kg: ['1.234', '2.500'], n: [1, 2] }, columnTypes);
		expect(withKg({}).types).toEqual(['DECIMAL', 'STRING', 'LONG']);
		expect(withKg({}).hints.join()).toMatch(/'kg' became STRING.*'1\.234'.*'betrag'.*'Decimal Sign'/);
		const kg = { name: 'kg', decimalSign: 'point' as const };
		expect(withKg({ column: [kg] }).types).toEqual(['DECIMAL', 'DECIMAL', 'LONG']);
	});

	it.each([
		['a decimal comma', ['12,5']],
		['points that group', ['1.234.567']],
		['a comma with two readings', ['1,234', '0.5']],
	])('is not settled in a slice of a table: %s', (_, values) => {
		expect(refusal(values, 'DECIMAL', {}, 'slice')).toContain('Decimal Sign');
		expect(refusal(values, 'DECIMAL', { decimalSign: 'comma' }, 'slice')).toBe('taken');
	});

	it('leaves a slice what has one reading', () => {
		expect(readColumn(['1,234', '12.0', '1,234,567'], 'LONG', {}, 'slice').texts).toEqual([
			'1234',
			'12',
			'1234567',
		]);
		expect(readColumn(['1.234', '1,234.5'], 'DECIMAL', {}, 'slice').texts).toEqual(['1.234', '1234.5']);
		expect(refusal(['1,234', '5,000'], 'LONG', {}, 'slice')).toContain("'5,000'");
	});
});

test('two currencies are refused, a sign and its code are one', () => {
	expect(read(['$5', 'USD 6', '7'], 'LONG')).toEqual(['5', '6', '7']);
	expect(refusal(['$5', 'CAD 6'], 'LONG')).toContain('two currencies');
	expect(refusal(['$5', '€6'], 'LONG', { decimalSign: 'point' })).toContain('two currencies');
});

test('what was done is counted by kind', () => {
	const { reader } = readColumn(
		['1.234,50', '12,5', '$0,5', '(3)', '00501', 'true', 'n/a', '1.234.567,00', '7'],
		'DECIMAL',
		{ readAsNull: 'n/a' },
	);
	expect(reader.conversions.toJson()).toEqual({
		decimalComma: 4,
		grouped: 2,
		currency: 1,
		sign: 1,
		leadingZeros: 1,
		boolean: 1,
		nullWord: 1,
	});
	expect(reader.conversions.total).toBe(8);
});
