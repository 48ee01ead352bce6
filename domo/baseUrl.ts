/** Domo's public address; tests, the sandbox and private hosts have others. */
export const DEFAULT_BASE_URL = 'https://api.domo.com';

/** A host and maybe a path: no user name, no query, no fragment. */
const HTTPS = '^https:\\/\\/[^\\s\\/?#@\\\\]+(\\/[^\\s?#@\\\\]*)?$';
const HTTP = '^http:\\/\\/[^\\s\\/?#@\\\\]+(\\/[^\\s?#@\\\\]*)?$';
/** Names and numbers that never leave the machine. */
const LOOPBACK_HTTP = '^http:\\/\\/(localhost|127(\\.\\d{1,3}){3}|\\[::1\\])(:\\d+)?(\\/[^\\s?#@\\\\]*)?$';

/**
 * The base URL as requests use it, without trailing slashes.
 *
 * @param allowHttp whether http is allowed beyond loopback
 * @returns undefined for an address that is refused: the client secret must not be sent there
 */
export function usableBaseUrl(baseUrl: string, allowHttp: boolean): string | undefined {
	const url = baseUrl.trim().replace(/\/+$/, '');
	const allowed = [HTTPS, LOOPBACK_HTTP, ...(allowHttp ? [HTTP] : [])];
	return allowed.some((pattern) => new RegExp(pattern, 'i').test(url)) ? url : undefined;
}

/** A refused base URL as it may be shown: whatever may be a user name and a password is left out. */
export function withoutUserInfo(baseUrl: string): string {
	return baseUrl.trim().replace(/^(https?:\/\/)?.*@/is, '$1…@');
}

/**
 * The same rule as text of an n8n expression, for the credential: n8n itself resolves it, where no code of ours runs.
 *
 * @param self how the expression names the credential's fields, `$self` or `$credentials`
 * @param suffix what follows the base URL, e.g. `/oauth/token`
 * @returns an expression that gives the address, or an empty text for one that is refused
 */
export function baseUrlExpression(self: '$self' | '$credentials', suffix: string): string {
	const url = `(${self}["baseUrl"] || "").trim().replace(/\\/+$/, "")`;
	const allowed = `/${HTTPS}/i.test(${url}) || /${LOOPBACK_HTTP}/i.test(${url}) || (${self}["allowHttp"] === true && /${HTTP}/i.test(${url}))`;
	// A space keeps the `}` of a pattern's `{1,3}` and the expression's own end apart.
	return `={{ (${allowed}) ? ${url} + "${suffix}" : "" }}`;
}
