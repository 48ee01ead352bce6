import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { DomoClient } from '../../domo/client';
import type { Column, Stream, UpdateMethod } from '../../domo/types';
import { hintLines } from '../../transfer/columns/columnHints';
import { missingLoadColumns } from '../../transfer/columns/loadColumns';
import { newCsvColumnsOf } from '../../transfer/csv/inferCsvColumns';
import { lookAhead, type FirstLook } from '../../transfer/execution/openExecution';
import { InputError } from '../../transfer/inputError';
import { counted, shownBytes } from '../../transfer/shownNumber';
import { newColumnsOf } from '../../transfer/items/itemColumns';
import type { PartTools } from '../../transfer/parts/partTools';
import { checkAhead } from '../../transfer/upload/checkAhead';
import { dryRun, refused, type DryRunReport } from '../../transfer/upload/dryRun';
import { readResumePoint } from '../../transfer/upload/resume';
import { SchemaChange } from '../../transfer/upload/schemaChange';
import {
	upload,
	type UploadOptions,
	type UploadSummary,
	type UploadTarget,
} from '../../transfer/upload/upload';
import { UploadError } from '../../transfer/uploadError';
import { saysNothingSent, withMore } from '../../transfer/withMore';
import { isMappedByHand } from '../shared/editor/columnMapper';
import {
	csvFiles,
	csvOptions,
	itemsOf,
	loadValuesOf,
	openRows,
	readInputKind,
	selectionOf,
	type ChosenItems,
	type RowWishes,
} from '../shared/fields/inputSource';
import { checksOf, remembered } from '../shared/fields/checksOf';
import { flatItems } from '../shared/fields/nestedFields';
import type { LoadOptionValues } from '../shared/fields/optionFields';
import { valueOptionsOf } from '../shared/fields/valueOptionsOf';
import { dataSetIdOf, getDataSetWithColumns } from '../shared/run/dataSetColumns';
import { dialectJson, findingsJson, showFindings, showProfile, type Findings } from '../shared/run/findings';
import type { OperationContext } from '../shared/run/operation';
import { summaryItem } from '../shared/run/summaryItem';
import { plainName, targetLabel, targetToMake, type Target, type TargetChoice } from './streamTarget';
import { engineOptions } from './uploadOptions';

/** What a run chose for all of its targets. */
export interface UploadWishes {
	/** Undefined for "as the Stream is set". */
	updateMethod: UpdateMethod | undefined;
	chosen: LoadOptionValues;
	/** Whether each item names its target: summaries then name it, too, even if it is the only one. */
	isNamedByItems: boolean;
	/** The field of the items that names their target, where one does. */
	targetField?: string;
	/** One for all targets. */
	tools: PartTools;
}

type Source = Awaited<ReturnType<typeof openRows>>;

/** What an upload needs to know of its target. */
interface Prepared {
	target: Target;
	columns: Column[];
	added: Column[];
	options: UploadOptions;
}

/** What an upload asks Domo about its target. */
export interface Asked {
	columns: Promise<Column[]>;
	/** Not for a Dry Run or a resume. */
	look?: FirstLook;
}

/** How far an upload has come. */
export interface UploadSteps {
	/** Domo has taken the commit: from here on, the upload only reads. */
	onCommitTaken?: () => void;
}

/** The upload of some of the input items, or of all, into one target. */
export class OneUpload {
	/** Open since it was checked ahead; only of items, as files would hold their first bytes in memory. */
	private openSource: Source | undefined;
	/** Tells how the rows were read that were loaded. */
	private untold: (() => void) | undefined;

	/** @param prepared for a Dry Run, also what refuses it already */
	private constructor(
		private readonly context: OperationContext,
		private readonly choice: TargetChoice,
		private readonly stream: Stream | undefined,
		private readonly items: ChosenItems,
		private readonly wishes: UploadWishes,
		private readonly prepared: Prepared | InputError,
	) {}

	/** Asks Domo for a DataSet's columns and, beside them, its Stream's executions; what fails is told where it is used. */
	static ask({ client }: OperationContext, stream: Stream, { chosen }: UploadWishes): Asked {
		const columns = columnsOf(client, stream);
		columns.catch(() => undefined);
		const isLookedAt = !chosen.dryRun && readResumePoint(chosen.resume) === undefined;
		return { columns, ...(isLookedAt ? { look: lookAhead(client, stream.id) } : {}) };
	}

