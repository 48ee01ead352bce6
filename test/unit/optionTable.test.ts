import fc from 'fast-check';
import type { INodeProperties } from 'n8n-workflow';

import { RETRY_TIMING } from '../../domo/retry';
import { DomoDataSet } from '../../nodes/DomoDataSet/DomoDataSet.node';
import { DomoStream } from '../../nodes/DomoStream/DomoStream.node';
import { DomoTrigger } from '../../nodes/DomoTrigger/DomoTrigger.node';
import { LOAD_OPTIONS } from '../../nodes/shared/fields/loadOptions';
import { engineNumber, optionFields, readLoadOptions } from '../../nodes/shared/fields/optionFields';
import {
	checkedValue,
	fieldOf,
	type NumberRow,
	type OptionOperation,
	type OptionRow,
} from '../../nodes/shared/fields/optionTable';
import type { OperationContext } from '../../nodes/shared/run/operation';
import { InputError } from '../../transfer/inputError';

const ROWS = Object.entries<OptionRow>(LOAD_OPTIONS);
const NUMBERS = ROWS.filter((entry): entry is [string, NumberRow] => entry[1].kind === 'number');
const OPERATIONS: OptionOperation[] = [
	'uploadInParallel',
	'uploadPart',
	'import',
	'createExecution',
	'commit',
];
/** The first wait that is too long for a timer: it would fire after 1 ms. */
const TIMER_END_MS = 2 ** 31;

/** Reads the options of an operation, given in its collections. */
async function read(operation: OptionOperation, parameters: Record<string, unknown>) {
	const node = {
		getNode: () => ({ parameters }),
		getNodeParameter: (name: string, _item: number, otherwise: unknown) => parameters[name] ?? otherwise,
	};
	return await readLoadOptions({ node, items: [{ json: {} }] } as unknown as OperationContext, operation);
}

/** Every field of a description, those in collections and lists included. */
function allFields(properties: readonly unknown[]): INodeProperties[] {
	return (properties as Array<INodeProperties & { values?: INodeProperties[] }>).flatMap((property) => [
		property,
		...allFields(property.values ?? []),
		...allFields(['collection', 'fixedCollection'].includes(property.type) ? (property.options ?? []) : []),
	]);
}

describe('every row', () => {
	it.each(ROWS)('%s: its default is a value that each of its operations takes', (_, row) => {
		expect(row.operations.length).toBeGreaterThan(0);
		for (const operation of row.operations) {
			expect(() => checkedValue(row, row.default, operation)).not.toThrow();
			const field = fieldOf('x', row, operation);
			expect(field.default).toBe(row.default);
			if (row.kind !== 'choice') continue;
			expect(field.options).toContainEqual(expect.objectContaining({ value: row.default }));
		}
	});

	it.each(ROWS)('%s is a field of its collection in each of its operations, and of no other', (name, row) => {
		for (const operation of OPERATIONS) {
			const found = optionFields(operation)
				.filter(({ options = [] }) => options.some((option) => option.name === name))
				.map((collection) => collection.name);
			expect([operation, found]).toEqual([operation, row.operations.includes(operation) ? [row.group] : []]);
		}
	});

	it.each(OPERATIONS)('%s: unset options have their defaults', async (operation) => {
		const defaults = Object.fromEntries(ROWS.map(([name, row]) => [name, row.default]));
		expect(await read(operation, {})).toEqual(defaults);
	});
});

