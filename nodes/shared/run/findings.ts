import type { IDataObject } from 'n8n-workflow';

import { hintLines } from '../../../transfer/columns/columnHints';
import type { CsvFindings } from '../../../transfer/csv/csvFile';
import type { ItemFindings } from '../../../transfer/items/itemRows';
import type { OperationContext } from './operation';

/** What reading rows came to, from items or from files. */
export type Findings = ItemFindings | CsvFindings;

/** The fields of a summary that tell how the rows were read. */
export function findingsJson(findings: Findings): IDataObject {
	const { badRows, badValues, firstBadRows, conversions, repeatedKeys } = findings;
	const repeated = repeatedKeys === null ? {} : { repeatedKeys };
	return { badRows, badValues, firstBadRows, ...repeated, conversions } as unknown as IDataObject;
}

/** Shows how values were read, at most a line a column, and puts out the rows that were left out. */
export function showFindings(context: OperationContext, findings: Findings): void {
	for (const line of hintsOf(findings)) context.hint(line);
	for (const { json, inputItem } of findings.leftOut) {
		context.extra.put('leftOutRows', {
			json: json as IDataObject,
			...(inputItem === undefined ? {} : { pairedItem: { item: inputItem } }),
		});
	}
}

/**
 * For a Dry Run: shows what an upload would do, and puts out one item for each column.
 *
 * @param of where there are several targets: the one it is about, and its first item
 */
export function showProfile(
	context: OperationContext,
	findings: Findings,
	of?: { target: string; itemIndex: number },
): void {
	showFindings(context, findings);
	for (const profile of findings.profiles) {
		context.extra.put('columns', {
			json: { ...(of ? { target: of.target } : {}), ...profile } as unknown as IDataObject,
			pairedItem: { item: of?.itemIndex ?? 0 },
		});
	}
}

/** How the files are written, for a Dry Run's summary: of one file the dialect itself, of several a list. */
export function dialectJson(findings: Findings): IDataObject {
	if (!('dialects' in findings)) return {};
	const [first, ...others] = findings.dialects;
	if (first === undefined) return {};
	return { dialect: others.length === 0 ? { ...first } : findings.dialects } as unknown as IDataObject;
}

function hintsOf(findings: Findings): string[] {
	return [
		...('fileHints' in findings ? findings.fileHints : []),
		...(findings.leftOutHint === null ? [] : [findings.leftOutHint]),
		...(findings.repeatedKeysHint === null ? [] : [findings.repeatedKeysHint]),
		...hintLines(findings.hints),
	];
}
