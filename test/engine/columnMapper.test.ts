import {
	Expression,
	type IDataObject,
	type INodeExecutionData,
	type ResourceMapperField,
} from 'n8n-workflow';

import type { Column } from '../../domo/types';
import { mapperColumns } from '../support/editor';
import { credentialsFor, itemsOf, runNode, type MemoryCredentials, type NodeResult } from '../support/engine';
import { byDataSet, byId, byName, byUrl, fromList } from '../support/locators';
import { StreamNode } from '../support/streamNode';
import { useSandbox } from '../support/useSandbox';

const COLUMNS: Column[] = [
	{ name: 'id', type: 'LONG' },
	{ name: 'Unit price', type: 'DECIMAL' },
	{ name: 'day', type: 'DATE' },
	{ name: 'seen', type: 'DATETIME' },
	{ name: 'note', type: 'STRING' },
];

const sandbox = useSandbox({ indexingMs: 1 });
let credentials: MemoryCredentials;
beforeAll(() => {
	credentials = credentialsFor(sandbox);
});

type Mapped = Record<string, string | number | boolean | null>;

/** A mapping as the editor saves it. */
function byHand(value: Mapped | null, known: Column[] = COLUMNS): IDataObject {
	const types = {
		STRING: 'string',
		DECIMAL: 'string',
		LONG: 'string',
		DOUBLE: 'number',
		DATE: 'dateTime',
		DATETIME: 'dateTime',
	};
	const schema = known.map(({ name: id, type }) => ({
		id,
		displayName: id,
		required: false,
		defaultMatch: false,
		display: true,
		type: types[type],
	}));
	return {
		columnMapping: {
			mappingMode: 'defineBelow',
			value,
			matchingColumns: [],
			schema,
			attemptToConvertTypes: false,
			convertFieldsToString: false,
		},
	} as unknown as IDataObject;
}

interface Loaded {
	result: NodeResult;
	rows: Array<Record<string, string | null>>;
	/** Whether any row was sent. */
	sent: boolean;
}

type Load = (
	items: INodeExecutionData[],
	more: IDataObject,
	columns?: Column[],
	options?: { timeZone?: string },
) => Promise<Loaded>;

const loadImport: Load = async (items, more, columns = COLUMNS, options) => {
	const dataSetId = await sandbox.createDataSet({ name: 'mapped', columns });
	const from = sandbox.log.length;
	const parameters = {
		resource: 'dataSet',
		operation: 'import',
		dataSetId: byId(dataSetId),
		inputSource: 'items',
		...more,
	};
	const result = await runNode('domoDataSet', parameters, credentials, items, options);
	const sent = sandbox.log.slice(from).some(({ operation }) => operation === 'import');
	return { result, sent, rows: await sandbox.rows(dataSetId) };
};

const loadInParallel: Load = async (items, more, columns = COLUMNS, options) => {
	const { streamId, dataSetId } = await sandbox.createStream({ name: 'mapped', columns });
	const result = await new StreamNode(sandbox, 'stream').run(
		'uploadInParallel',
		{ streamId, inputSource: 'items', ...more },
		items,
		options,
	);
	return { result, sent: sandbox.executions(streamId).length > 0, rows: await sandbox.rows(dataSetId) };
};

const loadPart: Load = async (items, more, columns = COLUMNS, options) => {
	const { streamId, dataSetId } = await sandbox.createStream({ name: 'mapped', columns });
	const node = new StreamNode(sandbox, 'execution');
	await node.runWell('create', { streamId });
	const result = await node.run(
		'uploadPart',
		{ streamId, executionId: 1, partId: 1, inputSource: 'items', ...more },
		items,
		options,
	);
	const sent = sandbox.parts(streamId, 1).length > 0;
	if (sent) await node.runWell('commit', { streamId, executionId: 1 });
	return { result, sent, rows: await sandbox.rows(dataSetId) };
};

