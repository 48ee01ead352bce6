/** A request that was given up is ended: whatever held it, it never arrives later, when its body's memory has other rows. */
import { sleep } from 'n8n-workflow';

import { type Operation } from '../../sandbox';
import { credentialsFor, itemsOf, runNodeWell, type MemoryCredentials } from '../support/engine';
import { byId } from '../support/locators';
import { asText, COLUMNS, makeRows, tryUpload, upload } from '../support/uploads';
import { until } from '../support/until';
import { useSandbox } from '../support/useSandbox';
import { setWaits, shortWaits } from '../support/waits';

/** When a request is given up: after its own time-out and the token's. */
const LATE_MS = 2_000;
/** In which a request that is no longer held would have arrived. */
const ARRIVAL_MS = 300;

shortWaits({ requestTimeoutMs: LATE_MS, queryTimeoutMs: LATE_MS, tokenTimeoutMs: 0 });
const sandbox = useSandbox({ indexingMs: 5 });

let letTokenGo: () => void;
beforeEach(() => {
	sandbox.faults.clear();
	letTokenGo = () => {};
});
afterEach(() => letTokenGo());

/** The next such request is answered 401, and n8n's request for a new token then hangs until `letTokenGo`. */
function hangInTokenRefresh(operation: Operation, part?: number): void {
	const heldUntil = new Promise<void>((resolve) => {
		letTokenGo = resolve;
	});
	sandbox.faults.add({ operation, part, status: 401 }, { operation: 'token', heldUntil });
}

/** A credential that has a token already, so that the next one is asked for by a refresh. */
async function credentialsWithToken(): Promise<MemoryCredentials> {
	const credentials = credentialsFor(sandbox);
	const { streamId } = await sandbox.createStream({ name: 'token', columns: COLUMNS });
	await upload(sandbox, { streamId, items: itemsOf(makeRows(1)), credentials });
	return credentials;
}

/** The requests of one Stream, as the sandbox saw them. */
const requestsOf = (streamId: number, operation: Operation, part?: number) =>
	sandbox.log.filter(
		(request) =>
			request.operation === operation &&
			request.path.includes(`/streams/${streamId}/`) &&
			(part === undefined || request.path.endsWith(`/part/${part}`)),
	);

const OPTIONS = {
	rowsPerPart: 10,
	maxConcurrentUploads: 1,
	compression: 'none',
	requestTimeoutSeconds: LATE_MS / 1000,
};

it('a part that hung in a token refresh does not arrive with the bytes of a later part', async () => {
	const credentials = await credentialsWithToken();
	const { streamId, dataSetId } = await sandbox.createStream({ name: 'late part', columns: COLUMNS });
	const rows = makeRows(90);
	hangInTokenRefresh('part', 3);
	let letPartGo = () => {};
	sandbox.faults.add({
		operation: 'part',
		part: 9,
		heldUntil: new Promise<void>((resolve) => {
			letPartGo = resolve;
		}),
	});
	const uploading = upload(sandbox, { streamId, items: itemsOf(rows), options: OPTIONS, credentials });
	await until(() => requestsOf(streamId, 'part', 9).length > 0);
	letTokenGo();
	await sleep(ARRIVAL_MS);
	letPartGo();
	const { summary } = await uploading;
	expect(summary).toMatchObject({ rows: 90, parts: 9 });
	expect(await sandbox.rows(dataSetId)).toEqual(asText(rows));
	expect(requestsOf(streamId, 'part', 3).map(({ status }) => status)).toEqual([401, 200]);
});

it('a create-execution that hung in a token refresh does not come later and abort the execution', async () => {
	const credentials = await credentialsWithToken();
	const { streamId, dataSetId } = await sandbox.createStream({ name: 'late execution', columns: COLUMNS });
	hangInTokenRefresh('createExecution');
	let letPartGo = () => {};
	sandbox.faults.add({
		operation: 'part',
		part: 9,
		heldUntil: new Promise<void>((resolve) => {
			letPartGo = resolve;
		}),
	});
	const uploading = tryUpload(sandbox, {
		streamId,
		items: itemsOf(makeRows(90)),
		options: OPTIONS,
		credentials,
	});
	await until(() => requestsOf(streamId, 'part', 9).length > 0);
	letTokenGo();
	await sleep(ARRIVAL_MS);
	letPartGo();
	expect((await uploading).error).toBeUndefined();
	expect(sandbox.executions(streamId).map(({ currentState }) => currentState)).toEqual(['SUCCESS']);
	expect(await sandbox.rows(dataSetId)).toEqual(asText(makeRows(90)));
	expect(requestsOf(streamId, 'createExecution').map(({ status }) => status)).toEqual([401, 201]);
});

it('an answer that trickles, and so is never idle, is ended', async () => {
	const rows = Array.from({ length: 5_000 }, (_, n) => ({ n }));
	const dataSetId = await sandbox.createDataSet({
		name: 'slow',
		columns: [{ name: 'n', type: 'LONG' }],
		rows,
	});
	const fault = { operation: 'query' as const, slowBodyBytesPerSecond: 8_000 };
	sandbox.faults.add(fault);
	const { json } = await runNodeWell(
		'domoDataSet',
		{
			resource: 'dataSet',
			operation: 'query',
			dataSetId: byId(dataSetId),
			sql: 'SELECT * FROM table',
		},
		credentialsFor(sandbox),
	);
	expect(json).toHaveLength(5_000);
	// An answer that was still under way would now come to its end.
	fault.slowBodyBytesPerSecond = 0;
	await sleep(ARRIVAL_MS);
	expect(sandbox.log.filter(({ operation }) => operation === 'query').map(({ status }) => status)).toEqual([
		undefined,
		200,
	]);
});

it('Stop does not wait for a token, and the request it was for never arrives', async () => {
	const credentials = await credentialsWithToken();
	const { streamId } = await sandbox.createStream({ name: 'stopped', columns: COLUMNS });
	setWaits({ requestTimeoutMs: 20_000, tokenTimeoutMs: 20_000 });
	hangInTokenRefresh('part', 3);
	const tokens = sandbox.log.filter(({ operation }) => operation === 'token').length;
	let stop = () => {};
	const uploading = tryUpload(sandbox, {
		streamId,
		items: itemsOf(makeRows(90)),
		options: { ...OPTIONS, requestTimeoutSeconds: 20 },
		credentials,
		run: {
			onStarted: (stopRun) => {
				stop = stopRun;
			},
		},
	});
	await until(() => sandbox.log.filter(({ operation }) => operation === 'token').length > tokens);
	stop();
	await uploading;
	await until(() => requestsOf(streamId, 'abort').length > 0);
	letTokenGo();
	await sleep(ARRIVAL_MS);
	expect(requestsOf(streamId, 'part', 3).map(({ status }) => status)).toEqual([401]);
	expect(sandbox.executions(streamId).map(({ currentState }) => currentState)).toEqual(['ABORTED']);
});
