/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { setTimeout as wait } from 'node:timers/promises';

import { clipped, describe, isPage } from './answers';
import { Ends, notTried, unseen } from './verdict';

export interface Ask {
	method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
	/** Path and query, escaped. */
	path: string;
	headers?: Record<string, string>;
	body?: string | Buffer;
	/** Its answer holds an ID that must be noted: it is let end even after Ctrl-C. */
	creates?: boolean;
	/** Beside other requests, where the check is about that. */
	atOnce?: boolean;
	/** Sent even after Ctrl-C and beyond all limits. */
	cleansUp?: boolean;
	/** A 429 is part of what is looked at: not sent again. */
	once?: boolean;
	/** Statuses at which an HTML page is what is looked at. */
	pages?: number[];
	/** 401 or 403, where that is what is looked at, and not a missing grant. */
	lookedAt?: number[];
}

export interface Answer {
	status: number;
	headers: Record<string, string>;
	text: string;
	/** Of the answer's JSON; undefined where it has none. */
	json: unknown;
	ms: number;
}

/** Told of each request with its answer. */
export type Witness = (ask: Ask, answer: Answer) => void;

export interface WireLimits {
	maxRequests: number;
	requestTimeoutMs: number;
}

const MAX_TRIES = 4;
const MAX_TRIES_UNANSWERED = 3;
/** What a gateway answers with when the server behind it is not well. */
const GATEWAY = new Set([502, 503, 504]);
/**
 * Whether an answer passes, and is no word on what was asked. 501 is a server's word on what it knows; a 400 may be of
 * what stands before Domo.
 */
const isUnwell = ({ status, text }: Answer) =>
	status === 408 ||
	status === 425 ||
	(status >= 500 && status !== 501) ||
	(status === 400 && text.includes('Infrastructure problem'));
/** A plan's own limit, as "one push an hour": it refuses whatever is sent. */
const isPlansLimit = ({ status, text }: Answer) =>
	(status === 400 || status === 403) &&
	/\bquota\b|\b(push|update|usage|rate|plan|trial|hourly|daily)\b[^.]{0,40}\blimit|\blimit\b[^.]{0,20}\b(reached|exceeded)\b/i.test(
		text,
	);
const GATEWAY_PAUSE_MS = 250;
const MAX_PAUSE_MS = 60_000;

/**
 * Plain HTTP on Node's fetch, with none of the package's code: a witness must not share the defects of what it is to
 * be held against. One request at a time; a 429 is waited for, and what may be repeated is sent again where no answer
 * came, or only a gateway's. An answer that tells nothing of Domo's ways never reaches a check: a server that is not
 * well, a limit where it isn't what is looked at, a redirect, a page for people, and JSON that was cut.
 */
export class Wire {
	requests = 0;
	/** What came with each 429: its Retry-After, or ''. */
	readonly tooMany: string[] = [];
	private last: Promise<unknown> = Promise.resolve();

	constructor(
		private readonly baseUrl: string,
		private readonly limits: WireLimits,
		private readonly witness: Witness,
		readonly stop: AbortSignal,
	) {}

	/** @throws Ends where no answer comes, none that says anything, the run has been stopped or has used up its requests */
	async send(ask: Ask): Promise<Answer> {
		if (ask.atOnce) return await this.telling(ask);
		const turn = this.last.then(async () => await this.telling(ask));
		this.last = turn.catch(() => undefined);
		return await turn;
	}

	/** @throws Ends once the run has been stopped */
	async pause(ms: number): Promise<void> {
		try {
			await wait(ms, undefined, { signal: this.stop });
		} catch {
			throw stopped();
		}
	}

	private async telling(ask: Ask): Promise<Answer> {
		const answer = await this.withTries(ask);
		const why = ask.cleansUp ? undefined : whyNothing(ask, answer);
		if (why !== undefined) throw unseen(why);
		return answer;
	}

