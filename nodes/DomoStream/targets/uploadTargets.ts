import { counted } from '../../../transfer/shownNumber';
import type { INodeExecutionData } from 'n8n-workflow';

import { DomoError } from '../../../domo/errors';
import { cancelled } from '../../../domo/retry';
import { InputError } from '../../../transfer/inputError';
import { ConcurrencyLimit } from '../../../transfer/parts/concurrencyLimit';
import { refused } from '../../../transfer/upload/dryRun';
import { UploadError } from '../../../transfer/uploadError';
import { failureItem, toNodeError } from '../../shared/n8n/nodeError';
import { readInputKind } from '../../shared/fields/inputSource';
import type { OperationContext } from '../../shared/run/operation';
import { pairedWith, summaryItem } from '../../shared/run/summaryItem';
import { mayStillLand, OneUpload, type UploadWishes } from '../oneUpload';
import { plainName, type TargetChoice } from '../streamTarget';
import type { ItemGroup } from './groupItems';
import { inOrder } from './inOrder';
import { resolveTarget, resolveTargets, type ResolvedTarget } from './resolveTargets';
import { endsRun, notBegun, ofTarget, refusedAhead, refusedAlone, type Progress } from './targetFaults';
import { TargetHints } from './targetHints';

/** A target with what came of its checks. */
interface Checked extends ResolvedTarget {
	upload?: OneUpload;
}

/** What became of a target that was begun. */
interface Outcome {
	/** Its summary, or a Dry Run's report. */
	item?: INodeExecutionData;
	/** Why there is none. */
	fault?: unknown;
	/** Whether no other is begun after it. */
	endsRun?: boolean;
}

/**
 * Loads items into one target or several: all are checked first, then loaded one after the other, so that one at a time
 * needs memory. What only reads goes on side by side: the checks, and the waiting for Domo to index what was committed.
 *
 * @returns a summary item for each, in order of first appearance; under Continue, failures stand where they belong
 * @throws before anything is sent where a target is refused, or with what is loaded by then; not under Continue
 */
export async function uploadTargets(
	context: OperationContext,
	groups: ReadonlyArray<ItemGroup<TargetChoice>>,
	wishes: UploadWishes,
): Promise<INodeExecutionData[]> {
	const atOnce = wishes.chosen.maxConcurrentUploads;
	const resolved =
		groups.length === 1
			? [await resolveTarget(context, groups[0])]
			: await resolveTargets(context, groups, atOnce);
	if (resolved.length === 1) return [await loadOnly(context, resolved[0], wishes)];
	if (wishes.chosen.resume) throw resumesOne(resolved.length);
	const hints = new TargetHints(context);
	const run = new TargetsRun(context, hints, wishes);
	try {
		return await run.load(await run.check(resolved));
	} finally {
		await run.close();
		hints.show();
	}
}

/** Loads all items into their only target. */
async function loadOnly(
	context: OperationContext,
	{ choice, stream, label, error }: ResolvedTarget,
	wishes: UploadWishes,
): Promise<INodeExecutionData> {
	try {
		if (wishes.isNamedByItems && wishes.chosen.dryRun && isRefusal(error)) {
			return refusedReport(context, error, label, wishes, context.items.length);
		}
		if (!choice || error !== undefined) throw error;
		const upload = await OneUpload.prepare(context, choice, stream, 'all', wishes);
		if (wishes.chosen.dryRun) return await upload.rehearse();
		const item = await upload.run();
		upload.tell();
		return item;
	} catch (cause) {
		throw wishes.isNamedByItems ? ofTarget(cause, label) : cause;
	}
}

type Refusal = InputError | UploadError | DomoError;

/** Whether an error says what would refuse an upload, and not that Domo could not be asked. */
function isRefusal(error: unknown): error is Refusal {
	if (error instanceof DomoError) return error.code === 'DOMO_NOT_FOUND';
	return error instanceof InputError || error instanceof UploadError;
}

/** A Dry Run's item for a target that can't even be looked at. */
function refusedReport(
	context: OperationContext,
	error: Refusal,
	label: string | undefined,
	{ updateMethod }: UploadWishes,
	items: number | readonly number[],
): INodeExecutionData {
	const report = refused(error);
	context.hint(`Dry run: the upload would be refused. ${report.refusal}`);
	return summaryItem(
		{
			target: label === undefined ? null : plainName(label),
			dryRun: true,
			...(updateMethod === undefined ? {} : { updateMethod }),
			newColumns: [],
			...report,
		},
		items,
	);
}

