/* eslint-disable @n8n/community-nodes/no-restricted-globals */
/** Tokens: fetched once, renewed once, and neither they nor the secret are ever shown. */

import { BufferPool } from '../../transfer/parts/bufferPool';
import { Container, credentialsFor, itemsOf, TEST_CREDENTIAL_ID } from '../support/engine';
import { Logger } from '../support/n8nLog';
import { asText, COLUMNS, makeRows, tryUpload, upload } from '../support/uploads';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

const UNMISTAKABLE = 'unmistakable-secret-4711';
shortWaits();
const sandbox = useSandbox({ indexingMs: 5, clientSecret: UNMISTAKABLE });
beforeEach(() => {
	sandbox.faults.clear();
	sandbox.settings.latencyMs = 0;
});

const makeStream = async () => await sandbox.createStream({ name: 'tokens', columns: COLUMNS });
const tokenCalls = () => sandbox.log.filter(({ operation }) => operation === 'token').length;

it('eight parts at once, with no token yet, make one token call', async () => {
	const { streamId, dataSetId } = await makeStream();
	const before = tokenCalls();
	await upload(sandbox, {
		streamId,
		items: itemsOf(makeRows(80)),
		options: { rowsPerPart: 10, maxConcurrentUploads: 8 },
	});
	expect(tokenCalls() - before).toBe(1);
	expect(await sandbox.rows(dataSetId)).toEqual(asText(makeRows(80)));
});

it('a token that dies with four parts in flight is renewed once, and the rows land once', async () => {
	const { streamId, dataSetId } = await makeStream();
	sandbox.settings.latencyMs = 40;
	sandbox.faults.add({ operation: 'part', part: 2, expireToken: true });
	const before = tokenCalls();
	const { summary } = await upload(sandbox, {
		streamId,
		items: itemsOf(makeRows(80)),
		options: { rowsPerPart: 10, maxConcurrentUploads: 4 },
	});
	expect(tokenCalls() - before).toBe(2);
	expect(summary).toMatchObject({ rows: 80, parts: 8, verified: true });
	expect(sandbox.parts(streamId, 1).map(({ timesArrived }) => timesArrived)).toEqual(Array(8).fill(1));
	expect(await sandbox.rows(dataSetId)).toEqual(asText(makeRows(80)));
});

it('a stored token that has died is renewed', async () => {
	const { streamId } = await makeStream();
	const credentials = credentialsFor(sandbox);
	await upload(sandbox, { streamId, items: itemsOf(makeRows(1)), credentials });
	sandbox.expireTokens();
	const before = tokenCalls();
	await upload(sandbox, { streamId, items: itemsOf(makeRows(1)), credentials });
	expect(tokenCalls() - before).toBe(1);
});

it('a wrong secret ends the run at once, and the message says what to check', async () => {
	const { streamId } = await makeStream();
	const before = tokenCalls();
	const credentials = credentialsFor({ ...sandbox, url: sandbox.url, clientSecret: 'wrong' });
	const { error } = await tryUpload(sandbox, { streamId, items: itemsOf(makeRows(1)), credentials });
	expect(error?.message).toMatch(/^Domo gave no access token/);
	expect(error?.description).toMatch(/Check 'Client ID', 'Client Secret' and 'Base URL'/);
	expect(tokenCalls() - before).toBeLessThanOrEqual(2);
	expect(tokenCalls() - before).toBeGreaterThan(0);
	expect(sandbox.executions(streamId)).toEqual([]);
});

it('a token that Domo never takes does not make an endless loop', async () => {
	const { streamId } = await makeStream();
	const before = tokenCalls();
	sandbox.faults.add({ operation: 'getStream', status: 401, times: 'always' });
	const { error } = await tryUpload(sandbox, { streamId, items: itemsOf(makeRows(1)) });
	expect(`${error?.message} ${error?.description}`).toMatch(/HTTP 401.*access token/s);
	expect(tokenCalls() - before).toBeLessThanOrEqual(3);
	expect(sandbox.faults.hits).toBeLessThanOrEqual(4);
});

describe('neither the secret nor a token is shown', () => {
	const basic = Buffer.from(`sandbox-client:${UNMISTAKABLE}`).toString('base64');

	it.each([
		['a run that succeeds', {}],
		['a run whose part is refused', { operation: 'part', status: 400 } as const],
		[
			'a run whose part gets no answer',
			{ operation: 'part', resetBeforeBody: true, times: 'always' } as const,
		],
		['a run whose token is refused', { operation: 'token', status: 403, times: 'always' } as const],
		[
			'a run whose token service hangs up',
			{ operation: 'token', resetBeforeBody: true, times: 'always' } as const,
		],
	])('in the data and the log of %s', async (_, fault) => {
		const { streamId } = await makeStream();
		if ('operation' in fault) sandbox.faults.add(fault);
		const lines: unknown[] = [];
		const logger = Container.get(Logger);
		const spies = (['error', 'warn', 'info', 'debug', 'verbose'] as const)
			.filter((level) => level in logger)
			.map((level) =>
				jest
					.spyOn(logger as never, level)
					.mockImplementation(((...line: unknown[]) => void lines.push(...line)) as never),
			);
		const written: string[] = [];
		const out = jest
			.spyOn(process.stdout, 'write')
			.mockImplementation(((text: string) => written.push(String(text)) > 0) as never);
		const credentials = credentialsFor(sandbox);
		try {
			const { run, error } = await tryUpload(sandbox, {
				streamId,
				items: itemsOf(makeRows(30)),
				options: { rowsPerPart: 10, maxTries: 2 },
				credentials,
			});
			expect(Boolean(error)).toBe('operation' in fault);
			const token = (
				credentials.store[TEST_CREDENTIAL_ID].oauthTokenData as { access_token?: string } | undefined
			)?.access_token;
			const shown = JSON.stringify([run, errorsOf(error), lines.map(String), lines, written]);
			expect(shown).toContain('"Domo"');
			// What is looked for can be found: the node's own lines are in the log.
			if (!('operation' in fault)) expect(lines.join(' ')).toMatch(/committing the execution/);
			for (const hidden of [UNMISTAKABLE, basic, ...(token ? [token] : [])])
				expect(shown).not.toContain(hidden);
			if (!('operation' in fault) || fault.operation !== 'token') expect(token).toBeTruthy();
		} finally {
			for (const spy of [...spies, out]) spy.mockRestore();
		}
	});

	/** Everything an error carries, also what JSON leaves out. */
	function errorsOf(error: unknown): unknown {
		if (typeof error !== 'object' || error === null) return error;
		const { message, stack, cause } = error as Error;
		return { ...error, message, stack, cause: errorsOf(cause) };
	}
});

it('a part that n8n sent once more with a new token, itself, keeps its memory: the first sending may still be read', async () => {
	const giveBack = jest.spyOn(BufferPool.prototype, 'giveBack');
	const { streamId } = await makeStream();
	const run = {
		streamId,
		items: itemsOf(makeRows(80)),
		options: { rowsPerPart: 10, maxConcurrentUploads: 1 },
	};
	await upload(sandbox, run);
	// Of each part, and what was taken for one more at the end of the input.
	expect(giveBack).toHaveBeenCalledTimes(8 + 1);
	giveBack.mockClear();
	sandbox.faults.add({ operation: 'part', part: 2, status: 401 });
	await upload(sandbox, run);
	expect(giveBack).toHaveBeenCalledTimes(7 + 1);
	giveBack.mockRestore();
});