	/**
	 * Reads what the DataSet's columns are, or are to be.
	 *
	 * @param stream undefined for a DataSet that is yet to be made
	 * @param asked what Domo was asked of it before
	 * @throws InputError, unless it is for a Dry Run, which reports it; DomoError
	 */
	static async prepare(
		context: OperationContext,
		choice: TargetChoice,
		stream: Stream | undefined,
		items: ChosenItems,
		wishes: UploadWishes,
		asked?: Asked,
	): Promise<OneUpload> {
		const prepared = await OneUpload.prepared(context, choice, stream, items, wishes, asked).catch(
			(error: unknown) => {
				if (wishes.chosen.dryRun && error instanceof InputError) return error;
				throw error;
			},
		);
		return new OneUpload(context, choice, stream, items, wishes, prepared);
	}

	private static async prepared(
		context: OperationContext,
		choice: TargetChoice,
		stream: Stream | undefined,
		items: ChosenItems,
		wishes: UploadWishes,
		askedBefore: Asked | undefined,
	): Promise<Prepared> {
		const { chosen, updateMethod } = wishes;
		const target: Target = stream
			? { stream }
			: {
					missing: await targetToMake(
						context,
						'name' in choice ? choice.name : '',
						updateMethod ?? 'APPEND',
						items,
						wishes,
					),
				};
		const engine = engineOptions(chosen, stream?.id);
		const asked = stream && (askedBefore ?? OneUpload.ask(context, stream, wishes));
		const { columns, added } =
			'missing' in target
				? { columns: target.missing.columns, added: [] }
				: await columnsWithLoad(context, target.stream, items, wishes, asked);
		const dataSetId = stream ? dataSetIdOf(stream) : undefined;
		const checks = checksOf(context, chosen, [...columns, ...added], dataSetId, {
			stopsWhenFull: !chosen.dryRun,
			isOneOfMany: items !== 'all',
		});
		const options: UploadOptions = {
			...engine,
			tools: wishes.tools,
			...(checks ? { checks } : {}),
			updateMethod: updateMethod ?? 'stream',
			...(chosen.loadColumns.length > 0
				? { loadValues: engine.resume?.loadValues ?? loadValuesOf(context) }
				: {}),
			...(asked?.look ? { firstLook: asked.look } : {}),
			hint: context.hint,
			log: context.log,
		};
		return { target, columns, added, options };
	}

	/**
	 * Checks all that can be known before anything is sent: the items, or the first bytes of the files, and what would
	 * refuse the upload in Domo. For one of several targets.
	 *
	 * @throws InputError, UploadError, DomoError
	 */
	async check(): Promise<void> {
		const source = await this.open({ isAhead: true });
		try {
			const { target, options } = this.ready;
			await checkAhead(this.context.client, uploadTarget(target), source, options);
		} catch (error) {
			await source.close();
			throw asGiven(error);
		}
		if ('fileHints' in source.findings) await source.close();
		else this.openSource = source;
	}

	/** Loads the rows. @returns the summary; see `tell` */
	async run(steps: UploadSteps = {}): Promise<INodeExecutionData> {
		const { context } = this;
		const { target, columns, added, options } = this.ready;
		const source = this.openSource ?? (await this.opened());
		this.openSource = undefined;
		const { checks } = options;
		const dataSetId = 'stream' in target ? target.stream.dataSet.id : undefined;
		// Other targets were loaded since Domo was asked: someone else may have opened an execution meanwhile.
		const { firstLook, ...others } = options;
		const summary = await upload(context.client, uploadTarget(target), checks?.watched(source) ?? source, {
			...others,
			...(firstLook && this.items === 'all' ? { firstLook } : {}),
			...steps,
			...(dataSetId !== undefined && added.length > 0
				? { schemaChange: new SchemaChange(context.client, dataSetId, columns, [...columns, ...added]) }
				: {}),
		}).catch((error: unknown) => {
			// Its rows wait for a commit by hand, or are in already.
			if (mayStillLand(error)) remembered(context, checks, error.details.dataSetId ?? null, true);
			throw error;
		});
		if (summary.executionId !== null) {
			// Where Domo may have taken the rows, the same ones must not be loaded again unseen.
			remembered(context, checks, summary.dataSetId, summary.state === 'unknown');
		}
		const line = summaryLine(summary);
		if (this.items !== 'all') context.log(line);
		this.untold = () => {
			if (added.length > 0) context.hint(`${listed(added)} added to the DataSet.`);
			if (this.items === 'all') context.hint(line);
			showFindings(context, source.findings);
		};
		return this.item({ ...summary, ...findingsJson(source.findings) });
	}

