import fc from 'fast-check';

import { parseJsonKeepingDigits } from '../../domo/json';

it.each<[string, unknown]>([
	['{"a":9007199254740993}', { a: '9007199254740993' }],
	['[-9223372036854775808,9223372036854775807]', ['-9223372036854775808', '9223372036854775807']],
	['[9007199254740991,-9007199254740991]', [9007199254740991, -9007199254740991]],
	['[0.30000000000000004]', [0.30000000000000004]],
	['{"x":-0.1000000000000000055511151231257827,"y":1}', { x: -0.1, y: 1 }],
	['[1.7976931348623157e308, 12345678901234567890e2]', [Number.MAX_VALUE, Number('12345678901234567890e2')]],
	['["9007199254740993","a\\"9007199254740993", "\\\\"]', ['9007199254740993', 'a"9007199254740993', '\\']],
	['9007199254740993', '9007199254740993'],
	['{"9007199254740993":9007199254740993}', { '9007199254740993': '9007199254740993' }],
	['[true,false,null,{}]', [true, false, null, {}]],
])('%s', (text, expected) => {
	expect(parseJsonKeepingDigits(text)).toEqual(expected);
});

it.each([
	'',
	'{',
	'[1,]',
	'"abc',
	'[00000000000000000001]',
	'[9007199254740993',
	'[1 2]',
	'"\\"',
	'[-]',
	'[+9007199254740993]',
])('%j is not JSON, as for JSON.parse', (text) => {
	expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
	expect(() => parseJsonKeepingDigits(text)).toThrow(SyntaxError);
});

it('keeps a property named __proto__', () => {
	const row = parseJsonKeepingDigits('{"__proto__":9007199254740993}') as object;
	expect(Object.entries(row)).toEqual([['__proto__', '9007199254740993']]);
});

it('reads a string of 16 MB, and 16 MB of numbers', () => {
	const long = 'x'.repeat(16 * 1024 * 1024);
	expect(parseJsonKeepingDigits(`{"a":"${long}","b":9007199254740993}`)).toEqual({
		a: long,
		b: '9007199254740993',
	});
	const quotes = '\\"'.repeat(8 * 1024 * 1024);
	expect((parseJsonKeepingDigits(`["${quotes}"]`) as string[])[0]).toHaveLength(8 * 1024 * 1024);
	const numbers = `[${'9007199254740993,'.repeat(1_000_000)}1]`;
	expect(parseJsonKeepingDigits(numbers) as unknown[]).toHaveLength(1_000_001);
});

it('gives what JSON.parse gives for any JSON whose integers are safe', () => {
	const value = fc.jsonValue();
	fc.assert(
		fc.property(value, fc.constantFrom(undefined, 1, '\t'), (json, space) => {
			const text = JSON.stringify(json, null, space);
			expect(parseJsonKeepingDigits(text)).toEqual(withUnsafeAsText(JSON.parse(text)));
		}),
		{ numRuns: 500 },
	);
});

it('keeps every digit of integers anywhere, and touches no other number', () => {
	const integer = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
	const decimal = fc
		.tuple(integer, fc.stringMatching(/^[0-9]{1,20}$/))
		.map(([whole, digits]) => `${whole}.${digits}`);
	fc.assert(
		fc.property(
			fc.array(
				fc.oneof(
					integer.map(String),
					decimal,
					fc.string().map((text) => JSON.stringify(text)),
				),
			),
			(texts) => {
				const read = parseJsonKeepingDigits(`[${texts.join(', ')}]`) as unknown[];
				texts.forEach((text, index) => {
					const isUnsafe = /^-?\d+$/.test(text) && !Number.isSafeInteger(Number(text));
					expect(read[index]).toEqual(isUnsafe ? text : JSON.parse(text));
				});
			},
		),
	);
});

/** fast-check makes unsafe integers, too (1e+21 is written with an exponent, and stays a number). */
function withUnsafeAsText(value: unknown): unknown {
	if (typeof value === 'number') {
		const text = String(value);
		return /^-?\d+$/.test(text) && !Number.isSafeInteger(value) ? text : value;
	}
	if (Array.isArray(value)) return value.map(withUnsafeAsText);
	if (value === null || typeof value !== 'object') return value;
	return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, withUnsafeAsText(entry)]));
}
