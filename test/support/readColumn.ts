import type { ColumnType } from '../../domo/types';
import { ColumnEvidence } from '../../transfer/columns/columnEvidence';
import { ColumnReader } from '../../transfer/columns/columnReader';
import { ColumnSettingsByName } from '../../transfer/columns/columnSettings';
import { Misfit } from '../../transfer/columns/misfit';
import { refuseReadings, settleColumns, type SettlingScope } from '../../transfer/columns/settleColumns';
import { DEFAULT_VALUE_OPTIONS, type ValueOptions } from '../../transfer/columns/valueOptions';

export interface ReadColumn {
	/** What an inferred column became. */
	type: ColumnType;
	/** For each value its text, null for NULL, or the Misfit. */
	texts: Array<string | null | Misfit>;
	reader: ColumnReader;
	hints: string[];
}

/**
 * Reads a column of values as an upload would: all of them decide.
 *
 * @param type null to infer it
 * @throws InputError where nothing settles how they are read
 */
export function readColumn(
	values: readonly unknown[],
	type: ColumnType | null,
	options: Partial<ValueOptions> = {},
	scope: SettlingScope = 'input',
): ReadColumn {
	const settings = new ColumnSettingsByName({ ...DEFAULT_VALUE_OPTIONS, ...options }).of('c');
	const evidence = new ColumnEvidence(type, settings);
	values.forEach((value, place) => evidence.add(value, place));
	const settled = settleColumns([{ name: 'c', type, settings, evidence }], (place) => `item ${place}`, scope);
	if (settled.refusals.length > 0) throw refuseReadings(settled.refusals);
	const reader = new ColumnReader(settled.readings[0]);
	const texts = values.map((value) => {
		const text = reader.read(value);
		if (!(text instanceof Misfit)) reader.count();
		return text;
	});
	return { type: settled.readings[0].type, texts, reader, hints: settled.hints.map(({ text }) => text) };
}

/** What one value alone becomes. @throws as readColumn does */
export function readValue(
	value: unknown,
	type: ColumnType,
	options: Partial<ValueOptions> = {},
): string | null | Misfit {
	return readColumn([value], type, options).texts[0];
}

/** The texts of a column, null for NULL; a value that is not taken as `misfit: ` and why. @throws as readColumn does */
export function readTexts(
	values: readonly unknown[],
	type: ColumnType,
	options: Partial<ValueOptions> = {},
): Array<string | null> {
	return readColumn(values, type, options).texts.map((text) =>
		text instanceof Misfit ? `misfit: ${text.reason}` : text,
	);
}

/** Message and advice of a column that is refused; `taken` where it is not. */
export function readingRefusal(
	values: readonly unknown[],
	type: ColumnType,
	options: Partial<ValueOptions> = {},
	scope?: SettlingScope,
): string {
	try {
		readColumn(values, type, options, scope);
	} catch (error) {
		const { message, advice } = error as Error & { advice?: string };
		return `${message} ${advice}`;
	}
	return 'taken';
}
