/**
 * How an option of an operation is described: one row, from which come the editor's field, the check of a value that an
 * expression brings in, the engine's value and the row in docs/options.md.
 */
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { InputError } from '../../../transfer/inputError';
import { shownValue } from '../../../transfer/shownValue';
import { numberWithin } from './numberParameter';

/** The operations that have options of this table. */
export type OptionOperation = 'uploadInParallel' | 'uploadPart' | 'import' | 'createExecution' | 'commit';

/** The collection an option is found in. */
export type OptionGroup = 'options' | 'fileOptions' | 'valueOptions' | 'checks';

/** What a number counts; shown in the docs, and what it is multiplied by for the engine. */
export type OptionUnit = 'seconds' | 'minutes' | 'hours' | 'MB' | '%';

export interface OptionChoice extends INodePropertyOptions {
	/** The operations that offer it, where not all do. */
	only?: readonly OptionOperation[];
}

interface CommonRow {
	displayName: string;
	description: string;
	operations: readonly OptionOperation[];
	group: OptionGroup;
	placeholder?: string;
}

export interface ToggleRow extends CommonRow {
	kind: 'toggle';
	default: boolean;
}

export interface NumberRow extends CommonRow {
	kind: 'number';
	default: number;
	least: number;
	most: number;
	/** Whether only whole numbers are taken. */
	whole: boolean;
	unit?: OptionUnit;
}

export interface ChoiceRow<Value extends string> extends CommonRow {
	kind: 'choice';
	default: Value;
	choices: ReadonlyArray<OptionChoice & { value: Value }>;
}

/** Any number of its choices. */
export interface ChoicesRow<Value extends string> extends CommonRow {
	kind: 'choices';
	default: readonly never[];
	choices: ReadonlyArray<OptionChoice & { value: Value }>;
}

export interface TextRow extends CommonRow {
	kind: 'text';
	default: string;
	/** @returns what is wrong with the text; undefined where nothing is */
	check?: (text: string) => string | undefined;
}

/** Whatever an expression gives: its reader checks it. */
export interface AnyRow extends CommonRow {
	kind: 'any';
	default: '';
}

/** Columns of the DataSet, by name; an expression may also give them as a text, separated by commas. */
export interface ColumnsRow extends CommonRow {
	kind: 'columns';
	default: [];
}

/** A list of groups of fields. */
export interface ListRow extends CommonRow {
	kind: 'list';
	default: Record<string, never>;
	/** The list's name inside the parameter, with its entries' rows. */
	entries: { name: string; displayName: string; buttonText: string; rows: Record<string, EntryRow> };
}

type Entry<Row extends CommonRow> = Omit<Row, 'operations' | 'group'>;
export type EntryRow = Entry<ChoiceRow<string>> | Entry<TextRow> | Entry<AnyRow>;

export type OptionRow =
	ToggleRow | NumberRow | ChoiceRow<string> | ChoicesRow<string> | TextRow | AnyRow | ListRow | ColumnsRow;
export type OptionTable = Readonly<Record<string, OptionRow>>;

/** A row's value as a person sets it. */
export type ValueOf<Row> = Row extends ToggleRow
	? boolean
	: Row extends NumberRow
		? number
		: Row extends ChoiceRow<infer Value>
			? Value
			: Row extends ChoicesRow<infer Value>
				? readonly Value[]
				: Row extends TextRow
					? string
					: Row extends ColumnsRow
						? string[]
						: unknown;

/** n8n waits with timers that fire at once beyond 2^31 ms, 24.8 days: no wait may be longer. */
export const MAX_WAIT_SECONDS = 2_000_000;

/** The field of one option in the editor. */
export function fieldOf(
	name: string,
	row: OptionRow | EntryRow,
	operation?: OptionOperation,
): INodeProperties {
	const { displayName, description, placeholder } = row;
	const common = { displayName, name, description, ...(placeholder ? { placeholder } : {}) };
	switch (row.kind) {
		case 'toggle':
			return { ...common, type: 'boolean', default: row.default };
		case 'number':
			return {
				...common,
				type: 'number',
				default: row.default,
				typeOptions: {
					minValue: row.least,
					...(Number.isFinite(row.most) ? { maxValue: row.most } : {}),
					...(row.whole ? {} : { numberPrecision: 3 }),
				},
			};
		case 'choice':
			return { ...common, type: 'options', default: row.default, options: choicesFor(row, operation) };
		case 'choices':
			return {
				...common,
				type: 'multiOptions',
				default: row.default as never[],
				options: choicesFor(row, operation),
			};
		case 'text':
		case 'any':
			return { ...common, type: 'string', default: row.default };
		case 'columns':
			return { ...common, type: 'multiOptions', default: row.default, typeOptions: columnsFrom(operation) };
		case 'list': {
			const { entries } = row;
			return {
				...common,
				type: 'fixedCollection',
				default: row.default,
				typeOptions: { multipleValues: true, multipleValueButtonText: entries.buttonText },
				options: [
					{
						name: entries.name,
						displayName: entries.displayName,
						values: Object.entries(entries.rows).map(([entry, entryRow]) => fieldOf(entry, entryRow)),
					},
				],
			};
		}
	}
}

/** Which method of the node lists the columns, and when it does so again. */
function columnsFrom(operation?: OptionOperation): INodeProperties['typeOptions'] {
	return operation === 'import'
		? { loadOptionsMethod: 'getColumnNames', loadOptionsDependsOn: ['dataSetId.value'] }
		: { loadOptionsMethod: 'getStreamColumnNames', loadOptionsDependsOn: ['streamId.value'] };
}