class TargetsRun {
	private readonly open = new Set<OneUpload>();
	/** How many targets are looked at side by side. */
	private readonly atOnce: number;

	constructor(
		private readonly context: OperationContext,
		private readonly hints: TargetHints,
		private readonly wishes: UploadWishes,
	) {
		this.atOnce = wishes.chosen.maxConcurrentUploads;
	}

	/** @throws the first refusal, unless the node continues on error */
	async check(targets: readonly ResolvedTarget[]): Promise<Checked[]> {
		const { context, atOnce } = this;
		// Items wait for Domo, files for their first bytes, which take memory.
		const reading = new ConcurrencyLimit((await readInputKind(context)) === 'binary' ? 1 : atOnce);
		const checked: Checked[] = [];
		const stopping = () =>
			context.node.continueOnFail()
				? undefined
				: checked.find((each) => each?.error !== undefined && !this.isReported(each.error));
		await inOrder(
			targets,
			atOnce,
			async (target, position, passOn) => {
				passOn();
				checked[position] = await this.checkOne(target, reading);
			},
			() => this.isStopped || stopping() !== undefined,
		);
		this.requireRunning();
		const refused = stopping();
		if (refused) throw this.shown(refusedAhead(refused.error, refused.label), refused);
		return checked;
	}

	async load(targets: readonly Checked[]): Promise<INodeExecutionData[]> {
		const outcomes: Outcome[] = [];
		await inOrder(
			targets,
			this.atOnce,
			async (_, position, passOn) => {
				outcomes[position] = await this.loadOne(targets, position, passOn);
			},
			() => outcomes.some((outcome) => outcome?.endsRun),
		);
		for (const { upload } of targets) upload?.tell();
		const ending = outcomes.findIndex((outcome) => outcome.endsRun);
		const ended = ending < 0 ? undefined : this.ended(targets, outcomes, ending);
		if (ended && !this.context.node.continueOnFail()) throw ended;
		const output = targets.map((target, position) => {
			const { item, fault } = outcomes[position] ?? { fault: notBegun(target.label ?? 'No target') };
			if (item) return item;
			if (position === ending) return this.failure(ended, target);
			return this.failure(position in outcomes ? refusedAlone(fault, target.label) : fault, target);
		});
		if (!ended) this.sayTotals(output, outcomes.filter(isLoaded).length);
		return output;
	}

	/** Lets go of all that is still open. */
	async close(): Promise<void> {
		for (const upload of this.open) await upload.close();
	}

	/** @param reading bounds how many are read at once */
	private async checkOne(target: ResolvedTarget, reading: ConcurrencyLimit): Promise<Checked> {
		const { choice, label = '', stream, itemIndexes, error } = target;
		if (!choice || error !== undefined) return target;
		const context = this.hints.contextFor(label);
		const { wishes } = this;
		const asked = stream && OneUpload.ask(context, stream, wishes);
		await reading.enter();
		try {
			const upload = await OneUpload.prepare(context, choice, stream, itemIndexes, wishes, asked);
			this.open.add(upload);
			// A Dry Run says of each target what would refuse it.
			if (!wishes.chosen.dryRun) await upload.check();
			return { ...target, upload };
		} catch (cause) {
			return { ...target, error: cause };
		} finally {
			reading.leave();
		}
	}

	/** @param passOn called once this one only waits for Domo: the next may write then */
	private async loadOne(targets: readonly Checked[], position: number, passOn: () => void): Promise<Outcome> {
		const { context, wishes } = this;
		const { upload, label = '', itemIndexes, error } = targets[position];
		if (!upload && this.isReported(error)) {
			const { label: named } = targets[position];
			const own = this.hints.contextFor(named ?? 'Items without a target');
			return { item: refusedReport(own, error, named, wishes, itemIndexes) };
		}
		if (!upload) return { fault: error };
		try {
			this.requireRunning();
			context.log(
				`Target ${position + 1} of ${targets.length}: ${label}, ${itemIndexes.length.toLocaleString('en-US')} ${itemIndexes.length === 1 ? 'item' : 'items'}.`,
			);
			if (wishes.chosen.dryRun) return { item: await upload.rehearse() };
			return { item: await upload.run({ onCommitTaken: passOn }) };
		} catch (cause) {
			// What was being read when the run was stopped ends with the signal's own reason.
			const fault = this.isStopped && !isOurs(cause) ? cancelled('The run was stopped') : cause;
			return { fault, endsRun: this.isStopped || !context.node.continueOnFail() };
		}
	}

