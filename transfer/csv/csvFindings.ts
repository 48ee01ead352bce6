import type { LeftOutItem } from '../columns/badValues';
import { conversionHints, conversionsByColumn } from '../columns/conversionHints';
import type { ColumnHint } from '../columns/columnHints';
import type { ColumnProfile, ColumnProfileJson } from '../columns/columnProfile';
import type { ColumnReader } from '../columns/columnReader';
import type { ConversionKind } from '../columns/conversions';
import { repeatedKeysHint } from '../columns/repeatedKeys';
import { refuseReadings } from '../columns/settleColumns';
import type { InputError } from '../inputError';
import type { FooterLine } from './csvFileReader';
import type { CsvPlan } from './csvPlan';
import type { DecidedFile } from './decidingBytes';
import type { RowJudge } from './rowJudge';
import { shownEncoding } from './textEncoding';

/** How a file is written, for the Dry Run. */
export interface ShownDialect {
	file: string;
	encoding: string;
	delimiter: string;
	lineEnd: string;
	/** From 1; null where the file has no header. */
	headerLine: number | null;
}

/** Records below the last row that 'Lines After Last Row' left out. */
export interface ShownFooter {
	file: string;
	lines: FooterLine[];
}

/** What reading files came to, beside the rows. The same as for items, and what files have besides. */
export interface CsvFindings {
	/** Of conversions, at most one a column. */
	hints: ColumnHint[];
	/** Of the files: encodings found, lines left out. */
	fileHints: string[];
	/** "2 rows were left out …", or null. */
	leftOutHint: string | null;
	/** Rows that were left out as another has their key; null where that is left to Domo, or there is no key. */
	repeatedKeys: number | null;
	/** "2 rows were left out: …", or null. */
	repeatedKeysHint: string | null;
	/** Column, kind, count. */
	conversions: Record<string, Partial<Record<ConversionKind, number>>>;
	badRows: number;
	badValues: number;
	/** Up to ten, for the summary. */
	firstBadRows: Array<Record<string, unknown>>;
	/** Items of the output 'Left Out Rows'. */
	leftOut: readonly LeftOutItem[];
	/** One for each column, where a profile was asked for. */
	profiles: ColumnProfileJson[];
	/** Where a profile was asked for: why an upload would be refused. */
	refusal: InputError | null;
	/** How each file is written. */
	dialects: ShownDialect[];
	footers: readonly ShownFooter[];
}

export function findingsOf(
	{ deciding, settled, options }: CsvPlan,
	readers: readonly ColumnReader[],
	judge: RowJudge,
	profiles: readonly ColumnProfile[],
	footers: readonly ShownFooter[],
	repeatedKeys: number | null,
): CsvFindings {
	const { bad } = judge;
	return {
		hints: conversionHints(readers),
		fileHints: [...deciding.files.flatMap(hintsOf), ...footers.map(footerHint)],
		leftOutHint: bad.hint,
		repeatedKeys,
		repeatedKeysHint: repeatedKeysHint(options.repeatedKeys ?? 'refuse', repeatedKeys ?? 0),
		conversions: conversionsByColumn(readers),
		badRows: bad.badRows,
		badValues: bad.badValues,
		firstBadRows: bad.firstBadRows,
		leftOut: bad.leftOut,
		profiles: profiles.map((profile) => profile.toJson()),
		refusal: settled.refusals.length > 0 ? refuseReadings(settled.refusals) : judge.refusal,
		dialects: deciding.files.map(dialectOf),
		footers,
	};
}

function dialectOf({ file, known, headerLine }: DecidedFile): ShownDialect {
	const { delimiter, lineEnd } = known.dialect;
	return {
		file: file.name,
		encoding: shownEncoding(known.encoding),
		delimiter: delimiter === '' ? 'none' : delimiter,
		lineEnd,
		headerLine: headerLine ?? null,
	};
}

function hintsOf({ known, sawBlankByQuote }: DecidedFile): string[] {
	const { label } = known.faults;
	const hints: string[] = [];
	if (known.foundEncoding) hints.push(`${label} was read as ${shownEncoding(known.encoding)}.`);
	if (sawBlankByQuote) hints.push(`${label} has blanks beside quoted fields: they were left out.`);
	return hints;
}

function footerHint({ file, lines }: ShownFooter): string {
	const quoted = lines.map(({ text }) => `'${text}'`).join(', ');
	return `${lines.length === 1 ? 'The last line' : `The last ${lines.length} lines`} of '${file}' ${lines.length === 1 ? 'was' : 'were'} left out: ${quoted}.`;
}
