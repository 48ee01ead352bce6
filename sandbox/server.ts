/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

import fastify from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { controlRoutes } from './control';
import { dataSetRoutes } from './dataSets';
import { executionRoutes } from './executions';
import { requireLocal, requireNoPublicName } from './localOnly';
import { pageRoutes } from './page/routes';
import { exportRoutes } from './exportCsv';
import type { Fault, Operation } from './faults';
import { deadTokenAnswer, isAuthorized, oauthRoutes, scopesOf } from './oauth';
import type { Query } from './paging';
import { policyRoutes } from './policies';
import { queryRoutes } from './querySql';
import { MAINTENANCE_PAGE, Refusal } from './refusal';
import { drain } from './requestBody';
import type { RequestRecord, SandboxState } from './state';
import { streamRoutes } from './streams';
import { noteAttempt } from './timeline';
import { userRoutes } from './users';

declare module 'fastify' {
	interface FastifyContextConfig {
		operation?: Operation;
		/** What its token must have; `data` where it is left out. */
		scope?: string;
	}
	interface FastifyRequest {
		record: RequestRecord;
		fault: Fault | undefined;
	}
}

/** The HTTP face of a sandbox, not yet listening. */
export function makeServer(state: SandboxState): FastifyInstance {
	const app = fastify({ forceCloseConnections: true, routerOptions: { ignoreTrailingSlash: true } });
	// Bodies stay streams, whatever they say they are: the routes judge labels and bytes themselves.
	app.removeAllContentTypeParsers();
	app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
	app.decorateRequest('fault', undefined);
	app.addHook('onRequest', async (request, reply) => await admit(request, reply, state));
	app.addHook('onSend', async (request, reply, payload) => await falsify(request, reply, payload));
	app.setErrorHandler(async (error: Error & { statusCode?: number }, request, reply) => {
		await drain(request, state);
		const refusal = error instanceof Refusal ? error : new Refusal(error.statusCode ?? 500, error.message);
		return await reply.code(refusal.status).send(refusal.body());
	});
	app.setNotFoundHandler(async (request, reply) => {
		await drain(request, state);
		return await reply.code(404).send(new Refusal(404, `${request.method} ${request.url} is unknown`).body());
	});
	oauthRoutes(app, state);
	dataSetRoutes(app, state);
	exportRoutes(app, state);
	queryRoutes(app, state);
	policyRoutes(app, state);
	userRoutes(app, state);
	streamRoutes(app, state);
	executionRoutes(app, state);
	controlRoutes(app, state);
	pageRoutes(app, state);
	return app;
}

/**
 * What is no part of Domo: the page, and what it and other processes ask and set. By the route that was found: the
 * address itself can be written in many ways.
 */
const isControl = ({ routeOptions: { url } }: FastifyRequest) =>
	url === '/' || /^\/_sandbox(\/|$)/.test(url ?? '');

const connected = new WeakSet<object>();

/** What the connection of a request costs: nothing where it carried one before. */
function connectionMsOf({ raw }: FastifyRequest, { settings }: SandboxState): number {
	if (connected.has(raw.socket)) return 0;
	connected.add(raw.socket);
	return settings.connectionMs;
}

/** Notes a request, lets its fault strike, and turns it away if its token is dead. */
async function admit(request: FastifyRequest, reply: FastifyReply, state: SandboxState): Promise<void> {
	note(request, reply, state);
	if (isControl(request)) return requireLocal(request);
	requireNoPublicName(request);
	const { operation, scope = 'data' } = request.routeOptions.config;
	const part = Number((request.params as { part?: string } | undefined)?.part);
	const fault = state.faults.strike(operation, Number.isNaN(part) ? undefined : part);
	request.fault = fault;
	if (fault?.resetBeforeBody) {
		reply.hijack();
		destroy(request.raw.socket);
		return;
	}
	const latencyMs = state.settings.latencyMs + connectionMsOf(request, state) + (fault?.latencyMs ?? 0);
	if (latencyMs > 0) await wait(latencyMs);
	await fault?.heldUntil;
	if (fault?.expireToken) state.tokens.expireAll();
	if (fault?.hang && !fault.afterEffect) {
		reply.hijack();
		void drain(request, state);
		return;
	}
	const answer = fault && !fault.afterEffect ? falseAnswer(fault) : undefined;
	if (answer) {
		await drain(request, state);
		await reply.code(answer.status).headers(answer.headers).send(answer.payload);
		return;
	}
	if (operation !== undefined && operation !== 'token' && !isAuthorized(request, state)) {
		await drain(request, state);
		const { status, html } = deadTokenAnswer(request, state);
		void reply
			.code(status)
			.header(
				'www-authenticate',
				'Bearer realm="oauth2-resource", error="invalid_token", error_description="Invalid access token"',
			);
		await (html ? reply.type('text/html;charset=iso-8859-1').send(html) : reply.send());
		return;
	}
	if (operation !== undefined && operation !== 'token' && !scopesOf(request).includes(scope)) {
		await drain(request, state);
		await reply.code(403).send(new Refusal(403).body());
	}
}