	/** The error that ends the run: that of the first target that does. */
	private ended(targets: readonly Checked[], outcomes: readonly Outcome[], ending: number): unknown {
		const labels = (isOf: (outcome: Outcome | undefined, position: number) => boolean) =>
			targets
				.filter((_, position) => position !== ending && isOf(outcomes[position], position))
				.map(({ label = 'items without a target' }) => label);
		const progress: Progress = {
			loaded: labels((outcome, position) => position < ending && isLoaded(outcome)),
			loadedBeside: labels((outcome, position) => position > ending && isLoaded(outcome)),
			unknown: labels(isUnknown),
			failed: labels((outcome) => outcome !== undefined && outcome.item === undefined && !isUnknown(outcome)),
			notBegun: labels((outcome) => outcome === undefined),
		};
		const target = targets[ending];
		// One error can be thrown: why the others failed is in the log, and what to do about it.
		for (const [position, { fault }] of outcomes.entries()) {
			if (position === ending || !(fault instanceof Error)) continue;
			const { label = 'Items without a target' } = targets[position];
			const advice = isOurs(fault) && fault.advice !== undefined ? ` ${fault.advice}` : '';
			this.context.log(`${label}: ${fault.message}${advice}`);
		}
		return this.shown(endsRun(outcomes[ending].fault, target.label ?? '', progress), target);
	}

	/** Whether an error is one that a Dry Run reports as its target's. */
	private isReported(error: unknown): error is Refusal {
		return this.wishes.chosen.dryRun && isRefusal(error);
	}

	private get isStopped(): boolean {
		return this.context.client.signal?.aborted === true;
	}

	private requireRunning(): void {
		if (this.isStopped) throw cancelled('The run was stopped');
	}

	private shown(error: unknown, { itemIndexes: [itemIndex] }: ResolvedTarget) {
		return toNodeError(this.context.node.getNode(), error, itemIndex);
	}

	/** The item of a target that was not loaded, paired with its input items. */
	private failure(error: unknown, target: ResolvedTarget): INodeExecutionData {
		const node = this.context.node.getNode();
		const item = failureItem(node, error, this.shown(error, target), target.itemIndexes[0]);
		// n8n routes by a hidden property of the item, which a copy would lose.
		item.pairedItem = pairedWith(target.itemIndexes);
		return item;
	}

	private sayTotals(items: readonly INodeExecutionData[], loaded: number): void {
		if (this.wishes.chosen.dryRun) return;
		const rows = items.reduce((sum, { json }) => sum + (typeof json.rows === 'number' ? json.rows : 0), 0);
		const empty = items.filter(({ json }) => json.state === 'NOTHING_TO_UPLOAD').length;
		const notLoaded = items.length - loaded;
		this.context.hint(
			`${loaded - empty} of ${items.length} targets loaded, ${counted(rows, 'row')} in all.${empty > 0 ? ` ${empty} had no rows to upload.` : ''}${notLoaded > 0 ? ' The items of the others say why not.' : ''}`,
		);
	}
}

/** Whether its rows are in Domo, as far as is known: also where Domo is still indexing them. */
function isLoaded(outcome: Outcome | undefined): boolean {
	return outcome?.item !== undefined && outcome.item.json.dryRun !== true && !isUnknown(outcome);
}

/** Whether its rows may be in Domo, or may still get there. */
function isUnknown({ item, fault }: Outcome = {}): boolean {
	if (item) return item.json.state === 'unknown';
	return (
		mayStillLand(fault) || (isOurs(fault) && 'effect' in fault.details && fault.details.effect === 'unknown')
	);
}

function isOurs(fault: unknown): fault is Refusal {
	return fault instanceof InputError || fault instanceof UploadError || fault instanceof DomoError;
}

function resumesOne(targets: number): InputError {
	return new InputError(
		'UPLOAD_RESUME_IMPOSSIBLE',
		`'Resume' continues the upload into one Stream, and the items go to ${targets} targets. Nothing was sent.`,
		'Pass only the items of the target that was kept open, in their order.',
	);
}
