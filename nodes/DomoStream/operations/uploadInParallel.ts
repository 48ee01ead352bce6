import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { getDataSet } from '../../../domo/dataSets';
import type { Column, Stream, UpdateMethod } from '../../../domo/types';
import type { Compression } from '../../../transfer/compression';
import { InputError } from '../../../transfer/inputError';
import { DEFAULT_TIMING, upload, type ResumePoint, type UploadSummary } from '../../../transfer/upload';
import { ACTIVE_EXECUTION_DEFAULTS, activeExecutionField, staleAfterHoursField } from '../../shared/activeExecutionOptions';
import { columnMappingField } from '../../shared/columnMapper';
import { inputFields, openRows, readOptions, rowOptions } from '../../shared/inputSource';
import { onceForAllItems, type OperationContext } from '../../shared/operation';
import { checkOptionValues } from '../../shared/optionValues';
import { readForAllItems } from '../../shared/sameForAllItems';
import { readStreamChoice, resolveStream, streamIdField } from '../../shared/streamLocator';
import { summaryItem } from '../../shared/summaryItem';

const MB = 1_000_000;

const DEFAULTS = {
	...ACTIVE_EXECUTION_DEFAULTS,
	allowEmptyReplace: false,
	compression: 'gzip' as Compression,
	maxConcurrentUploads: 4,
	maxTries: 5,
	memoryBudgetMb: 96,
	onFailure: 'abort' as 'abort' | 'keepOpen',
	partSizeMb: 32,
	requestTimeoutSeconds: 900,
	resume: '' as unknown,
	rowsPerPart: 0,
	trustExecutionUpdateMethod: false,
	waitForCompletion: true,
	waitTimeoutSeconds: 1200,
};

const options: INodeProperties[] = [
	...rowOptions,
	activeExecutionField,
	{
		displayName: 'Allow Empty Replace',
		name: 'allowEmptyReplace',
		type: 'boolean',
		default: false,
		description:
			'Whether a REPLACE without any row may empty the DataSet. The execution is then committed without parts, and the DataSet must have no rows afterwards. Not proven on a live Domo.',
	},
	{
		displayName: 'Compression',
		name: 'compression',
		type: 'options',
		default: 'gzip',
		description: 'How the parts are sent',
		options: [
			{ name: 'Auto', value: 'auto', description: 'Gzip while the line is the brake, plain while gzip is' },
			{ name: 'Gzip', value: 'gzip', description: 'As text/csv with Content-Encoding gzip' },
			{ name: 'Gzip as Content Type', value: 'gzipContentType', description: 'As application/gzip, should Domo want it so' },
			{ name: 'None', value: 'none', description: 'Plain CSV' },
		],
	},
	{
		displayName: 'Max Concurrent Uploads',
		name: 'maxConcurrentUploads',
		type: 'number',
		default: 4,
		typeOptions: { minValue: 1, maxValue: 16 },
		description: 'How many parts are uploaded at once, 1 to 16. It is lowered by itself while Domo is busy.',
	},
	{
		displayName: 'Max Tries per Part',
		name: 'maxTries',
		type: 'number',
		default: 5,
		typeOptions: { minValue: 1, maxValue: 20 },
		description: 'How often a part is sent before the upload is given up',
	},
	{
		displayName: 'Memory Budget (MB)',
		name: 'memoryBudgetMb',
		type: 'number',
		default: 96,
		typeOptions: { minValue: 8 },
		description: 'How much memory parts may take at once, raw and gzipped together. With less, fewer are under way at once.',
	},
	{
		displayName: 'On Failure',
		name: 'onFailure',
		type: 'options',
		default: 'abort',
		description: 'What to do with the execution when a part cannot be uploaded. Nothing is committed in either case.',
		options: [
			{ name: 'Abort', value: 'abort' },
			{ name: 'Keep Open', value: 'keepOpen', description: 'So that a later run can resume it' },
		],
	},
	{
		displayName: 'Part Size (MB)',
		name: 'partSizeMb',
		type: 'number',
		default: 32,
		typeOptions: { minValue: 1, maxValue: 1000, numberPrecision: 2 },
		description: 'CSV per part before compression, in millions of bytes',
	},
	{
		displayName: 'Request Timeout (Seconds)',
		name: 'requestTimeoutSeconds',
		type: 'number',
		default: 900,
		typeOptions: { minValue: 1 },
		description: 'How long one part may take to upload',
	},
	{
		displayName: 'Resume',
		name: 'resume',
		type: 'json',
		default: '',
		placeholder: '{{ $json.details }}',
		description:
			"The details of an earlier run that was kept open ('On Failure'), to send only what is missing. The input must be the same.",
	},
	{
		displayName: 'Rows per Part',
		name: 'rowsPerPart',
		type: 'number',
		default: 0,
		typeOptions: { minValue: 0 },
		description: 'A part holds at most this many rows. 0 for no such limit.',
	},
	staleAfterHoursField,
	{
		displayName: 'Trust Execution Update Method',
		name: 'trustExecutionUpdateMethod',
		type: 'boolean',
		default: false,
		description:
			"Whether to upload even if Domo does not confirm that the execution uses the chosen update method. An APPEND could then become a REPLACE.",
	},
	{
		displayName: 'Wait for Completion',
		name: 'waitForCompletion',
		type: 'boolean',
		default: true,
		description: 'Whether to wait until Domo has indexed the rows, which takes seconds to about 15 minutes',
	},
	{
		displayName: 'Wait Timeout (Seconds)',
		name: 'waitTimeoutSeconds',
		type: 'number',
		default: 1200,
		typeOptions: { minValue: 1 },
		description: 'How long to wait for the indexing, or for another execution to end',
	},
];

