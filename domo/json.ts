/**
 * Parses JSON without losing digits: whole numbers of 16 digits and more, which a JS number may not hold,
 * come back as text. Domo's LONG is 64-bit.
 *
 * @throws SyntaxError when the text is not JSON
 */
export function parseJsonKeepingDigits(text: string): unknown {
	// Strings are matched first so that digits inside them are left alone.
	const kept = text.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g, (token) =>
		token.startsWith('"') || Number.isSafeInteger(Number(token)) ? token : `"${token}"`,
	);
	return JSON.parse(kept);
}
