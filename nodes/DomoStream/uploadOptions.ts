import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import type { CommitTooSoon } from '../../transfer/commitSpacing';
import type { Compression } from '../../transfer/compression';
import { InputError } from '../../transfer/inputError';
import type { ResumePoint } from '../../transfer/resume';
import { DEFAULT_TIMING, type UploadOptions } from '../../transfer/upload';
import { ACTIVE_EXECUTION_DEFAULTS, activeExecutionField, staleAfterHoursField } from '../shared/activeExecutionOptions';
import { readOptions, rowOptions, type RowOptionValues } from '../shared/inputSource';
import type { OperationContext } from '../shared/operation';
import { checkOptionValues } from '../shared/optionValues';
import { maxTriesField, PART_ENCODINGS, requestTimeoutField } from './partFields';

const MB = 1_000_000;

const DEFAULTS = {
	...ACTIVE_EXECUTION_DEFAULTS,
	allowEmptyReplace: false,
	commitTooSoon: 'try' as CommitTooSoon,
	compression: 'gzip' as Compression,
	dryRun: false,
	maxConcurrentUploads: 4,
	maxTries: 5,
	memoryBudgetMb: 96,
	minMinutesBetweenCommits: 15,
	onFailure: 'abort' as 'abort' | 'keepOpen',
	partSizeMb: 32,
	refuseShrinkBelowPercent: 0,
	requestTimeoutSeconds: 900,
	resume: '' as unknown,
	rowsPerPart: 0,
	trustExecutionUpdateMethod: false,
	waitForCompletion: true,
	waitTimeoutSeconds: 1200,
};

/** Unknown fields have one more choice here than elsewhere: new columns. */
const unknownFieldsField = rowOptions.find(({ name }) => name === 'unknownFields') as INodeProperties;
const rowFields: INodeProperties[] = [
	...rowOptions.filter((field) => field !== unknownFieldsField),
	{
		...unknownFieldsField,
		options: [
			{
				name: 'Add Columns',
				value: 'addColumns',
				description: 'Add them to the DataSet as new columns, with types that fit every value. Input items only.',
			},
			...(unknownFieldsField.options ?? []),
		] as INodeProperties['options'],
	},
];

const COMPRESSIONS: INodePropertyOptions[] = [
	{ name: 'Auto', value: 'auto', description: 'Gzip while the network is what takes the time, plain while compressing is' },
	...PART_ENCODINGS,
];

const fields: INodeProperties[] = [
	...rowFields,
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
		displayName: 'Commit Too Soon',
		name: 'commitTooSoon',
		type: 'options',
		default: 'try',
		description: 'What to do when the Stream was committed only minutes ago. Domo takes one commit per 15 minutes and Stream by default.',
		options: [
			{ name: 'Refuse', value: 'fail', description: 'Send nothing and say when Domo takes the next commit' },
			{ name: 'Try', value: 'try', description: 'Commit all the same. If Domo refuses, the execution stays open and can be committed later.' },
			{ name: 'Wait', value: 'wait', description: 'Upload the parts and wait with the commit' },
		],
	},
	{
		displayName: 'Compression',
		name: 'compression',
		type: 'options',
		default: 'gzip',
		description: 'How the parts are sent',
		options: COMPRESSIONS,
	},
	{
		displayName: 'Dry Run',
		name: 'dryRun',
		type: 'boolean',
		default: false,
		description: 'Whether to check everything and count rows, parts and bytes without sending anything',
	},
	{
		displayName: 'Max Concurrent Uploads',
		name: 'maxConcurrentUploads',
		type: 'number',
		default: 4,
		typeOptions: { minValue: 1, maxValue: 16 },
		description: 'How many parts are uploaded at once, 1 to 16. It is lowered by itself while Domo is busy.',
	},
	maxTriesField,
	{
		displayName: 'Memory Budget (MB)',
		name: 'memoryBudgetMb',
		type: 'number',
		default: 96,
		typeOptions: { minValue: 8 },
		description: 'How much memory an upload may take, whatever the size of the input. Half of it is for parts, which are cut small enough for all that are uploaded at once.',
	},
	{
		displayName: 'Min Minutes Between Commits',
		name: 'minMinutesBetweenCommits',
		type: 'number',
		default: 15,
		typeOptions: { minValue: 0 },
		description: "How often Domo takes a commit of one Stream in your instance, for 'Commit Too Soon'",
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
		typeOptions: { minValue: 1, maxValue: 1000 },
		description: 'CSV per part before compression, in millions of bytes, at most. The first parts are smaller, so that sending begins sooner, and so are all where the memory budget asks for it.',
	},
	{
		displayName: 'Refuse Shrink Below (%)',
		name: 'refuseShrinkBelowPercent',
		type: 'number',
		default: 0,
		typeOptions: { minValue: 0, maxValue: 100 },
		description: 'A REPLACE with less than this share of the rows that the DataSet has now is refused. 0 for no such guard.',
	},
	requestTimeoutField,
	{
		displayName: 'Resume',
		name: 'resume',
		type: 'string',
		default: '',
		placeholder: 'e.g. {{ $json.details }}',
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

/** The node's options, sorted as the editor lists them. */
export const uploadOptionsField: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [...fields].sort((a, b) => a.displayName.localeCompare(b.displayName)),
};