describe('a number that an expression gives', () => {
	it.each(NUMBERS)('%s: the field has the limits of the check', (_, row) => {
		const { minValue, maxValue } = fieldOf('x', row).typeOptions ?? {};
		expect([minValue, maxValue ?? Infinity]).toEqual([row.least, row.most]);
	});

	it.each(NUMBERS)('%s: is taken within the limits, and refused by name outside', (_, row) => {
		const most = Number.isFinite(row.most) ? row.most : Number.MAX_SAFE_INTEGER;
		const around = fc.oneof(
			fc.constantFrom(row.least, most, row.least - 1, row.most + 1, NaN, Infinity, -Infinity),
			fc.double(),
			fc.double({ min: row.least, max: most, noNaN: true }),
			fc.integer(),
		);
		fc.assert(
			fc.property(around, (value) => {
				const fits =
					value >= row.least &&
					value <= row.most &&
					(row.whole ? Number.isSafeInteger(value) : Number.isFinite(value));
				if (fits) expect(checkedValue(row, value)).toBe(value);
				else expect(() => checkedValue(row, value)).toThrow(`'${row.displayName}' can't be `);
			}),
		);
	});

	it.each(NUMBERS)('%s: may be a text of digits; nothing else is a number', (_, row) => {
		expect(checkedValue(row, ` ${row.default} `)).toBe(row.default);
		for (const value of ['', ' ', 'soon', '-1', '1e3', '0x10', null, undefined, true, {}, [], [row.default]])
			expect(() => checkedValue(row, value)).toThrow(InputError);
	});

	it('becomes milliseconds and bytes for the engine', async () => {
		const chosen = await read('uploadInParallel', {
			options: { requestTimeoutSeconds: 0.5, waitTimeoutSeconds: 2, partSizeMb: 1.5, memoryBudgetMb: 8 },
		});
		expect(engineNumber('requestTimeoutSeconds', chosen)).toBe(500);
		expect(engineNumber('waitTimeoutSeconds', chosen)).toBe(2_000);
		expect(engineNumber('partSizeMb', chosen)).toBe(1_500_000);
		expect(engineNumber('memoryBudgetMb', chosen)).toBe(8_000_000);
	});
});

describe('a wait', () => {
	const MS = { seconds: 1000, minutes: 60_000 };
	const waits = NUMBERS.flatMap(([name, row]) =>
		row.unit === 'seconds' || row.unit === 'minutes' ? [[name, row, MS[row.unit]] as const] : [],
	);

	it.each(waits)('%s: one too long for a timer is refused, everywhere', async (name, row, unitMs) => {
		// A request's own limit has that of a new token on top.
		expect(row.most * unitMs + RETRY_TIMING.tokenTimeoutMs).toBeLessThan(TIMER_END_MS);
		for (const operation of row.operations) {
			await expect(read(operation, { options: { [name]: TIMER_END_MS / unitMs } })).rejects.toThrow(
				`'${row.displayName}' can't be`,
			);
			expect(await read(operation, { options: { [name]: row.most } })).toMatchObject({ [name]: row.most });
		}
	});

	it('is an option of this table wherever one is asked for', () => {
		const nodes = [new DomoDataSet(), new DomoStream(), new DomoTrigger()];
		const durations = nodes
			.flatMap(({ description }) => allFields(description.properties))
			.filter(({ type, displayName }) =>
				type === 'number' ? /second|minute|hour|day|timeout|wait|interval/i.test(displayName) : false,
			)
			.map(({ name }) => name);
		expect([...new Set(durations)].sort()).toEqual(
			// Ages are compared and never waited for: hours need no limit.
			[...waits.map(([name]) => name), 'newestWithinHours', 'staleAfterHours'].sort(),
		);
	});
});

