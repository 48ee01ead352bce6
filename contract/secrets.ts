/** Replaces every secret of a run, in whatever form it may turn up, before anything is printed, written or recorded. */
export class Secrets {
	private readonly texts = new Set<string>();

	/** @param texts client ID, client secret, access tokens; shorter than four characters they can't be told from words */
	add(...texts: string[]): void {
		for (const text of texts) {
			if (text.length < 4) continue;
			for (const form of formsOf(text)) if (form.length >= 4) this.texts.add(form);
		}
	}

	/** The same text without secrets, nor anything that looks like an access token. */
	hide(text: string): string {
		let hidden = text;
		for (const secret of [...this.texts].sort((a, b) => b.length - a.length))
			hidden = withoutBeginning(hidden.replaceAll(secret, '[hidden]'), secret);
		return hidden
			.replace(/eyJ[\w-]+\.[\w-]+\.?[\w-]*/g, '[token]')
			.replace(/\b(Basic|Bearer)\s+[\w+/=.~-]{8,}/gi, '$1 [hidden]');
	}
}

/** Where a text was clipped in the midst of a secret, its beginning is left. */
const withoutBeginning = (text: string, secret: string): string =>
	text.replace(/\S{4,}…/g, (word) => {
		for (let length = Math.min(secret.length, word.length) - 1; length >= 4; length--)
			if (word.endsWith(`${secret.slice(0, length)}…`))
				return `${word.slice(0, word.length - length - 1)}[hidden]…`;
		return word;
	});

const base64 = (text: string) => Buffer.from(text).toString('base64').replace(/=+$/, '');

/** A text as it may turn up in an address, a form, JSON, JSON within JSON, HTML, or bytes. */
function formsOf(text: string): string[] {
	const inJson = (inner: string) => JSON.stringify(inner).slice(1, -1);
	const inAddress = encodeURIComponent(text);
	const lowerCase = inAddress.replace(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase());
	const inForm = new URLSearchParams({ '': text }).toString().slice(1);
	const named = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
	const inHtml = ['"', '&quot;', '&#34;'].flatMap((double) =>
		["'", '&#39;', '&#x27;', '&apos;'].map((single) => named.replaceAll('"', double).replaceAll("'", single)),
	);
	const bytes = [Buffer.from(text).toString('hex'), base64(text)];
	// Each may stand in JSON, and that in the JSON of a recording.
	return [text, inAddress, lowerCase, inForm, ...inHtml, ...bytes].flatMap((form) => [
		form,
		inJson(form),
		inJson(inJson(form)),
	]);
}