/** What the user chose, with the defaults filled in. */
export type ChosenOptions = typeof DEFAULTS & Omit<RowOptionValues, 'unknownFields'> & { unknownFields: 'fail' | 'ignore' | 'addColumns' };

/** @throws InputError for a value that no field offers */
export function readUploadOptions(context: OperationContext): ChosenOptions {
	return checked(readOptions(context, DEFAULTS, fields) as ChosenOptions);
}

/** The options as the engine takes them. @throws InputError for a 'Resume' that is none, or of another Stream */
export function engineOptions(
	chosen: ChosenOptions,
	streamId: number,
): Omit<UploadOptions, 'updateMethod' | 'hint' | 'log'> {
	const resume = resumePoint(chosen.resume, streamId);
	const rowsPerPart = resume?.rowsPerPart ?? chosen.rowsPerPart;
	return {
		// A resume goes on cutting as the earlier run did, whatever is chosen now.
		partSizeBytes: resume?.partSizeBytes ?? chosen.partSizeMb * MB,
		rowsPerPart: rowsPerPart === 0 ? Infinity : rowsPerPart,
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
		refuseShrinkBelowPercent: chosen.refuseShrinkBelowPercent,
		commitTooSoon: chosen.commitTooSoon,
		minMinutesBetweenCommits: chosen.minMinutesBetweenCommits,
		...(resume ? { resume } : {}),
		timing: DEFAULT_TIMING,
	};
}

/** Expressions can bring in any number: the editor's own limits hold only what is typed in. */
function checked(chosen: ChosenOptions): ChosenOptions {
	checkOptionValues(fields, chosen);
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
	atLeast('minMinutesBetweenCommits', 'Min Minutes Between Commits', 0);
	atLeast('refuseShrinkBelowPercent', 'Refuse Shrink Below (%)', 0, 100);
	atLeast('staleAfterHours', 'Stale After (Hours)', 0);
	return chosen;
}

/** What a kept-open run reported under `details`: the object itself, or its JSON text. */
function resumePoint(value: unknown, streamId: number): ResumePoint | undefined {
	if (value === '' || value === undefined || value === null) return undefined;
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
		[point.partSizeBytes, point.rowsPerPart].every((number) => number === undefined || (typeof number === 'number' && number >= 0)) &&
		Array.isArray(point.landedParts) &&
		point.landedParts.every((part) => whole(part?.part) && whole(part?.firstRow) && whole(part?.rows) && typeof part?.sha256 === 'string');
	if (!usable) throw unusable();
	if (point.streamId !== streamId) {
		throw new InputError(
			`'Resume' holds the details of an upload to the Stream ${point.streamId}, but the Stream ${streamId} is chosen. Nothing was sent.`,
			"Choose the Stream of the earlier run, or leave 'Resume' empty.",
		);
	}
	return point as ResumePoint;
}
