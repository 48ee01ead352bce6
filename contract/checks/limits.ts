import { clipped, describe, fieldsOf, isGood } from '../answers';
import { once, question, slow, stated, untried } from '../check';
import { column } from '../domo';
import { confirmed, contradicted, holds, notObservable } from '../verdict';
import { retryAfterMs } from '../wire';

const TWO_RIGHT = [column('id', 'LONG'), column('text')];
const badRequest = once(async (domo) => await domo.tryDataSet('bad', [column('a', 'NOSUCH')]));

export const errors = [
	stated(
		'errors.shape.status-is-the-status',
		'A 400 is JSON whose status is the HTTP status',
		async (domo) => {
			const answer = await badRequest(domo);
			if (isGood(answer)) return notObservable('a request that ought to be refused is taken');
			const { status } = fieldsOf(answer.json);
			return holds(
				status === answer.status,
				`HTTP ${answer.status}, status ${String(status)}; fields ${Object.keys(fieldsOf(answer.json)).join(', ') || 'none'}`,
			);
		},
	),
	stated('errors.shape.toe', 'It carries a toe, the reference that Domo Support asks for', async (domo) => {
		const answer = await badRequest(domo);
		if (isGood(answer)) return notObservable('a request that ought to be refused is taken');
		const { toe } = fieldsOf(answer.json);
		return holds(typeof toe === 'string' && toe !== '', typeof toe === 'string' ? `toe ${toe}` : 'no toe');
	}),
	question('errors.shape.fields', 'Which fields does a 404 have?', async (domo) => {
		const answer = await domo.get('/v1/datasets/00000000-0000-4000-8000-000000000001');
		return `HTTP ${answer.status}: ${Object.keys(fieldsOf(answer.json)).join(', ') || clipped(answer.text) || 'an empty body'}`;
	}),
	question('errors.body-not-json', 'What is a body that is no JSON answered with?', async (domo) =>
		describe(await domo.tryRawDataSet('{"name":')),
	),
	question(
		'errors.content-type-missing',
		'What is CSV without a Content-Type answered with?',
		async (domo) => {
			const id = await domo.dataSet('no content type', TWO_RIGHT);
			return describe(
				await domo.ask({
					method: 'PUT',
					path: `/v1/datasets/${id}/data?updateMethod=REPLACE`,
					body: Buffer.from('1,a\n'),
					pages: [400, 415],
				}),
			);
		},
	),
	question(
		'errors.trailing-slash',
		'Is POST /v1/streams/ with a slash at its end taken, as pydomo sends it?',
		async (domo) => {
			const answer = await domo.get('/v1/streams/?limit=1&offset=0&fields=all', undefined, {
				pages: [400, 404],
			});
			return isGood(answer) ? `HTTP ${answer.status}` : describe(answer);
		},
	),
];

export const limits = [
	slow(
		stated(
			'limits.many-reads',
			'120 reads one after another are answered, or 429 says to wait',
			async (domo) => {
				for (let read = 1; read <= 120; read++) {
					const answer = await domo.ask({ method: 'GET', path: '/v1/datasets?limit=1', once: true });
					if (answer.status === 429)
						return confirmed(
							`429 at the read ${read}, Retry-After ${answer.headers['retry-after'] ?? 'missing'}`,
						);
					if (!isGood(answer)) return contradicted(`read ${read}: ${describe(answer)}`);
				}
				return confirmed('no 429');
			},
		),
	),
	question(
		'limits.429.retry-after',
		'Is there a 429 in such a run, and what does its Retry-After look like?',
		async ({ wire }) => {
			if (wire.tooMany.length === 0) return `no 429 in ${wire.requests} requests`;
			const forms = new Set(
				wire.tooMany.map((text) =>
					text === ''
						? 'missing'
						: retryAfterMs(text) === undefined
							? 'in an unknown form'
							: /^\d/.test(text)
								? 'in seconds'
								: 'a date',
				),
			);
			return `${wire.tooMany.length} in ${wire.requests} requests; Retry-After ${[...forms].join(', ')}`;
		},
	),
	untried(
		'limits.query.1000000-rows',
		'A query gives at most 1,000,000 rows',
		'it would need a million rows',
	),
	untried('limits.query.60-seconds', 'A query runs for at most 60 s', 'it would need millions of rows'),
	untried('limits.part.size', 'Very large bodies fail at gateways', 'it would need hundreds of MB'),
	untried('limits.push-per-hour', 'Standard and Trial plans take one push an hour', 'it depends on the plan'),
];
