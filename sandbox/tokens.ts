import { randomBytes, randomUUID } from 'node:crypto';

/** Access tokens that look like Domo's JWTs and stop working like them. */
export class Tokens {
	issued = 0;
	private readonly expiresAt = new Map<string, number>();

	issue(clientId: string, scope: string, tokenSeconds: number): Record<string, unknown> {
		this.issued++;
		const now = Math.floor(Date.now() / 1000);
		const jti = randomUUID();
		const claims = {
			responsibilities: '',
			scope: scope.split(/[ ,+]+/),
			client_id: clientId,
			jti,
			iat: now,
			exp: now + tokenSeconds,
		};
		const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
		const token = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}.${randomBytes(64).toString('base64url')}`;
		this.expiresAt.set(token, performance.now() + tokenSeconds * 1000);
		return {
			access_token: token,
			token_type: 'bearer',
			expires_in: tokenSeconds,
			scope,
			customer: 'sandbox',
			env: 'sandbox',
			userId: 27,
			role: 'Admin',
			domain: 'sandbox.domo.com',
			jti,
		};
	}

	isAlive(token: string): boolean {
		const expiresAt = this.expiresAt.get(token);
		return expiresAt !== undefined && performance.now() < expiresAt;
	}

	/** Every token issued so far is now dead. */
	expireAll(): void {
		this.expiresAt.clear();
	}
}
