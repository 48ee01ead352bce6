import { delimiterTie, fewerLinesThan, headerIsBelow } from './csvFileFaults';
import type { Refuse } from './inputFile';
import type { FileOptions } from './fileOptions';
import { fieldsOf, NO_DELIMITER, RecordScanner, type Separators } from './records';
import { looseName } from '../columns/looseName';

const LF = 0x0a;
const CR = 0x0d;

/** The delimiters that are looked for. */
const DELIMITERS = [',', ';', '\t', '|'] as const;

/** So many records are looked at. */
const FIRST_RECORDS = 100;

/** In so many lines the header is looked for. */
const FIRST_LINES = 50;

/** How a file is written, apart from its encoding. */
export interface Dialect {
	separators: Separators;
	/** Physical lines before the header or the first row. */
	linesAbove: number;
	/** `,` `;` … or '' where each line is one field */
	delimiter: string;
	lineEnd: 'LF' | 'CRLF' | 'LF and CRLF' | 'CR';
	/** The first records behind the header: how many fields each has, and whether its last one is empty. */
	firstRecords: ReadonlyArray<{ fields: number; endsEmpty: boolean }>;
	/** The header's names, if it has one and the file is not empty. */
	names?: string[];
}

export interface DialectInput {
	/** a file's first bytes as UTF-8, with room for a stop byte behind them */
	bytes: Buffer;
	length: number;
	/** whether these are all of the file's bytes */
	isWhole: boolean;
	/** whether the bytes that decide have a line feed */
	hasLineFeed: boolean;
}

/**
 * Finds out how a file is written: `Files` in the contract of values and files has the rules.
 *
 * @param columnNames the DataSet's columns; undefined where they are to be inferred
 * @throws InputError where two delimiters fit, or another line than the first is the header
 */
export function findDialect(
	input: DialectInput,
	options: FileOptions,
	columnNames: readonly string[] | undefined,
	refuse: Refuse,
): Dialect {
	return new DialectFinder(input, options, columnNames, refuse).find();
}

/** The beginning of a file, read with one delimiter. */
interface Reading {
	delimiter: string;
	separators: Separators;
	/** the header's fields, or none */
	names: string[];
	records: Array<{ fields: number; endsEmpty: boolean }>;
	/** where the first record ends, behind its line end; undefined where its end is not known */
	firstEnd: number | undefined;
	/** whether the first records could be read to their end */
	isSound: boolean;
}

/** A header may have a few records of another length below it. */
const MOST_RECORDS = 0.9;

class DialectFinder {
	private readonly lineEnd: typeof LF | typeof CR;

	private readonly lookedFor: ReadonlySet<string> | undefined;

	constructor(
		private readonly input: DialectInput,
		private readonly options: FileOptions,
		private readonly columnNames: readonly string[] | undefined,
		private readonly refuse: Refuse,
	) {
		const { bytes, length, hasLineFeed } = input;
		this.lineEnd = !hasLineFeed && bytes.subarray(0, length).includes(CR) ? CR : LF;
		this.lookedFor = columnNames && new Set(columnNames.map(looseName));
	}

	find(): Dialect {
		const { input, options, refuse } = this;
		const named = this.separatorLine();
		const linesAbove = Math.max(options.linesBeforeHeader, named === undefined ? 0 : 1);
		const from = this.startOfLine(linesAbove);
		if (from === undefined) throw refuse(...fewerLinesThan(options.linesBeforeHeader));
		const chosen = options.delimiter === 'auto' ? named : options.delimiter;
		if (options.fileHasHeader) this.refuseHeaderBelow(linesAbove, chosen);
		const reading = chosen === undefined ? this.bestReading(from) : this.readWith(chosen, from, input.length);
		const { separators, records, delimiter, names } = reading;
		return {
			separators,
			linesAbove,
			delimiter,
			lineEnd: this.shownLineEnd(),
			firstRecords: records,
			...(options.fileHasHeader && names.length > 0 ? { names } : {}),
		};
	}