const LOADS: Array<[string, Load]> = [
	['Import', loadImport],
	['Upload in Parallel', loadInParallel],
	['Upload Part', loadPart],
];

const refusal = ({ result }: Loaded): string => {
	if (!result.error) throw new Error('it was not refused');
	return `${result.error.message} — ${result.error.description ?? ''}`;
};

describe.each(LOADS)('%s', (_, load) => {
	const items = itemsOf([
		{
			nr: '9007199254740993',
			price: { net: '1.10' },
			on: '2024-02-29',
			at: '2024-05-01T12:00:00+02:00',
			text: 'a,"b"',
		},
		{ nr: 2, price: { net: 3.5 }, on: null, at: '2024-05-01T12:00:00', text: '' },
	]);
	const mapping: Mapped = {
		id: '={{ $json.nr }}',
		'Unit price': '={{ $json.price.net }}',
		day: '={{ $json.on }}',
		seen: '={{ $json.at }}',
		note: '={{ $json.text }}',
	};

	it("puts each column's expression in place, item by item and digit for digit", async () => {
		const { result, rows } = await load(items, byHand(mapping));
		expect(result.error).toBeUndefined();
		expect(rows).toEqual([
			{
				id: '9007199254740993',
				'Unit price': '1.10',
				day: '2024-02-29',
				seen: '2024-05-01T10:00:00',
				note: 'a,"b"',
			},
			{ id: '2', 'Unit price': '3.5', day: null, seen: '2024-05-01T12:00:00', note: '' },
		]);
	});

	it('maps by name without a mapping, and where the mapping says so', async () => {
		const named = itemsOf([{ id: 1, 'unit price': 2, DAY: '2024-01-31', seen: null, note: 'x' }]);
		const row = { id: '1', 'Unit price': '2', day: '2024-01-31', seen: null, note: 'x' };
		expect((await load(named, {})).rows).toEqual([row]);
		const auto = {
			mappingMode: 'autoMapInputData',
			value: { note: '={{ $json.gone.far }}' },
			matchingColumns: [],
			schema: [],
		};
		expect((await load(named, { columnMapping: auto } as unknown as IDataObject)).rows).toEqual([row]);
	});

	it('names a column that was renamed or removed, before anything is sent', async () => {
		const columns = COLUMNS.map((column) =>
			column.name === 'note' ? { ...column, name: 'remark' } : column,
		);
		const loaded = await load(items, byHand(mapping), columns);
		expect(refusal(loaded)).toMatch(
			/'Columns' maps 'note', which the DataSet does not have.*'remark'.*renamed or removed/s,
		);
		expect(loaded.sent).toBe(false);
	});

	it("stops at a column that the mapping does not know, or loads it as NULL, as 'Missing Columns' says", async () => {
		const columns: Column[] = [...COLUMNS, { name: 'added', type: 'STRING' }];
		const stopped = await load(items, byHand(mapping), columns);
		expect(refusal(stopped)).toMatch(
			/has a column that 'Columns' does not show: 'added'.*'Missing Columns'/s,
		);
		expect(stopped.sent).toBe(false);
		const { rows } = await load(items, { ...byHand(mapping), options: { missingColumns: 'null' } }, columns);
		expect(rows.map(({ id, added }) => [id, added])).toEqual([
			['9007199254740993', null],
			['2', null],
		]);
	});

	it('refuses a value that does not fit, by the item as n8n counts it', async () => {
		const loaded = await load(itemsOf([{ n: 1 }, {}, { n: 'two' }]), byHand({ id: '={{ $json.n }}' }));
		expect(refusal(loaded)).toMatch(/item 2, column 'id': 'two' is not an integer/);
		expect(loaded.sent).toBe(false);
	});
});

const NONE = fromList();

