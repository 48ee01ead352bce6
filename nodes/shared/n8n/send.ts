import {
	sleep,
	type IExecuteFunctions,
	type IHttpRequestOptions,
	type ILoadOptionsFunctions,
	type IN8nHttpFullResponse,
	type IPollFunctions,
} from 'n8n-workflow';

import { usableBaseUrl, withoutUserInfo } from '../../../domo/baseUrl';
import {
	DomoClient,
	SendFailure,
	type ClientOptions,
	type HttpAnswer,
	type HttpRequest,
	type Send,
} from '../../../domo/client';
import { isGatewayPage } from '../../../domo/errors';
import { meaningOf, RETRY_TIMING } from '../../../domo/retry';
import { InputError } from '../../../transfer/inputError';

export const CREDENTIAL = 'domoOAuth2Api';

/** What n8n's OAuth client calls an answer that is no token: with an OAuth `error` in it, or any other. */
const TOKEN_REFUSED_CODES = new Set(['EAUTH', 'ESTATUS']);

/** Every n8n context that can reach Domo. */
export type DomoContext = IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions;

/** Steps before a connection stands. */
const CONNECTING = new Set(['connect', 'getaddrinfo']);
/** What only looking a name up can end with, whatever the step is called. */
const LOOKUP_CODES = new Set(['ENOTFOUND', 'EAI_AGAIN']);

/**
 * A Domo client that sends through n8n's own helper, which adds the token and renews it.
 *
 * @throws InputError when the credential's base URL is refused; the secret then goes nowhere
 */
export async function domoClient(
	context: DomoContext,
	options: Omit<ClientOptions, 'send'> = {},
): Promise<DomoClient> {
	const credential = await context.getCredentials(CREDENTIAL);
	const baseUrl = String(credential.baseUrl ?? '');
	const usable = usableBaseUrl(baseUrl, credential.allowHttp === true);
	if (usable === undefined) {
		throw new InputError(
			'DOMO_BASE_URL',
			`The credential's 'Base URL' (${withoutUserInfo(baseUrl)}) can't be used`,
			"It must begin with https:// and hold no user name, '?' or '#'. For http:// beyond this machine, switch on 'Allow HTTP' in the credential.",
		);
	}
	return new DomoClient({ send: senderFor(context, usable), ...options });
}

function senderFor(context: DomoContext, baseUrl: string): Send {
	return async (request) => {
		// With 401 left out of the ignored statuses, n8n renews the token and sends once more; every other status
		// comes back as an answer. n8n versions that don't know the exception hand the 401 over as an answer too:
		// then the request goes out again with statuses as n8n likes them, and is renewed. A 401 that was thrown has
		// been renewed already: once more would only send a large body twice again.
		const first = await callHelper(context, baseUrl, request, { ignore: true, except: [401] });
		if (first.answer.status !== 401 || first.wasThrown) return first.answer;
		return (await callHelper(context, baseUrl, request, false)).answer;
	};
}

async function callHelper(
	context: DomoContext,
	baseUrl: string,
	request: HttpRequest,
	ignoreHttpStatusErrors: unknown,
): Promise<{ answer: HttpAnswer; wasThrown: boolean }> {
	const call = new AbortController();
	const signal = request.signal ? AbortSignal.any([request.signal, call.signal]) : call.signal;
	// n8n's helper changes the options it is given: they are made anew for every call.
	const options = {
		method: request.method,
		url: baseUrl + request.path,
		headers: { ...request.headers },
		...(request.body === undefined ? {} : { body: request.body }),
		encoding: request.answer,
		timeout: request.timeoutMs,
		returnFullResponse: true,
		// With redirects on, the whole body is kept in memory; and nothing may be fetched from an answer's address.
		disableFollowRedirect: true,
		ignoreHttpStatusErrors,
		abortSignal: signal,
	} as unknown as IHttpRequestOptions;
	try {
		const sent = context.helpers.httpRequestWithAuthentication.call(
			contextFor(context, signal, request.onSend),
			CREDENTIAL,
			options,
		) as Promise<IN8nHttpFullResponse>;
		const response = await inTime(sent, request.timeoutMs + RETRY_TIMING.tokenTimeoutMs, call, signal);
		return {
			answer: toAnswer(response.statusCode, response.headers, response.body, () => call.abort()),
			wasThrown: false,
		};
	} catch (error) {
		const answered = answerWithin(error);
		if (answered) return { answer: answered, wasThrown: true };
		throw asSendFailure(error, request.signal);
	}
}

/**
 * Ends a call that is stopped or late, and the waiting for it at once. The request's own time-out reaches neither n8n's
 * request for a token nor an answer that trickles. A call that waits for a token looks at its signal before it sends,
 * so that it never goes out later, when its body's memory may hold another part.
 *
 * @param call ends the call alone
 * @param signal fires with `call` and when the request is stopped
 */
async function inTime<T>(
	sent: Promise<T>,
	timeoutMs: number,
	call: AbortController,
	signal: AbortSignal,
): Promise<T> {
	let giveUp = () => {};
	const givenUp = new Promise<never>((_resolve, reject) => {
		giveUp = () =>
			reject(
				call.signal.aborted
					? new SendFailure('no answer in time', 'noAnswer')
					: new SendFailure('stopped', 'cancelled'),
			);
	});
	signal.addEventListener('abort', giveUp, { once: true });
	if (signal.aborted) giveUp();
	const timer = new AbortController();
	sleep(timeoutMs, timer.signal).then(
		() => call.abort(),
		() => undefined,
	);
	// What still comes of a request that was given up must not end n8n as an unhandled rejection.
	sent.catch(() => undefined);
	try {
		return await Promise.race([sent, givenUp]);
	} finally {
		timer.abort();
		signal.removeEventListener('abort', giveUp);
	}
}