	/** What Excel's `sep=;` as the first line names. */
	private separatorLine(): string | undefined {
		const { bytes, length } = this.input;
		return /^"?sep=([^\r\n"])"?(?:\r|\n|$)/i.exec(bytes.toString('latin1', 0, Math.min(length, 20)))?.[1];
	}

	/** @returns undefined where the file has no such line, 0 being the first */
	private startOfLine(line: number): number | undefined {
		const { bytes, length } = this.input;
		let at = 0;
		for (let passed = 0; passed < line; passed++) {
			const end = bytes.indexOf(this.lineEnd, at);
			if (end < 0 || end >= length) return undefined;
			at = end + 1;
		}
		return at;
	}

	private readWith(delimiter: string, from: number, to: number, maxRecords = FIRST_RECORDS): Reading {
		const bytes = Buffer.from(this.input.bytes.subarray(from, to + 2));
		let length = to - from;
		const isWhole = this.input.isWhole || to < this.input.length;
		if (isWhole && length > 0 && bytes[length - 1] !== this.lineEnd) bytes[length++] = this.lineEnd;
		const separators: Separators = {
			delimiter: delimiter === '' ? NO_DELIMITER : delimiter.charCodeAt(0),
			lineEnd: this.lineEnd,
		};
		const scanner = new RecordScanner(separators, 0, true);
		const end = scanner.scan(bytes, 0, length, maxRecords + this.options.linesAfterLastRow + 1);
		const hasHeader = this.options.fileHasHeader && scanner.rows > 0;
		const names = hasHeader
			? fieldsOf(bytes, scanner, 0, scanner.fieldCounts[0]).map(({ text }) => text)
			: [];
		const isAtEnd = isWhole && end === length;
		const rows = isAtEnd ? scanner.rows - this.options.linesAfterLastRow : scanner.rows;
		const records: Reading['records'] = [];
		let field = 0;
		for (let row = 0; row < Math.min(rows, maxRecords + 1); row++) {
			const fields = scanner.fieldCounts[row];
			const lastFrom = fields > 1 ? scanner.fieldEnds[field + fields - 2] + 1 : scanner.rowStarts[row];
			field += fields;
			if (row > 0 || !hasHeader) {
				records.push({ fields, endsEmpty: lastFrom === scanner.fieldEnds[field - 1] });
			}
		}
		const firstEnd = scanner.rows > 0 ? from + scanner.rowEnds[0] : undefined;
		return { delimiter, separators, names, records, firstEnd, isSound: scanner.fault === undefined };
	}

	private bestReading(from: number): Reading {
		const { length } = this.input;
		const all = DELIMITERS.map((delimiter) => this.readWith(delimiter, from, length));
		const alone = this.readWith('', from, length);
		const inHeader = all.filter(({ names }) => names.length > 1);
		const inRecords = all.filter(({ records }) => records.some(({ fields }) => fields > 1));
		const candidates = inHeader.length > 0 ? inHeader : inRecords;
		if (this.lookedFor && this.options.fileHasHeader && inHeader.length > 0) {
			const scores = [...inHeader, alone].map((reading) => this.namesMatched(reading.names));
			const best = Math.max(...scores);
			const fitting = [...inHeader, alone].filter((_, index) => scores[index] === best);
			if (best > 0 && fitting.length === 1) return fitting[0];
		}
		if (candidates.length === 0) return alone;
		if (this.columnNames && !this.options.fileHasHeader) {
			const count = this.columnNames.length;
			const fitting = [...candidates, alone].filter(
				({ records, isSound }) => isSound && records.every((record) => hasFields(record, count)),
			);
			if (fitting.length === 1) return fitting[0];
			if (fitting.length > 1) throw this.tie(fitting);
		}
		if (candidates.length === 1) return candidates[0];
		const shares = candidates.map(evenness);
		const most = Math.max(...shares);
		const evenest = candidates.filter((_, index) => shares[index] === most);
		if (evenest.length > 1) throw this.tie(evenest);
		return evenest[0];
	}

	private tie(readings: readonly Reading[]) {
		return this.refuse(...delimiterTie(readings.map(({ delimiter }) => delimiter)));
	}

	private namesMatched(names: readonly string[]): number {
		const { lookedFor } = this;
		return lookedFor ? new Set(names.map(looseName).filter((name) => lookedFor.has(name))).size : 0;
	}

	/** Lines above the header, which people's reports have, look like a header of other names. */
	private refuseHeaderBelow(linesAbove: number, chosen: string | undefined): void {
		const delimiters = chosen === undefined ? [...DELIMITERS, ''] : [chosen];
		const lines = this.firstLines();
		const first = lines.findIndex(({ isBlank }, index) => index >= linesAbove && !isBlank);
		if (first < 0) return;
		this.joinLinesOfRecord(lines, first, delimiters);
		const found = this.lookedFor
			? this.lineOfColumns(lines, first, delimiters)
			: this.lineOfMostFields(lines, first, delimiters);
		if (found) throw this.refuse(...headerIsBelow(found.line, found.names), found.line);
	}

	/** A name in quotes may go on in the next line: such lines are the header's, and none of them is looked at alone. */
	private joinLinesOfRecord(lines: Line[], first: number, delimiters: readonly string[]): void {
		const ends = delimiters.map(
			(delimiter) => this.readWith(delimiter, lines[first].from, this.input.length, 1).firstEnd ?? 0,
		);
		lines[first].to = Math.max(lines[first].to, ...ends);
		lines.forEach((line, index) => {
			if (index > first && line.from < lines[first].to) line.isBlank = true;
		});
	}

	private lineOfColumns(lines: readonly Line[], first: number, delimiters: readonly string[]) {
		const scoreOf = ({ from, to }: Line, delimiter: string) => {
			const { names } = this.readWith(delimiter, from, to, 1);
			return { names, score: this.namesMatched(names) };
		};
		let best = Math.max(...delimiters.map((delimiter) => scoreOf(lines[first], delimiter).score));
		if (best === this.lookedFor?.size) return undefined;
		let found: { line: number; names: string[] } | undefined;
		lines.forEach((line, index) => {
			if (index === first || line.isBlank) return;
			for (const delimiter of delimiters) {
				const { names, score } = scoreOf(line, delimiter);
				if (score > best) {
					best = score;
					found = { line: index + 1, names };
				}
			}
		});
		return found;
	}

	/** Where the columns are not known: names, followed by records as long, below lines that are shorter. */
	private lineOfMostFields(lines: readonly Line[], first: number, delimiters: readonly string[]) {
		for (const delimiter of delimiters) {
			if (delimiter === '') continue;
			const named = lines.map((line) =>
				line.isBlank ? [] : this.readWith(delimiter, line.from, line.to, 1).names,
			);
			const below = named.slice(first + 1).filter((names) => names.length > 1);
			const most = Math.max(0, ...below.map((names) => names.length));
			const at = named.findIndex((names, index) => index > first && names.length === most);
			const isHeader = most > 1 && at > 0 && isHeaderLike(named[at]) && named[at + 1]?.length === most;
			// Rows that are a field longer than their header have a fault of another kind.
			if (isHeader && named[first].length * 2 <= most) {
				return this.isHeader(lines[first], lines[at], delimiters)
					? undefined
					: { line: at + 1, names: named[at] };
			}
		}
		return undefined;
	}

	/** Whether the line is the header of those below: texts have commas, and quoted ones lines of their own. */
	private isHeader(line: Line, other: Line, delimiters: readonly string[]): boolean {
		return delimiters.some((delimiter) => {
			const reading = this.readWith(delimiter, line.from, this.input.length);
			const { length } = reading.names;
			if (length < 2) return false;
			const share = evenness(reading);
			if (reading.records.length > 0 && share === 1) return true;
			const { names } = this.readWith(delimiter, other.from, other.to, 1);
			return (
				share >= MOST_RECORDS && hasFields({ fields: names.length, endsEmpty: names.at(-1) === '' }, length)
			);
		});
	}

	private firstLines(): Line[] {
		const { bytes, length } = this.input;
		const lines: Line[] = [];
		for (let from = 0; from < length && lines.length < FIRST_LINES;) {
			const end = bytes.indexOf(this.lineEnd, from);
			const to = end < 0 || end >= length ? length : end + 1;
			lines.push({ from, to, isBlank: bytes.toString('utf8', from, to).trim() === '' });
			from = to;
		}
		return lines;
	}

	private shownLineEnd(): Dialect['lineEnd'] {
		if (this.lineEnd === CR) return 'CR';
		const text = this.input.bytes.toString('latin1', 0, this.input.length);
		const hasCrLf = text.includes('\r\n');
		if (!hasCrLf) return 'LF';
		return /(?:^|[^\r])\n/.test(text) ? 'LF and CRLF' : 'CRLF';
	}
}

interface Line {
	from: number;
	to: number;
	isBlank: boolean;
}

/** Whether a record has so many fields, or one more that is empty: a delimiter at its end. */
function hasFields(record: { fields: number; endsEmpty: boolean }, count: number): boolean {
	return record.fields === count || (record.fields === count + 1 && record.endsEmpty);
}

/** The share of the first records that have as many fields as the header, or as the first. */
function evenness({ names, records, isSound }: Reading): number {
	if (records.length === 0) return isSound && names.length > 1 ? 1 : 0;
	const count = names.length > 0 ? names.length : records[0].fields;
	const even = records.filter((record) => hasFields(record, count)).length;
	return count < 2 ? 0 : even / (records.length + (isSound ? 0 : 1));
}

/** Names, all different: no values. */
function isHeaderLike(names: readonly string[]): boolean {
	const given = names.filter((name, index) => name.trim() !== '' || index < names.length - 1);
	return given.every((name) => /\p{L}/u.test(name)) && new Set(given.map(looseName)).size === given.length;
}