function note(request: FastifyRequest, reply: FastifyReply, state: SandboxState): void {
	const { authorization, ...headers } = request.headers;
	void authorization;
	const { operation } = request.routeOptions.config;
	const record: RequestRecord = {
		number: 0,
		at: new Date().toISOString(),
		atMs: performance.now(),
		operation,
		method: request.method,
		path: request.url.split('?')[0],
		query: request.query as Query,
		headers,
		bytes: 0,
	};
	request.record = record;
	if (isControl(request)) return;
	record.number = ++state.requestsMade;
	state.noteRequest(record);
	const closed = noteForExecution(request, state);
	reply.raw.on('finish', () => {
		record.status = reply.raw.statusCode;
	});
	reply.raw.on('close', () => {
		record.closedMs = performance.now();
		closed?.();
	});
	if (operation !== 'part') return;
	state.partsInFlight++;
	state.maxPartsInFlight = Math.max(state.maxPartsInFlight, state.partsInFlight);
	reply.raw.on('close', () => state.partsInFlight--);
}

/** Enters a request in the timeline of the execution that it names, if there is one. */
function noteForExecution(request: FastifyRequest, state: SandboxState): (() => void) | undefined {
	const { record } = request;
	if (!['part', 'commit', 'abort'].includes(record.operation ?? '')) return undefined;
	const { stream, execution, part } = request.params as Record<string, string | undefined>;
	const named = state.streams.get(Number(stream))?.executions.get(Number(execution));
	return named && noteAttempt(named, record, part === undefined ? undefined : Number(part));
}

interface FalseAnswer {
	status: number;
	headers: Record<string, string>;
	payload: string;
}

/** The answer a fault gives in place of the true one, if it gives any. */
function falseAnswer(fault: Fault): FalseAnswer | undefined {
	const status = fault.status ?? (fault.gone ? 404 : fault.html200 ? 200 : undefined);
	if (status === undefined) return undefined;
	const headers: Record<string, string> = { ...fault.headers };
	if (fault.retryAfterSeconds !== undefined) headers['retry-after'] = String(fault.retryAfterSeconds);
	if (fault.retryAfterDate !== undefined) {
		const at =
			typeof fault.retryAfterDate === 'number'
				? Date.now() + fault.retryAfterDate
				: Date.parse(fault.retryAfterDate);
		headers['retry-after'] = new Date(at).toUTCString();
	}
	const html = fault.html ?? (fault.html200 ? MAINTENANCE_PAGE : undefined);
	if (html !== undefined)
		return { status, headers: { 'content-type': 'text/html;charset=utf-8', ...headers }, payload: html };
	if (status === 401 && fault.body === undefined) {
		return {
			status,
			headers: { 'www-authenticate': 'Bearer error="invalid_token"', ...headers },
			payload: '',
		};
	}
	if (typeof fault.body === 'string')
		return { status, headers: { 'content-type': 'text/plain', ...headers }, payload: fault.body };
	const body =
		fault.body ??
		new Refusal(status, status === 403 ? '' : 'This answer was asked for in the sandbox').body();
	return {
		status,
		headers: { 'content-type': 'application/json', ...headers },
		payload: JSON.stringify(body),
	};
}

/** Spoils the answer to a request that has taken effect, if its fault says so. */
async function falsify(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
	const { fault } = request;
	if (!fault) return payload;
	if (fault.resetAfterEffect) {
		destroy(request.raw.socket);
		return payload;
	}
	if (fault.hang && fault.afterEffect) return await new Promise(() => undefined);
	const answer = fault.afterEffect ? falseAnswer(fault) : undefined;
	if (answer) {
		void reply.code(answer.status).headers(answer.headers);
		return answer.payload;
	}
	if (fault.truncateJson && typeof payload === 'string')
		return payload.slice(0, Math.ceil(payload.length / 2));
	return payload;
}

function destroy(socket: Socket): void {
	// A reset, not a polite end: on TLS sockets Node can only destroy.
	if ('encrypted' in socket) socket.destroy();
	else socket.resetAndDestroy();
}