const updateMethodField: INodeProperties = {
	displayName: 'Update Method',
	name: 'updateMethod',
	type: 'options',
	default: 'stream',
	description: 'What happens to the rows that are already in the DataSet',
	options: [
		{ name: 'Append', value: 'APPEND', description: 'Add the rows to those in the DataSet' },
		{ name: 'As the Stream Is Set', value: 'stream', description: "Use the Stream's own update method" },
		{ name: 'Replace', value: 'REPLACE', description: 'Put the rows in the place of all rows in the DataSet' },
	],
};

export const description: INodeProperties[] = [
	streamIdField,
	updateMethodField,
	{
		displayName: 'Replace removes all rows that are in the DataSet now, once Domo has taken the new ones',
		name: 'replaceNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { updateMethod: ['REPLACE'] } },
	},
	...inputFields,
	columnMappingField('getStreamColumns', 'streamId'),
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [...options].sort((a, b) => a.displayName.localeCompare(b.displayName)),
	},
];

export const execute = onceForAllItems(async (context) => {
	const choice = readForAllItems(context, 'streamId', 'Stream', (itemIndex) => readStreamChoice(context, itemIndex));
	const updateMethod = readForAllItems(context, 'updateMethod', 'Update Method', (itemIndex) =>
		context.node.getNodeParameter('updateMethod', itemIndex),
	) as 'stream' | UpdateMethod;
	checkOptionValues([updateMethodField], { updateMethod });
	const chosen = checked(readOptions(context, DEFAULTS));
	const stream = await resolveStream(context.client, choice);
	const columns = await columnsOf(context, stream);
	const source = await openRows(
		context,
		context.items.map((item, itemIndex) => ({ item, itemIndex })),
		columns,
		{ ...chosen, ...(stream.keyColumnNames?.length ? { keyColumnNames: stream.keyColumnNames } : {}) },
	);
	const summary = await upload(context.client, stream, source, {
		updateMethod,
		partSizeBytes: chosen.partSizeMb * MB,
		rowsPerPart: chosen.rowsPerPart === 0 ? Infinity : chosen.rowsPerPart,
		maxConcurrentUploads: chosen.maxConcurrentUploads,
		maxTries: chosen.maxTries,
		requestTimeoutMs: chosen.requestTimeoutSeconds * 1000,
		memoryBudgetBytes: chosen.memoryBudgetMb * MB,
		compression: chosen.compression,
		onFailure: chosen.onFailure,
		waitForCompletion: chosen.waitForCompletion,
		waitTimeoutMs: chosen.waitTimeoutSeconds * 1000,
		activeExecution: chosen.activeExecution,
		staleAfterHours: chosen.staleAfterHours,
		trustExecutionUpdateMethod: chosen.trustExecutionUpdateMethod,
		allowEmptyReplace: chosen.allowEmptyReplace,
		...resumePoint(chosen.resume, stream.id),
		timing: DEFAULT_TIMING,
		hint: context.hint,
		log: context.log,
	});
	context.hint(summaryLine(summary));
	return [summaryItem(summary as unknown as IDataObject, context.items.length)];
});

