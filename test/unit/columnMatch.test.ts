import type { Column } from '../../domo/types';
import { matchColumns } from '../../transfer/columnMatch';
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

	it('prefers an exact name, and calls the other one unknown', () => {
		expect(matchColumns(['REGION', 'Region', 'amount'], columns, lenient)).toEqual({
			sourceByColumn: [1, 2],
			unknown: ['REGION'],
			missing: [],
		});
	});

	it('refuses two fields that could feed one column', () => {
		const { message } = refusal(() => matchColumns(['REGION', 'region', 'amount'], columns, lenient));
		expect(message).toContain("Column 'Region' could be any of 'REGION', 'region' in the items");
	});

	it('refuses a name that stands twice, even one no column needs', () => {
		const header = { ...lenient, what: "header of 'sales.csv'" };
		expect(refusal(() => matchColumns(['Region', 'x', 'amount', 'x'], columns, header)).message).toBe(
			"'x' stands twice in the header of 'sales.csv'",
		);
	});

	it('takes blank names for unknown fields, however many', () => {
		expect(matchColumns(['Region', 'amount', '', ''], columns, lenient).unknown).toEqual(['', '']);
	});

	it('refuses unknown fields by default, naming them, the option and columns without a field', () => {
		const { message, description } = refusal(() => matchColumns(['Region', 'ammount', 'x'], columns, strict));
		expect(message).toBe("The DataSet has no column for the fields 'ammount', 'x' of the items. Nothing was sent");
		expect(description).toMatch(/'Unknown Fields': 'Ignore'.*'Add Columns'.*No field was found for the column 'amount'\.$/);
	});

	it('says of one field that it is one', () => {
		const { message, description } = refusal(() => matchColumns(['Region', 'amount', 'x'], columns, strict));
		expect(message).toBe("The DataSet has no column for the field 'x' of the items. Nothing was sent");
		expect(description).not.toContain('No field was found');
	});

	it('says of a file that nothing of this one was sent', () => {
		const header = { ...strict, what: "header of 'sales.csv'" };
		expect(refusal(() => matchColumns(['Region', 'amount', 'x'], columns, header)).message).toBe(
			"The DataSet has no column for the field 'x' of the header of 'sales.csv'. Nothing of this file was sent",
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
		const { message, description } = refusal(() => matchColumns(['Region'], columns, strict));
		expect(message).toBe("No field in the items for the DataSet's column 'amount'. Nothing was sent");
		expect(description).toContain("'Missing Columns' to 'Load as NULL'");
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
		const { message, description } = refusal(() => matchColumns(['a', 'b'], columns, lenient));
		expect(message).toBe('The items and the DataSet have no column in common');
		expect(description).toContain("'a', 'b'");
		expect(description).toContain("'Region', 'amount'");
	});

	it('counts what is too much to list', () => {
		const names = Array.from({ length: 25 }, (_, i) => `f${i}`);
		const { message } = refusal(() => matchColumns([...names, 'Region', 'amount'], columns, strict));
		expect(message).toContain("'f19', 5 more");
		expect(message).not.toContain("'f20'");
	});
});
