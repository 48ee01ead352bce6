/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Secrets } from './secrets';
import type { Answer, Ask } from './wire';

/** One request with its answer, as a file of a recording has it. */
export interface Exchange {
	request: {
		method: string;
		path: string;
		headers: Record<string, string>;
		body?: string;
		bodyBase64?: string;
	};
	response: { status: number; headers: Record<string, string>; body: string };
}

const REQUEST_HEADERS = ['accept', 'content-type', 'content-encoding'];
const RESPONSE_HEADERS = ['content-type', 'retry-after', 'www-authenticate'];

/** Values that name nothing and nobody: Domo's own words, times, and what a policy or a column is. */
const OPEN_KEYS = new Set([
	'currentState',
	'updateMethod',
	'status',
	'statusReason',
	'type',
	'operator',
	'token_type',
	'error',
	'createdAt',
	'updatedAt',
	'modifiedAt',
	'startedAt',
	'endedAt',
	'dataCurrentAt',
	'scope',
]);
const OPEN_TEXT = /^[\w .:+-]{0,40}$/;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const NO_UUID = /^0{8}-0{4}-4000-8000-/;

/**
 * Keeps request/response pairs without secrets, names or true IDs. What is not known to be harmless is replaced: each ID
 * and each text always by the same other one, so that a recording still fits together.
 */
export class Recording {
	/** Why it is not complete. */
	failure: string | undefined;

	private count = 0;
	private readonly replaced = new Map<string, string>();
	private readonly madeOf: Record<string, number> = {};

	/** @param mark what the run's own names begin with: these say nothing of anyone, and what they name is the run's own */
	constructor(
		private readonly folder: string,
		private readonly secrets: Secrets,
		private readonly mark: string,
	) {
		makeFolder(folder);
		if (
			readdirSync(folder).some(
				(name) => /^\d{4}-[A-Z]+\.json$/.test(name) && statSync(join(folder, name)).isFile(),
			)
		)
			throw new Error(
				`'${folder}' has a recording already: one of two runs would fit together no more (--record)`,
			);
	}

	readonly witness = (ask: Ask, answer: Answer): void => {
		const exchange = this.exchange(ask, answer);
		const text = this.secrets.hide(JSON.stringify(exchange, undefined, '\t'));
		const name = `${String(++this.count).padStart(4, '0')}-${ask.method}.json`;
		try {
			writeFileSync(join(this.folder, name), `${text}\n`);
		} catch (error) {
			// An answer is an answer, whether or not it can be kept.
			this.failure ??= error instanceof Error ? error.message : String(error);
		}
	};

	private exchange(ask: Ask, answer: Answer): Exchange {
		return {
			request: {
				method: ask.method,
				path: this.path(ask.path),
				headers: chosen(ask.headers ?? {}, REQUEST_HEADERS),
				...this.requestBody(ask),
			},
			response: {
				status: answer.status,
				headers: chosen(answer.headers, RESPONSE_HEADERS),
				body: this.responseBody(ask, answer),
			},
		};
	}

	private requestBody({ body, path }: Ask): Pick<Exchange['request'], 'body' | 'bodyBase64'> {
		if (body === undefined) return {};
		if (path.startsWith('/oauth/')) return { body: String(body) };
		if (Buffer.isBuffer(body)) return { bodyBase64: body.toString('base64') };
		const json = parsed(body);
		return { body: json === undefined ? body : JSON.stringify(this.json(json)) };
	}

	private responseBody(ask: Ask, answer: Answer): string {
		if (answer.json === undefined || typeof answer.json !== 'object') {
			// CSV of the run's own DataSets, or a page of which nobody knows what it says.
			const isOwnCsv = answer.status < 300 && (answer.headers['content-type'] ?? '').includes('csv');
			return isOwnCsv ? answer.text : answer.text === '' ? '' : '[a body that is not JSON]';
		}
		// The rows of a query are the run's own, and their digits must stay as they are written.
		if (ask.path.includes('/query/execute/') && answer.status < 300) return this.ids(answer.text);
		return JSON.stringify(this.json(answer.json));
	}

	private path(path: string): string {
		const [location, query] = this.ids(path).split('?');
		const named = location.replace(/(?<=\/datasets\/(?:query\/execute\/)?)(?!query\/)[^/]+/, (id) =>
			/^[0-9a-f-]{36}$/i.test(id)
				? id
				: this.same('text', decodeURIComponent(id), (number) => `text ${number}`),
		);
		const numbered = named.replace(
			/\/(streams|executions|policies)\/(\d+)/g,
			(_, kind: string, id: string) => `/${kind}/${this.number(id)}`,
		);
		// An owner is a number, too; a name of the run's own may stay.
		return query === undefined
			? numbered
			: `${numbered}?${query.replace(/(owner\.id(?::|%3A))(\d+)/i, (_, before: string, id: string) => before + this.number(id))}`;
	}

