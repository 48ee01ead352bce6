/**
 * The main jobs under every sandbox variant (sandbox/variants.ts): each is a doubt about Domo, turned the other way. Rows
 * must be exactly right, or a clear message says what to change and no row has moved. docs/reliability.md shows the list.
 */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Column } from '../../domo/types';
import type { SeedRow } from '../../sandbox';
import { DEFAULT_SETTINGS } from '../../sandbox/options';
import { VARIANTS } from '../../sandbox/variants';
import { credentialsFor, fileItem, itemsOf, runNode, runNodeWell } from '../support/engine';
import { byId } from '../support/locators';
import { ActiveTrigger } from '../support/poll';
import { StreamNode } from '../support/streamNode';
import { sample } from '../support/runs';
import { parameters } from '../support/uploads';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';
import { useFakeDate } from '../support/fakeDate';

shortWaits();
const sandbox = useSandbox({ indexingMs: 5 });
const credentials = () => credentialsFor(sandbox);

const COLUMNS: Column[] = [
	{ name: 'id', type: 'LONG' },
	{ name: 'text', type: 'STRING' },
	{ name: 'at', type: 'DATETIME' },
	{ name: 'amount', type: 'DECIMAL' },
];
type Row = Record<'id' | 'text' | 'at' | 'amount', string | null>;

const OLD: Row[] = [{ id: '0', text: 'old', at: null, amount: null }];
const NEW: Row[] = [
	{ id: '9007199254740993', text: 'a "b", c\nd', at: '2026-01-31T12:00:00', amount: '1.50' },
	{ id: '2', text: '', at: null, amount: '0.1' },
	{ id: '3', text: null, at: '1999-12-31T23:59:59', amount: null },
	{ id: '4', text: '\\N', at: '2024-02-29T00:00:00', amount: '-4' },
	{ id: '5', text: 'text', at: '2024-02-29T01:02:03', amount: '5' },
];
const newItems = (): INodeExecutionData[] =>
	itemsOf(NEW.map((row) => ({ ...row, at: row.at && `${row.at}Z` })));