/** Expressions can bring in any number: the editor's own limits hold only what is typed in. */
function checked(chosen: ReturnType<typeof readOptions<typeof DEFAULTS>>): typeof chosen {
	checkOptionValues(options, chosen);
	const atLeast = (name: keyof typeof DEFAULTS, displayName: string, least: number, most = Infinity, whole = false) => {
		const value = chosen[name];
		if (typeof value === 'number' && value >= least && value <= most && (!whole || Number.isInteger(value))) return;
		const range = most === Infinity ? `${least} or more` : `${least} to ${most}`;
		throw new InputError(
			`'${displayName}' must be ${whole ? 'a whole number' : 'a number'}, ${range}, and is ${JSON.stringify(value)}. Nothing was sent.`,
		);
	};
	atLeast('partSizeMb', 'Part Size (MB)', 0.001, 1000);
	atLeast('rowsPerPart', 'Rows per Part', 0, Infinity, true);
	atLeast('maxConcurrentUploads', 'Max Concurrent Uploads', 1, 16, true);
	atLeast('maxTries', 'Max Tries per Part', 1, 20, true);
	atLeast('memoryBudgetMb', 'Memory Budget (MB)', 8);
	atLeast('requestTimeoutSeconds', 'Request Timeout (Seconds)', 0.001);
	atLeast('waitTimeoutSeconds', 'Wait Timeout (Seconds)', 0);
	atLeast('staleAfterHours', 'Stale After (Hours)', 0);
	return chosen;
}

async function columnsOf(context: OperationContext, stream: Stream): Promise<Column[]> {
	if (typeof stream.dataSet?.id !== 'string') {
		throw new InputError(
			`Domo tells no DataSet of the Stream ${stream.id}. Nothing was sent.`,
			'It may have been deleted: choose another Stream.',
		);
	}
	const dataSet = await getDataSet(context.client, stream.dataSet.id);
	if (dataSet.deleted) {
		throw new InputError(
			`The DataSet ${dataSet.id} of the Stream ${stream.id} has been deleted in Domo. Nothing was sent.`,
			'Choose another Stream, or make a new one with the operation \'Create\'.',
		);
	}
	const columns = dataSet.schema?.columns ?? [];
	const twin = columns.find(({ name }, index) => columns.slice(0, index).some((other) => other.name.toLowerCase() === name.toLowerCase()));
	if (twin) {
		throw new InputError(
			`The DataSet ${dataSet.id} has two columns '${twin.name.toLowerCase()}' that differ in upper and lower case at most. Nothing was sent.`,
			"Domo can't keep such columns apart in later updates: rename one of them with the operation 'Update' of the Domo DataSet node.",
		);
	}
	if (columns.length > 0) return columns;
	throw new InputError(
		`The DataSet ${dataSet.id} of the Stream ${stream.id} has no columns, so no row can be matched to it. Nothing was sent.`,
		"Give it columns with the operation 'Update' of the Domo DataSet node.",
	);
}

/** What a kept-open run reported under `details`: the object itself, or its JSON text. */
function resumePoint(value: unknown, streamId: number): { resume?: ResumePoint } {
	if (value === '' || value === undefined || value === null) return {};
	const unusable = () =>
		new InputError(
			"'Resume' does not hold the details of an upload that was kept open. Nothing was sent.",
			"Give it the field 'details' of the item that the earlier run put out, or leave it empty.",
		);
	let details: unknown = value;
	if (typeof value === 'string') {
		try {
			details = JSON.parse(value);
		} catch {
			throw unusable();
		}
	}
	const point = (details ?? {}) as Partial<ResumePoint>;
	const whole = (number: unknown) => Number.isSafeInteger(number);
	const usable =
		whole(point.streamId) &&
		whole(point.executionId) &&
		whole(point.partsCut) &&
		Array.isArray(point.landedParts) &&
		point.landedParts.every((part) => whole(part?.part) && whole(part?.firstRow) && whole(part?.rows) && typeof part?.sha256 === 'string');
	if (!usable) throw unusable();
	if (point.streamId !== streamId) {
		throw new InputError(
			`'Resume' holds the details of an upload to the Stream ${point.streamId}, but the Stream ${streamId} is chosen. Nothing was sent.`,
			"Choose the Stream of the earlier run, or leave 'Resume' empty.",
		);
	}
	return { resume: point as ResumePoint };
}

/** "3,000,000 rows in 4 parts, 22.1 MB sent, 2 retries, 9.8 s; Domo is indexing" */
function summaryLine(summary: UploadSummary): string {
	const count = (number: number, what: string) => `${number.toLocaleString('en-US')} ${what}${number === 1 ? '' : 's'}`;
	const retries = summary.retries > 0 ? `, ${summary.retries === 1 ? '1 retry' : `${summary.retries} retries`}` : '';
	const line = `${count(summary.rows, 'row')} in ${count(summary.parts, 'part')}, ${(summary.sentBytes / MB).toFixed(1)} MB sent${retries}, ${(summary.durationMs / 1000).toFixed(1)} s`;
	const ends: Record<string, string> = {
		SUCCESS: summary.verified === true ? '; all rows are in Domo' : '; Domo has taken the rows',
		ACTIVE: '; Domo is indexing',
		unknown: '; whether Domo took the rows is not known',
	};
	return line + (ends[summary.state] ?? '');
}
