import type { Send } from '../../domo/client';
import type { Sandbox } from '../../sandbox';
import { PartTools } from '../../transfer/parts/partTools';
import { DEFAULT_TIMING, type UploadOptions } from '../../transfer/upload/upload';
import { DomoClient as PlainClient } from '../sandbox/domoClient';

/** Sends requests of the package's client to a sandbox with fetch, and no n8n between. */
export async function sendTo(sandbox: Sandbox): Promise<Send> {
	const plain = new PlainClient(sandbox);
	await plain.logIn();
	return async ({ method, path, headers, body, signal }) => {
		const answer = await fetch(sandbox.url + path, {
			method,
			headers: { ...headers, authorization: `bearer ${plain.token}` },
			...(body === undefined ? {} : { body: body as RequestInit['body'] }),
			...(signal ? { signal } : {}),
		});
		return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
	};
}

/** Of an upload that no node stands before. */
export const UPLOAD_OPTIONS: UploadOptions = {
	updateMethod: 'stream',
	partSizeBytes: 32_000_000,
	rowsPerPart: Infinity,
	maxConcurrentUploads: 2,
	maxTries: 2,
	requestTimeoutMs: 20_000,
	memoryBudgetBytes: 96_000_000,
	tools: new PartTools(),
	compression: 'gzip',
	onFailure: 'abort',
	waitForCompletion: true,
	waitTimeoutMs: 20_000,
	activeExecution: 'fail',
	staleAfterHours: 6,
	trustExecutionUpdateMethod: false,
	allowEmptyReplace: false,
	refuseShrinkBelowPercent: 0,
	commitTooSoon: 'try',
	minMinutesBetweenCommits: 0,
	timing: DEFAULT_TIMING,
	hint: () => undefined,
	log: () => undefined,
};
