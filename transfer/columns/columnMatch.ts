/** Which field of the input feeds which column, by name. */

import type { Column } from '../../domo/types';
import { InputError } from '../inputError';
import { looseName } from './looseName';

export interface ColumnMatchOptions {
	/** What to do with a field that no column is named after. */
	unknownFields: 'fail' | 'ignore';
	/** What to do with a column that no field is named after. */
	missingColumns: 'fail' | 'null';
	/** Where the field names stand, for messages: "items" or "header of 'sales.csv'". */
	what: string;
}

export interface ColumnMatch {
	/** For each column the index of its field, or -1 where it has none. */
	sourceByColumn: number[];
	/** Fields that feed no column, in their order. */
	unknown: string[];
	/** Columns without a field, in their order. */
	missing: string[];
}

/** More names than this are counted, not listed. */
const MAX_NAMES_LISTED = 20;

/**
 * Matches field names to columns: exactly, else as `looseName` has them where that is unambiguous.
 *
 * @param fieldNames the fields of all items, or a file's header
 * @throws InputError when a name stands twice, two fields could feed one column (also where one of them has its exact
 *   name), no field feeds any column, or (unless the options allow it) a field is unknown or a column is missing
 */
export function matchColumns(
	fieldNames: readonly string[],
	columns: readonly Column[],
	options: ColumnMatchOptions,
): ColumnMatch {
	const { what } = options;
	// Of several files, others may have been sent as parts of their own.
	const nothingSent = what === 'items' ? 'Nothing was sent' : 'No part of this file was sent';
	const fieldByName = indexFields(fieldNames, what);
	const sourceByColumn = columns.map((column) => fieldByName.get(column.name) ?? -1);
	const used = new Set(sourceByColumn);

	const looseColumns = new Map(columns.map((column, index) => [looseName(column.name), index]));
	const fieldsByLooseName = new Map<string, number[]>();
	fieldNames.forEach((name, field) => {
		const fields = fieldsByLooseName.get(looseName(name));
		if (fields) fields.push(field);
		else fieldsByLooseName.set(looseName(name), [field]);
	});
	columns.forEach((column, index) => {
		if (sourceByColumn[index] !== -1) return;
		const fields = (fieldsByLooseName.get(looseName(column.name)) ?? []).filter((field) => !used.has(field));
		if (fields.length > 1) {
			throw new InputError(
				'COLUMN_AMBIGUOUS',
				`Column '${column.name}' could be any of ${quotedNames(fields.map((field) => fieldNames[field]))} in the ${what}`,
				`Name exactly one of them '${column.name}', or remove the others.`,
			);
		}
		if (fields.length === 0) return;
		sourceByColumn[index] = fields[0];
		used.add(fields[0]);
	});

	// Left out or added as a column, its values would be lost to the column they were most likely meant for.
	const twin = fieldNames.findIndex((name, field) => !used.has(field) && looseColumns.has(looseName(name)));
	if (twin !== -1) {
		const column = looseColumns.get(looseName(fieldNames[twin])) as number;
		const feeding = fieldNames[sourceByColumn[column]];
		throw new InputError(
			'COLUMN_AMBIGUOUS',
			`Column '${columns[column].name}' could be either of '${feeding}' and '${fieldNames[twin]}' in the ${what}: they differ only in case, spaces or characters that can't be seen. ${nothingSent}`,
			'Rename or remove one of the two. Where some items have one and some the other, give them one name first, for example with Edit Fields.',
		);
	}

	const unknown = fieldNames.filter((_, field) => !used.has(field));
	const missing = columns.filter((_, index) => sourceByColumn[index] === -1).map((column) => column.name);
	if (missing.length === columns.length) {
		throw new InputError(
			'COLUMN_NONE_MATCH',
			`The ${what} and the DataSet have no column in common`,
			`Names in the ${what}: ${fieldNames.length ? quotedNames(fieldNames) : 'none'}; ` +
				`columns of the DataSet: ${quotedNames(columns.map((column) => column.name))}. ` +
				'Check that the right DataSet is chosen, and rename the fields to its columns.',
		);
	}
	if (unknown.length > 0 && options.unknownFields === 'fail') {
		throw new InputError(
			'COLUMN_UNKNOWN_FIELDS',
			`The DataSet has no column for the ${named('field', unknown)} of the ${what}. ${nothingSent}`,
			"Rename or remove what has no column, or set the option 'Unknown Fields': 'Ignore' leaves it out; " +
				"'Add Columns' adds a column for it to the DataSet (Upload in Parallel)." +
				(missing.length > 0 ? ` No field was found for the ${named('column', missing)}.` : ''),
		);
	}
	if (missing.length > 0 && options.missingColumns === 'fail') {
		throw new InputError(
			'COLUMN_MISSING',
			`No field in the ${what} for the DataSet's ${named('column', missing)}. ${nothingSent}`,
			"Add what is missing, or set the option 'Missing Columns' to 'Load as NULL'.",
		);
	}
	return { sourceByColumn, unknown, missing };
}

/** Blank names may repeat (a header that ends in commas): no column can be meant by them. */
function indexFields(fieldNames: readonly string[], what: string): Map<string, number> {
	const fieldByName = new Map<string, number>();
	fieldNames.forEach((name, field) => {
		if (fieldByName.has(name) && name.trim() !== '') {
			throw new InputError(
				'COLUMN_FIELD_TWICE',
				`'${name}' appears twice in the ${what}`,
				'It is not clear which of the two is meant for the column. Rename or remove one of them.',
			);
		}
		fieldByName.set(name, field);
	});
	return fieldByName;
}

/** "field 'a'", "fields 'a', 'b'" */
function named(word: string, names: readonly string[]): string {
	return `${word}${names.length === 1 ? '' : 's'} ${quotedNames(names)}`;
}

/** Names as a message shows them: quoted, and not too many. */
export function quotedNames(names: readonly string[]): string {
	const listed = names.slice(0, MAX_NAMES_LISTED).map((name) => `'${name}'`);
	if (names.length > MAX_NAMES_LISTED) listed.push(`${names.length - MAX_NAMES_LISTED} more`);
	return listed.join(', ');
}