/**
 * The same context with a cancel signal of ours: n8n's helper overwrites a request's `abortSignal` with the
 * execution's, so that siblings could not be cancelled, nor an abort be sent after Stop.
 */
function contextFor(
	context: DomoContext,
	signal: AbortSignal,
	onSend: (() => void) | undefined,
): IExecuteFunctions {
	return Object.create(context, {
		...('getExecutionCancelSignal' in context ? { getExecutionCancelSignal: { value: () => signal } } : {}),
		...(onSend ? { helpers: { value: countingHelpers(context, onSend) } } : {}),
	}) as IExecuteFunctions;
}

/** n8n's helper sends through `helpers.httpRequest` of its `this`: once, and once more with a token it has renewed. */
function countingHelpers(context: DomoContext, onSend: () => void): DomoContext['helpers'] {
	const { httpRequest } = context.helpers;
	const send: typeof httpRequest = async (options) => {
		onSend();
		return await httpRequest(options);
	};
	return Object.create(context.helpers, { httpRequest: { value: send } }) as DomoContext['helpers'];
}

function toAnswer(status: number, headers: object, body: unknown, end: () => void): HttpAnswer {
	const lowerCased = Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [
			name.toLowerCase(),
			Array.isArray(value) ? value.join(', ') : String(value),
		]),
	);
	const isStream = typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
	// A stream that is not Node's own answer any more was unpacked on the way, and the length is that of the packed bytes.
	if (isStream && !('complete' in body)) delete lowerCased['content-length'];
	return {
		status,
		headers: lowerCased,
		body: isStream
			? (body as AsyncIterable<Uint8Array>)
			: typeof body === 'string'
				? body
				: body === undefined || body === null
					? ''
					: JSON.stringify(body),
		end,
	};
}

interface Failure {
	name?: string;
	message?: string;
	code?: unknown;
	/** Of a system error: what failed. */
	syscall?: unknown;
	/** Of an AggregateError. */
	errors?: unknown;
	response?: { status?: unknown; headers?: object; data?: unknown; request?: { destroy?: () => void } };
	cause?: unknown;
	/** Of what n8n's OAuth client throws. */
	status?: unknown;
	body?: unknown;
}

/** n8n wraps what axios and its OAuth client throw; the useful one stands somewhere below. */
function* chain(error: unknown): Generator<Failure> {
	let current = error;
	for (let depth = 0; depth < 6 && typeof current === 'object' && current !== null; depth++) {
		yield current as Failure;
		current = (current as Failure).cause;
	}
}

function answerWithin(error: unknown): HttpAnswer | undefined {
	for (const { response } of chain(error)) {
		if (typeof response?.status !== 'number') continue;
		// axios listens to no signal any more once it has thrown.
		return toAnswer(response.status, response.headers ?? {}, response.data, () =>
			response.request?.destroy?.(),
		);
	}
	return undefined;
}

function asSendFailure(error: unknown, signal: AbortSignal | undefined): SendFailure {
	if (error instanceof SendFailure) return error;
	const links = [...chain(error)];
	const codes = links.map(({ code }) => String(code ?? ''));
	const words = links.map(({ message }) => message ?? '').join(' ');
	if (signal?.aborted === true || codes.includes('ERR_CANCELED'))
		return new SendFailure('stopped', 'cancelled');
	const refusal = links.find((link) => TOKEN_REFUSED_CODES.has(String(link.code)));
	if (refusal) return tokenRefused(refusal);
	const code = codes.find((each) => /^E[A-Z_]+$/.test(each));
	if (/access token|OAuth2/i.test(words)) {
		return new SendFailure(code ?? "its address can't be used", 'credential', code === undefined);
	}
	if (code !== undefined && links.some(neverConnected)) return new SendFailure(code, 'unreachable');
	return new SendFailure(code ?? firstWords(words), 'noAnswer');
}

/**
 * Whether nothing can have left this machine. The code alone doesn't tell: Linux reports EHOSTUNREACH, say, on a
 * connection that has carried a whole body already, too.
 */
function neverConnected({ code, syscall, errors }: Failure): boolean {
	// One for each address of the host.
	if (Array.isArray(errors) && errors.length > 0)
		return errors.every((each: Failure) => neverConnected(each));
	return CONNECTING.has(String(syscall)) || LOOKUP_CODES.has(String(code));
}

/** @param refusal n8n's OAuth client's own error: with a `status`, or with the token service's JSON as `body` */
function tokenRefused({ status, body }: Failure): SendFailure {
	if (typeof status === 'number') {
		const passing = status < 400 || meaningOf(status).isPassing || isGatewayPage(status, String(body));
		const said = status < 400 ? 'answered with a page that is no token' : `answered HTTP ${status}`;
		return new SendFailure(`its token service ${said}`, 'credential', !passing);
	}
	const { error, error_description: words } = (body ?? {}) as {
		error?: unknown;
		error_description?: unknown;
	};
	const passing = error === 'server_error' || error === 'temporarily_unavailable';
	return new SendFailure(
		`its token service said '${firstWords(String(words ?? error))}'`,
		'credential',
		!passing,
	);
}

function firstWords(text: string): string {
	return text === '' ? 'no reason given' : text.slice(0, 200);
}
