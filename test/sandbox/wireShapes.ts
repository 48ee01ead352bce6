/**
 * The shapes of Domo's API as its documents and SDKs give them, written down once more and apart from the sandbox: what
 * the package sends has no other field, and what the sandbox answers has each of these. Domo publishes no OpenAPI file
 * for DataSets and Streams any more; for users it does, and their shape is that file's.
 */
import { z } from 'zod';

import type { Exchange } from '../support/witness';

const word = z.string().min(1);
const id = z.number().int().positive();
const uuid = z.string().uuid();
const time = z.string().datetime({ offset: true });
const updateMethod = z.enum(['APPEND', 'REPLACE']);
const column = z.strictObject({
	name: word,
	type: z.enum(['STRING', 'DECIMAL', 'LONG', 'DOUBLE', 'DATE', 'DATETIME']),
});
const schema = z.strictObject({ columns: z.array(column).min(1) });
const owner = z.object({ id: z.number().int(), name: z.string() });

const dataSet = z.object({
	id: uuid,
	name: z.string(),
	rows: z.number().int().min(0),
	columns: z.number().int().min(0),
	owner,
	createdAt: time,
	updatedAt: time,
});
const stream = z.object({
	id,
	dataSet: z.object({ id: uuid }),
	updateMethod,
	createdAt: time,
	modifiedAt: time,
});
const execution = z.object({ id, startedAt: time, currentState: word, createdAt: time, modifiedAt: time });
const filter = z.strictObject({
	column: word,
	operator: z.enum([
		'EQUALS',
		'LIKE',
		'GREATER_THAN',
		'LESS_THAN',
		'GREATER_THAN_EQUAL',
		'LESS_THAN_EQUAL',
		'BETWEEN',
		'BEGINS_WITH',
		'ENDS_WITH',
		'CONTAINS',
	]),
	values: z.array(z.string()).refine((values) => values.join('').length < 255),
	not: z.boolean(),
});
const policyFields = {
	name: word,
	type: z.enum(['user', 'system']),
	filters: z.array(filter),
	users: z.array(z.number().int()),
	groups: z.array(z.number().int()),
};
const policy = z.object({ id, ...policyFields });
const user = z.object({
	id: z.number().int(),
	name: z.string(),
	email: z.string().optional(),
	role: z.string().optional(),
	title: z.string().optional(),
	phone: z.string().optional(),
});

const upTo = (most: number) =>
	z
		.string()
		.regex(/^\d+$/)
		.refine((text) => Number(text) >= 1 && Number(text) <= most);
const offset = z.string().regex(/^\d+$/).optional();
const none = z.strictObject({});
/** CSV whose last record ends, as that of each part does. */
const csv = z.string().regex(/\n$/);
const nothing = z.literal('');

export interface Shape {
	request: [method: string, path: RegExp];
	query: z.ZodTypeAny;
	/** Of JSON, or of the text where `text` is set. */
	body: z.ZodTypeAny;
	sends: 'json' | 'csv' | 'form' | 'nothing';
	/** Of an answer that is good. */
	answer: z.ZodTypeAny;
	answers: 'json' | 'csv' | 'nothing' | 'any';
	statuses: number[];
}

const shape = (
	request: Shape['request'],
	given: Partial<Omit<Shape, 'request'>> & Pick<Shape, 'statuses'>,
): Shape => ({
	request,
	query: none,
	body: nothing,
	sends: 'nothing',
	answer: z.any(),
	answers: 'json',
	...given,
});

const UUID = '[0-9a-f-]{36}';
const on = (pattern: string) => new RegExp(`^/v1/${pattern}$`);

