/** Compares two numbers as text, of any length: by their values, and exactly where both are plain decimals. */
export function compareNumbers(one: string, other: string): number {
	const [a, b] = [Number(one), Number(other)];
	if (a !== b) return a - b;
	if (one === other || !PLAIN.test(one) || !PLAIN.test(other)) return 0;
	const digits = Math.max(fractionLength(one), fractionLength(other));
	const difference = scaled(one, digits) - scaled(other, digits);
	return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

const PLAIN = /^-?\d+(?:\.\d+)?$/;

function fractionLength(text: string): number {
	const pointAt = text.indexOf('.');
	return pointAt === -1 ? 0 : text.length - pointAt - 1;
}

function scaled(text: string, digits: number): bigint {
	return BigInt(text.replace('.', '') + '0'.repeat(digits - fractionLength(text)));
}
