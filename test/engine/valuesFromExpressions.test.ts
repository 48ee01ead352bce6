/** Parameters whose expressions give nothing, or another thing than is wanted: refused by name, before anything is sent. */
import type { IDataObject } from 'n8n-workflow';

import { credentialsFor, itemsOf, runNode, runNodeWell } from '../support/engine';
import { byId } from '../support/locators';
import { ActiveTrigger } from '../support/poll';
import { asText } from '../support/uploads';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

shortWaits();
const sandbox = useSandbox({ indexingMs: 1 });
const COLUMNS = [
	{ name: 'id', type: 'LONG' as const },
	{ name: 'region', type: 'STRING' as const },
];
let dataSetId: string;
let streamId: number;
beforeEach(async () => {
	({ dataSetId, streamId } = await sandbox.createStream({ name: 'first', columns: COLUMNS }));
});

type NodeName = 'domoDataSet' | 'domoStream';
const run = async (type: NodeName, parameters: IDataObject, rows: IDataObject[] = [{ id: 1 }]) =>
	await runNode(type, parameters, credentialsFor(sandbox), itemsOf(rows));
const runWell = async (type: NodeName, parameters: IDataObject, rows: IDataObject[] = [{ id: 1 }]) =>
	await runNodeWell(type, parameters, credentialsFor(sandbox), itemsOf(rows));

/** Runs what must be refused without any request that could change something. @returns message and advice */
async function refusal(type: NodeName, parameters: IDataObject, rows?: IDataObject[]): Promise<string> {
	const from = sandbox.log.length;
	const { error } = await run(type, parameters, rows);
	if (!error) throw new Error('it was not refused');
	const changes = sandbox.log
		.slice(from)
		.filter(({ method, path }) => method !== 'GET' && !path.includes('oauth'));
	expect(changes).toEqual([]);
	return `${error.message} — ${error.description ?? ''}`;
}

describe('an option of an upload whose field is missing', () => {
	it.each([
		['dryRun', 'Dry Run'],
		['refuseShrinkBelowPercent', 'Refuse Shrink Below (%)'],
	])('%s is refused, and not left at its default', async (name, displayName) => {
		const parameters = {
			resource: 'stream',
			operation: 'uploadInParallel',
			streamId: byId(streamId),
			updateMethod: 'REPLACE',
			inputSource: 'items',
			options: { [name]: '={{ $json.nope }}' },
		};
		expect(await refusal('domoStream', parameters)).toContain(
			`'${displayName}' can't be undefined. Nothing was sent.`,
		);
		expect(sandbox.executions(streamId)).toEqual([]);
	});
});

describe('a policy', () => {
	const policy = (operation: string, more: IDataObject): IDataObject => ({
		resource: 'policy',
		operation,
		dataSetId: byId(dataSetId),
		...more,
	});
	const filterOf = (values: unknown) => ({
		filter: [{ column: 'region', operator: 'EQUALS', values, not: true } as IDataObject],
	});
	const FULL = { name: 'Some', filters: filterOf(['West']), users: ['7'], groups: ['8'] };

	it.each([
		['missing', '={{ $json.none }}', 'is missing'],
		['null', '={{ null }}', 'is null'],
		['an object', '={{ ({ a: 1 }) }}', 'is {"a":1}'],
		['no number', '={{ Number("x") }}', 'is NaN'],
		['no finite number', '={{ 1 / 0 }}', 'is Infinity'],
		['empty', '={{ "" }}', 'is empty'],
	])('is refused where a value of a filter is %s', async (_, value, words) => {
		const text = await refusal(
			'domoDataSet',
			policy('create', { ...FULL, filters: filterOf(['West', value]) }),
		);
		expect(text).toContain(`Value 2 of filter 1 on 'region' ${words}. Nothing was changed in Domo`);
		expect(sandbox.dataSet(dataSetId).policies).toEqual([]);
	});

	it.each(['null', 'undefined'])(
		'is refused where a field is %s, with Create and Update',
		async (nothing) => {
			await runWell('domoDataSet', policy('create', FULL));
			const before = structuredClone(sandbox.dataSet(dataSetId).policies);
			for (const [field, displayName] of [
				['name', 'Name'],
				['users', 'User IDs'],
				['groups', 'Group IDs'],
			]) {
				const value = { [field]: `={{ ${nothing} }}` };
				const words = `'${displayName}' is ${nothing}. Nothing was changed in Domo`;
				expect(await refusal('domoDataSet', policy('create', { ...FULL, ...value }))).toContain(words);
				const update = policy('update', { policyId: '1', updateFields: { name: 'Other', ...value } });
				expect(await refusal('domoDataSet', update)).toContain(words);
			}
			expect(sandbox.dataSet(dataSetId).policies).toEqual(before);
		},
	);

	it('loses all filters only where that is asked for', async () => {
		await runWell('domoDataSet', policy('create', FULL));
		const update = (updateFields: IDataObject) => policy('update', { policyId: '1', updateFields });
		for (const filters of [{}, { filter: [] }]) {
			expect(await refusal('domoDataSet', update({ filters }))).toMatch(
				/'Filters' is empty.*every row.*The policy was not changed.*'Remove All Filters'/,
			);
		}
		expect(
			await refusal('domoDataSet', update({ filters: filterOf(['x']), removeAllFilters: true })),
		).toContain("'Remove All Filters' is on");
		expect(sandbox.dataSet(dataSetId).policies[0].filters).toHaveLength(1);
		await runWell('domoDataSet', update({ removeAllFilters: true }));
		expect(sandbox.dataSet(dataSetId).policies[0]).toMatchObject({ filters: [], users: [7], groups: [8] });
	});
});

