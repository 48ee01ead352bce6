/**
 * Everything that can come back from Domo instead of the answer that was asked for.
 *
 * The shapes are those seen in the wild (Domo's OpenAPI files, SDK issue threads): JSON with `message` and
 * `toe`, JSON with `error_description`, an empty body, plain text, HTML pages.
 */

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

export interface DomoErrorDetails {
	kind: DomoErrorKind;
	effect: Effect;
	/** HTTP status, where Domo answered. */
	status?: number;
	/** The reference Domo Support asks for. */
	toe?: string;
	/** Domo's own words. */
	domoMessage?: string;
	/** What the user can do about it. */
	advice?: string;
	/** How long Domo asks to wait, from `Retry-After`. */
	retryAfterMs?: number;
	/** How often the request was sent. */
	tries?: number;
}

export class DomoError extends Error {
	override readonly name = 'DomoError';

	/** @param message one sentence that starts with what was being done, e.g. "Domo did not accept part 3: …" */
	constructor(
		message: string,
		readonly details: DomoErrorDetails,
	) {
		super(message);
	}
}

/** The value, or the DomoError the request ended with; anything else is a defect of this package and goes on up. */
export async function orDomoError<T>(request: Promise<T>): Promise<T | DomoError> {
	return await request.catch(async (error: unknown) =>
		error instanceof DomoError ? error : await Promise.reject<DomoError>(error),
	);
}

/** Reads Domo's words and its `toe` out of a refused answer's body, whatever its shape. */
export function readErrorBody(body: string): { domoMessage?: string; toe?: string; html: boolean } {
	const text = body.trim();
	if (text === '') return { html: false };
	if (text.startsWith('<')) {
		const title = /<title[^>]*>([^<]*)<\/title>/i.exec(text)?.[1] ?? /<h1[^>]*>([^<]*)<\/h1>/i.exec(text)?.[1];
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

/**
 * What an analyst can do about an answer, by its status and Domo's words. Source: Domo's guides and SDK
 * issue threads, gathered in the README's "Limits".
 */
export function adviceFor(status: number, domoMessage: string | undefined): string | undefined {
	const words = domoMessage ?? '';
	if (status === 401) {
		return 'Domo does not take the access token. Check the client ID and secret in the credential, and that the client still exists in Domo.';
	}
	if (status === 403 || /\(403\)|access is denied/i.test(words)) {
		return "The credential's user lacks a right. The client needs the scope 'data', its user the grant 'Manage DataSet' and access to this DataSet; a DataSet that was not made through the API cannot be written through it.";
	}
	if (status === 404) return 'It may have been deleted, or the credential belongs to another Domo instance.';
	if (status === 406) return 'Domo answers so when an access token has expired during an export. Try again.';
	if (status === 413) return "Make the parts smaller with the option 'Part Size (MB)'.";
	if (status === 429) return 'Domo asks for fewer requests. Try again later, or lower the number of uploads at once.';
	if (/non-consecutive part ids/i.test(words)) {
		return 'Parts must be numbered 1, 2, 3 … without a gap before the execution is committed.';
	}
	if (status >= 500) return 'This is on the side of Domo. Try again later; if it stays, give the reference to Domo Support.';
	return undefined;
}

/** Adds what is known of an answer to a sentence: Domo's words, the status, the reference for Domo Support. */
export function describeAnswer(what: string, status: number, domoMessage?: string, toe?: string): string {
	const words = domoMessage ? `: ${domoMessage}` : '';
	const reference = toe ? ` (HTTP ${status}, Domo's reference 'toe' ${toe})` : ` (HTTP ${status})`;
	return `Domo did not ${what}${words}${reference}`;
}
