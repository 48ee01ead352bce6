/**
 * The table of faults × operations of the Domo DataSet node: for each cell what is in Domo afterwards, and how often
 * the request was sent. docs/reliability.md shows the same table.
 */
import type { IDataObject } from 'n8n-workflow';

import type { Column } from '../../domo/types';
import type { Sandbox } from '../../sandbox';
import { itemsOf, runNode, runNodeWell, type NodeResult } from '../support/engine';
import { expectedOf, FAULTS, FaultTable, faultsFor, type Job, type Prepared } from '../support/faultTable';
import { byId } from '../support/locators';
import { sample } from '../support/runs';
import { asText } from '../support/uploads';

const COLUMNS: Column[] = [
	{ name: 'id', type: 'LONG' },
	{ name: 'name', type: 'STRING' },
];
const OLD = [
	{ id: 1, name: 'old' },
	{ id: 2, name: '' },
];
const NEW = [
	{ id: 3, name: 'a,"b"\nc' },
	{ id: 4, name: 'd' },
	{ id: 5, name: 'e' },
];

const run =
	(parameters: IDataObject, items = itemsOf([{}])): Prepared['run'] =>
	async (credentials) =>
		await runNode('domoDataSet', { resource: 'dataSet', ...parameters }, credentials, items);
let made = 0;
const newName = () => `Faults ${++made}`;

async function importing(sandbox: Sandbox, updateMethod: 'APPEND' | 'REPLACE'): Promise<Prepared> {
	const id = await sandbox.createDataSet({ name: newName(), columns: COLUMNS, rows: OLD });
	return {
		run: run({ operation: 'import', dataSetId: byId(id), updateMethod }, itemsOf(NEW)),
		look: async () => await sandbox.rows(id),
		after: asText(updateMethod === 'APPEND' ? [...OLD, ...NEW] : NEW),
		output: ({ json }) => expect(json).toMatchObject([{ dataSetId: id, updateMethod, rows: 3 }]),
	};
}

/** An operation that only reads: nothing to look at but its output. */
async function reading(
	sandbox: Sandbox,
	parameters: IDataObject,
	output: Prepared['output'],
): Promise<Prepared> {
	const dataSetId = await sandbox.createDataSet({ name: newName(), columns: COLUMNS, rows: NEW });
	return {
		run: run({ dataSetId: byId(dataSetId), ...parameters }),
		look: async () => await sandbox.rows(dataSetId),
		after: asText(NEW),
		output,
	};
}

const NEW_AS_CSV = 'id,name\n3,"a,""b""\nc"\n4,d\n5,e\n';
const fileOf = ({ outputs }: NodeResult) =>
	Buffer.from(outputs[0][0].binary?.data.data ?? '', 'base64').toString();
const expectNewRows = ({ json }: NodeResult) => expect(json).toEqual(NEW);

const OF_EXPORT: Job['exceptions'] = {
	// A 406 can be a dead token when CSV is asked for: one GET of JSON lets n8n renew it, then the export once more.
	'406 with HTML for ever': { requests: [2, 2] },
	// What has come is already on its way into n8n's store: it is thrown away, and the user runs the export again.
	'a download cut before its announced length': { ending: 'nothing', requests: [1, 1] },
	'a download cut without an announced length': { ending: 'nothing', requests: [1, 1] },
};

