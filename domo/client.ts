import { sleep } from 'n8n-workflow';

import {
	describeAnswer,
	DomoError,
	isGatewayPage,
	meaningOfRefusal,
	orDomoError,
	readErrorBody,
} from './errors';
import { parseJsonKeepingDigits } from './json';
import {
	afterGrace,
	cancelled,
	isPassing,
	meaningOf,
	parseRetryAfterMs,
	pause,
	pauseBeforeTryMs,
	RETRY_TIMING,
} from './retry';

export const DEFAULT_MAX_TRIES = 5;

/** One HTTP request as the client hands it over; the sender adds the base URL and the access token. */
export interface HttpRequest {
	method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
	/** Path and query, every piece of user text in it already escaped. */
	path: string;
	headers: Record<string, string>;
	/** A Buffer that is sent as it is, or JSON text. */
	body?: Buffer | string;
	timeoutMs: number;
	/** `stream`: the answer's body as it arrives; else as text. */
	answer: 'text' | 'stream';
	signal?: AbortSignal;
	/** Called each time the request leaves, also where the sender sends it once more with a renewed token. */
	onSend?: () => void;
}

export interface HttpAnswer {
	status: number;
	/** Lower-case names. */
	headers: Record<string, string | undefined>;
	body: string | AsyncIterable<Uint8Array>;
	/** Ends a body that is still on its way, and its connection. */
	end?: () => void;
}

/** Why no answer came; thrown by a sender. */
export class SendFailure extends Error {
	override readonly name = 'SendFailure';

	constructor(
		message: string,
		readonly kind: 'noAnswer' | 'unreachable' | 'credential' | 'cancelled',
		/** For `credential`: whether the token service refused for good (a wrong secret) or may do better later. */
		readonly hopeless = false,
	) {
		super(message);
	}
}

/**
 * Sends one request, once, and returns whatever status came back. It renews the access token on a 401 and then
 * sends the request once more; a 401 it returns is one that a new token did not cure.
 */
export type Send = (request: HttpRequest) => Promise<HttpAnswer>;

export interface RetryNotice {
	what: string;
	/** The try that did not succeed, from 1. */
	triesMade: number;
	pauseMs: number;
	error: DomoError;
}

export interface DomoRequest {
	/** What Domo is asked to do, to follow "Domo did not …" in messages: "accept part 3". */
	what: string;
	method: HttpRequest['method'];
	path: string;
	query?: Record<string, string | number | boolean | undefined>;
	headers?: Record<string, string>;
	/** An object is sent as JSON. */
	body?: Buffer | object;
	/**
	 * Which unanswered requests are sent again. `always`: the request may take effect twice without harm (reads,
	 * parts under their own id, REPLACE). `ifWithoutEffect`: only where the earlier try surely did nothing.
	 * `never`: not at all.
	 */
	repeat: 'always' | 'ifWithoutEffect' | 'never';
	/** Whether a 2xx answer's JSON has what is needed of it; anything else is as good as no answer. */
	isAnswer?: (answer: unknown) => boolean;
	timeoutMs?: number;
	maxTries?: number;
	signal?: AbortSignal;
	/** Whether a try that is under way when the signal fires has a while to finish: cut off at once, it could take effect unseen. */
	isLetFinish?: boolean;
	onRetry?: (notice: RetryNotice) => void;
	/** Called each time the request leaves: see HttpRequest. */
	onSend?: () => void;
}

export interface ClientOptions {
	send: Send;
	/** Ends every request that names no signal of its own. */
	signal?: AbortSignal;
	timeoutMs?: number;
	maxTries?: number;
	/** Told of every retry, for the log. */
	onRetry?: (notice: RetryNotice) => void;
}

/**
 * The only way out to Domo: sends, retries, and turns whatever comes back into an answer or one DomoError.
 */
export class DomoClient {
	constructor(
		private readonly options: ClientOptions,
		/** Shared with the clients that are made of this one. */
		private readonly line = { fastestAnswerMs: Infinity },
	) {}

	/** How soon Domo has answered at best: about what a request takes that carries next to nothing. Infinity at first. */
	get fastestAnswerMs(): number {
		return this.line.fastestAnswerMs;
	}

	/** Ends every request that names no signal of its own. */
	get signal(): AbortSignal | undefined {
		return this.options.signal;
	}

	/** The same client, with another signal. See `evenAfterStop` for none. */
	withSignal(signal: AbortSignal | undefined): DomoClient {
		return new DomoClient({ ...this.options, signal }, this.line);
	}

	/**
	 * The same client, for what must still be sent once the user has pressed Stop or the workflow's time is up: an abort,
	 * a commit, a look at what became of either.
	 */
	evenAfterStop(): DomoClient {
		return this.withSignal(undefined);
	}

