/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { FastifyInstance, FastifyReply } from 'fastify';

import type { Query } from '../paging';
import { Refusal } from '../refusal';
import { readText } from '../requestBody';
import type { SandboxState } from '../state';
import { pageState, switchVariant } from './state';

/** Where people look: below the sandbox's address. */
export const PAGE_PATH = '/_sandbox/';

const FILES = {
	'index.html': 'text/html; charset=utf-8',
	'page.css': 'text/css; charset=utf-8',
	'page.js': 'text/javascript; charset=utf-8',
	'dom.js': 'text/javascript; charset=utf-8',
	'rows.js': 'text/javascript; charset=utf-8',
	'switches.js': 'text/javascript; charset=utf-8',
	'timeline.js': 'text/javascript; charset=utf-8',
	'upload.js': 'text/javascript; charset=utf-8',
} as const;

const PAGE_ROWS = 100;
const MAX_CHARACTERS = 300;
const MAX_COLUMNS = 200;

const HEADERS = {
	// Nothing but the page's own files runs or is loaded, and no other page may frame it and have it clicked on.
	'content-security-policy':
		"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	'x-content-type-options': 'nosniff',
	'x-frame-options': 'DENY',
	'referrer-policy': 'no-referrer',
	'cross-origin-resource-policy': 'same-origin',
	'cache-control': 'no-store',
};

/** The page's files lie beside the source, also where tsc has put this into `dist-dev/sandbox/page`. */
const folder = [__dirname, join(__dirname, '..', '..', '..', 'sandbox', 'page')].find((each) =>
	existsSync(join(each, 'index.html')),
);

/** The page that shows the sandbox, and what it asks. */
export function pageRoutes(app: FastifyInstance, state: SandboxState): void {
	const send = async (reply: FastifyReply, name: keyof typeof FILES) => {
		if (folder === undefined) throw new Refusal(404, "The page's files are missing");
		return await reply
			.headers(HEADERS)
			.type(FILES[name])
			.send(readFileSync(join(folder, name)));
	};
	app.get('/', async (_request, reply) => await reply.headers(HEADERS).redirect(PAGE_PATH));
	app.get('/_sandbox', async (_request, reply) => await send(reply, 'index.html'));
	for (const name of Object.keys(FILES) as Array<keyof typeof FILES>)
		app.get(`/_sandbox/${name}`, async (_request, reply) => await send(reply, name));

	app.get<{ Querystring: Query }>('/_sandbox/page/state', async ({ query }, reply) => {
		void reply.headers(HEADERS);
		return pageState(state, { dataSet: one(query.dataSet), execution: Number(one(query.execution) ?? 0) });
	});

	app.get<{ Params: { id: string }; Querystring: Query }>(
		'/_sandbox/page/rows/:id',
		async ({ params, query }, reply) => {
			const offset = Number(one(query.offset) ?? 0);
			if (!Number.isSafeInteger(offset) || offset < 0)
				throw new Refusal(400, 'offset must be a whole number');
			const { id, columns } = state.liveDataSet(params.id);
			const rows = await state.storage.page(id, Math.min(columns.length, MAX_COLUMNS), {
				limit: PAGE_ROWS,
				offset,
				// One more than is shown, so that a text that was cut is known as one.
				maxCharacters: MAX_CHARACTERS + 1,
			});
			void reply.headers(HEADERS);
			return { offset, maxCharacters: MAX_CHARACTERS, rows };
		},
	);

	app.post('/_sandbox/page/variant', async (request, reply) => {
		const { name, on } = JSON.parse(await readText(request, state)) as { name: string; on: boolean };
		if (!switchVariant(state, name, on === true)) throw new Refusal(400, `No variant is called '${name}'`);
		void reply.headers(HEADERS);
		return {};
	});

	app.post('/_sandbox/page/speed', async (request, reply) => {
		const given = JSON.parse(await readText(request, state)) as Record<string, unknown>;
		for (const name of ['latencyMs', 'indexingMs', 'bandwidthBytesPerSecond'] as const) {
			const value = given[name];
			if (value === undefined) continue;
			if (typeof value !== 'number' || !(value >= 0 && value <= 1e12))
				throw new Refusal(400, `${name} must be a number from 0`);
			state.settings[name] = value;
		}
		void reply.headers(HEADERS);
		return {};
	});
}

const one = (value: Query[string]) => (Array.isArray(value) ? value[0] : value);