describe('A mapping by hand', () => {
	it('leaves columns without a value NULL, and takes fixed values as they are', async () => {
		const { rows } = await loadImport(
			itemsOf([{ a: 1 }, { a: 2 }]),
			byHand({ id: '9007199254740993', 'Unit price': 0.5, note: 'same' }),
		);
		const row = { id: '9007199254740993', 'Unit price': '0.5', day: null, seen: null, note: 'same' };
		expect(rows).toEqual([row, row]);
	});

	it("takes dates of n8n's expressions: DATE as their own day, DATETIME in UTC", async () => {
		const mapping: Mapped = {
			day: '={{ DateTime.fromISO("2024-05-01T23:30:00", { zone: "America/New_York" }) }}',
			seen: '={{ DateTime.fromISO("2024-05-01T23:30:00", { zone: "America/New_York" }) }}',
			note: '={{ $json.tags }}',
		};
		const { rows } = await loadImport(itemsOf([{ tags: ['a', 'b'] }]), byHand(mapping));
		expect(rows).toEqual([
			{ id: null, 'Unit price': null, day: '2024-05-01', seen: '2024-05-02T03:30:00', note: '["a","b"]' },
		]);
	});

	it("takes a JS Date's day in the workflow's time zone", async () => {
		const mapping: Mapped = {
			day: '={{ new Date("2024-05-01T23:30:00Z") }}',
			seen: '={{ new Date("2024-05-01T23:30:00Z") }}',
		};
		const { rows } = await loadImport(itemsOf([{ a: 1 }]), byHand(mapping), COLUMNS, {
			timeZone: 'Europe/Zurich',
		});
		expect(rows).toMatchObject([{ day: '2024-05-02', seen: '2024-05-01T23:30:00' }]);
	});

	it('reads other items and nodes, and more fields than there are columns', async () => {
		const mapping: Mapped = {
			id: '={{ $itemIndex }}',
			note: '={{ $("Start").item.json.other }} of {{ $input.all().length }}',
		};
		const { rows } = await loadImport(
			itemsOf([
				{ other: 'a', more: 1 },
				{ other: 'b', more: 2 },
			]),
			byHand(mapping),
		);
		expect(rows.map(({ id, note }) => [id, note])).toEqual([
			['0', 'a of 2'],
			['1', 'b of 2'],
		]);
	});

	it.each([
		['$json.a', 'plain'],
		['  $json["a b"]  ', 'blank'],
		["$json['a.b']", 'dot'],
		['$json.deep["er"].est', 'bottom'],
		['$json.deep.missing.far', null],
		['$json.list[1]', 'second'],
		['$json.list.length', '2'],
		['$json.a.length', '5'],
		['$json.on', null],
		['$json.text.toUpperCase()', 'ABC'],
	])('reads {{ %s }} as n8n does', async (expression, expected) => {
		const item = {
			a: 'plain',
			'a b': 'blank',
			'a.b': 'dot',
			deep: { er: { est: 'bottom' } },
			list: ['first', 'second'],
			on: null,
			text: 'abc',
		};
		// Computed by n8n in the other column: with something around it, it is not a mere field any more.
		const mapping = { id: 1, note: `={{ ${expression} }}`, other: `={{ (${expression}) }}` };
		const columns: Column[] = [
			{ name: 'id', type: 'LONG' },
			{ name: 'note', type: 'STRING' },
			{ name: 'other', type: 'STRING' },
		];
		const { rows } = await loadImport(itemsOf([item]), byHand(mapping, columns), columns);
		expect(rows).toEqual([{ id: '1', note: expected, other: expected }]);
	});

	it('gives no row for an item without any field, and says so', async () => {
		const { rows, result } = await loadImport(
			itemsOf([{ n: 1 }, {}, { n: 3 }]),
			byHand({ id: '={{ $itemIndex }}', note: 'fixed' }),
		);
		expect(rows.map(({ id }) => id)).toEqual(['0', '2']);
		expect(result.hints).toContain('An item without any field was not mapped: such an item is no row.');
	});

	it('leaves the input items as they were', async () => {
		const items = itemsOf([{ n: 1 }]);
		await loadImport(items, byHand({ id: '={{ $json.n }}' }));
		expect(items).toEqual([{ json: { n: 1 } }]);
	});

	it.each([
		['no value at all', byHand({}), /No column has a value under 'Columns'/],
		['nothing but empty values', byHand({ id: null, note: null }), /No column has a value under 'Columns'/],
		['no list of columns yet', byHand(null, []), /No column has a value under 'Columns'/],
	])('with %s is refused before anything is sent', async (_, more, message) => {
		const loaded = await loadImport(itemsOf([{ a: 1 }]), more);
		expect(refusal(loaded)).toMatch(message);
		expect(loaded.sent).toBe(false);
	});

	it('names item and column of an expression that cannot be evaluated', async () => {
		const mapping: Mapped = {
			id: '={{ $json.n }}',
			note: '={{ $json.n === 2 ? $("Nowhere").item.json.x : "fine" }}',
		};
		const loaded = await loadImport(itemsOf([{ n: 1 }, { n: 2 }]), byHand(mapping));
		expect(refusal(loaded)).toMatch(
			/item 1, column 'note': the expression under 'Columns' can't be evaluated/,
		);
		expect(loaded.result.error?.context?.itemIndex).toBe(1);
		expect(loaded.sent).toBe(false);
	});

	it('that leaves a key column of the Stream empty is refused', async () => {
		const { streamId } = await sandbox.createStream({
			name: 'keyed',
			columns: COLUMNS,
			keyColumnNames: ['id'],
		});
		const node = new StreamNode(sandbox, 'stream');
		const words = await node.refusal(
			'uploadInParallel',
			{ streamId, inputSource: 'items', ...byHand({ note: 'x' }) },
			itemsOf([{ a: 1 }]),
		);
		expect(words).toMatch(/item 0, column 'id': NULL, which Domo does not take in a key column/);
		expect(sandbox.executions(streamId)).toEqual([]);
	});

	it('makes no DataSet: its columns are not known', async () => {
		const from = sandbox.log.length;
		const streamId = byName('not there');
		const words = await new StreamNode(sandbox, 'stream').refusal(
			'uploadInParallel',
			{ streamId, inputSource: 'items', ...byHand({ id: 1 }) },
			itemsOf([{ a: 1 }]),
		);
		expect(words).toMatch(
			/No DataSet is named 'not there', and 'Columns' is mapped by hand.*'Map Automatically'/,
		);
		expect(sandbox.log.slice(from).map(({ operation }) => operation)).not.toContain('createStream');
	});

	it("adds no column, whatever 'Unknown Fields' says: a field that is not mapped is left out", async () => {
		const { rows, result } = await loadInParallel(itemsOf([{ n: 1, more: 'x' }]), {
			...byHand({ id: '={{ $json.n }}' }),
			options: { unknownFields: 'addColumns' },
		});
		expect(result.error).toBeUndefined();
		expect(rows).toEqual([{ id: '1', 'Unit price': null, day: null, seen: null, note: null }]);
	});

	it('is left alone where CSV files are loaded', async () => {
		const dataSetId = await sandbox.createDataSet({
			name: 'file',
			columns: [{ name: 'note', type: 'STRING' }],
		});
		const parameters = {
			resource: 'dataSet',
			operation: 'import',
			dataSetId: byId(dataSetId),
			inputSource: 'binary',
			...byHand({ gone: 'x' }),
		};
		const file = {
			json: {},
			binary: {
				data: {
					data: Buffer.from('note\nhello\n').toString('base64'),
					mimeType: 'text/csv',
					fileName: 'a.csv',
				},
			},
		};
		const { error } = await runNode('domoDataSet', parameters, credentials, [file]);
		expect(error).toBeUndefined();
		expect(await sandbox.rows(dataSetId)).toEqual([{ note: 'hello' }]);
	});
});