	/**
	 * Asks for JSON.
	 *
	 * @returns the parsed answer; whole numbers of 64 bits that a JS number can't hold as text
	 * @throws DomoError
	 */
	async json<T>(request: DomoRequest): Promise<T> {
		return await this.withRetries(request, async () => {
			const answer = await this.sendOnce(request, 'application/json', 'text');
			return parseAnswer<T>(request, answer);
		});
	}

	/**
	 * Sends a request whose answer need not have a body (204, or an echo).
	 *
	 * @returns the answer's JSON; undefined where it has none
	 * @throws DomoError
	 */
	async done(request: DomoRequest): Promise<unknown> {
		return await this.withRetries(request, async () => {
			const answer = await this.sendOnce(request, 'application/json', 'text');
			const text = String(answer.body);
			if (text.trimStart().startsWith('<')) throw garbled(request.what, answer.status, text);
			try {
				return parseJsonKeepingDigits(text);
			} catch {
				return undefined;
			}
		});
	}

	/**
	 * Asks for CSV.
	 *
	 * @returns the body as it arrives and, where the server says it, its length in bytes
	 * @throws DomoError
	 */
	async csv(request: DomoRequest): Promise<{ body: AsyncIterable<Uint8Array>; contentLengthBytes?: number }> {
		return await this.withRetries(request, async () => {
			const answer = await this.sendOnce(request, 'text/csv', 'stream');
			const type = answer.headers['content-type'] ?? '';
			if (/html/i.test(type)) throw garbled(request.what, answer.status, await bodyText(answer));
			const encoded = (answer.headers['content-encoding'] ?? 'identity') !== 'identity';
			const length = Number(answer.headers['content-length'] ?? NaN);
			const body = typeof answer.body === 'string' ? once(Buffer.from(answer.body)) : answer.body;
			return { body, ...(Number.isFinite(length) && !encoded ? { contentLengthBytes: length } : {}) };
		});
	}

	private async withRetries<T>(request: DomoRequest, attempt: () => Promise<T>): Promise<T> {
		const startedAtMs = Date.now();
		const maxTries =
			request.repeat === 'never' ? 1 : (request.maxTries ?? this.options.maxTries ?? DEFAULT_MAX_TRIES);
		const signal = request.signal ?? this.options.signal;
		for (let triesMade = 1; ; triesMade++) {
			const error = await orDomoError(attempt());
			if (!(error instanceof DomoError)) return error;
			error.details.tries = triesMade;
			const mayRepeat = request.repeat === 'always' || error.details.effect === 'none';
			if (!mayRepeat || !isPassing(error) || triesMade >= maxTries) throw error;
			const pauseMs = pauseBeforeTryMs(triesMade + 1, error.details.retryAfterMs, Math.random());
			if (pauseMs > RETRY_TIMING.maxRetryAfterMs) {
				error.details.advice = `Domo asks to wait ${Math.ceil(pauseMs / 60_000)} minutes. Run the workflow again after that.`;
				throw error;
			}
			if (Date.now() - startedAtMs + pauseMs > RETRY_TIMING.maxTotalMs) throw error;
			const notice = { what: request.what, triesMade, pauseMs, error };
			request.onRetry?.(notice);
			this.options.onRetry?.(notice);
			await pause(pauseMs, signal);
		}
	}

	private async sendOnce(
		request: DomoRequest,
		accept: string,
		answerAs: HttpRequest['answer'],
	): Promise<HttpAnswer> {
		const signal = request.signal ?? this.options.signal;
		if (signal?.aborted) throw cancelled(`Stopped before Domo was asked to ${request.what}`);
		const isJson = request.body !== undefined && !Buffer.isBuffer(request.body);
		const sentAtMs = performance.now();
		const ends = signal && (request.isLetFinish ? afterGrace(signal) : { signal, end: () => {} });
		const answer = await this.options
			.send({
				method: request.method,
				path: request.path + queryString(request.query),
				// Built anew for every try: n8n's helper changes what it is given.
				headers: {
					Accept: accept,
					...(isJson ? { 'Content-Type': 'application/json' } : {}),
					...request.headers,
				},
				...(request.body === undefined
					? {}
					: { body: Buffer.isBuffer(request.body) ? request.body : JSON.stringify(request.body) }),
				timeoutMs: request.timeoutMs ?? this.options.timeoutMs ?? RETRY_TIMING.requestTimeoutMs,
				answer: answerAs,
				...(ends ? { signal: ends.signal } : {}),
				...(request.onSend ? { onSend: request.onSend } : {}),
			})
			.catch((error: unknown) => {
				throw fromSendFailure(request.what, error);
			})
			.finally(() => ends?.end());
		if (answer.status >= 200 && answer.status < 300) {
			this.line.fastestAnswerMs = Math.min(this.line.fastestAnswerMs, performance.now() - sentAtMs);
			return answer;
		}
		throw await fromRefusal(request.what, answer);
	}
}

