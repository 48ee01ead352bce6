const COMMA = 0x2c;
const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const CAPITAL_N = 0x4e;

/** Whether a field that stands in quotes is the same value without them. @param from, to within the quotes */
export function isBareForm(bytes: Buffer, from: number, to: number): boolean {
	if (from === to || isNullText(bytes, from, to)) return false;
	for (let at = from; at < to; at++) {
		const byte = bytes[at];
		if (byte === COMMA || byte === QUOTE || byte === LF || byte === CR) return false;
	}
	return true;
}

/** Whether a field without quotes is `\N`. */
export function isNullText(bytes: Buffer, from: number, to: number): boolean {
	return to - from === 2 && bytes[from] === BACKSLASH && bytes[from + 1] === CAPITAL_N;
}
