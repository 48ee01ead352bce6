import { hintLines } from '../../transfer/columns/columnHints';
import type { INodeProperties } from 'n8n-workflow';

import type { DomoClient } from '../../domo/client';
import type { Column, Stream, UpdateMethod } from '../../domo/types';
import { missingLoadColumns } from '../../transfer/columns/loadColumns';
import { DECIDING_BYTES } from '../../transfer/csv/decidingBytes';
import { inferCsvColumns } from '../../transfer/csv/inferCsvColumns';
import { InputError } from '../../transfer/inputError';
import { inferColumns } from '../../transfer/items/itemColumns';
import { createStreamNamed, findStreamByDataSetName } from '../../transfer/upload/streamByName';
import type { StreamToMake } from '../../transfer/upload/upload';
import { isMappedByHand } from '../shared/editor/columnMapper';
import {
	csvFiles,
	csvOptions,
	itemsOf,
	readInputKind,
	selectionOf,
	type ChosenItems,
} from '../shared/fields/inputSource';
import { flatItems } from '../shared/fields/nestedFields';
import { textOf } from '../shared/fields/textParameter';
import { valueOptionsOf } from '../shared/fields/valueOptionsOf';
import type { OperationContext } from '../shared/run/operation';
import {
	resolveStream,
	streamIdField,
	toStreamChoice,
	type StreamChoice,
} from '../shared/editor/streamLocator';
import { explainUnknown } from '../shared/run/unknownOutcome';
import type { LoadOptionValues } from '../shared/fields/optionFields';

export interface MissingStream extends StreamToMake {
	name: string;
	columns: Column[];
}

/** Where an upload goes: a Stream that exists, or one to be made. */
export type Target = { stream: Stream } | { missing: MissingStream };

/** The mode of the picker in which a field of each item says where it is loaded. */
export const TARGET_FIELD_MODE = 'targetField';

/** What the values of the target field are: the modes of the picker. */
export const targetFieldHoldsField: INodeProperties = {
	displayName: 'Target Field Holds',
	name: 'targetFieldHolds',
	type: 'options',
	noDataExpression: true,
	default: 'name',
	description: 'What the values of the field are',
	displayOptions: { show: { '/streamId.mode': [TARGET_FIELD_MODE] } },
	options: [
		{ name: 'DataSet ID', value: 'dataSet', description: 'The UUID of a DataSet that has one Stream' },
		{ name: 'DataSet Name', value: 'name', description: 'A DataSet that is made if it is missing' },
		{ name: 'Stream ID', value: 'id' },
	],
};

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
		{
			displayName: 'By Target Field',
			name: TARGET_FIELD_MODE,
			type: 'string',
			placeholder: 'e.g. customer',
			hint: 'The field of the input items that says where each is loaded, to load many DataSets in one run',
		},
	],
};

/** What is chosen, before Domo is asked. */
export type TargetChoice = StreamChoice | { name: string };

/**
 * @param locator the picker's value, as n8n hands it over
 * @param source what has given it, as messages name it
 * @throws InputError when nothing usable is chosen
 */
export function toTargetChoice(locator: unknown, itemIndex: number, source = 'Stream'): TargetChoice {
	const name = dataSetName(locator, itemIndex, source);
	return name === undefined ? toStreamChoice(locator, source) : { name };
}

/** How messages and summaries name a target. */
export function targetLabel(choice: TargetChoice): string {
	if ('name' in choice) return `'${choice.name}'`;
	return 'streamId' in choice ? `Stream ${choice.streamId}` : `DataSet ${choice.dataSetId}`;
}

/** A label as summaries and details have it: a name without its quotes. */
export function plainName(label: string): string {
	return label.startsWith("'") ? label.slice(1, -1) : label;
}

/** What of an upload's wishes decides how a target is made. */
export interface TargetWishes {
	chosen: LoadOptionValues;
	/** Whether each item names its own. */
	isNamedByItems: boolean;
	/** The field that names them, where one does. */
	targetField?: string;
}

/** @returns undefined where a DataSet's name is given that no DataSet has. @throws InputError, DomoError */
export async function findTarget(client: DomoClient, choice: TargetChoice): Promise<Stream | undefined> {
	if ('name' in choice) return await findStreamByDataSetName(client, choice.name);
	return await resolveStream(client, choice);
}

/**
 * What is to be made once all is checked, where no DataSet has the name.
 *
 * @param updateMethod of the Stream
 * @throws InputError
 */
export async function targetToMake(
	context: OperationContext,
	name: string,
	updateMethod: UpdateMethod,
	items: ChosenItems,
	{ chosen, targetField, isNamedByItems }: TargetWishes,
): Promise<MissingStream> {
	if (isMappedByHand(context)) {
		throw new InputError(
			'STREAM_COLUMNS_UNKNOWN',
			`No DataSet is named '${name}', and 'Columns' is mapped by hand: the columns it would be created with are not known. Nothing was sent`,
			"Choose 'Map Automatically' under 'Columns', or choose an existing Stream.",
		);
	}
	const fromInput = await inferred(context, chosen, items, targetField);
	const columns = [...fromInput, ...missingLoadColumns(chosen.loadColumns, fromInput)];
	const later = isNamedByItems
		? 'Later runs find it by this name.'
		: "Select that Stream in this node, so that later runs don't depend on the name.";
	return {
		name,
		columns,
		updateMethod,
		make: async () => await makeStream(context, name, columns, updateMethod),
		sayMade: ({ id }) =>
			context.hint(`No DataSet was named '${name}', so one was created with the Stream ${id}. ${later}`),
	};
}

async function makeStream(
	context: OperationContext,
	name: string,
	columns: Column[],
	updateMethod: UpdateMethod,
): Promise<Stream> {
	return await createStreamNamed(context.client, name, columns, updateMethod).catch((error: unknown) => {
		throw explainUnknown(
			error,
			`the DataSet '${name}' was made`,
			`Look for a DataSet named '${name}' in Domo before you run this again: names are not unique there.`,
		);
	});
}

function dataSetName(locator: unknown, itemIndex: number, source: string): string | undefined {
	if (typeof locator !== 'object' || locator === null) return undefined;
	const { mode, value } = locator as { mode?: unknown; value?: unknown };
	if (mode !== 'name') return undefined;
	const name = textOf(value, source, itemIndex);
	if (name !== '') return name;
	throw new InputError(
		'STREAM_NOT_CHOSEN',
		`No DataSet name is given in '${source}'`,
		'Enter a name, or choose the Stream from the list.',
	);
}

async function inferred(
	context: OperationContext,
	chosen: LoadOptionValues,
	items: ChosenItems,
	targetField?: string,
): Promise<Column[]> {
	if ((await readInputKind(context)) === 'items') {
		const { columns, hints } = await inferColumns(
			await flatItems(context, itemsOf(context, items), chosen),
			valueOptionsOf(context, chosen),
			context.client.signal,
			selectionOf(items, targetField),
		);
		hintLines(hints).forEach((line) => context.hint(line));
		return columns;
	}
	const files = csvFiles(context, items);
	const { columns, hints, wholeInput } = await inferCsvColumns(files, csvOptions(context, chosen));
	hintLines(hints).forEach((line) => context.hint(line));
	if (!wholeInput) {
		const what = files.length === 1 ? `'${files[0].name}'` : 'the files, split evenly over them';
		context.hint(
			`The columns' types were found from the first ${DECIDING_BYTES / 1_000_000} MB of ${what}. A later value that does not fit its column stops the upload.`,
		);
	}
	return columns;
}