describe('names', () => {
	const create = (name: string, more: IDataObject = {}): IDataObject => ({
		operation: 'create',
		name,
		schemaSource: 'json',
		columnsJson: JSON.stringify(COLUMNS),
		...more,
	});

	it.each([
		['domoDataSet', 'dataSet'],
		['domoStream', 'stream'],
	] as const)('of null or undefined make nothing: %s', async (type, resource) => {
		const before = sandbox.dataSetNames();
		for (const nothing of ['null', 'undefined']) {
			expect(await refusal(type, create(`={{ ${nothing} }}`, { resource }))).toContain(
				`'Name' is ${nothing}`,
			);
		}
		expect(await refusal(type, create('={{ NaN }}', { resource }))).toContain(
			"'Name' must be a text, and is NaN",
		);
		expect(sandbox.dataSetNames()).toEqual(before);
	});

	it('that are numbers are taken as text', async () => {
		await runWell('domoDataSet', create('={{ 2026 }}', { resource: 'dataSet' }));
		expect(sandbox.dataSetNames()).toContain('2026');
	});

	it.each(['name', 'description', 'pdpEnabled'])(
		"of 'Update Fields' with nothing in %s change nothing",
		async (field) => {
			for (const nothing of ['null', 'undefined']) {
				const updateFields = { [field]: `={{ ${nothing} }}` };
				const update = { resource: 'dataSet', operation: 'update', dataSetId: byId(dataSetId), updateFields };
				expect(await refusal('domoDataSet', update)).toContain(
					`under 'Update Fields' is ${nothing}. The DataSet was not changed`,
				);
			}
			expect(sandbox.dataSet(dataSetId).name).toBe('first');
		},
	);
});

describe('what is read once for all items', () => {
	const ROWS = [
		{ id: 1, region: 'a' },
		{ id: 2, region: 'b' },
	];

	it.each([
		'$thisItemIndex',
		'$thisItem.json.id - 1',
		'$json.id - 1',
		'$itemIndex',
		'$input.item.json.id - 1',
		"$('Start').item.json.id - 1",
	])('a Stream that differs by %s gets its own rows', async (index) => {
		const first = await sandbox.createStream({ name: 'first of two', columns: COLUMNS });
		const other = await sandbox.createStream({ name: 'second', columns: COLUMNS });
		const ids = `[${first.streamId}, ${other.streamId}]`;
		const parameters = {
			resource: 'stream',
			operation: 'uploadInParallel',
			streamId: byId(`={{ ${ids}[${index}] }}`),
			inputSource: 'items',
		};
		await runWell('domoStream', parameters, ROWS);
		expect(await sandbox.rows(first.dataSetId)).toEqual(asText([ROWS[0]]));
		expect(await sandbox.rows(other.dataSetId)).toEqual(asText([ROWS[1]]));
	});

	it('a Stream that is the same by such an expression is taken', async () => {
		const parameters = {
			resource: 'stream',
			operation: 'uploadInParallel',
			streamId: byId(`={{ [${streamId}, ${streamId}][$thisItemIndex] }}`),
			inputSource: 'items',
		};
		await runWell('domoStream', parameters, ROWS);
		expect(await sandbox.rows(dataSetId)).toEqual(asText(ROWS));
	});

	it.each([
		['domoDataSet', 'dataSet'],
		['domoStream', 'stream'],
	] as const)('a description of one DataSet for all items: %s', async (type, resource) => {
		const create = (description: string) => ({
			resource,
			operation: 'create',
			name: 'made of all',
			schemaSource: 'items',
			additionalFields: { description },
		});
		expect(await refusal(type, create('={{ $json.region }}'), ROWS)).toContain(
			"'Additional Fields' is not the same for all items",
		);
		expect(sandbox.dataSetNames()).not.toContain('made of all');
	});
});

describe('the trigger', () => {
	it("finds no change in an answer without 'dataCurrentAt', and the change after it", async () => {
		const id = await sandbox.createDataSet({ name: 'watched', columns: COLUMNS, rows: [{ id: 1 }] });
		const trigger = new ActiveTrigger(credentialsFor(sandbox), {
			event: 'dataSetUpdated',
			dataSetId: byId(id),
		});
		const state = sandbox.dataSet(id);
		const at = (minute: number) => `2026-01-31T10:0${minute}:00Z`;
		Object.assign(state, { dataCurrentAt: at(1), updatedAt: at(1) });
		expect(await trigger.poll()).toBeNull();
		Object.assign(state, { dataCurrentAt: undefined, updatedAt: at(2) });
		expect(await trigger.poll()).toBeNull();
		Object.assign(state, { dataCurrentAt: at(1), updatedAt: at(2) });
		expect(await trigger.poll()).toBeNull();
		Object.assign(state, { dataCurrentAt: at(3), updatedAt: at(3) });
		expect(await trigger.poll()).toMatchObject([{ dataCurrentAt: at(3) }]);
		expect(await trigger.poll()).toBeNull();
	});

	it('says that no Stream is chosen where the picker is given null', async () => {
		const trigger = new ActiveTrigger(credentialsFor(sandbox), {
			event: 'executionFinished',
			streamId: '={{ null }}',
		});
		expect(await trigger.pollFailure()).toContain("No Stream is chosen in 'Stream'");
	});
});
