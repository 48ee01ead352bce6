/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
/**
 * The requests of clients that work with real Domo, written down from their published code (test/sandbox/peers), are taken
 * by the sandbox: what it refused of them, it would be wrong about.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

import { useSandbox } from '../support/useSandbox';

interface Step {
	what: string;
	method: string;
	/** With `{name}` for what an earlier step has saved. */
	path: string;
	headers: Record<string, string>;
	form?: Record<string, string>;
	json?: unknown;
	body?: string;
	csv?: string;
	gzipCsv?: string;
	/** The statuses that the client takes. */
	expect: number[];
	/** Names by the path of what they are in the answer. */
	save?: Record<string, string>;
	/** Asked again until the answer has this. */
	until?: Record<string, string>;
	startsWith?: string;
}

interface Peer {
	client: string;
	source: string;
	/** As it writes it before its token. */
	scheme?: string;
	steps: Step[];
	/** What must be in the DataSet in the end. */
	rows: Array<Array<string | null>>;
}

const FOLDER = join(__dirname, 'peers');
const peers = readdirSync(FOLDER).map((file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Peer);

const sandbox = useSandbox({ indexingMs: 5 });

function bodyOf(step: Step): RequestInit['body'] {
	if (step.form) return new URLSearchParams(step.form);
	if (step.gzipCsv !== undefined) return gzipSync(step.gzipCsv) as RequestInit['body'];
	return step.csv ?? step.body ?? (step.json === undefined ? undefined : JSON.stringify(step.json));
}

const at = (json: unknown, path: string): unknown =>
	path.split('.').reduce((value, key) => (value as Record<string, unknown>)[key], json);

async function send(step: Step, authorization: string, saved: Record<string, string>): Promise<string> {
	const path = step.path.replace(/\{(\w+)\}/g, (_, name: string) => saved[name]);
	for (;;) {
		const response = await fetch(sandbox.url + path, {
			method: step.method,
			headers: { ...step.headers, authorization },
			body: bodyOf(step),
		});
		const text = await response.text();
		expect([step.what, response.status, text]).toEqual([
			step.what,
			step.expect.includes(response.status) ? response.status : step.expect,
			text,
		]);
		const isThere = Object.entries(step.until ?? {}).every(
			([key, value]) => at(JSON.parse(text), key) === value,
		);
		if (isThere) return text;
		await wait(5);
	}
}

test.each(peers.map((peer) => [peer.client, peer] as const))(
	'%s',
	async (_, { steps, rows, scheme = 'bearer' }) => {
		const basic = Buffer.from(`${sandbox.clientId}:${sandbox.clientSecret}`).toString('base64');
		const saved: Record<string, string> = {};
		let token = '';
		for (const step of steps) {
			const isToken = step.path.startsWith('/oauth/');
			const text = await send(step, isToken ? `Basic ${basic}` : `${scheme} ${token}`, saved);
			if (isToken) token = (JSON.parse(text) as { access_token: string }).access_token;
			if (step.startsWith !== undefined) expect(text.slice(0, step.startsWith.length)).toBe(step.startsWith);
			for (const [name, where] of Object.entries(step.save ?? {}))
				saved[name] = String(at(JSON.parse(text), where));
		}
		expect((await sandbox.rows(saved.dataSetId)).map((row) => Object.values(row))).toEqual(rows);
	},
);