/** Takes a 2xx answer only as what Domo sends: JSON of the right shape, and not a page of something that stands between. */
function parseAnswer<T>({ what, isAnswer }: DomoRequest, answer: HttpAnswer): T {
	const text = answer.body as string;
	let value: unknown;
	try {
		value = parseJsonKeepingDigits(text);
	} catch {
		throw garbled(what, answer.status, text);
	}
	if (isAnswer && !isAnswer(value)) throw unlikeDomo(what, answer.status);
	return value as T;
}

function unlikeDomo(what: string, status: number): DomoError {
	return new DomoError(
		'DOMO_GARBLED_ANSWER',
		`It is not known whether Domo could ${what}: it answered HTTP ${status} with JSON that lacks what belongs there`,
		{
			kind: 'garbled',
			effect: 'unknown',
			status,
		},
	);
}

function garbled(what: string, status: number, body: string): DomoError {
	const { domoMessage, html } = readErrorBody(body);
	const got = html
		? (domoMessage ?? 'an HTML page')
		: body === ''
			? 'an empty answer'
			: 'an answer that is cut short or not JSON';
	return new DomoError(
		'DOMO_GARBLED_ANSWER',
		`It is not known whether Domo could ${what}: it answered HTTP ${status} with ${got}`,
		{
			kind: 'garbled',
			effect: 'unknown',
			status,
		},
	);
}

async function fromRefusal(what: string, answer: HttpAnswer): Promise<DomoError> {
	const { status, headers } = answer;
	const body = await bodyText(answer);
	const { domoMessage, toe } = readErrorBody(body);
	const fromGateway = isGatewayPage(status, body);
	const retryAfterMs = parseRetryAfterMs(headers['retry-after'], Date.now());
	const { code, advice } = meaningOfRefusal(status, domoMessage);
	return new DomoError(code, describeAnswer(what, status, domoMessage, toe), {
		kind: fromGateway ? 'garbled' : 'refused',
		effect: fromGateway ? 'unknown' : meaningOf(status).effect,
		status,
		...(toe ? { toe } : {}),
		...(domoMessage ? { domoMessage } : {}),
		...(retryAfterMs === undefined ? {} : { retryAfterMs }),
		...(advice === undefined ? {} : { advice }),
	});
}

function fromSendFailure(what: string, error: unknown): DomoError {
	if (!(error instanceof SendFailure)) {
		const words = error instanceof Error ? error.message : String(error);
		return new DomoError('DOMO_NOT_SENT', `The request to ${what} could not be sent: ${words}`, {
			kind: 'noAnswer',
			effect: 'unknown',
		});
	}
	if (error.kind === 'cancelled') return cancelled(`Stopped while Domo was asked to ${what}`);
	if (error.kind === 'credential') {
		return new DomoError('DOMO_NO_TOKEN', `Domo gave no access token: ${error.message}`, {
			kind: error.hopeless ? 'credential' : 'unreachable',
			effect: 'none',
			advice:
				"Check 'Client ID', 'Client Secret' and 'Base URL' in the credential. You find the client in Domo's developer portal. If a new secret was created there, enter it here too. If 'Scope' is Data and User, the client needs both.",
		});
	}
	if (error.kind === 'unreachable') {
		return new DomoError(
			'DOMO_UNREACHABLE',
			`Domo cannot be reached (${error.message}), so it could not ${what}`,
			{
				kind: 'unreachable',
				effect: 'none',
				advice: "Check the 'Base URL' in the credential and that this n8n may reach it.",
			},
		);
	}
	return new DomoError(
		'DOMO_NO_ANSWER',
		`No answer came from Domo when asked to ${what} (${error.message})`,
		{
			kind: 'noAnswer',
			effect: 'unknown',
		},
	);
}

const MAX_ERROR_BODY_BYTES = 64 * 1024;

/** What of a refusal's page has come in time: its status says enough. */
async function bodyText({ body, end }: HttpAnswer): Promise<string> {
	if (typeof body === 'string') return body;
	const chunks: Uint8Array[] = [];
	const timer = new AbortController();
	const late = sleep(RETRY_TIMING.errorPageMs, timer.signal).catch(() => undefined);
	await Promise.race([collect(body, chunks), late]);
	timer.abort();
	end?.();
	return Buffer.concat(chunks).toString('utf8');
}

async function collect(body: AsyncIterable<Uint8Array>, chunks: Uint8Array[]): Promise<void> {
	let bytes = 0;
	try {
		for await (const chunk of body) {
			chunks.push(chunk);
			bytes += chunk.length;
			if (bytes > MAX_ERROR_BODY_BYTES) break;
		}
	} catch {
		// A refusal whose page is cut short is still that refusal.
	}
}

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
	yield bytes;
}

function queryString(query: DomoRequest['query']): string {
	const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== undefined);
	if (pairs.length === 0) return '';
	return `?${pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`).join('&')}`;
}
