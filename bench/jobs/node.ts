/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/** Upload in Parallel as a user runs it: the node in n8n's own engine. */
import { Readable } from 'node:stream';

import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import {
	BinaryDataService,
	Container,
	credentialsFor,
	runNodeWell,
	useFilesystemBinaryData,
} from '../../test/support/engine';
import { DomoStream } from '../../nodes/DomoStream/DomoStream.node';
import { MemoryBudget } from '../../transfer/parts/memoryBudget';
import { measureNode } from '../engineClock';
import { flightsCsv } from '../flightsCsv';
import type { Job, Prepare } from '../job';
import { makeItems } from '../tables';

export const prepare: Prepare = async (job) => {
	const budgets = watchBudgets();
	const items = await inputOf(job);
	const { targetStreams, isSortedByTarget } = job;
	if (targetStreams) {
		const { length } = targetStreams;
		items.forEach(({ json }, index) => {
			const turn = isSortedByTarget ? Math.floor((index * length) / items.length) : index % length;
			json.to = targetStreams[turn];
		});
	}
	const byId = { __rl: true, mode: 'id', value: String(job.streamId) };
	const parameters: IDataObject = {
		resource: 'stream',
		operation: 'uploadInParallel',
		streamId: targetStreams ? { __rl: true, mode: 'targetField', value: 'to' } : byId,
		targetFieldHolds: 'id',
		updateMethod: 'stream',
		inputSource: job.items ? 'items' : 'binary',
		// The sink keeps no rows, so that waiting for their number would never end; no peer waits either.
		options: { waitForCompletion: false, ...job.options },
		...(job.checks ? { checks: job.checks } : {}),
	};
	// An engine that has sent requests before is what "idle" means: its first one loads modules.
	await runNodeWell(
		'domoStream',
		{ resource: 'stream', operation: 'get', streamId: byId },
		credentialsFor(job.domo),
	);
	return async (clock) => {
		measureNode('domoStream', new DomoStream(), clock);
		const { json } = await runNodeWell('domoStream', parameters, credentialsFor(job.domo), items);
		const peaks = [...budgets].map((budget) => budget.peakBytes);
		return {
			rows: json.reduce((sum, { rows }) => sum + (rows as number), 0),
			summary: json[0],
			budgetPeakBytes: Math.max(0, ...peaks),
		};
	};
};

async function inputOf(job: Job): Promise<INodeExecutionData[]> {
	if (job.items) return makeItems(job.items.shape, job.items.count) as INodeExecutionData[];
	await useFilesystemBinaryData();
	const { generatedBytes } = job;
	if (generatedBytes === undefined) return [{ json: {}, binary: { data: job.binary! } }];
	// The store hands out a stream that is made as it is read: a file of any size without a disk.
	const store = Container.get(BinaryDataService);
	store.getAsStream = async () =>
		Readable.from(flightsCsv(generatedBytes), { objectMode: false, highWaterMark: 1024 * 1024 });
	return [
		{
			json: {},
			binary: {
				data: {
					data: 'filesystem-v2',
					id: 'filesystem-v2:generated',
					mimeType: 'text/csv',
					fileName: 'generated.csv',
				},
			},
		},
	];
}

/** Every budget that is asked for a share from now on. */
function watchBudgets(): Set<MemoryBudget> {
	const budgets = new Set<MemoryBudget>();
	const reserve = MemoryBudget.prototype.reserve;
	MemoryBudget.prototype.reserve = async function (this: MemoryBudget, ...args) {
		budgets.add(this);
		return await reserve.apply(this, args);
	};
	return budgets;
}