const JOBS: Record<string, Job> = {
	'import with APPEND': {
		operation: 'import',
		habit: 'once',
		answers: 'nothing',
		prepare: async (sandbox) => await importing(sandbox, 'APPEND'),
	},
	'import with REPLACE': {
		operation: 'import',
		habit: 'repeatable',
		answers: 'nothing',
		prepare: async (sandbox) => await importing(sandbox, 'REPLACE'),
	},
	'export to items': {
		operation: 'export',
		habit: 'read',
		answers: 'download',
		prepare: async (sandbox) =>
			await reading(sandbox, { operation: 'export', output: 'items', returnAll: true }, expectNewRows),
		exceptions: OF_EXPORT,
	},
	'export to a file': {
		operation: 'export',
		habit: 'read',
		answers: 'download',
		prepare: async (sandbox) =>
			await reading(sandbox, { operation: 'export', output: 'binary' }, (result) =>
				expect(fileOf(result)).toBe(NEW_AS_CSV),
			),
		exceptions: OF_EXPORT,
	},
	query: {
		operation: 'query',
		habit: 'read',
		answers: 'download',
		prepare: async (sandbox) =>
			await reading(sandbox, { operation: 'query', sql: 'SELECT * FROM table ORDER BY id' }, expectNewRows),
	},
	'get a DataSet': {
		operation: 'getDataSet',
		habit: 'read',
		answers: 'json',
		prepare: async (sandbox) =>
			await reading(sandbox, { operation: 'get' }, ({ json }) =>
				expect(json).toMatchObject([{ rows: 3, schema: { columns: COLUMNS } }]),
			),
	},
	'list DataSets': {
		operation: 'listDataSets',
		habit: 'read',
		answers: 'json',
		readsOn: true,
		prepare: async (sandbox) => {
			const name = newName();
			await sandbox.createDataSet({ name: `${name} A`, columns: COLUMNS });
			await sandbox.createDataSet({ name: `${name} B`, columns: COLUMNS });
			const parameters = {
				operation: 'getAll',
				returnAll: true,
				filters: { nameLike: `${name} ` },
				options: { sort: 'name' },
			};
			return await reading(sandbox, parameters, ({ json }) =>
				expect(json.map((each) => each.name)).toEqual([`${name} A`, `${name} B`]),
			);
		},
	},
	'create a DataSet': {
		operation: 'createDataSet',
		habit: 'once',
		answers: 'json',
		prepare: async (sandbox) => {
			const name = newName();
			return {
				run: run({ operation: 'create', name, schemaSource: 'json', columnsJson: JSON.stringify(COLUMNS) }),
				look: async () => await namesLike(sandbox, name),
				after: [name],
				output: ({ json }) => expect(json).toMatchObject([{ id: expect.any(String), name }]),
			};
		},
	},
	'update a DataSet': {
		operation: 'updateDataSet',
		habit: 'repeatable',
		answers: 'json',
		prepare: async (sandbox) => {
			const id = await sandbox.createDataSet({ name: newName(), columns: COLUMNS });
			return {
				run: run({ operation: 'update', dataSetId: byId(id), updateFields: { description: 'changed' } }),
				look: () => sandbox.dataSet(id).description,
				after: 'changed',
				output: ({ json }) => expect(json).toMatchObject([{ id, description: 'changed' }]),
			};
		},
	},
	'create a policy': {
		operation: 'createPolicy',
		habit: 'once',
		answers: 'json',
		prepare: async (sandbox) => {
			const id = await sandbox.createDataSet({ name: newName(), columns: COLUMNS });
			return {
				run: run({
					resource: 'policy',
					operation: 'create',
					dataSetId: byId(id),
					name: 'Only mine',
					filters: { filter: [{ column: 'name', operator: 'EQUALS', values: ['mine'], not: false }] },
					users: ['27'],
					groups: [],
				}),
				look: () => sandbox.dataSet(id).policies.map(({ name }) => name),
				after: ['Only mine'],
				output: ({ json }) => expect(json).toMatchObject([{ id: 1, name: 'Only mine' }]),
			};
		},
	},
};

const table = new FaultTable();

/** Asked of the sandbox by way of the node, without a fault. */
async function namesLike(sandbox: Sandbox, name: string): Promise<string[]> {
	sandbox.faults.clear();
	const parameters = {
		resource: 'dataSet',
		operation: 'getAll',
		returnAll: true,
		filters: { nameLike: name },
	};
	const { json } = await runNodeWell('domoDataSet', parameters, table.credentials);
	return json.map((dataSet) => String(dataSet.name)).filter((found) => found === name);
}

describe.each(Object.entries(JOBS).map(([name, job], index) => [name, job, index] as const))(
	'%s',
	(_, job, index) => {
		const faults = sample(faultsFor(job), 3, index);
		it.each(faults.map((name) => [name, expectedOf(job, name).ending]))('%s: %s', async (name) => {
			await table.check(job, name);
		});

		it('connection refused: nothing', async () => {
			await table.checkRefusedConnection(job);
		});
	},
);

describe('a list of several pages', () => {
	it.each(['500', 'truncated JSON', 'reset after it took effect', '429 for ever'])(
		'with its second page under %s has every entry once, or none',
		async (name) => {
			const { sandbox } = table;
			const prefix = `${newName()} of many`;
			const names = Array.from({ length: 120 }, (_, index) => `${prefix} ${String(index).padStart(3, '0')}`);
			for (const each of names) await sandbox.createDataSet({ name: each, columns: COLUMNS });
			sandbox.faults.clear();
			sandbox.faults.add({ ...FAULTS[name].fault, operation: 'listDataSets', after: 1 });
			const parameters = {
				operation: 'getAll',
				returnAll: true,
				filters: { nameLike: prefix },
				options: { sort: 'name' },
			};
			const { json, error } = await run(parameters)(table.credentials);
			expect(sandbox.faults.hits).toBeGreaterThan(0);
			expect(json.map((dataSet) => dataSet.name)).toEqual(FAULTS[name].kind === 'lost' ? names : []);
			expect(error === undefined).toBe(FAULTS[name].kind === 'lost');
		},
	);
});
