import fc from 'fast-check';

import { bindSqlParameters } from '../../transfer/sqlParameters';

it.each<[string, unknown[], string]>([
	['SELECT * FROM table WHERE a = $1 AND b > $2', ["O'Brien", 5], "SELECT * FROM table WHERE a = 'O''Brien' AND b > 5"],
	['SELECT $2, $1, $2', ['x', null], "SELECT NULL, 'x', NULL"],
	["SELECT '$1', \"$1\", `$1` -- $1\n, $1 /* $1 */", [1.5], "SELECT '$1', \"$1\", `$1` -- $1\n, 1.5 /* $1 */"],
	["SELECT 'it''s $1', $1", [true], "SELECT 'it''s $1', 'true'"],
	['SELECT $1', [12345678901234567890n], 'SELECT 12345678901234567890'],
	['SELECT $1', [new Date('2024-02-29T12:00:00.500Z')], "SELECT '2024-02-29T12:00:00'"],
	['SELECT $10, $1, $2, $3, $4, $5, $6, $7, $8, $9', ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'], "SELECT 'j', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'"],
	['SELECT 1', [], 'SELECT 1'],
])('%s with %j', (sql, values, expected) => {
	expect(bindSqlParameters(sql, values)).toBe(expected);
});

it.each<[string, unknown[], RegExp]>([
	['SELECT $1', [], /asks for \$1, but 'Query Parameters' has 0 values/],
	['SELECT $0', ['a'], /asks for \$0/],
	['SELECT $1', ['a', 'b'], /value for \$2, which 'SQL' does not use/],
	["SELECT '$1'", ['a'], /value for \$1, which 'SQL' does not use/],
	['SELECT $1', [{ a: 1 }], /value for \$1 .* can't stand in SQL/],
	['SELECT $1', [Infinity], /can't stand in SQL/],
	['SELECT $1', ["\\' OR 1=1 --"], /backslash before a quote/],
	['SELECT $1', ['a\\'], /backslash/],
	['SELECT $1', ['a\u0000b'], /NUL/],
])('refuses %s with %j', (sql, values, message) => {
	expect(() => bindSqlParameters(sql, values)).toThrow(message);
});

it('a text value stays one literal, whatever it holds', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary' }).filter((text) => !text.includes('\u0000') && !/\\'|\\$/.test(text)), (text) => {
			const bound = bindSqlParameters('$1', [text]);
			expect(bound).toMatch(/^'(?:[^']|'')*'$/);
			expect(bound.slice(1, -1).replaceAll("''", "'")).toBe(text);
		}),
	);
});
