import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { Column, Stream, UpdateMethod } from '../../../domo/types';
import { countParts } from '../../../transfer/dryRun';
import { InputError } from '../../../transfer/inputError';
import { newColumnsOf } from '../../../transfer/newColumns';
import { lookAhead } from '../../../transfer/openExecution';
import { SchemaChange } from '../../../transfer/schemaChange';
import { upload, type UploadSummary } from '../../../transfer/upload';
import { withMore } from '../../../transfer/withMore';
import { columnMappingField, isMappedByHand } from '../../shared/columnMapper';
import { getDataSetWithColumns } from '../../shared/dataSetColumns';
import { inputFields, openRows, readInputKind } from '../../shared/inputSource';
import { onceForAllItems, type OperationContext } from '../../shared/operation';
import { readForAllItems } from '../../shared/sameForAllItems';
import { summaryItem } from '../../shared/summaryItem';
import { openTarget, targetField } from '../streamTarget';
import { executionUpdateMethodFields, readExecutionUpdateMethod } from '../updateMethodFields';
import { engineOptions, readUploadOptions, uploadOptionsField, type ChosenOptions } from '../uploadOptions';

export const description: INodeProperties[] = [
	targetField,
	...executionUpdateMethodFields,
	...inputFields,
	columnMappingField('getStreamColumns', 'streamId'),
	uploadOptionsField,
];

export const execute = onceForAllItems(async (context) => {
	const updateMethod = readForAllItems(context, 'updateMethod', 'Update Method', (itemIndex) =>
		readExecutionUpdateMethod(context, itemIndex),
	);
	const chosen = readUploadOptions(context);
	const target = await openTarget(context, updateMethod ?? 'APPEND', chosen);
	if ('missing' in target) return [summaryItem(target.missing, context.items.length)];
	const { stream } = target;
	const engine = engineOptions(chosen, stream.id);
	// Beside the columns, which need only the Stream, too: a round trip less before the first part is sent.
	const firstLook = chosen.dryRun || engine.resume ? undefined : lookAhead(context.client, stream.id);
	const { columns, added } = await columnsFor(context, stream, chosen);
	if (chosen.dryRun) return [await dryRun(context, stream, columns, added, updateMethod, chosen)];
	const source = await open(context, stream, [...columns, ...added], chosen).catch((error: unknown) => {
		throw error instanceof InputError && engine.resume
			? withMore(error, `The execution ${engine.resume.executionId} is still open.`)
			: error;
	});
	const dataSetId = stream.dataSet.id;
	const summary = await upload(context.client, stream, source, {
		...engine,
		updateMethod: updateMethod ?? 'stream',
		...(firstLook ? { firstLook } : {}),
		...(added.length > 0
			? { schemaChange: new SchemaChange(context.client, dataSetId, columns, [...columns, ...added]) }
			: {}),
		hint: context.hint,
		log: context.log,
	});
	if (added.length > 0) context.hint(`${listed(added)} added to the DataSet.`);
	context.hint(summaryLine(summary));
	return [summaryItem({ ...summary } as unknown as IDataObject, context.items.length)];
});

/** The DataSet's columns, and those that the items bring in addition where they are to be added. */
async function columnsFor(
	context: OperationContext,
	stream: Stream,
	chosen: ChosenOptions,
): Promise<{ columns: Column[]; added: Column[] }> {
	if (typeof stream.dataSet?.id !== 'string') {
		throw new InputError(
			`Domo tells no DataSet of the Stream ${stream.id}. Nothing was sent.`,
			'It may have been deleted: choose another Stream.',
		);
	}
	const { columns } = await getDataSetWithColumns(context.client, stream.dataSet.id);
	if (chosen.unknownFields !== 'addColumns' || isMappedByHand(context)) return { columns, added: [] };
	if (readInputKind(context) === 'binary') {
		throw new InputError(
			"'Unknown Fields' can't be 'Add Columns' for CSV files: they are streamed, so their values are not known before they are sent. Nothing was sent.",
			"Add the columns with the operation 'Update' of the Domo DataSet node.",
		);
	}
	return { columns, added: await newColumnsOf(context.items, columns, context.client.signal) };
}

async function open(context: OperationContext, stream: Stream, columns: Column[], chosen: ChosenOptions) {
	const { unknownFields } = chosen;
	return await openRows(context, 'all', columns, {
		...chosen,
		unknownFields: unknownFields === 'addColumns' ? 'fail' : unknownFields,
		...(stream.keyColumnNames?.length ? { keyColumnNames: stream.keyColumnNames } : {}),
	});
}

/** Everything but the sending. What an upload would refuse stands in the item. */
async function dryRun(
	context: OperationContext,
	stream: Stream,
	columns: Column[],
	added: Column[],
	updateMethod: UpdateMethod | undefined,
	chosen: ChosenOptions,
) {
	const base = {
		dryRun: true,
		streamId: stream.id,
		dataSetId: stream.dataSet.id,
		updateMethod: updateMethod ?? stream.updateMethod,
		newColumns: added as unknown as IDataObject[],
	};
	const outcome = await countOrRefusal(async () => {
		const source = await open(context, stream, [...columns, ...added], chosen);
		return await countParts(source, engineOptions(chosen, stream.id), context.client.signal ?? new AbortController().signal);
	});
	if (outcome instanceof InputError) {
		context.hint(`Dry run: the upload would be refused. ${outcome.message}`);
		return summaryItem({ ...base, wouldUpload: false, refusal: outcome.message, advice: outcome.description ?? '' }, context.items.length);
	}
	context.hint(`Dry run: ${outcome.rows.toLocaleString('en-US')} rows would be uploaded in ${outcome.parts} parts. Nothing was sent.`);
	return summaryItem({ ...base, wouldUpload: outcome.rows > 0, ...outcome }, context.items.length);
}

async function countOrRefusal<T>(count: () => Promise<T>): Promise<T | InputError> {
	return await count().catch(async (error: unknown) => (error instanceof InputError ? error : await Promise.reject<InputError>(error)));
}

function listed(columns: Column[]): string {
	const names = columns.map(({ name, type }) => `'${name}' (${type})`).join(', ');
	return columns.length === 1 ? `The column ${names} was` : `The columns ${names} were`;
}

/** "3,000,000 rows in 4 parts, 22.1 MB sent, 2 retries, 9.8 s; Domo is indexing" */
function summaryLine(summary: UploadSummary): string {
	const count = (number: number, what: string) => `${number.toLocaleString('en-US')} ${what}${number === 1 ? '' : 's'}`;
	const retries = summary.retries > 0 ? `, ${summary.retries === 1 ? '1 retry' : `${summary.retries} retries`}` : '';
	const line = `${count(summary.rows, 'row')} in ${count(summary.parts, 'part')}, ${size(summary.sentBytes)} sent${retries}, ${(summary.durationMs / 1000).toFixed(1)} s`;
	const ends: Record<string, string> = {
		SUCCESS: summary.verified === true ? '; all rows are in Domo' : '; Domo has taken the rows',
		ACTIVE: '; Domo is indexing',
		unknown: '; whether Domo took the rows is not known',
	};
	return line + (ends[summary.state] ?? '');
}

function size(bytes: number): string {
	if (bytes < 1_000) return `${bytes} bytes`;
	return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