export const SHAPES: Shape[] = [
	shape(['POST', /^\/oauth\/token$/], {
		sends: 'form',
		body: z.strictObject({
			grant_type: z.literal('client_credentials'),
			scope: z.string().regex(/^data( user)?$/),
		}),
		answer: z.object({
			access_token: word,
			token_type: z.literal('bearer'),
			expires_in: z.number().int().positive(),
			scope: word,
		}),
		statuses: [200],
	}),
	shape(['POST', on('datasets')], {
		sends: 'json',
		body: z.strictObject({ name: word, description: z.string().optional(), schema }),
		answer: dataSet,
		statuses: [201],
	}),
	shape(['GET', on('datasets')], {
		query: z.strictObject({ limit: upTo(50), offset, sort: word.optional(), nameLike: word.optional() }),
		answer: z.array(dataSet),
		statuses: [200],
	}),
	shape(['GET', on(`datasets/${UUID}`)], {
		answer: dataSet.extend({ schema: z.object({ columns: z.array(column) }), pdpEnabled: z.boolean() }),
		statuses: [200],
	}),
	shape(['PUT', on(`datasets/${UUID}`)], {
		sends: 'json',
		body: z
			.strictObject({
				name: word,
				description: z.string(),
				pdpEnabled: z.boolean(),
				schema,
				owner: z.strictObject({ id: z.number().int() }),
			})
			.partial()
			.refine((fields) => Object.keys(fields).length > 0),
		answer: dataSet,
		statuses: [200],
	}),
	shape(['DELETE', on(`datasets/${UUID}`)], { answers: 'nothing', statuses: [204] }),
	shape(['PUT', on(`datasets/${UUID}/data`)], {
		// Without it, Domo replaces.
		query: z.strictObject({ updateMethod }),
		sends: 'csv',
		body: csv,
		answers: 'nothing',
		statuses: [204],
	}),
	shape(['GET', on(`datasets/${UUID}/data`)], {
		query: z.strictObject({ includeHeader: z.enum(['true', 'false']), fileName: word.optional() }),
		answers: 'csv',
		statuses: [200],
	}),
	shape(['POST', on(`datasets/query/execute/${UUID}`)], {
		sends: 'json',
		body: z.strictObject({ sql: word }),
		answer: z.object({
			datasource: uuid,
			columns: z.array(z.string()),
			metadata: z.array(
				z.object({
					type: word,
					dataSourceId: uuid,
					maxLength: z.number(),
					minLength: z.number(),
					periodIndex: z.number(),
				}),
			),
			rows: z.array(z.array(z.any())),
			numRows: z.number().int(),
			numColumns: z.number().int(),
			fromcache: z.boolean(),
		}),
		statuses: [200],
	}),
	shape(['GET', on(`datasets/${UUID}/policies`)], { answer: z.array(policy), statuses: [200] }),
	shape(['POST', on(`datasets/${UUID}/policies`)], {
		sends: 'json',
		body: z.strictObject(policyFields),
		answer: policy,
		statuses: [201],
	}),
	shape(['GET', on(`datasets/${UUID}/policies/\\d+`)], { answer: policy, statuses: [200] }),
	shape(['PUT', on(`datasets/${UUID}/policies/\\d+`)], {
		sends: 'json',
		body: z.strictObject({ id: id.optional(), ...policyFields }),
		answer: policy,
		statuses: [200],
	}),
	shape(['DELETE', on(`datasets/${UUID}/policies/\\d+`)], { answers: 'nothing', statuses: [204] }),
	shape(['POST', on('streams')], {
		sends: 'json',
		body: z.strictObject({
			dataSet: z.strictObject({ name: word, description: z.string().optional(), schema }),
			updateMethod,
			keyColumnNames: z.array(word).min(1).optional(),
		}),
		answer: stream,
		statuses: [200, 201],
	}),
	shape(['GET', on('streams')], {
		query: z.strictObject({ limit: upTo(500), offset, fields: z.literal('all').optional() }),
		answer: z.array(stream),
		statuses: [200],
	}),
	shape(['GET', on('streams/search')], {
		query: z.strictObject({
			q: z.string().regex(new RegExp(`^dataSource\\.(id:${UUID}|owner\\.id:\\d+)$`)),
			limit: upTo(500).optional(),
			offset,
			fields: z.literal('all').optional(),
		}),
		answer: z.array(stream),
		statuses: [200],
	}),
	shape(['GET', on('streams/\\d+')], {
		query: z.strictObject({ fields: z.literal('all').optional() }),
		answer: stream,
		statuses: [200],
	}),
	shape(['PATCH', on('streams/\\d+')], {
		sends: 'json',
		body: z.strictObject({ updateMethod }),
		answer: stream,
		statuses: [200],
	}),
	shape(['DELETE', on('streams/\\d+')], { answers: 'any', statuses: [200, 204] }),
	shape(['POST', on('streams/\\d+/executions')], {
		sends: 'json',
		body: z.union([nothing, z.strictObject({ updateMethod: updateMethod.optional() })]),
		answer: execution,
		statuses: [200, 201],
	}),
	shape(['GET', on('streams/\\d+/executions')], {
		query: z.strictObject({ limit: upTo(500), offset }),
		answer: z.array(execution),
		statuses: [200],
	}),
	shape(['GET', on('streams/\\d+/executions/\\d+')], { answer: execution, statuses: [200] }),
	shape(['PUT', on('streams/\\d+/executions/\\d+/part/\\d+')], {
		sends: 'csv',
		body: csv,
		answer: execution,
		statuses: [200],
	}),
	shape(['PUT', on('streams/\\d+/executions/\\d+/commit')], { answer: execution, statuses: [200] }),
	shape(['PUT', on('streams/\\d+/executions/\\d+/abort')], { answer: execution, statuses: [200] }),
	shape(['GET', on('users')], {
		query: z.strictObject({ limit: upTo(500), offset }),
		answer: z.array(user),
		statuses: [200],
	}),
	shape(['GET', on('groups')], {
		query: z.strictObject({ limit: upTo(500), offset }),
		answer: z.array(z.object({ id: z.number().int(), name: z.string() })),
		statuses: [200],
	}),
];

