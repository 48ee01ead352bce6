/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/** What a recording keeps, and what of it nobody must see. */
import fc from 'fast-check';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Recording, type Exchange } from '../../contract/recording';
import { Secrets } from '../../contract/secrets';
import type { Answer, Ask } from '../../contract/wire';

const MARK = 'contract 20260102T0304-0a1b2c';
const DATASET = '4f9d1e6a-0b1c-4d2e-8f3a-5b6c7d8e9f00';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'recording-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function recorded(exchanges: Array<[Partial<Ask>, Partial<Answer>]>, secrets = new Secrets()): Exchange[] {
	const recording = new Recording(folder, secrets, MARK);
	for (const [ask, { json, ...answer }] of exchanges) {
		const text = answer.text ?? JSON.stringify(json);
		const headers = { 'content-type': 'application/json' };
		recording.witness(
			{ method: 'GET', path: '/v1/datasets', ...ask },
			{ status: 200, headers, ms: 1, text, json, ...answer },
		);
	}
	return readdirSync(folder)
		.sort()
		.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Exchange);
}

it('names the same thing alike in paths, answers and messages', () => {
	const exchanges = recorded([
		[{ path: `/v1/datasets/${DATASET}` }, { json: { id: DATASET, name: `${MARK} 1 rows`, rows: 48 } }],
		[
			{ path: '/v1/streams/48/executions/7/commit' },
			{ status: 404, json: { status: 404, message: `Stream 48 not found, DataSet ${DATASET} neither` } },
		],
		[{ path: '/v1/streams/48' }, { json: { id: 48 } }],
	]);
	const [dataSet, commit, stream] = exchanges;
	const { id, rows } = JSON.parse(dataSet.response.body) as { id: string; rows: number };
	expect(dataSet.request.path).toBe(`/v1/datasets/${id}`);
	expect([id === DATASET, rows]).toEqual([false, 48]);
	const { id: streamId } = JSON.parse(stream.response.body) as { id: number };
	expect(streamId).not.toBe(48);
	expect(commit.request.path).toContain(`/streams/${streamId}/executions/`);
	expect(JSON.parse(commit.response.body)).toMatchObject({
		message: `Stream ${streamId} not found, DataSet ${id} neither`,
	});
});

it('keeps what a message says of rows and columns', () => {
	const message = 'There are too many columns. Expected 2. Row 2, column 3.';
	const [, { response }] = recorded([
		[{ path: '/v1/streams/2' }, { json: { id: 2 } }],
		[{ path: '/v1/streams/2/executions/3/part/1' }, { status: 400, json: { message } }],
	]);
	expect(JSON.parse(response.body)).toEqual({ message });
});

it.each(['lastModifiedBy', 'createdBy', 'ownerID', 'owner_id', 'accountNumber', 'userId'])(
	'replaces who it is in %s',
	(key) => {
		const [{ response }] = recorded([[{}, { json: { name: `${MARK} 1 rows`, [key]: 27182818 } }]]);
		expect(response.body).not.toContain('27182818');
	},
);

it('replaces an ID of a DataSet that is no UUID', () => {
	const [{ request }] = recorded([
		[{ path: '/v1/datasets/salaries/data?includeHeader=false' }, { json: [] }],
	]);
	expect(request.path).not.toContain('salaries');
});

it('hides a secret in whatever form it comes back', () => {
	const secret = fc.string({
		unit: fc.constantFrom(...`aZ9"'\\/&<>+%=~*()!$ é`),
		minLength: 8,
		maxLength: 30,
	});
	const forms: Array<(text: string) => string> = [
		(text) => text,
		encodeURIComponent,
		(text) => encodeURIComponent(text).replace(/%../g, (byte) => byte.toLowerCase()),
		(text) => new URLSearchParams({ '': text }).toString().slice(1),
		(text) => Buffer.from(text).toString('base64'),
		(text) => Buffer.from(text).toString('hex'),
		(text) =>
			text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
	];
	fc.assert(
		fc.property(secret, fc.constantFrom(...forms), (text, form) => {
			rmSync(folder, { recursive: true, force: true });
			const secrets = new Secrets();
			secrets.add(text);
			const [{ response }] = recorded(
				[[{}, { status: 401, json: { message: `Invalid client: <${form(text)}>` } }]],
				secrets,
			);
			expect(response.body).not.toContain(form(text));
			// What fills up the end of base64 tells nothing.
			expect(secrets.hide(`said: ${form(text)}`)).toMatch(/^said: \[hidden\]=*$/);
		}),
		{ numRuns: 200 },
	);
});
