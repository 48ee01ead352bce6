import type { Column } from '../../domo/types';
import type { ValueOptions } from '../columns/valueOptions';
import { InputError } from '../inputError';
import type { RowBlock, RowSource } from '../rowSource';
import type { CheckResult, Finding, RowCheck } from './check';
import { anyCheck, type CheckOptions } from './checkOptions';
import { FieldScanner } from './fieldScanner';
import { LABELS } from './labels';
import { rowChecksOf } from './rowChecks';
import { rowFindings, type RowFacts } from './rowLimits';
import { SameInput } from './sameInput';

/** What reading the rows needs to know. */
export interface CheckedTable {
	/** The DataSet's, those to be added included. */
	columns: readonly Column[];
	nullText: '' | '\\N';
	/** The columns that the input fills, by their index, where the load writes others itself. */
	inputColumns?: readonly number[];
	values: Pick<ValueOptions, 'timeZone' | 'workflowTimeZone'>;
}

/** The checks of one load: they see every row once, as it is drawn, in the form in which it is sent. */
export class CheckRun {
	private readonly rowChecks: readonly RowCheck[];
	private readonly same: SameInput | undefined;
	private judged: readonly CheckResult[] = [];

	/**
	 * @param hint for checks that only warn
	 * @throws InputError for settings that can't be used
	 */
	private constructor(
		private readonly options: CheckOptions,
		private readonly table: CheckedTable,
		private readonly hint: (message: string) => void,
	) {
		this.rowChecks = rowChecksOf(options, table.columns, table.values, (finding) => {
			// Beyond its memory, an upload that would be refused at its end need not go on.
			if (this.isRefused(finding)) throw refusal([finding]);
		});
		this.same = options.sameInput ? new SameInput(options.lastInput) : undefined;
	}

	/** @returns undefined where no check is chosen. @throws InputError for settings that can't be used */
	static of(
		options: CheckOptions,
		table: CheckedTable,
		hint: (message: string) => void,
	): CheckRun | undefined {
		return anyCheck(options) ? new CheckRun(options, table, hint) : undefined;
	}

	/** Whether the DataSet's number of rows is asked for. */
	get needsRowsBefore(): boolean {
		return this.options.maxRowChangePercent > 0;
	}

	/** Every check's result, once the load was judged. */
	get results(): readonly CheckResult[] {
		return this.judged;
	}

	/** Of the rows, hex, after the last one; undefined where it was not asked for, or there was no row. */
	get sha256(): string | undefined {
		return this.same?.sha256;
	}

	/** The same rows, which the checks see as they are drawn. */
	watched<Source extends RowSource>(source: Source): RowSource {
		const locate = (row: number) => source.locate(row);
		const { same } = this;
		const inputColumns = same && this.table.inputColumns;
		const columns = [
			...new Set([...this.rowChecks.flatMap((check) => check.columns), ...(inputColumns ?? [])]),
		];
		const scanner =
			columns.length === 0
				? undefined
				: new FieldScanner(columns, this.table.nullText, (batch) => {
						for (const check of this.rowChecks) check.look(batch, locate);
						if (inputColumns) same?.addFields(batch, inputColumns);
					});
		if (scanner === undefined && same === undefined) return source;
		const see = ({ bytes }: RowBlock) => {
			scanner?.scan(bytes);
			if (!inputColumns) same?.add(bytes);
		};
		return new WatchedSource(source, see, () => this.rowChecks.forEach((check) => check.close?.()));
	}

	/** Refuses a number of rows that is known before they are drawn. @throws InputError */
	judgeRows(facts: RowFacts): void {
		const refused = rowFindings(this.options, facts).filter((finding) => this.isRefused(finding));
		if (refused.length > 0) throw refusal(refused);
	}

	/**
	 * Judges the load, after its last row.
	 *
	 * @throws InputError for what does not hold, or could not be checked; what only warns is shown
	 */
	judge(facts: RowFacts): void {
		const findings = [
			...rowFindings(this.options, facts),
			...this.rowChecks.flatMap((check) => check.findings()),
			...(this.same ? [this.same.finding()] : []),
		];
		this.judged = findings.map(resultOf);
		const refused = findings.filter((finding) => this.isRefused(finding));
		if (refused.length > 0) throw refusal(refused, this.judged);
		for (const finding of findings.filter(isViolated)) {
			this.hint(`A check that only warns does not hold: ${sentenceOf(finding)}.`);
		}
	}

	private isRefused(finding: Finding): boolean {
		const { whenViolated, warnOnly } = this.options;
		return isViolated(finding) && whenViolated === 'refuse' && !warnOnly.includes(finding.check);
	}
}

/** A source whose blocks are seen as they are drawn. */
class WatchedSource implements RowSource {
	constructor(
		private readonly source: RowSource,
		private readonly see: (block: RowBlock) => void,
		private readonly closeChecks: () => void,
	) {}

	get rowCount(): number | undefined {
		return this.source.rowCount;
	}

	get shareDrawn(): number | undefined {
		return this.source.shareDrawn;
	}

	async next(maxBytes: number, maxRows: number, reuse?: Buffer): Promise<RowBlock | null> {
		const block = await this.source.next(maxBytes, maxRows, reuse);
		if (block !== null) this.see(block);
		return block;
	}

	async close(): Promise<void> {
		this.closeChecks();
		await this.source.close();
	}

	locate(row: number): string {
		return this.source.locate(row);
	}
}

function isViolated({ held, isIdle }: Finding): boolean {
	return held !== true && isIdle !== true;
}

function resultOf(finding: Finding): CheckResult {
	const result = { ...finding };
	delete result.isIdle;
	return result;
}

function refusal(refused: readonly Finding[], results: readonly CheckResult[] = []): InputError {
	const checks = results.length > 0 ? results : refused.map(resultOf);
	const sentences = refused.map(sentenceOf).join('. ');
	const rest = { checks: [...checks] };
	if (refused.every(({ held }) => held === null)) {
		return new InputError(
			'CHECK_NOT_MADE',
			`A check could not be made, so nothing is loaded. ${sentences}`,
			"Raise 'Memory for Unique Columns (MB)' if that is what is missing, remove the check, or name it under 'Only Warn'.",
			undefined,
			rest,
		);
	}
	const isLoadedTwice = refused.some(({ check }) => check === 'sameInput');
	return new InputError(
		'CHECK_FAILED',
		`A check does not hold, so nothing is loaded. ${sentences}`,
		`${isLoadedTwice ? 'If these rows are to be loaded once more, switch off the check for one run. ' : ''}Correct the data, or change the check. A check named under 'Only Warn' does not stop the load.`,
		undefined,
		rest,
	);
}

/** "Values Allowed: 'x' has a value that is not allowed in 3 rows: line 2 ('a'), line 5 ('b')" */
function sentenceOf({ check, reason = '', count = 0, first = [] }: Finding): string {
	const more = count > first.length ? ` and ${(count - first.length).toLocaleString('en-US')} more` : '';
	const isListed = first.length > 0 && check !== 'newestWithinHours';
	return `${LABELS[check]}: ${reason}${isListed ? `: ${first.join(', ')}${more}` : ''}`;
}