/** How many values the engine evaluates in an import of so many items. */
it.each(LOADS)(
	'%s: columns that are called like what every object has are NULL without a value',
	async (_, load) => {
		const names = ['id', 'constructor', 'toString', 'hasOwnProperty', '__proto__'];
		const columns = names.map((name): Column => ({ name, type: 'STRING' }));
		const { result, rows } = await load(
			itemsOf([{ n: 1 }]),
			byHand({ id: '={{ $json.n }}' }, columns),
			columns,
		);
		expect(result.error).toBeUndefined();
		expect(rows.map((row) => names.map((name) => row[name]))).toEqual([['1', null, null, null, null]]);
	},
);

async function evaluations(
	count: number,
	mappingMode: 'autoMapInputData' | 'defineBelow',
	id = '={{ $json.id + 1 }}',
): Promise<number> {
	const dataSetId = await sandbox.createDataSet({ name: 'many', columns: [{ name: 'id', type: 'LONG' }] });
	const columnMapping = { mappingMode, value: { id }, matchingColumns: [], schema: [] };
	const parameters = {
		resource: 'dataSet',
		operation: 'import',
		dataSetId: byId(dataSetId),
		inputSource: 'items',
		columnMapping,
	};
	const evaluated = jest.spyOn(Expression.prototype, 'resolveSimpleParameterValue');
	try {
		const items = itemsOf(Array.from({ length: count }, (_, id) => ({ id })));
		const { json } = await runNode('domoDataSet', parameters as unknown as IDataObject, credentials, items);
		expect(json).toMatchObject([{ rows: count }]);
		return evaluated.mock.calls.length;
	} finally {
		evaluated.mockRestore();
	}
}

