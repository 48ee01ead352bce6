import type { Column } from '../../domo/types';
import type { LoadColumnKind } from '../columns/loadColumns';
import type { ValueOptions } from '../columns/valueOptions';
import type { InputError } from '../inputError';
import { RecordEnds } from '../recordEnds';
import type { RowBlock, RowSource } from '../rowSource';
import type { CheckName, CheckResult, Finding, RowCheck } from './check';
import { anyCheck, type CheckOptions } from './checkOptions';
import { counted } from '../shownNumber';
import { checksFailed, checksNotMade, MAX_SAID, sentenceOf } from './checkRefusal';
import { FieldScanner } from './fieldScanner';
import { InputForm } from './inputForm';
import { rowChecksOf } from './rowChecks';
import { chosenRowLimits, rowFindings, type RowFacts } from './rowLimits';
import { SameInput } from './sameInput';

/** What reading the rows needs to know. */
export interface CheckedTable {
	/** The DataSet's, those to be added included. */
	columns: readonly Column[];
	nullText: '' | '\\N';
	/** What the load writes beside the input. */
	loadColumns: readonly LoadColumnKind[];
	values: Pick<ValueOptions, 'timeZone' | 'workflowTimeZone'>;
}

/** Whatever other rows there are. */
const BROKEN_BY_A_ROW: ReadonlySet<CheckName> = new Set([
	'notNullColumns',
	'uniqueColumns',
	'allowedValues',
	'bounds',
]);

/** The checks of one load: they see every row once, as it is drawn, in the form in which it is sent. */
export class CheckRun {
	private readonly rowChecks: readonly RowCheck[];
	private readonly same: SameInput | undefined;
	private judged: readonly CheckResult[] = [];
	/** A check can't be made any more for which the load is refused: it need not go on to its end. */
	private isToStop = false;

	/**
	 * @param hint for checks that only warn
	 * @throws InputError for settings that can't be used
	 */
	private constructor(
		private readonly options: CheckOptions,
		private readonly table: CheckedTable,
		private readonly hint: (message: string) => void,
	) {
		const { columns, values, nullText, loadColumns } = table;
		this.rowChecks = rowChecksOf(options, columns, values, nullText, (finding) => {
			if (options.stopsWhenFull && this.isRefused(finding)) this.isToStop = true;
		});
		this.same = options.sameInput
			? new SameInput(options.lastInput, new InputForm(columns, nullText, loadColumns))
			: undefined;
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

	/** Every check's result, once the load was judged or stopped. */
	get results(): readonly CheckResult[] {
		return this.judged;
	}

	/** Same, where other rows were refused for their values: what these hold can only break a check, not keep it. */
	get resultsOfFittingRows(): CheckResult[] {
		return this.judged.map((result) => {
			if (result.held === false && BROKEN_BY_A_ROW.has(result.check)) return result;
			const { check, column } = result;
			const reason = 'the input is refused before, for its values';
			return { check, ...(column === undefined ? {} : { column }), held: null, reason };
		});
	}

	/** Of the rows, hex, after the last one; null where there was no row, undefined where it was not asked for. */
	get sha256(): string | null | undefined {
		return this.same && (this.same.sha256 ?? null);
	}

	/** The same rows, which the checks see as they are drawn. */
	watched<Source extends RowSource>(source: Source): RowSource {
		const locate = (row: number) => source.locate(row);
		const { same } = this;
		const columns = new Map<number, boolean>();
		for (const check of this.rowChecks) {
			for (const column of check.columns)
				columns.set(column, check.needsEnds || columns.get(column) === true);
		}
		const scanner =
			columns.size === 0
				? undefined
				: new FieldScanner(columns, this.table.columns, this.table.nullText, (batch) => {
						for (const check of this.rowChecks) check.look(batch, locate);
						if (this.isToStop) this.stop();
					});
		if (scanner === undefined && same === undefined) return source;
		// Noting where fields begin is about a fifth of what unique records cost, and for them it is mostly not asked for.
		const areFieldsNoted = !this.rowChecks.every((check) => check.readsRecords === true);
		const ends = scanner && new RecordEnds(areFieldsNoted ? scanner.fields : []);
		const see = ({ bytes, rows }: RowBlock) => {
			if (ends) scanner?.scan(bytes, ends, rows);
			same?.add(bytes);
		};
		return new WatchedSource(source, ends, see, () => this.rowChecks.forEach((check) => check.close?.()));
	}

	/** Refuses a number of rows that is known before they are drawn. @throws InputError */
	judgeRows(facts: RowFacts): void {
		const limits = rowFindings(this.options, facts);
		const refused = limits.filter((finding) => this.isRefused(finding));
		if (refused.length === 0) return;
		this.judged = this.soFar(limits).map(resultOf);
		throw this.refusal(refused);
	}

	/**
	 * Judges the load, after its last row.
	 *
	 * @throws InputError for what does not hold, or could not be checked; what only warns is shown
	 */
	async judge(facts: RowFacts): Promise<void> {
		for (const check of this.rowChecks) await check.finish?.();
		const findings = [
			...rowFindings(this.options, facts),
			...this.rowChecks.flatMap((check) => check.findings()),
			...(this.same ? [this.same.finding()] : []),
		];
		this.judged = findings.map(resultOf);
		const refused = findings.filter((finding) => this.isRefused(finding));
		if (refused.length > 0) throw this.refusal(refused);
		const warned = findings.filter(isViolated);
		for (const finding of warned.slice(0, MAX_SAID)) {
			const what = finding.held === null ? 'could not be made' : 'does not hold';
			this.hint(`A check that only warns ${what}: ${sentenceOf(finding)}.`);
		}
		const more = warned.length - MAX_SAID;
		if (more > 0) this.hint(`So it is with ${counted(more, 'more check')} that only warn: see 'checks'.`);
		for (const finding of findings) if (!isViolated(finding) && finding.hint) this.hint(finding.hint);
	}

	/** Ends the load before its last row. @throws InputError */
	private stop(): never {
		const limits = chosenRowLimits(this.options).map((check) => notMadeAsStopped({ check, held: null }));
		const findings = this.soFar(limits);
		this.judged = findings.map(resultOf);
		throw this.refusal(findings.filter((finding) => this.isRefused(finding)));
	}

	/** What all checks came to before the last row. */
	private soFar(limits: readonly Finding[]): Finding[] {
		return [
			...limits,
			...this.rowChecks.flatMap((check) => check.findings()).map(asFarAsKnown),
			...(this.same ? [notMadeAsStopped({ check: 'sameInput', held: null })] : []),
		];
	}

	/** What is known to be violated comes first: then the rows are not right, whatever could not be checked. */
	private refusal(refused: readonly Finding[]): InputError {
		const violated = refused.filter(({ held }) => held === false);
		const notMade = refused.filter(({ held }) => held === null);
		return violated.length === 0
			? checksNotMade(notMade, this.judged)
			: checksFailed([...violated, ...notMade], this.judged, this.options.isOneOfMany);
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
		private readonly ends: RecordEnds | undefined,
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
		const block = await this.source.next(maxBytes, maxRows, reuse, this.ends);
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
	for (const key of ['isIdle', 'isSettled', 'hint'] as const) delete result[key];
	return result;
}

/** A finding before the last row: what can still change is not known. */
function asFarAsKnown(finding: Finding): Finding {
	return finding.held === null || finding.isSettled ? finding : notMadeAsStopped(finding);
}

function notMadeAsStopped({ check, column }: Finding): Finding {
	const reason = 'the load was stopped before its last row';
	return { check, ...(column === undefined ? {} : { column }), held: null, reason, isIdle: true };
}