	/** Shows how the rows were read that were loaded, and puts out those that were left out: once, in the order of targets. */
	tell(): void {
		this.untold?.();
		this.untold = undefined;
	}

	/** Lets go of what was opened for a run that does not come. */
	async close(): Promise<void> {
		await this.openSource?.close();
		this.openSource = undefined;
	}

	/** For a Dry Run: says what an upload would do, or refuse. */
	async rehearse(): Promise<INodeExecutionData> {
		const { prepared } = this;
		if (prepared instanceof InputError) return this.reportItem(refused(prepared), undefined);
		const { target, options } = prepared;
		let source: Source | undefined;
		const report = await dryRun(
			this.context.client,
			uploadTarget(target),
			async () => {
				source = await this.open({ profile: true });
				return options.checks?.watched(source) ?? source;
			},
			options,
		);
		return this.reportItem(report, source?.findings, prepared);
	}

	/** @throws InputError of what was refused already */
	private get ready(): Prepared {
		if (this.prepared instanceof InputError) throw this.prepared;
		return this.prepared;
	}

	private async open(wishes: RowWishes = {}): Promise<Source> {
		const { context, items } = this;
		const { columns, added, target, options } = this.ready;
		const { chosen, targetField } = this.wishes;
		const keys = 'stream' in target ? target.stream.keyColumnNames : undefined;
		return await openRows(context, items, [...columns, ...added], chosen, {
			...wishes,
			...(keys?.length ? { keyColumnNames: keys } : {}),
			...(targetField === undefined ? {} : { targetField }),
			...(options.loadValues ? { loadValues: options.loadValues } : {}),
		});
	}

	private async opened(): Promise<Source> {
		return await this.open().catch((error: unknown) => {
			const resumedId = this.ready.options.resume?.executionId;
			throw error instanceof InputError ? withMore(error, nothingSent(error, resumedId)) : error;
		});
	}

	private item(json: object): INodeExecutionData {
		const { items, context, wishes } = this;
		return summaryItem(
			(wishes.isNamedByItems ? { target: this.name, ...json } : json) as IDataObject,
			items === 'all' ? context.items.length : items,
		);
	}

	/** As summaries have it. */
	private get name(): string {
		return plainName(targetLabel(this.choice));
	}

	/** @param prepared undefined where the run was refused before */
	private reportItem(
		counts: DryRunReport,
		findings: Findings | undefined,
		prepared?: Prepared,
	): INodeExecutionData {
		const { context, stream, items, wishes } = this;
		const report = withRefusal(counts, findings);
		const { wouldUpload, refusal, advice, parts = 0, rows = 0 } = report;
		const made = prepared && 'missing' in prepared.target ? prepared.target.missing : undefined;
		const checks = prepared?.options.checks;
		const where = stream ? { streamId: stream.id, dataSetId: stream.dataSet.id } : { wouldCreate: this.name };
		const updateMethod = wishes.updateMethod ?? stream?.updateMethod ?? 'APPEND';
		const of = wishes.isNamedByItems
			? { target: this.name, itemIndex: items === 'all' ? 0 : items[0] }
			: undefined;
		if (findings) showProfile(context, findings, of);
		const would =
			made && wouldUpload
				? ` No DataSet is named '${made.name}'; it would be made with ${counted(made.columns.length, 'column')}.`
				: '';
		context.hint(
			refusal === undefined
				? `Dry run: ${counted(rows, 'row')} would be uploaded in ${counted(parts, 'part')}. Nothing was sent.${would}${advice ? ` ${advice}` : ''}`
				: `Dry run: the upload would be refused. ${refusal}`,
		);
		return this.item({
			dryRun: true,
			...where,
			updateMethod,
			newColumns: made ? made.columns : (prepared?.added ?? []),
			...report,
			...(checks ? { checks: findings?.refusal ? checks.resultsOfFittingRows : [...checks.results] } : {}),
			...(findings ? { ...findingsJson(findings), ...dialectJson(findings) } : {}),
		});
	}
}

