/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';

import { FileLocation } from 'n8n-core';
import type { IBinaryData, IDataObject, INodeExecutionData, IWorkflowBase } from 'n8n-workflow';

import { BinaryDataService, Container, MemoryCredentials, runWorkflow } from '../../test/support/engine';
import type { UploadSummary } from '../../transfer/upload/upload';
import example from '../upload-in-parallel.json';

export interface UploadJob {
	domo: { url: string; clientId: string; clientSecret: string };
	streamId: number;
	/** `items`: a JSON array, one item each. `binary`: a CSV file, put into n8n's binary store. */
	inputSource: 'items' | 'binary';
	path: string;
}

/** The items that the example's trigger emits. */
export async function readInput({ inputSource, path }: UploadJob): Promise<INodeExecutionData[]> {
	if (inputSource === 'items') {
		return (JSON.parse(await readFile(path, 'utf8')) as IDataObject[]).map((json) => ({ json }));
	}
	const store = Container.get(BinaryDataService);
	await store.init();
	const file: IBinaryData = { data: '', mimeType: 'text/csv', fileName: basename(path) };
	return [
		{
			json: {},
			binary: { data: await store.copyBinaryFile(FileLocation.ofExecution('demo', '1'), file, path) },
		},
	];
}

/**
 * Runs examples/upload-in-parallel.json in n8n's own engine; only its Stream and input source are set.
 *
 * @throws what the Domo node says when it fails
 */
export async function runUpload(job: UploadJob, input: INodeExecutionData[]): Promise<UploadSummary> {
	const workflow = structuredClone(example) as unknown as IWorkflowBase;
	const node = workflow.nodes.find(({ type }) => type === 'n8n-nodes-domo.domoStream')!;
	node.parameters.streamId = { __rl: true, mode: 'id', value: String(job.streamId) };
	node.parameters.inputSource = job.inputSource;
	const { url, clientId, clientSecret } = job.domo;
	const credentials = new MemoryCredentials({
		[node.credentials!.domoOAuth2Api.id!]: { baseUrl: url, clientId, clientSecret },
	});
	const run = await runWorkflow(workflow, credentials, input);
	const task = run.data.resultData.runData[node.name]?.[0];
	const failure = task?.error ?? run.data.resultData.error;
	if (failure) throw new Error([failure.message, failure.description].filter(Boolean).join(' '));
	return task.data!.main[0]![0].json as unknown as UploadSummary;
}