describe('other kinds', () => {
	it.each<[string, unknown]>([
		['delimiter', ' '],
		['delimiter', null],
		['fileEncoding', 'latin1'],
		['badValues', 'Refuse'],
		['dryRun', 'false'],
		['trimText', 0],
		['timeZone', 'Mars/Phobos'],
		['timeZone', 'UTC+25'],
		['readAsNull', ['N/A']],
		['dateFormat', {}],
	])('%s = %j is refused by name', (name, value) => {
		const row = LOAD_OPTIONS[name as keyof typeof LOAD_OPTIONS] as OptionRow;
		expect(() => checkedValue(row, value, 'uploadInParallel')).toThrow(`'${row.displayName}' can't be `);
	});

	it.each(['', 'UTC', 'workflow', ' workflow ', 'Europe/Berlin', 'America/Argentina/Buenos_Aires'])(
		'the time zone %j is taken',
		async (timeZone) => {
			expect((await read('import', { valueOptions: { timeZone } })).timeZone).toBe(timeZone);
		},
	);

	it.each<[OptionOperation, string, string]>([
		['uploadPart', 'compression', 'auto'],
		['uploadPart', 'unknownFields', 'addColumns'],
		['import', 'unknownFields', 'addColumns'],
	])('%s: a choice of another operation is refused: %s = %s', async (operation, name, value) => {
		await expect(read(operation, { options: { [name]: value } })).rejects.toThrow(
			/can't be "\w+". Nothing was sent/,
		);
		expect(await read('uploadInParallel', { options: { [name]: value } })).toMatchObject({ [name]: value });
	});

	it.each<[unknown]>([
		['amount'],
		[{ column: 'amount' }],
		[{ column: ['amount'] }],
		[{ column: [null] }],
		[3],
	])("'Column Types' as %j is refused, with an example", async (columnTypes) => {
		await expect(read('import', { valueOptions: { columnTypes } })).rejects.toThrow(
			/'Column Types' is not a list/,
		);
	});

	it("'Column Types' are checked entry by entry; a type may be left out", async () => {
		const column = [
			{ name: 'amount', decimalSign: 'comma' },
			{ name: 'day', type: 'DATE' },
		];
		expect((await read('import', { valueOptions: { columnTypes: { column } } })).columnTypes).toEqual({
			column,
		});
		for (const entry of [{ type: 'INTEGER' }, { dateOrder: 'DMY' }, { decimalSign: ',' }, { name: {} }])
			await expect(read('import', { valueOptions: { columnTypes: { column: [entry] } } })).rejects.toThrow(
				InputError,
			);
	});
});

describe('the collections', () => {
	it.each(
		ROWS.filter(([, row]) => row.group !== 'options').flatMap(([name, row]) =>
			row.operations.map((operation) => [operation, name, row] as const),
		),
	)('%s: %s under Options, where it has no effect, is refused', async (operation, name, row) => {
		await expect(read(operation, { options: { [name]: row.default } })).rejects.toThrow(
			`'${row.displayName}' is set under 'Options', where it has no effect. Nothing was sent.`,
		);
	});

	it.each([['maxTries=3'], [3], [true], [[]], [['maxTries']]])('given as %j are refused', async (options) => {
		await expect(read('uploadInParallel', { options })).rejects.toThrow(
			/'Options' can't be .*Nothing was sent/,
		);
	});

	it.each(['dryRun', 'refuseShrinkBelowPercent', 'activeExecution'])(
		'%s of undefined, as a missing field gives it, is refused: its default could switch a guard off',
		async (name) => {
			await expect(read('uploadInParallel', { options: { [name]: undefined } })).rejects.toThrow(
				/can't be undefined. Nothing was sent/,
			);
		},
	);

	const RULE = { column: 'id', values: '0,1' };
	it.each(['id', null, [RULE], { rules: [RULE] }, { rule: null }])(
		'a list of rules given as %j is refused: its check would be off',
		async (allowedValues) => {
			await expect(read('uploadInParallel', { checks: { allowedValues } })).rejects.toThrow(
				/'Values Allowed' is not a list of entries\. Nothing was sent/,
			);
		},
	);

	it('a single rule is a list of one', async () => {
		const { allowedValues } = await read('uploadInParallel', { checks: { allowedValues: { rule: RULE } } });
		expect(allowedValues).toEqual({ rule: [RULE] });
	});

	it('a resume of undefined is none: a first run has nothing to resume', async () => {
		expect((await read('uploadInParallel', { options: { resume: undefined } })).resume).toBeUndefined();
	});
});
