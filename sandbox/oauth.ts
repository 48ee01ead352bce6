import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { Query } from './paging';
import { MAINTENANCE_PAGE } from './refusal';
import { mediaType, readText } from './requestBody';
import type { SandboxState } from './state';

const SCOPES = ['account', 'audit', 'buzz', 'dashboard', 'data', 'user', 'workflow'];

function basicCredentials(request: FastifyRequest): { id: string; secret: string } | undefined {
	const [, encoded] = /^Basic (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
	if (!encoded) return undefined;
	const [, id, secret] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
	return { id, secret };
}

export function oauthRoutes(app: FastifyInstance, state: SandboxState): void {
	app.route<{ Querystring: Query }>({
		method: ['GET', 'POST'],
		url: '/oauth/token',
		config: { operation: 'token' },
		handler: async (request, reply) => {
			const text = request.method === 'POST' ? await readText(request, state) : '';
			if (text && mediaType(request) !== 'application/x-www-form-urlencoded') {
				return await reply
					.code(415)
					.send({ error: 'unsupported_media_type', error_description: 'Form body expected' });
			}
			const form = new URLSearchParams(text);
			const parameter = (name: string) => form.get(name) ?? (request.query[name] as string | undefined);
			const given = basicCredentials(request);
			const { clientId, clientSecret, tokenSeconds } = state.settings;
			if (!given) {
				void reply.header('www-authenticate', 'Basic realm="oauth2/client"');
				return await reply.code(401).send({
					error: 'unauthorized',
					error_description: 'Full authentication is required to access this resource',
				});
			}
			if (given.id !== clientId || given.secret !== clientSecret) {
				return await reply
					.code(401)
					.send({ error: 'invalid_client', error_description: 'Bad client credentials' });
			}
			if (parameter('grant_type') !== 'client_credentials') {
				return await reply
					.code(400)
					.send({ error: 'unsupported_grant_type', error_description: 'Unsupported grant type' });
			}
			const scope = parameter('scope') ?? 'data';
			const unknown = scope.split(/[ ,]+/).find((name) => !SCOPES.includes(name));
			if (unknown !== undefined) {
				return await reply
					.code(400)
					.send({ error: 'invalid_scope', error_description: `Invalid scope: ${unknown}` });
			}
			return state.tokens.issue(clientId, scope, tokenSeconds);
		},
	});
}

/** Whether a request carries a token that is alive. */
export function isAuthorized(request: FastifyRequest, state: SandboxState): boolean {
	const [, token] = /^bearer (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
	return token !== undefined && state.tokens.isAlive(token);
}

/** The scopes of a request's token: they are in it, as they are in Domo's. */
export function scopesOf(request: FastifyRequest): string[] {
	const claims = (request.headers.authorization ?? '').split('.')[1] ?? '';
	const { scope = [] } = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8') || '{}') as {
		scope?: string[];
	};
	return scope;
}

/** What a request with a dead token gets: an empty 401, or for CSV the 406 page Domo has been seen to send. */
export function deadTokenAnswer(
	request: FastifyRequest,
	state: SandboxState,
): { status: number; html?: string } {
	const wantsCsv = (request.headers.accept ?? '').includes('text/csv');
	if (wantsCsv && state.settings.deadTokenCsvStatus === 406) {
		return {
			status: 406,
			html: MAINTENANCE_PAGE.replaceAll('Domo is down for maintenance', 'HTTP ERROR 406 Not Acceptable'),
		};
	}
	return { status: 401 };
}