function choicesFor(
	row: Pick<ChoiceRow<string>, 'choices'>,
	operation?: OptionOperation,
): INodePropertyOptions[] {
	return row.choices
		.filter(({ only }) => only === undefined || (operation !== undefined && only.includes(operation)))
		.map(({ name, value, description }) => ({ name, value, ...(description ? { description } : {}) }));
}

/** The rows that an operation has in a group. */
export function rowsOf(
	table: OptionTable,
	operation: OptionOperation,
	group: OptionGroup,
): Array<[name: string, row: OptionRow]> {
	return Object.entries(table).filter(([, row]) => row.group === group && row.operations.includes(operation));
}

/** An option's value, checked: n8n's own limits hold only what is typed in, not what an expression gives. */
export function checkedValue(
	row: OptionRow | EntryRow,
	value: unknown,
	operation?: OptionOperation,
): unknown {
	switch (row.kind) {
		case 'toggle':
			if (typeof value === 'boolean') return value;
			throw refused(row, value, 'It must be true or false, and not a text.');
		case 'number':
			return checkedNumber(row, value);
		case 'choice': {
			const offered = choicesFor(row, operation).map((choice) => choice.value);
			if (offered.includes(value as string)) return value;
			throw refused(
				row,
				value,
				`It must be one of ${offered.map((each) => JSON.stringify(each)).join(', ')}.`,
			);
		}
		case 'choices':
			return checkedChoices(row, value, operation);
		case 'text':
			return checkedText(row, value);
		case 'columns':
			// Nothing at all, as an expression gives it for a field that is not there, must not switch a check off.
			if (value !== null && value !== undefined) return listOfNames(row, value);
			throw refused(row, value, LIST_WANTED);
		case 'list':
			return checkedList(row, value);
		case 'any':
			return value;
	}
}

function checkedNumber(row: NumberRow, value: unknown): number {
	const number = numberWithin(value, row);
	if (number !== undefined) return number;
	const { least, most, whole } = row;
	const range = Number.isFinite(most) ? `${least} to ${most.toLocaleString('en-US')}` : `${least} or more`;
	throw refused(row, value, `It must be ${whole ? 'a whole number' : 'a number'}, ${range}.`);
}

function checkedChoices(row: ChoicesRow<string>, value: unknown, operation?: OptionOperation): string[] {
	if (value === null || value === undefined || value === '') return [];
	const offered = choicesFor(row, operation).map((choice) => choice.value as string);
	const chosen: unknown[] = Array.isArray(value) ? value : [value];
	if (chosen.every((each) => offered.includes(each as string))) return [...new Set(chosen as string[])];
	throw refused(
		row,
		value,
		`It must be a list of ${offered.map((each) => JSON.stringify(each)).join(', ')}.`,
	);
}

function checkedText(row: Entry<TextRow>, value: unknown): string {
	if (value === null || value === undefined) return row.default;
	if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
		throw refused(row, value, 'It must be a text.');
	const text = String(value);
	const fault = row.check?.(text);
	if (fault !== undefined) throw refused(row, value, fault);
	return text;
}

const LIST_WANTED = 'It must be a list of texts and numbers, or one text with commas between them.';

/** A list of names, or one text with commas between them; blanks around them are no part of them. @throws InputError */
function listOfNames(row: { displayName: string }, value: unknown): string[] {
	return withoutBlanks(listOfTexts(row, value));
}

/**
 * A list of texts, which are taken as they are; or one text with commas between them, from which blanks around them are
 * taken away.
 *
 * @throws InputError
 */
export function listOfTexts(row: { displayName: string }, value: unknown): string[] {
	if (value === null || value === undefined || value === '') return [];
	if (typeof value === 'string') return withoutBlanks(value.split(','));
	const list: unknown[] = Array.isArray(value) ? value : [value];
	return list.map((entry) => {
		if (typeof entry !== 'string' && !['number', 'bigint', 'boolean'].includes(typeof entry))
			throw refused(row, value, LIST_WANTED);
		return String(entry);
	});
}

function withoutBlanks(texts: readonly string[]): string[] {
	return texts.map((text) => text.trim()).filter((text) => text !== '');
}

function checkedList({ entries, displayName }: ListRow, value: unknown): unknown {
	const notAList = () =>
		new InputError(
			'OPTION_INVALID',
			`'${displayName}' is not a list of entries. Nothing was sent.`,
			`It must look like ${JSON.stringify({ [entries.name]: [exampleEntry(entries.rows)] })}.`,
		);
	if (value === '') return {};
	if (typeof value !== 'object' || value === null || Array.isArray(value)) throw notAList();
	const isEmpty = Object.keys(value).length === 0;
	const given: unknown = isEmpty ? [] : (value as Record<string, unknown>)[entries.name];
	// Of one entry, an expression may give the entry itself.
	const list: unknown[] = Array.isArray(given) ? given : [given];
	const checked = list.map((entry: unknown) => {
		if (typeof entry !== 'object' || entry === null) throw notAList();
		return Object.fromEntries(
			Object.entries(entries.rows).flatMap(([name, row]) => {
				const own = (entry as Record<string, unknown>)[name];
				return own === undefined || own === null ? [] : [[name, checkedValue(row, own)]];
			}),
		);
	});
	return { [entries.name]: checked };
}

function exampleEntry(rows: Record<string, EntryRow>): Record<string, string> {
	return Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, row.default]));
}

function refused(row: { displayName: string }, value: unknown, advice: string): InputError {
	return new InputError(
		'OPTION_INVALID',
		`'${row.displayName}' can't be ${shownValue(value)}. Nothing was sent.`,
		advice,
	);
}