/** Whether all rows are in an execution that may be committed, by someone else or later. */
export function mayStillLand(error: unknown): error is UploadError {
	if (!(error instanceof UploadError) || !error.code.startsWith('COMMIT_')) return false;
	const { fate } = error.details;
	return fate === 'open' || fate === 'unknown' || error.code === 'COMMIT_ROWS_ARE_IN';
}

function asGiven(error: unknown): unknown {
	return error;
}

function uploadTarget(target: Target): UploadTarget {
	return 'stream' in target ? target.stream : target.missing;
}

async function columnsOf(client: DomoClient, stream: Stream): Promise<Column[]> {
	return (await getDataSetWithColumns(client, dataSetIdOf(stream))).columns;
}

/** See columnsFor; 'Load Columns' are added behind the input's. */
async function columnsWithLoad(
	context: OperationContext,
	stream: Stream,
	items: ChosenItems,
	wishes: UploadWishes,
	asked: Asked | undefined,
): Promise<{ columns: Column[]; added: Column[] }> {
	const existing = await (asked?.columns ?? columnsOf(context.client, stream));
	const { columns, added } = await columnsFor(context, existing, items, wishes);
	const load = missingLoadColumns(wishes.chosen.loadColumns, [...columns, ...added]);
	return { columns, added: [...added, ...load] };
}

/** The DataSet's columns, and those that the input brings in addition where they are to be added. */
async function columnsFor(
	context: OperationContext,
	columns: Column[],
	items: ChosenItems,
	{ chosen, targetField }: UploadWishes,
): Promise<{ columns: Column[]; added: Column[] }> {
	if (chosen.unknownFields !== 'addColumns' || isMappedByHand(context)) return { columns, added: [] };
	const { columns: added, hints } =
		(await readInputKind(context)) === 'binary'
			? await newCsvColumnsOf(csvFiles(context, items), columns, csvOptions(context, chosen))
			: await newColumnsOf(
					await flatItems(context, itemsOf(context, items), chosen, columns),
					columns,
					valueOptionsOf(context, chosen),
					context.client.signal,
					selectionOf(items, targetField),
				);
	hintLines(hints).forEach((line) => context.hint(line));
	return { columns, added };
}

/** Until the input is open, Domo was only asked. */
function nothingSent(error: InputError, resumedId: number | undefined): string {
	const left = resumedId === undefined ? '' : `The execution ${resumedId} was left as it is.`;
	return saysNothingSent(error) ? left : `Nothing was sent. ${left}`.trimEnd();
}

/** What an upload would refuse of the rows, it refuses before it asks Domo anything. */
function withRefusal(report: DryRunReport, findings: Findings | undefined): DryRunReport {
	const refusal = findings?.refusal;
	if (!refusal) return report;
	return { ...report, ...refused(refusal) };
}

function listed(columns: Column[]): string {
	const names = columns.map(({ name, type }) => `'${name}' (${type})`).join(', ');
	return columns.length === 1 ? `The column ${names} was` : `The columns ${names} were`;
}

/** "3,000,000 rows in 4 parts, 22.1 MB sent, 2 retries, 9.8 s; Domo is indexing" */
function summaryLine(summary: UploadSummary): string {
	const retries =
		summary.retries > 0 ? `, ${summary.retries === 1 ? '1 retry' : `${summary.retries} retries`}` : '';
	const line = `${counted(summary.rows, 'row')} in ${counted(summary.parts, 'part')}, ${shownBytes(summary.sentBytes)} sent${retries}, ${(summary.durationMs / 1000).toFixed(1)} s`;
	const ends: Record<string, string> = {
		SUCCESS: summary.verified === true ? '; all rows are in Domo' : '; Domo has taken the rows',
		ACTIVE: '; Domo is indexing',
		unknown: '; whether Domo took the rows is not known',
	};
	return line + (ends[summary.state] ?? '');
}