const field = (value: string | null) =>
	value === null ? '' : value === '' || /[",\n\\]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
const newFile = () =>
	fileItem(
		[
			'id,text,at,amount',
			...NEW.map(({ id, text, at, amount }) => [id, text, at, amount].map(field).join(',')),
		]
			.map((line) => `${line}\n`)
			.join(''),
	);

const newStream = async (keyColumnNames?: string[], rows: SeedRow[] = OLD) =>
	await sandbox.createStream({ name: 'variant', columns: COLUMNS, keyColumnNames, rows });

/** What a job leaves: the rows, those there would be if all went well, and what the node said. */
interface Ending {
	rows: unknown;
	wanted: unknown;
	/** Those that must still be there where the node fails. */
	before: unknown;
	said?: string;
}

const wordsOf = (error?: { message: string; description?: string | null }) =>
	error && `${error.message} — ${error.description ?? ''}`;

async function uploaded(
	more: IDataObject,
	items = newItems(),
	keys?: string[],
	wanted = [...OLD, ...NEW],
): Promise<Ending> {
	const { streamId, dataSetId } = await newStream(keys);
	const options = { rowsPerPart: 2, maxConcurrentUploads: 2 };
	const { error } = await runNode('domoStream', parameters(streamId, options, more), credentials(), items);
	return { rows: await sandbox.rows(dataSetId), wanted, before: OLD, said: wordsOf(error) };
}

async function twoUploads(): Promise<Ending> {
	const { streamId, dataSetId } = await newStream();
	const first = await runNode('domoStream', parameters(streamId), credentials(), newItems());
	const before = await sandbox.rows(dataSetId);
	if (first.error) return { rows: before, wanted: [], before: OLD, said: wordsOf(first.error) };
	const { error } = await runNode('domoStream', parameters(streamId), credentials(), itemsOf([OLD[0]]));
	return { rows: await sandbox.rows(dataSetId), wanted: [...before, ...OLD], before, said: wordsOf(error) };
}

async function load(updateMethod: string, file: boolean): Promise<Ending> {
	const dataSetId = await sandbox.createDataSet({ name: 'variant', columns: COLUMNS, rows: OLD });
	const all = {
		resource: 'dataSet',
		operation: 'import',
		dataSetId: byId(dataSetId),
		updateMethod,
		inputSource: file ? 'binary' : 'items',
	};
	const { error } = await runNode('domoDataSet', all, credentials(), file ? [newFile()] : newItems());
	const wanted = updateMethod === 'REPLACE' ? NEW : [...OLD, ...NEW];
	return { rows: await sandbox.rows(dataSetId), wanted, before: OLD, said: wordsOf(error) };
}

async function readBack(operation: 'export' | 'query'): Promise<Ending> {
	const dataSetId = await sandbox.createDataSet({ name: 'variant', columns: COLUMNS, rows: NEW });
	// So that the export meets a dead token, too.
	await runNodeWell(
		'domoDataSet',
		{ resource: 'dataSet', operation: 'get', dataSetId: byId(dataSetId) },
		credentials(),
	);
	sandbox.expireTokens();
	const all =
		operation === 'export'
			? { operation, output: 'items' }
			: { operation, sql: 'SELECT `id`, `text`, `at` FROM table ORDER BY `at`' };
	const { json, error } = await runNode(
		'domoDataSet',
		{ resource: 'dataSet', dataSetId: byId(dataSetId), ...all },
		credentials(),
	);
	const texts = (rows: IDataObject[]) =>
		rows
			.map(({ id, text, at }) => [
				String(id),
				text,
				(at as string | null)?.replace(' ', 'T').slice(0, 19) ?? null,
			])
			.sort();
	return { rows: texts(json), wanted: texts(NEW), before: [], said: wordsOf(error) };
}

async function byHand(): Promise<Ending> {
	const { streamId, dataSetId } = await newStream();
	const node = new StreamNode(sandbox, 'execution');
	const said: string[] = [];
	const run = async (operation: string, more: IDataObject, items?: ReturnType<typeof newItems>) => {
		if (said.length > 0) return;
		const { error } = await node.run(operation, { streamId, ...more }, items);
		if (error) said.push(wordsOf(error) as string);
	};
	await run('create', {});
	await run('uploadPart', { executionId: 1, partId: 1 }, newItems().slice(0, 3));
	await run('uploadPart', { executionId: 1, partId: 2 }, newItems().slice(3));
	await run('commit', { executionId: 1 });
	return { rows: await sandbox.rows(dataSetId), wanted: [...OLD, ...NEW], before: OLD, said: said[0] };
}

async function newKeyedStream(): Promise<Ending> {
	const names = () => sandbox.dataSetNames().filter((name) => name === 'keyed variant').length;
	const before = names();
	const { error } = await runNode(
		'domoStream',
		{
			resource: 'stream',
			operation: 'create',
			name: 'keyed variant',
			updateMethod: 'APPEND',
			keyColumnNames: ['id'],
			columns: { column: COLUMNS.map(({ name, type }) => ({ name, type })) },
			columnsFrom: 'list',
		},
		credentials(),
	);
	return { rows: names(), wanted: before + 1, before, said: wordsOf(error) };
}

async function emptied(): Promise<Ending> {
	const { streamId, dataSetId } = await newStream();
	const more = { updateMethod: 'REPLACE', inputSource: 'binary' };
	const all = parameters(streamId, { allowEmptyReplace: true }, more);
	const { error } = await runNode('domoStream', all, credentials(), [fileItem('id,text,at,amount\n')]);
	return { rows: await sandbox.rows(dataSetId), wanted: [], before: OLD, said: wordsOf(error) };
}

/** The trigger says once, and only once, that rows have come and that an execution has ended. */
async function polls(): Promise<Ending> {
	const { streamId, dataSetId } = await newStream();
	const later = new Date(Date.now() + 5_000);
	const onDataSet = new ActiveTrigger(credentials(), { event: 'dataSetUpdated', dataSetId: byId(dataSetId) });
	const onExecution = new ActiveTrigger(credentials(), {
		event: 'executionFinished',
		streamId: byId(streamId),
	});
	const first = [await onDataSet.poll(), await onExecution.poll()];
	// Domo's times count in seconds.
	useFakeDate(later);
	const { error } = await runNode('domoStream', parameters(streamId), credentials(), newItems());
	const found = [await onDataSet.poll(), await onExecution.poll()];
	const again = [await onDataSet.poll(), await onExecution.poll()];
	jest.useRealTimers();
	// An upload that failed has left an execution that has ended, and no new rows.
	if (error) return { rows: found[0], wanted: null, before: null, said: wordsOf(error) };
	const lengths = [first, found, again].map((items) => items.map((list) => list?.length ?? 0));
	return {
		rows: lengths,
		wanted: [
			[0, 0],
			[1, 1],
			[0, 0],
		],
		before: undefined,
	};
}
const UPSERTED = [{ id: '0', text: 'changed', at: null, amount: null }, ...NEW];
const JOBS: Record<string, () => Promise<Ending>> = {
	'Upload in Parallel, items, APPEND': async () => await uploaded({}),
	'Upload in Parallel, CSV file, APPEND': async () => await uploaded({ inputSource: 'binary' }, [newFile()]),
	'Upload in Parallel, CSV file, REPLACE': async () =>
		await uploaded({ inputSource: 'binary', updateMethod: 'REPLACE' }, [newFile()], undefined, NEW),
	'Upload in Parallel, upsert': async () =>
		await uploaded({}, [...itemsOf([UPSERTED[0]]), ...newItems()], ['id'], UPSERTED),
	'Upload in Parallel, twice': twoUploads,
	'Upload in Parallel, REPLACE without rows': emptied,
	'Import, items, APPEND': async () => await load('APPEND', false),
	'Import, CSV file, REPLACE': async () => await load('REPLACE', true),
	Export: async () => await readBack('export'),
	Query: async () => await readBack('query'),
	'Execution: create, two parts, commit': byHand,
	'Stream: create with key columns': newKeyedStream,
	'Trigger: polls': polls,
};

/** Where one way can't work both ways: the message, which must say what to change. */
const REFUSED: Record<string, Record<string, RegExp>> = {
	'part-ids-from-0': {
		'Upload in Parallel, (items|CSV|upsert|twice)|Execution: create|Trigger':
			/non-consecutive part ids.*please report this message/is,
	},
	'gzip-by-type': {
		'Upload in Parallel, (items|CSV|upsert|twice)|Execution: create|Trigger': /'Gzip as Content Type'/,
	},
	'empty-commit-refused': { 'without rows': /has no parts/ },
	'too-soon-400': { twice: /Only one commit in 15 minutes/ },
	'too-soon-403': { twice: /Only one commit in 15 minutes/ },
	'too-soon-409': { twice: /Only one commit in 15 minutes/ },
	'too-soon-429': { twice: /Only one commit in 15 minutes/ },
	'execution-method-ignored': { 'Parallel.*REPLACE': /update method/i },
	'execution-method-unreported': { 'Parallel.*REPLACE': /update method/i },
	'upserts-by-UPSERT': { 'key columns': /UPSERT/ },
	'upserts-disabled': { 'key columns': /UPSERT is not enabled/ },
};

const refusalOf = (variant: string, job: string): RegExp | undefined =>
	Object.entries(REFUSED[variant] ?? {}).find(([jobs]) => new RegExp(jobs).test(job))?.[1];

describe.each(VARIANTS.map(({ name, options }, order) => ({ name, options, order })))(
	'under $name',
	({ name, options, order }) => {
		beforeEach(() => {
			const { port, tls, tlsPort, clientId, clientSecret, ...usual } = DEFAULT_SETTINGS;
			void [port, tls, tlsPort, clientId, clientSecret];
			Object.assign(sandbox.settings, usual, { indexingMs: 5 }, options);
		});

		const jobs = Object.keys(JOBS);
		// In `npm test` each variant runs a few jobs, others for each, and all that must say something.
		const some = sample(jobs, 4, order).concat(jobs.filter((job) => refusalOf(name, job)));
		it.each([...new Set(some)])('%s', async (job) => {
			const { rows, wanted, before, said } = await JOBS[job]();
			const refusal = refusalOf(name, job);
			if (refusal) {
				expect(said).toMatch(refusal);
				expect(rows).toEqual(before);
			} else {
				expect(said).toBeUndefined();
				expect(rows).toEqual(wanted);
			}
		});
	},
);