	private async withTries(ask: Ask): Promise<Answer> {
		for (let tries = 1; ; tries++) {
			const answer = await this.try(ask, tries);
			if (answer === undefined) continue;
			const isToRepeat =
				GATEWAY.has(answer.status) || (isUnwell(answer) && (ask.cleansUp || answer.status < 500));
			if (isToRepeat && mayRepeat(ask) && !ask.once && tries < MAX_TRIES) {
				await this.rest(ask, GATEWAY_PAUSE_MS * 2 ** (tries - 1));
				continue;
			}
			if (answer.status !== 429) return answer;
			const retryAfter = answer.headers['retry-after'] ?? '';
			this.tooMany.push(retryAfter);
			if (ask.once || tries >= MAX_TRIES) return answer;
			const pauseMs = Math.min(retryAfterMs(retryAfter) ?? 1000 * 2 ** tries, MAX_PAUSE_MS);
			await this.rest(ask, pauseMs);
		}
	}

	private async rest(ask: Ask, ms: number): Promise<void> {
		await (ask.cleansUp ? wait(ms) : this.pause(ms));
	}

	/** @returns undefined where a read may be sent again */
	private async try(ask: Ask, tries: number): Promise<Answer | undefined> {
		if (!ask.cleansUp) {
			if (this.stop.aborted) throw stopped();
			if (this.requests >= this.limits.maxRequests)
				throw new Ends(
					notTried(`the run's limit of ${this.limits.maxRequests} requests is used up (--max-requests)`),
				);
		}
		this.requests++;
		try {
			return await this.sendOnce(ask);
		} catch (error) {
			if (this.stop.aborted && !ask.cleansUp && !ask.creates) throw stopped();
			if (mayRepeat(ask) && tries < MAX_TRIES_UNANSWERED) return undefined;
			throw unseen(`no answer to ${ask.method} ${ask.path.split('?')[0]}: ${reasonOf(error)}`);
		}
	}

	private async sendOnce(ask: Ask): Promise<Answer> {
		const startedAt = performance.now();
		const timeout = AbortSignal.timeout(this.limits.requestTimeoutMs);
		const response = await fetch(this.baseUrl + ask.path, {
			method: ask.method,
			headers: { accept: 'application/json', ...ask.headers },
			body: ask.body as RequestInit['body'],
			// A token must not follow to another host.
			redirect: 'manual',
			signal: ask.creates || ask.cleansUp ? timeout : AbortSignal.any([timeout, this.stop]),
		});
		// Not text(): that drops a byte order mark.
		const text = Buffer.from(await response.arrayBuffer()).toString('utf8');
		const answer = {
			status: response.status,
			headers: Object.fromEntries(response.headers),
			text,
			json: parsed(text),
			ms: performance.now() - startedAt,
		};
		this.witness(ask, answer);
		return answer;
	}
}

/** @returns undefined where an answer says something of Domo's ways */
function whyNothing(ask: Ask, answer: Answer): string | undefined {
	const { status, headers, text, json } = answer;
	if ((status === 429 && !ask.once) || isUnwell(answer)) return describe(answer);
	if (isPlansLimit(answer) && !ask.once) return `a limit of the plan: ${describe(answer)}`;
	if (status >= 300 && status < 400) return `${describe(answer)}: a redirect, which is not followed`;
	if (isPage(answer))
		return ask.pages?.includes(status) ? undefined : `a page came: HTTP ${status} ${clipped(text)}`;
	const isCut = /\bjson\b/i.test(headers['content-type'] ?? '') && text.trim() !== '' && json === undefined;
	return isCut ? `JSON that can't be read came: HTTP ${status} of ${text.length} characters` : undefined;
}

/** Whether it does the same however often it is sent. */
const mayRepeat = ({ method, path }: Ask): boolean =>
	method === 'GET' || method === 'DELETE' || path.includes('/part/') || path.includes('/query/execute/');

const stopped = () => new Ends(notTried('the run was stopped'));

function reasonOf(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	const { cause } = error as { cause?: { code?: string; message?: string } };
	return cause?.code ?? cause?.message ?? error.message;
}

/** @returns undefined where a Retry-After is neither seconds nor a date */
export function retryAfterMs(value: string): number | undefined {
	if (/^\d+(\.\d+)?$/.test(value.trim())) return Number(value) * 1000;
	const at = Date.parse(value);
	return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
