import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { Column, Stream, UpdateMethod } from '../../domo/types';
import { inferCsvColumns } from '../../transfer/inferCsvColumns';
import { InputError } from '../../transfer/inputError';
import { inferColumns } from '../../transfer/schema';
import { createStreamNamed, findStreamByDataSetName } from '../../transfer/streamByName';
import { isMappedByHand } from '../shared/columnMapper';
import { csvFile, readInputKind } from '../shared/inputSource';
import type { OperationContext } from '../shared/operation';
import { readForAllItems } from '../shared/sameForAllItems';
import { readStreamChoice, resolveStream, streamIdField } from '../shared/streamLocator';
import { explainUnknown } from '../shared/unknownOutcome';
import type { ChosenOptions } from './uploadOptions';

/** How much of a CSV file is read to find its columns' types. */
const INFER_FROM_MB = 16;

/** Where an upload goes: a Stream as picked elsewhere, or the name of a DataSet that is made if it is missing. */
export const targetField: INodeProperties = {
	...streamIdField,
	modes: [
		...(streamIdField.modes ?? []),
		{
			displayName: 'By DataSet Name',
			name: 'name',
			type: 'string',
			placeholder: 'Sales by day',
			hint: 'If no DataSet has this name, one is made with a Stream; its columns are found from the input',
		},
	],
};

/**
 * The Stream to upload into; made first where a DataSet's name was given that no DataSet has.
 *
 * @param updateMethod of a Stream that is made
 * @returns `missing`: for a dry run, what would be made
 * @throws InputError, DomoError
 */
export async function openTarget(
	context: OperationContext,
	updateMethod: UpdateMethod,
	chosen: ChosenOptions,
): Promise<{ stream: Stream } | { missing: IDataObject }> {
	const name = readForAllItems(context, 'streamId', 'Stream', (itemIndex) => dataSetName(context, itemIndex));
	if (name === undefined) {
		const choice = readForAllItems(context, 'streamId', 'Stream', (itemIndex) => readStreamChoice(context, itemIndex));
		return { stream: await resolveStream(context.client, choice) };
	}
	const found = await findStreamByDataSetName(context.client, name);
	if (found) return { stream: found };
	if (isMappedByHand(context)) {
		throw new InputError(
			`No DataSet is named '${name}', and 'Columns' is mapped by hand: the columns it would be made with are not known. Nothing was sent`,
			"Choose 'Map Automatically' under 'Columns', or choose a Stream that is there.",
		);
	}
	const columns = await inferred(context, chosen);
	if (chosen.dryRun) {
		context.hint(`Dry run: no DataSet is named '${name}'; it would be made with ${columns.length} columns. Nothing was sent.`);
		return { missing: { dryRun: true, wouldCreate: name, updateMethod, newColumns: columns as unknown as IDataObject[] } };
	}
	const stream = await createStreamNamed(context.client, name, columns, updateMethod).catch((error: unknown) => {
		throw explainUnknown(
			error,
			`the DataSet '${name}' was made`,
			`Look for a DataSet named '${name}' in Domo before you run this again: names are not unique there.`,
		);
	});
	context.hint(
		`No DataSet was named '${name}', so it was made with the Stream ${stream.id}. Select that Stream in this node: later runs then don't depend on the name.`,
	);
	return { stream };
}

function dataSetName(context: OperationContext, itemIndex: number): string | undefined {
	const locator = context.node.getNodeParameter('streamId', itemIndex) as { mode?: string; value?: unknown };
	if (typeof locator !== 'object' || locator?.mode !== 'name') return undefined;
	const name = String(locator.value ?? '').trim();
	if (name !== '') return name;
	throw new InputError("No DataSet name is given in 'Stream'", 'Enter a name, or choose the Stream from the list.');
}

async function inferred(context: OperationContext, chosen: ChosenOptions): Promise<Column[]> {
	if (readInputKind(context) === 'items') return await inferColumns(context.items);
	const file = csvFile(context, 0);
	const unknownFields = chosen.unknownFields === 'addColumns' ? 'fail' : chosen.unknownFields;
	const { columns, wholeFile } = await inferCsvColumns(file, { ...chosen, unknownFields }, INFER_FROM_MB * 1_000_000);
	if (!wholeFile) {
		context.hint(`The columns' types were found from the first ${INFER_FROM_MB} MB of '${file.name}'. A later value that does not fit its column stops the upload.`);
	}
	return columns;
}