const TYPES = {
	json: /^application\/json\b/,
	csv: /^text\/csv\b/,
	form: /^application\/x-www-form-urlencoded\b/,
};

/** @returns what of an exchange is not as Domo's documents have it; nothing where all is */
export function shapeFaults({ method, path, query, ...exchange }: Exchange): string[] {
	const found = SHAPES.find(({ request }) => request[0] === method && request[1].test(path));
	if (!found) return ['no such request'];
	const faults = problems('query', found.query, Object.fromEntries(query));
	const { requestBody, requestHeaders, responseHeaders } = exchange;
	if (
		found.sends !== 'nothing' &&
		requestBody !== '' &&
		!TYPES[found.sends].test(String(requestHeaders['content-type']))
	)
		faults.push(`sent as ${String(requestHeaders['content-type'])}`);
	faults.push(...problems('body', found.body, read(found.sends, requestBody)));
	// What is refused has a shape of its own.
	if (exchange.status >= 400) return faults;
	if (!found.statuses.includes(exchange.status)) faults.push(`answered ${exchange.status}`);
	if (found.answers === 'nothing' && exchange.responseBody !== '') faults.push('an answer where none is');
	if (found.answers === 'csv' && !TYPES.csv.test(String(responseHeaders['content-type'])))
		faults.push(`answered as ${String(responseHeaders['content-type'])}`);
	if (found.answers === 'json')
		faults.push(...problems('answer', found.answer, read('json', exchange.responseBody)));
	return faults;
}

function read(as: Shape['sends'], text: string): unknown {
	if (as === 'json' && text !== '') return JSON.parse(text);
	return as === 'form' ? Object.fromEntries(new URLSearchParams(text)) : text;
}

function problems(what: string, type: z.ZodTypeAny, value: unknown): string[] {
	const { error } = type.safeParse(value);
	return (error?.issues ?? []).map(({ path, message }) => `${[what, ...path].join('.')}: ${message}`);
}
