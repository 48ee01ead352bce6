import { answeredWith, clipped, describe, fieldsOf, hasFields, isGood, must, taken } from '../answers';
import { once, question, stated } from '../check';
import type { Domo } from '../domo';
import { confirmed, contradicted, holds, notObservable, notTried, type Verdict } from '../verdict';
import type { Answer } from '../wire';

const token = once(async (domo) => {
	const answer = must('get an access token', await domo.askForToken());
	return { answer, fields: fieldsOf(answer.json), at: performance.now() };
});

/** A token that the server has not issued: one it has, with other characters at its end. */
const deadToken = async (domo: Domo) => {
	const good = String((await token(domo)).fields.access_token);
	const dead = `${good.slice(0, -6)}${good.endsWith('AAAAAA') ? 'BBBBBB' : 'AAAAAA'}`;
	// Most of it is the good one.
	domo.hide(dead);
	return dead;
};

const answerToDeadToken = once(
	async (domo) =>
		await domo.wire.send(
			domo.with(await deadToken(domo), { method: 'GET', path: '/v1/datasets?limit=1', pages: [401] }),
		),
);

const challenge = (headers: Record<string, string>) => headers['www-authenticate'] ?? 'no WWW-Authenticate';

/** The same request with a good token is answered: a 403, too, is a word on the token. */
const notGranted = (answer: Answer): Verdict =>
	answer.status === 429 ? notObservable(describe(answer)) : holds(answer.status === 401, describe(answer));

