import fc from 'fast-check';

import type { Column } from '../../domo/types';
import { matchColumns } from '../../transfer/columns/columnMatch';
import { InputError } from '../../transfer/inputError';

const columns: Column[] = [
	{ name: 'Region', type: 'STRING' },
	{ name: 'amount', type: 'DOUBLE' },
];
const strict = { unknownFields: 'fail', missingColumns: 'fail', what: 'items' } as const;
const lenient = { unknownFields: 'ignore', missingColumns: 'null', what: 'items' } as const;

function refusal(run: () => unknown): InputError {
	try {
		run();
	} catch (error) {
		expect(error).toBeInstanceOf(InputError);
		return error as InputError;
	}
	throw new Error('It was not refused');
}

describe('matching field names to columns', () => {
	it('finds each column wherever its field stands', () => {
		expect(matchColumns(['amount', 'Region'], columns, strict)).toEqual({
			sourceByColumn: [1, 0],
			unknown: [],
			missing: [],
		});
	});

	it('falls back to trimmed names in any case', () => {
		expect(matchColumns([' REGION ', 'Amount'], columns, strict).sourceByColumn).toEqual([0, 1]);
	});

	it.each([
		['letters composed of two characters', 're\u0301gion', 'R\u00E9gion'],
		['a no-break space', 'sales\u00A0tax', 'Sales tax'],
		['a zero-width space', '\u200Bamount', 'amount'],
		['a byte order mark', 'amo\uFEFFunt', 'amount'],
		['a mark of the writing direction', 'amount\u200E', 'amount'],
		['an accent behind a zero-width space', 're\u200B\u0301gion', 'R\u00E9gion'],
	])('takes names that look the same for the same: %s', (_, field, column) => {
		const wanted: Column[] = [{ name: column, type: 'STRING' }];
		expect(matchColumns([field], wanted, strict).sourceByColumn).toEqual([0]);
		expect(() => matchColumns([field, column], wanted, lenient)).toThrow(/could be either of/);
	});

	it.each([
		['ignored', lenient],
		['refused', strict],
	])(
		'refuses a field beside the exact one that differs only in case, with unknown fields %s',
		(_, options) => {
			const { message, advice } = refusal(() =>
				matchColumns(['REGION', 'Region', 'amount'], columns, options),
			);
			expect(message).toBe(
				"Column 'Region' could be either of 'Region' and 'REGION' in the items: they differ only in case, spaces or characters that can't be seen. Nothing was sent",
			);
			expect(advice).toContain('Rename or remove one of the two.');
		},
	);

	it('never leaves out a field that is a column in other letters', () => {
		const names = fc.constantFrom('a', 'A', ' a', 'b', 'B ', 'b ', 'c', 'C', 'x', 'X', '', ' ');
		const uniqueColumns = fc.uniqueArray(fc.constantFrom('a', 'B', 'c '), { minLength: 1 });
		fc.assert(
			fc.property(fc.array(names, { maxLength: 6 }), uniqueColumns, (fields, columnNames) => {
				const loose = (name: string) => name.trim().toLowerCase();
				let match;
				try {
					match = matchColumns(
						fields,
						columnNames.map((name) => ({ name, type: 'STRING' })),
						lenient,
					);
				} catch (error) {
					expect(error).toBeInstanceOf(InputError);
					return;
				}
				const wanted = columnNames.map(loose);
				expect(match.unknown.filter((name) => wanted.includes(loose(name)))).toEqual([]);
				match.sourceByColumn.forEach((field, column) => {
					if (field !== -1) expect(loose(fields[field])).toBe(wanted[column]);
				});
			}),
		);
	});

	it('refuses two fields that could feed one column', () => {
		const { message } = refusal(() => matchColumns(['REGION', 'region', 'amount'], columns, lenient));
		expect(message).toContain("Column 'Region' could be any of 'REGION', 'region' in the items");
	});

	it('refuses a name that stands twice, even one no column needs', () => {
		const header = { ...lenient, what: "header of 'sales.csv'" };
		expect(refusal(() => matchColumns(['Region', 'x', 'amount', 'x'], columns, header)).message).toBe(
			"'x' appears twice in the header of 'sales.csv'",
		);
	});

	it('takes blank names for unknown fields, however many', () => {
		expect(matchColumns(['Region', 'amount', '', ''], columns, lenient).unknown).toEqual(['', '']);
	});

	it('refuses unknown fields by default, naming them, the option and columns without a field', () => {
		const { message, advice } = refusal(() => matchColumns(['Region', 'ammount', 'x'], columns, strict));
		expect(message).toBe(
			"The DataSet has no column for the fields 'ammount', 'x' of the items. Nothing was sent",
		);
		expect(advice).toMatch(
			/'Unknown Fields': 'Ignore'.*'Add Columns'.*No field was found for the column 'amount'\.$/,
		);
	});

	it('says of one field that it is one', () => {
		const { message, advice } = refusal(() => matchColumns(['Region', 'amount', 'x'], columns, strict));
		expect(message).toBe("The DataSet has no column for the field 'x' of the items. Nothing was sent");
		expect(advice).not.toContain('No field was found');
	});

	it('says that no part of a file was sent', () => {
		const header = { ...strict, what: "header of 'sales.csv'" };
		expect(refusal(() => matchColumns(['Region', 'amount', 'x'], columns, header)).message).toBe(
			"The DataSet has no column for the field 'x' of the header of 'sales.csv'. No part of this file was sent",
		);
	});

	it('leaves out unknown fields where that is allowed', () => {
		expect(matchColumns(['x', 'Region', 'amount'], columns, { ...strict, unknownFields: 'ignore' })).toEqual({
			sourceByColumn: [1, 2],
			unknown: ['x'],
			missing: [],
		});
	});

	it('refuses missing columns by default, naming them and the option', () => {
		const { message, advice } = refusal(() => matchColumns(['Region'], columns, strict));
		expect(message).toBe("No field in the items for the DataSet's column 'amount'. Nothing was sent");
		expect(advice).toContain("'Missing Columns' to 'Load as NULL'");
	});

	it('names several missing columns', () => {
		const three: Column[] = [...columns, { name: 'day', type: 'DATE' }];
		expect(refusal(() => matchColumns(['Region'], three, strict)).message).toBe(
			"No field in the items for the DataSet's columns 'amount', 'day'. Nothing was sent",
		);
	});

	it('gives -1 for missing columns where they may be NULL', () => {
		expect(matchColumns(['Region'], columns, { ...strict, missingColumns: 'null' })).toEqual({
			sourceByColumn: [0, -1],
			unknown: [],
			missing: ['amount'],
		});
	});

	it('refuses names that have nothing in common with the columns, whatever is allowed', () => {
		const { message, advice } = refusal(() => matchColumns(['a', 'b'], columns, lenient));
		expect(message).toBe('The items and the DataSet have no column in common');
		expect(advice).toContain("'a', 'b'");
		expect(advice).toContain("'Region', 'amount'");
	});

	it('counts what is too much to list', () => {
		const names = Array.from({ length: 25 }, (_, i) => `f${i}`);
		const { message } = refusal(() => matchColumns([...names, 'Region', 'amount'], columns, strict));
		expect(message).toContain("'f19', 5 more");
		expect(message).not.toContain("'f20'");
	});
});
