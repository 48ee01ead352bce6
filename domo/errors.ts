/**
 * Everything that can come back from Domo instead of the answer that was asked for.
 *
 * The shapes are those seen in the wild (Domo's OpenAPI files, SDK issue threads): JSON with `message` and
 * `toe`, JSON with `error_description`, an empty body, plain text, HTML pages.
 */
import { CodedError, type ErrorDetails } from './codedError';
import type { Code } from './codes';
import { orError } from './orError';
import { pleaseReport } from './unproven';

/**
 * What a request that was not answered well has left behind:
 * `none`: surely nothing; `unknown`: it may have taken effect although we hold no good answer.
 */
export type Effect = 'none' | 'unknown';

export type DomoErrorKind =
	/** Domo answered, with a status that is not 2xx. */
	| 'refused'
	/** Domo (or something between) answered 2xx with a body that can't be its answer. */
	| 'garbled'
	/** The request left and no answer came (reset, time-out). */
	| 'noAnswer'
	/** The request never left (connection refused, name not found). */
	| 'unreachable'
	/** No access token could be had. */
	| 'credential'
	/** The caller's signal ended the request. */
	| 'cancelled';

export interface DomoErrorDetails extends ErrorDetails {
	kind: DomoErrorKind;
	effect: Effect;
	/** HTTP status, where Domo answered. */
	status?: number;
	/** Domo's own words. */
	domoMessage?: string;
	/** How long Domo asks to wait, from `Retry-After`. */
	retryAfterMs?: number;
	/** How often the request was sent. */
	tries?: number;
}

export class DomoError extends CodedError<DomoErrorDetails> {
	override readonly name = 'DomoError';

	/** @param message one sentence that starts with what was being done, e.g. "Domo did not accept part 3: …" */
	constructor(code: Code, message: string, details: DomoErrorDetails) {
		super(code, message, details);
	}
}

const NAMED_ROW = /\bRow (\d+)\b/i;

/** The row that Domo's words name ("Row 453, column 21"), counted from 1 within the part or import that it refused. */
export function namedRow(domoMessage: string | undefined): number | undefined {
	const named = NAMED_ROW.exec(domoMessage ?? '');
	return named ? Number(named[1]) : undefined;
}

/** The value, or the DomoError the request ended with; anything else is a defect of this package and goes on up. */
export async function orDomoError<T>(request: Promise<T>): Promise<T | DomoError> {
	return await orError(request, DomoError);
}

/** Reads Domo's words and its `toe` out of a refused answer's body, whatever its shape. */
export function readErrorBody(body: string): { domoMessage?: string; toe?: string; html: boolean } {
	const text = body.trim();
	if (text === '') return { html: false };
	if (text.startsWith('<')) {
		const title =
			/<title[^>]*>([^<]*)<\/title>/i.exec(text)?.[1] ?? /<h1[^>]*>([^<]*)<\/h1>/i.exec(text)?.[1];
		return { domoMessage: title?.trim() ? `an HTML page: ${title.trim()}` : 'an HTML page', html: true };
	}
	const parsed = parseObject(text);
	if (parsed === undefined) return { domoMessage: firstLine(text), html: false };
	const words = parsed.message ?? parsed.error_description ?? parsed.statusReason ?? parsed.error;
	return {
		...(typeof words === 'string' && words !== '' ? { domoMessage: words } : {}),
		...(typeof parsed.toe === 'string' && parsed.toe !== '' ? { toe: parsed.toe } : {}),
		html: false,
	};
}

/**
 * Whether an answer is a page of what stands before Domo. It can carry any status, even a 4xx after minutes of upload
 * (seen with a 94 MB body), but a 401, 403, 404 and 406 as HTML are Jetty's own pages for what they say.
 */
export function isGatewayPage(status: number, body: string): boolean {
	const isHtml = body.trimStart().startsWith('<');
	return isHtml && ![401, 403, 404, 406].includes(status) && /maintenance|gateway|unavailable/i.test(body);
}

function parseObject(text: string): Record<string, unknown> | undefined {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
	} catch {
		return undefined;
	}
}

function firstLine(text: string): string {
	const line = text.split(/\r?\n/, 1)[0];
	return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

/** What a refusal is called, and what an analyst can do about it. */
interface Meaning {
	code: Code;
	advice?: string;
}

/**
 * What a refused request means, by its status and Domo's words. Source: Domo's guides and SDK issue threads, gathered
 * in the README's "Limits".
 */
export function meaningOfRefusal(status: number, domoMessage: string | undefined): Meaning {
	const words = domoMessage ?? '';
	if (status === 401) {
		return {
			code: 'DOMO_UNAUTHORIZED',
			advice:
				'Domo does not take the access token. Check the client ID and secret in the credential, and that the client still exists in Domo.',
		};
	}
	if (status === 403 || /\(403\)|access is denied/i.test(words)) {
		return {
			code: 'DOMO_FORBIDDEN',
			advice:
				"The credential's user lacks a right. The client needs the scope 'data', its user the grant 'Manage DataSet' and access to this DataSet; a DataSet that was not made through the API cannot be written through it.",
		};
	}
	if (status === 404) {
		return {
			code: 'DOMO_NOT_FOUND',
			advice: 'It may have been deleted, or the credential belongs to another Domo instance.',
		};
	}
	if (status === 406) {
		return {
			code: 'DOMO_TOKEN_EXPIRED',
			advice: 'Domo answers so when an access token has expired during an export. Try again.',
		};
	}
	if (status === 413) {
		return {
			code: 'DOMO_TOO_LARGE',
			advice: "Make the parts smaller with the option 'Part Size (MB)'.",
		};
	}
	if (status === 429) {
		return {
			code: 'DOMO_RATE_LIMITED',
			advice: 'Domo asks for fewer requests. Try again later, or lower the number of uploads at once.',
		};
	}
	if (status === 415) {
		return {
			code: 'DOMO_REFUSED',
			advice:
				"Domo does not take the data in this form. If it is compressed, choose another 'Compression' in the options: 'Gzip as Content Type', or 'None'. " +
				pleaseReport('which form Domo takes'),
		};
	}
	if (/non-consecutive part ids/i.test(words)) {
		return {
			code: 'DOMO_PART_GAP',
			advice:
				'Parts must be numbered 1, 2, 3 … without a gap before the execution is committed. If yours are, Domo counts differently. ' +
				pleaseReport('how Domo counts parts'),
		};
	}
	if (status >= 500) {
		return {
			code: 'DOMO_SERVER_ERROR',
			advice:
				'This is on the side of Domo. Try again later; if it stays, give the reference to Domo Support.',
		};
	}
	return { code: 'DOMO_REFUSED' };
}

/** Adds what is known of an answer to a sentence: Domo's words, the status, the reference for Domo Support. */
export function describeAnswer(what: string, status: number, domoMessage?: string, toe?: string): string {
	const words = domoMessage ? `: ${domoMessage}` : '';
	const reference = toe ? ` (HTTP ${status}, Domo's reference 'toe' ${toe})` : ` (HTTP ${status})`;
	return `Domo did not ${what}${words}${reference}`;
}
