import { counted } from '../../../transfer/shownNumber';
import type { INodeExecutionData } from 'n8n-workflow';

import { DomoError } from '../../../domo/errors';
import { cancelled } from '../../../domo/retry';
import { InputError } from '../../../transfer/inputError';
import { refused } from '../../../transfer/upload/dryRun';
import { UploadError } from '../../../transfer/uploadError';
import { failureItem, toNodeError } from '../../shared/n8n/nodeError';
import { readInputKind } from '../../shared/fields/inputSource';
import type { OperationContext } from '../../shared/run/operation';
import { pairedWith, summaryItem } from '../../shared/run/summaryItem';
import { OneUpload, type UploadWishes } from '../oneUpload';
import { plainName, type TargetChoice } from '../streamTarget';
import type { ItemGroup } from './groupItems';
import { resolveTarget, resolveTargets, type ResolvedTarget } from './resolveTargets';
import { endsRun, notBegun, ofTarget, refusedAhead, refusedAlone, type Progress } from './targetFaults';
import { TargetHints } from './targetHints';

/** How many targets are checked at once: items wait for Domo, files for their first bytes, which take memory. */
const CHECKED_AT_ONCE = { items: 4, binary: 1 };

/** A target with what came of its checks. */
interface Checked extends ResolvedTarget {
	upload?: OneUpload;
}

/**
 * Loads items into one target or several: all are checked first, then loaded one after the other, so that one at a time
 * needs memory.
 *
 * @returns a summary item for each, in order of first appearance; under Continue, failures stand where they belong
 * @throws before anything is sent where a target is refused, or with what is loaded by then; not under Continue
 */
export async function uploadTargets(
	context: OperationContext,
	groups: ReadonlyArray<ItemGroup<TargetChoice>>,
	wishes: UploadWishes,
): Promise<INodeExecutionData[]> {
	const resolved =
		groups.length === 1 ? [await resolveTarget(context, groups[0])] : await resolveTargets(context, groups);
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
		return wishes.chosen.dryRun ? await upload.rehearse() : await upload.run();
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

	constructor(
		private readonly context: OperationContext,
		private readonly hints: TargetHints,
		private readonly wishes: UploadWishes,
	) {}

	/** @throws the first refusal, unless the node continues on error */
	async check(targets: readonly ResolvedTarget[]): Promise<Checked[]> {
		const { context } = this;
		const atOnce = CHECKED_AT_ONCE[await readInputKind(context)];
		const checked: Checked[] = [];
		for (let from = 0; from < targets.length; from += atOnce) {
			const some = targets.slice(from, from + atOnce);
			checked.push(...(await Promise.all(some.map(async (target) => await this.checkOne(target)))));
			this.requireRunning();
			const stopping = checked.find(({ error }) => error !== undefined && !this.isReported(error));
			if (stopping && !context.node.continueOnFail()) {
				throw this.shown(refusedAhead(stopping.error, stopping.label), stopping);
			}
		}
		return checked;
	}

	async load(targets: readonly Checked[]): Promise<INodeExecutionData[]> {
		const { context } = this;
		const output: INodeExecutionData[] = [];
		const loaded: string[] = [];
		const unknown: string[] = [];
		const failed: string[] = [];
		for (const [position, target] of targets.entries()) {
			const { upload, label = '', itemIndexes, error } = target;
			if (!upload && this.isReported(error)) {
				const own = this.hints.contextFor(target.label ?? 'Items without a target');
				output.push(refusedReport(own, error, target.label, this.wishes, itemIndexes));
				continue;
			}
			if (!upload) {
				failed.push(label);
				output.push(this.failure(refusedAlone(error, target.label), target));
				continue;
			}
			try {
				this.requireRunning();
				context.log(
					`Target ${position + 1} of ${targets.length}: ${label}, ${itemIndexes.length.toLocaleString('en-US')} ${itemIndexes.length === 1 ? 'item' : 'items'}.`,
				);
				const item = this.wishes.chosen.dryRun ? await upload.rehearse() : await upload.run();
				(item.json.state === 'unknown' ? unknown : loaded).push(label);
				output.push(item);
			} catch (cause) {
				const isStopped = context.client.signal?.aborted === true;
				const rest = targets.slice(position + 1);
				if (!isStopped && context.node.continueOnFail()) {
					failed.push(label);
					output.push(this.failure(refusedAlone(cause, label), target));
					continue;
				}
				const progress: Progress = {
					loaded,
					unknown,
					failed,
					notBegun: rest.map((each) => each.label ?? 'items without a target'),
				};
				const ended = this.shown(endsRun(cause, label, progress), target);
				if (!context.node.continueOnFail()) throw ended;
				output.push(this.failure(ended, target));
				for (const each of rest) output.push(this.failure(notBegun(each.label ?? 'No target'), each));
				return output;
			}
		}
		this.sayTotals(output, loaded.length);
		return output;
	}

	/** Lets go of all that is still open. */
	async close(): Promise<void> {
		for (const upload of this.open) await upload.close();
	}

	private async checkOne(target: ResolvedTarget): Promise<Checked> {
		const { choice, label = '', stream, itemIndexes, error } = target;
		if (!choice || error !== undefined) return target;
		try {
			const context = this.hints.contextFor(label);
			const upload = await OneUpload.prepare(context, choice, stream, itemIndexes, this.wishes);
			this.open.add(upload);
			// A Dry Run says of each target what would refuse it.
			if (!this.wishes.chosen.dryRun) await upload.check();
			return { ...target, upload };
		} catch (cause) {
			return { ...target, error: cause };
		}
	}

	/** Whether an error is one that a Dry Run reports as its target's. */
	private isReported(error: unknown): error is Refusal {
		return this.wishes.chosen.dryRun && isRefusal(error);
	}

	private requireRunning(): void {
		if (this.context.client.signal?.aborted) throw cancelled('The run was stopped');
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

function resumesOne(targets: number): InputError {
	return new InputError(
		'UPLOAD_RESUME_IMPOSSIBLE',
		`'Resume' continues the upload into one Stream, and the items go to ${targets} targets. Nothing was sent.`,
		'Pass only the items of the target that was kept open, in their order.',
	);
}
