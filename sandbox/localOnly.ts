import type { FastifyRequest } from 'fastify';

import { Refusal } from './refusal';

const LOCAL_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Lets a request to `/_sandbox/` through only if no other web page can have sent it. A page elsewhere may point a name of
 * its own at 127.0.0.1 (DNS rebinding): its Host gives it away. A page that posts across origins has its Origin.
 * Programs, which send no Origin, pass.
 *
 * @throws Refusal 403
 */
export function requireLocal({ headers, method }: FastifyRequest): void {
	const { host = '', origin } = headers;
	if (!LOCAL_NAMES.includes(nameIn(host)))
		throw new Refusal(403, 'The sandbox only answers under localhost and 127.0.0.1');
	const site = headers['sec-fetch-site'];
	const isOwnSite = site === undefined || site === 'same-origin' || site === 'none';
	const isOwnOrigin = origin === undefined || [`http://${host}`, `https://${host}`].includes(origin);
	// A link to the page may be followed from anywhere: whoever opens it sees it, and nobody else does.
	const isOpened =
		method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
	if (!isOwnOrigin || !(isOwnSite || isOpened))
		throw new Refusal(403, 'Other web pages may not use the sandbox');
}

/** Names that nobody can buy: IP addresses, single words, and what is kept for local use, such as host.docker.internal. */
const NO_PUBLIC_NAME = /^(\d+(\.\d+){3}|\[[0-9a-f:]+\]|[\w-]+|[\w.-]+\.(internal|local|localhost|test))$/;

/**
 * Lets a request to Domo's API through only if it was not sent to a public name: a web page may point its own at this
 * computer, and everybody knows the sandbox's credentials.
 *
 * @throws Refusal 403
 */
export function requireNoPublicName({ headers: { host = 'localhost' } }: FastifyRequest): void {
	if (!NO_PUBLIC_NAME.test(nameIn(host)))
		throw new Refusal(403, 'The sandbox does not answer under public names');
}

const nameIn = (host: string): string => host.replace(/:\d+$/, '').toLowerCase();
