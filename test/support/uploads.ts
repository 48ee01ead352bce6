import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Column } from '../../domo/types';
import type { Sandbox } from '../../sandbox';
import { credentialsFor, runNode, type NodeResult, type NodeRunOptions } from './engine';
import { byId } from './locators';

/** One column of each kind that a mix-up would show in. */
export const COLUMNS: Column[] = [
	{ name: 'id', type: 'LONG' },
	{ name: 'name', type: 'STRING' },
	{ name: 'amount', type: 'DECIMAL' },
	{ name: 'day', type: 'DATE' },
];

export const makeRows = (count: number, from = 0): IDataObject[] =>
	Array.from({ length: count }, (_, i) => ({
		id: from + i,
		name: `name ${from + i}`,
		amount: (from + i) / 4,
		day: '2024-02-29',
	}));

/** The rows as the sandbox gives them back. */
export const asText = (rows: object[]): Array<Record<string, string | null>> =>
	rows.map((row) =>
		Object.fromEntries(
			Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)]),
		),
	);

export const asCsv = (
	rows: IDataObject[],
	names = ['id', 'name', 'amount', 'day'],
	delimiter = ',',
): string =>
	[names, ...rows.map((row) => names.map((name) => row[name]))]
		.map((fields) => `${fields.join(delimiter)}\n`)
		.join('');

/** What a summary says of rows in Domo's own forms. */
export const NO_FINDINGS: IDataObject = { badRows: 0, badValues: 0, firstBadRows: [], conversions: {} };

/** The parameters of Upload in Parallel. */
export const parameters = (
	streamId: number,
	options: IDataObject = {},
	more: IDataObject = {},
): IDataObject => ({
	resource: 'stream',
	operation: 'uploadInParallel',
	streamId: byId(streamId),
	updateMethod: 'stream',
	inputSource: 'items',
	options,
	...more,
});

export interface UploadRun {
	streamId: number;
	items: INodeExecutionData[];
	options?: IDataObject;
	/** Further parameters, e.g. `updateMethod`. */
	more?: IDataObject;
	run?: NodeRunOptions;
	credentials?: ReturnType<typeof credentialsFor>;
}

/** Runs Upload in Parallel, whatever becomes of it. */
export async function tryUpload(
	sandbox: Sandbox,
	{ streamId, items, options, more, run, credentials }: UploadRun,
): Promise<NodeResult> {
	return await runNode(
		'domoStream',
		parameters(streamId, options, more),
		credentials ?? credentialsFor(sandbox),
		items,
		run,
	);
}

/** Same, where it must succeed. */
export async function upload(
	sandbox: Sandbox,
	run: UploadRun,
): Promise<NodeResult & { summary: IDataObject }> {
	const result = await tryUpload(sandbox, run);
	if (result.error) throw new Error(`${result.error.message} — ${result.error.description ?? ''}`);
	return { ...result, summary: result.json[0] };
}

/** Same, where it must be refused; gives the message and what to do as one text. */
export async function refuse(sandbox: Sandbox, run: UploadRun): Promise<string> {
	const { error } = await tryUpload(sandbox, run);
	if (!error) throw new Error('the upload was not refused');
	return `${error.message} ${error.description ?? ''}`;
}

/** Chooses binary input. */
export const BINARY: IDataObject = { inputSource: 'binary' };