	private json(value: unknown, key = ''): unknown {
		if (Array.isArray(value)) return value.map((one) => this.json(one, key));
		if (typeof value === 'object' && value !== null) {
			const fields = Object.entries(value);
			const own = this.isOwn(value as Record<string, unknown>);
			return Object.fromEntries(
				fields.map(([name, inner]) => [
					name,
					own || typeof inner !== 'number' ? this.json(inner, name) : this.count0(name, inner),
				]),
			);
		}
		if (typeof value === 'number') return isId(key) ? this.number(String(value)) : value;
		return typeof value === 'string' ? this.text(value, key) : value;
	}

	/** Whether it is not an entry of a list that belongs to someone else. */
	private isOwn({ name, dataSet }: Record<string, unknown>): boolean {
		const title = name ?? (dataSet as { name?: unknown } | null | undefined)?.name;
		return title === undefined || (typeof title === 'string' && title.startsWith(this.mark));
	}

	/** A number of something that is not the run's own: IDs are replaced, counts left out. */
	private count0(key: string, value: number): number {
		return isId(key) ? this.number(String(value)) : 0;
	}

	private text(value: string, key: string): string {
		if (value === '' || (OPEN_KEYS.has(key) && OPEN_TEXT.test(value))) return value;
		if (key === 'access_token') return '[token]';
		if (isId(key) && /^\d+$/.test(value)) return String(this.number(value));
		if (key === 'message' || key === 'error_description') return this.withoutNames(value);
		if (value.startsWith(this.mark)) return this.ids(value);
		if (/^[0-9a-f-]{36}$/i.test(value)) return this.ids(value);
		if (OWN_WORDS.has(value)) return value;
		return this.same('text', value, (number) => `text ${number}`);
	}

	/** What Domo says of a refusal: its words are what a client must read, the names and IDs in it are not. */
	private withoutNames(message: string): string {
		let text = this.ids(message).replace(/[\w.+-]+@[\w.-]+/g, '[address]');
		for (const [known, other] of this.replaced) {
			const name = known.startsWith('text ') ? known.slice('text '.length) : '';
			if (name.length >= 3) text = text.replaceAll(name, other);
		}
		// A UUID that stands for another is no number.
		return text.replace(
			/10000000-0000-4000-8000-\d{12}|\b\d{5,}\b|(?<=\b(?:stream|execution|policy|user|group|dataset)s? (?:id )?)\d{1,4}\b/gi,
			(id) => (id.includes('-') ? id : String(this.number(id))),
		);
	}

	private ids(text: string): string {
		return text.replace(UUID, (id) =>
			NO_UUID.test(id)
				? id
				: this.same(
						'uuid',
						id.toLowerCase(),
						(number) => `10000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
					),
		);
	}

	private number(id: string): number {
		return Number(this.same('number', id, (number) => String(1000 + number)));
	}

	private same(kind: string, value: string, make: (number: number) => string): string {
		const key = `${kind} ${value}`;
		let other = this.replaced.get(key);
		if (other === undefined) {
			this.madeOf[kind] = (this.madeOf[kind] ?? 0) + 1;
			this.replaced.set(key, (other = make(this.madeOf[kind])));
		}
		return other;
	}
}

/** Column names and filter values that the checks make themselves. */
const OWN_WORDS = new Set([
	'id',
	'text',
	'value',
	'mark',
	'region',
	'amount',
	'added',
	'more',
	'at',
	'day',
	'big',
	'ratio',
	'a',
	'b',
	'changed',
	'Made by npm run contract',
	'bearer',
	'north',
	'south',
]);

const isId = (key: string) => /^(id|users|groups|userIds)$|(Id|ID|_id|By|[nN]umber)$/.test(key);

const chosen = (headers: Record<string, string>, names: string[]) =>
	Object.fromEntries(
		names.filter((name) => headers[name] !== undefined).map((name) => [name, headers[name]]),
	);

function parsed(text: string): unknown {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' ? value : undefined;
	} catch {
		return undefined;
	}
}

/** Only the last folder of a path: to make those above it, too, never ends in /proc (Node.js 20). */
function makeFolder(folder: string): void {
	if (!existsSync(folder)) mkdirSync(folder);
}