describe('The price of a mapping', () => {
	it('is nothing per row where items are mapped by name', async () => {
		const one = await evaluations(1, 'autoMapInputData');
		expect(await evaluations(1000, 'autoMapInputData')).toBe(one);
	});

	it.each(['={{ $json.id }}', '={{ $json["id"] }}', '9007199254740993'])(
		'is nothing per row for a column that is %s',
		async (id) => {
			const one = await evaluations(1, 'defineBelow', id);
			expect(await evaluations(1000, 'defineBelow', id)).toBe(one);
		},
	);

	it('is an expression per row for a column that is computed', async () => {
		const one = await evaluations(1, 'defineBelow');
		expect(await evaluations(1000, 'defineBelow')).toBe(one + 999);
	});
});

describe('The columns in the editor', () => {
	const shown = (fields: ResourceMapperField[]) =>
		fields.map(({ id, displayName, type, required }) => [id, displayName, type, required]);
	const OF_COLUMNS = [
		['id', 'id (LONG)', 'string', false],
		['Unit price', 'Unit price (DECIMAL)', 'string', false],
		['day', 'day (DATE)', 'dateTime', false],
		['seen', 'seen (DATETIME)', 'dateTime', false],
		['note', 'note (STRING)', 'string', false],
	];

	it("are the DataSet's, with their types, chosen by ID or by its page", async () => {
		const dataSetId = await sandbox.createDataSet({ name: 'shown', columns: COLUMNS });
		const page = byUrl(`https://acme.domo.com/datasources/${dataSetId}/details/data/table`);
		for (const choice of [byId(dataSetId), page]) {
			const parameters = { resource: 'dataSet', operation: 'import', dataSetId: choice };
			expect(
				shown((await mapperColumns('domoDataSet', 'getDataSetColumns', credentials, parameters)).fields),
			).toEqual(OF_COLUMNS);
		}
	});

	it.each([
		['uploadInParallel', 'stream'],
		['uploadPart', 'execution'],
	])("of %s are the Stream's, chosen by ID or by its DataSet", async (operation, resource) => {
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'shown', columns: COLUMNS });
		for (const choice of [byId(streamId), byDataSet(dataSetId)]) {
			const parameters = { resource, operation, streamId: choice };
			expect(
				shown((await mapperColumns('domoStream', 'getStreamColumns', credentials, parameters)).fields),
			).toEqual(OF_COLUMNS);
		}
	});

	it("are found by a DataSet's name, too, where there is one of that name", async () => {
		await sandbox.createStream({ name: 'named once', columns: COLUMNS });
		const of = async (value: string) =>
			await mapperColumns('domoStream', 'getStreamColumns', credentials, {
				resource: 'stream',
				operation: 'uploadInParallel',
				streamId: byName(value),
			});
		expect(shown((await of('named once')).fields)).toEqual(OF_COLUMNS);
		expect(await of('named never')).toEqual({
			fields: [],
			emptyFieldsNotice: expect.stringContaining('No DataSet has this name yet'),
		});
	});

	it('follow the Stream that is chosen, and what became of its columns', async () => {
		const first = await sandbox.createStream({ name: 'first', columns: [{ name: 'a', type: 'STRING' }] });
		const second = await sandbox.createStream({ name: 'second', columns: [{ name: 'b', type: 'DOUBLE' }] });
		const columnsOf = async (streamId: number) =>
			shown(
				(
					await mapperColumns('domoStream', 'getStreamColumns', credentials, {
						resource: 'stream',
						operation: 'uploadInParallel',
						streamId: byId(streamId),
					})
				).fields,
			);
		expect(await columnsOf(first.streamId)).toEqual([['a', 'a (STRING)', 'string', false]]);
		expect(await columnsOf(second.streamId)).toEqual([['b', 'b (DOUBLE)', 'number', false]]);
		const update = { updateFields: { columns: { column: [{ name: 'c', type: 'DATE' }] } } };
		await runNode(
			'domoDataSet',
			{
				resource: 'dataSet',
				operation: 'update',
				dataSetId: byId(first.dataSetId),
				...update,
			} as unknown as IDataObject,
			credentials,
		);
		expect(await columnsOf(first.streamId)).toEqual([['c', 'c (DATE)', 'dateTime', false]]);
	});

	it('mark the key columns of a Stream for upserts, which must be mapped', async () => {
		const { streamId } = await sandbox.createStream({
			name: 'keyed',
			columns: COLUMNS,
			keyColumnNames: ['id', 'day'],
		});
		const parameters = { resource: 'stream', operation: 'uploadInParallel', streamId: byId(streamId) };
		const { fields } = await mapperColumns('domoStream', 'getStreamColumns', credentials, parameters);
		expect(
			fields
				.filter(({ required }) => required)
				.map(({ displayName, defaultMatch }) => [displayName, defaultMatch]),
		).toEqual([
			['id (LONG, key)', true],
			['day (DATE, key)', true],
		]);
	});

	it('say what to do while nothing is chosen, where columns are mapped by hand', async () => {
		const of = async (mappingMode: string) => {
			const chosen = { dataSetId: NONE, streamId: NONE, columnMapping: { mappingMode, value: null } };
			return [
				await mapperColumns('domoDataSet', 'getDataSetColumns', credentials, {
					resource: 'dataSet',
					operation: 'import',
					...chosen,
				}),
				await mapperColumns('domoStream', 'getStreamColumns', credentials, {
					resource: 'stream',
					operation: 'uploadInParallel',
					...chosen,
				}),
			];
		};
		expect(await of('defineBelow')).toEqual([
			{ fields: [], emptyFieldsNotice: expect.stringContaining('Choose a DataSet') },
			{ fields: [], emptyFieldsNotice: expect.stringContaining('Choose a Stream') },
		]);
		// n8n would show it on, beside the columns of what is chosen then.
		expect(await of('autoMapInputData')).toEqual([{ fields: [] }, { fields: [] }]);
	});

	it('say what Domo said where they cannot be had', async () => {
		const parameters = { resource: 'stream', operation: 'uploadInParallel', streamId: byId(99_999) };
		await expect(mapperColumns('domoStream', 'getStreamColumns', credentials, parameters)).rejects.toThrow(
			/Domo did not give the Stream 99999/,
		);
	});
});