export const auth = [
	stated(
		'auth.token.post-form',
		'POST /oauth/token with a form body and HTTP Basic gives an access token of the type bearer',
		async (domo) => {
			const { answer, fields } = await token(domo);
			const { access_token: given, token_type: type } = fields;
			const seen = `HTTP ${answer.status}, token_type ${String(type)}`;
			return holds(typeof given === 'string' && String(type).toLowerCase() === 'bearer', seen);
		},
	),
	stated(
		'auth.token.get-query',
		'GET /oauth/token with the same parameters in the query gives a token, too',
		async (domo) => taken(await domo.askForToken(undefined, { method: 'GET' })),
	),
	stated('auth.token.is-jwt', 'An access token is a JWT', async (domo) => {
		const parts = String((await token(domo)).fields.access_token).split('.').length;
		return holds(parts === 3, `${parts} parts separated by points`);
	}),
	stated('auth.token.lives-3599-seconds', 'expires_in is 3599', async (domo) => {
		const { expires_in: seconds } = (await token(domo)).fields;
		return holds(Number(seconds) === 3599 || Number(seconds) === 3600, `expires_in ${String(seconds)}`);
	}),
	stated('auth.token.fields', 'The answer also has scope, customer, userId, role and jti', async (domo) => {
		const { fields } = await token(domo);
		return hasFields(fields, ['scope', 'customer', 'userId', 'role', 'jti']);
	}),
	stated('auth.token.no-refresh-token', 'There is no refresh token', async (domo) =>
		holds((await token(domo)).fields.refresh_token == null, 'looked for refresh_token'),
	),
	stated('auth.token.several-scopes', 'Several scopes are separated by a space', async (domo) => {
		const answer = await domo.askForToken({ grant_type: 'client_credentials', scope: 'data user' });
		if (!isGood(answer)) return notObservable(`this client may lack the scope user: ${describe(answer)}`);
		const { scope } = fieldsOf(answer.json);
		const isBoth = typeof scope === 'string' && /\bdata\b/.test(scope) && /\buser\b/.test(scope);
		// A client that lacks one gets the other alone.
		return isBoth ? confirmed(`scope "${scope}"`) : notObservable(`scope ${JSON.stringify(scope)}`);
	}),
	stated(
		'auth.token.no-scope',
		'Without a scope the client gets those it has (as pydomo asks)',
		async (domo) => {
			const answer = await domo.askForToken({ grant_type: 'client_credentials' });
			return taken(
				answer,
				isGood(answer) ? `scope "${String(fieldsOf(answer.json).scope)}"` : describe(answer),
			);
		},
	),
	question('auth.token.unknown-scope', 'What is a scope that does not exist answered with?', async (domo) =>
		describe(await domo.askForToken({ grant_type: 'client_credentials', scope: 'nosuchscope' })),
	),
	stated('auth.secret.wrong-is-refused', 'A wrong client secret gets no token', async (domo) => {
		const answer = await domo.askForToken(undefined, { secret: 'not-the-secret-of-this-client' });
		const hasToken = typeof fieldsOf(answer.json).access_token === 'string';
		return isGood(answer) && hasToken ? contradicted(describe(answer)) : confirmed(describe(answer));
	}),
	stated('auth.use.bearer-in-lower-case', 'Authorization: bearer TOKEN is taken', async (domo) =>
		taken(
			await domo.wire.send({
				method: 'GET',
				path: '/v1/datasets?limit=1',
				headers: { authorization: `bearer ${await domo.logIn()}` },
			}),
		),
	),
	stated(
		'auth.use.bearer-with-capital',
		'Authorization: Bearer TOKEN is taken, too (n8n writes it so)',
		async (domo) =>
			taken(
				await domo.wire.send({
					method: 'GET',
					path: '/v1/datasets?limit=1',
					headers: { authorization: `Bearer ${await domo.logIn()}` },
				}),
			),
	),
	stated('auth.none.is-refused', 'A request without a token is refused', async (domo) => {
		const answer = await domo.wire.send({
			method: 'GET',
			path: '/v1/datasets?limit=1',
			pages: [401, 403, 406],
		});
		return isGood(answer) ? contradicted(describe(answer)) : confirmed(describe(answer));
	}),
	stated('auth.dead-token.401', 'A token that is not valid is answered 401', async (domo) =>
		notGranted(await answerToDeadToken(domo)),
	),
	stated(
		'auth.dead-token.www-authenticate',
		'It comes with WWW-Authenticate: Bearer error="invalid_token"',
		async (domo) => {
			const answer = await answerToDeadToken(domo);
			if (answer.status !== 401) return notObservable(describe(answer));
			const { headers } = answer;
			return holds(
				/bearer/i.test(challenge(headers)) && /invalid_token/.test(challenge(headers)),
				challenge(headers),
			);
		},
	),
	question('auth.dead-token.body', 'Is the body of that 401 empty?', async (domo) => {
		const { text } = await answerToDeadToken(domo);
		return text === '' ? 'empty' : clipped(text);
	}),
	stated(
		'auth.dead-token.csv-401-or-406',
		'Where CSV is asked for, a token that is not valid is answered 401, or 406 with an HTML page',
		async (domo) => {
			const path = '/v1/datasets/00000000-0000-4000-8000-000000000000/data?includeHeader=true';
			const ask = { method: 'GET' as const, path, headers: { accept: 'text/csv' }, pages: [401, 406] };
			return answeredWith([401, 406], await domo.wire.send(domo.with(await deadToken(domo), ask)));
		},
	),
	stated('auth.expired.401', 'A token that has expired is answered 401 with an empty body', async (domo) => {
		const { fields, at } = await token(domo);
		const seconds = Number(fields.expires_in);
		if (!(seconds <= 4000)) return notObservable(`the token lives for ${String(fields.expires_in)} s`);
		if (seconds > 60 && !domo.run.slow) return notTried(`takes ${seconds} s: --slow`);
		await domo.wire.pause(Math.max(0, seconds * 1000 + 5_000 - (performance.now() - at)));
		const ask = { method: 'GET' as const, path: '/v1/datasets?limit=1', pages: [401] };
		const answer = await domo.wire.send(domo.with(String(fields.access_token), ask));
		if (isGood(answer)) return contradicted(`it is still taken ${seconds} s later: HTTP ${answer.status}`);
		const body = answer.text === '' ? 'an empty body' : clipped(answer.text);
		const seen = `HTTP ${answer.status}, ${body}, ${challenge(answer.headers)}`;
		if (answer.status === 403) return notObservable(seen);
		return holds(answer.status === 401 && answer.text === '', seen);
	}),
];
