import fc from 'fast-check';

import { Storage } from '../../sandbox/storage';

import { bindSqlParameters } from '../../nodes/DomoDataSet/operations/dataSet/sqlParameters';

it.each<[string, unknown[], string]>([
	[
		'SELECT * FROM table WHERE a = $1 AND b > $2',
		["O'Brien", 5],
		"SELECT * FROM table WHERE a = 'O''Brien' AND b > 5",
	],
	['SELECT $2, $1, $2', ['x', null], "SELECT NULL, 'x', NULL"],
	[
		'SELECT \'$1\', "$1", `$1` -- $1\n, $1 /* $1 */',
		[1.5],
		'SELECT \'$1\', "$1", `$1` -- $1\n, 1.5 /* $1 */',
	],
	["SELECT 'it''s $1', $1", [true], "SELECT 'it''s $1', 'true'"],
	['SELECT $1', [12345678901234567890n], 'SELECT 12345678901234567890'],
	['SELECT $1', [new Date('2024-02-29T12:00:00.500Z')], "SELECT '2024-02-29T12:00:00'"],
	[
		'SELECT $10, $1, $2, $3, $4, $5, $6, $7, $8, $9',
		['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'],
		"SELECT 'j', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'",
	],
	['SELECT 1', [], 'SELECT 1'],
])('%s with %j', (sql, values, expected) => {
	expect(bindSqlParameters(sql, values)).toBe(expected);
});

it.each<[string, unknown[], RegExp]>([
	['SELECT $1', [], /asks for \$1, but 'Query Parameters' has 0 values/],
	['SELECT $0', ['a'], /asks for \$0/],
	['SELECT $1', ['a', 'b'], /value for \$2, which 'SQL' does not use/],
	["SELECT '$1'", ['a'], /value for \$1, which 'SQL' does not use/],
	['SELECT $1', [{ a: 1 }], /value for \$1 .* can't be written in SQL/],
	['SELECT $1', [Infinity], /can't be written in SQL/],
	['SELECT $1', ["\\' OR 1=1 --"], /backslash before a quote/],
	['SELECT $1', ['a\\'], /backslash/],
	['SELECT $1', ['a\u0000b'], /NUL/],
])('refuses %s with %j', (sql, values, message) => {
	expect(() => bindSqlParameters(sql, values)).toThrow(message);
});

it.each<[string, unknown[], string]>([
	['SELECT 1-$1', [-5], 'SELECT 1-(-5)'],
	['SELECT 1 - $1, -$2', [-5n, -0.5], 'SELECT 1 - (-5), -(-0.5)'],
	['SELECT $1-$2', [-1, -1], 'SELECT (-1)-(-1)'],
	['SELECT a&$1', ['x'], "SELECT a& 'x'"],
	["SELECT DATE $1, 'a'||$2||'b'", ['2024-01-31', "'"], "SELECT DATE '2024-01-31', 'a'||''''||'b'"],
	['SELECT 1 -- it is $1\n-$1', [-1], 'SELECT 1 -- it is $1\n-(-1)'],
	["SELECT '\\d', $1", ['\\d'], "SELECT '\\d', '\\d'"],
	['SELECT "$" # no parameters \'', [], 'SELECT "$" # no parameters \''],
])('keeps a value apart from what is beside it: %s with %p', (sql, values, expected) => {
	expect(bindSqlParameters(sql, values)).toBe(expected);
});

it.each<[string, unknown[]]>([
	['SELECT 1$1', [5]],
	['SELECT $1$2', [1, 2]],
	['SELECT $1 $2', ['a', 'b']],
	["SELECT 'a'$1", ['b']],
	["SELECT 'a' /* and */ $1", ['b']],
	["SELECT 'a'\n$1", ['b']],
	["SELECT $1'a'", ['b']],
	["SELECT $1 'a'", ['b']],
	['SELECT x$1', ['b']],
	['SELECT E$1', ['\\n']],
	['SELECT é$1', ['b']],
	['SELECT $1e5', [1]],
	['SELECT $1.5', [1]],
	['SELECT t.$1', [1]],
	['SELECT @$1', ['b']],
	['SELECT $1(2)', [1]],
	['SELECT "a"$1', ['b']],
	['SELECT "a" $1', ['b']],
	['SELECT [$1]', [']']],
	["SELECT 'open $1", [' OR 1=1 --']],
	["SELECT 'it\\'s', $1, '", ['x']],
	["SELECT 'a\\', $1, 'b'", ['x']],
	['SELECT /* $1', ['x']],
	['SELECT /* a /* b */ $1 */', ['x']],
	['SELECT $$ $1 $$', ['x']],
	['SELECT $tag$ $1 $tag$', ['x']],
	["SELECT 1 # it's\n, $1", ['x']],
	["SELECT 1 --it's\n, $1", ['x']],
	['SELECT 1--$1', [-5]],
])('refuses what dialects read differently: %s with %p', (sql, values) => {
	expect(() => bindSqlParameters(sql, values)).toThrow(/'SQL' has|'Query Parameters' has a value for/);
});

it('takes time in proportion to the statement, also with many comments or one long text', () => {
	const comments = Array.from({ length: 60 }, (_, index) => `/* ${index} */`).join(' ');
	const long = 'x'.repeat(16_000_000);
	for (const sql of [
		`SELECT 'a' ${comments}, $1 ${comments}, b`,
		`SELECT '${long}', $1 /* ${long} */ -- ${long}`,
	])
		expect(bindSqlParameters(sql, [7])).toBe(sql.replace('$1', '7'));
});

it("goes by what is beside a value, not by a comment's own quotes", () => {
	expect(bindSqlParameters("SELECT 1, -- 'a'\n$1", [7])).toBe("SELECT 1, -- 'a'\n7");
});

it('a text value stays one literal, whatever it holds', () => {
	fc.assert(
		fc.property(
			fc.string({ unit: 'binary' }).filter((text) => !text.includes('\u0000') && !/\\'|\\$/.test(text)),
			(text) => {
				const bound = bindSqlParameters('$1', [text]);
				expect(bound).toMatch(/^'(?:[^']|'')*'$/);
				expect(bound.slice(1, -1).replaceAll("''", "'")).toBe(text);
			},
		),
	);
});

/** The statement as DuckDB's parser reads it: how many literals and parameters it has. */
async function parsed(sql: string): Promise<{ literals: number; parameters: number } | { fault: string }> {
	const [row] = await storage.sql(`SELECT json_serialize_sql(${sqlText(sql)}) AS tree`);
	const tree = JSON.parse(String(row.tree)) as { error: boolean; statements?: unknown[] };
	if (tree.error || tree.statements?.length !== 1) return { fault: `${sql}: ${String(row.tree)}` };
	return { literals: count(tree, 'CONSTANT'), parameters: count(tree, 'PARAMETER') };
}

const sqlText = (text: string) => `'${text.replaceAll("'", "''")}'`;

function count(tree: unknown, nodeClass: string): number {
	if (typeof tree !== 'object' || tree === null) return 0;
	const own = (tree as { class?: unknown }).class === nodeClass ? 1 : 0;
	return Object.values(tree).reduce((sum: number, child) => sum + count(child, nodeClass), own);
}

let storage: Storage;
beforeAll(async () => {
	storage = await Storage.open();
});
afterAll(async () => await storage.close());

it('any values make a statement of one literal more for each, and nothing else', async () => {
	const value = fc.oneof(
		fc.string({ unit: 'binary' }),
		fc.constantFrom(
			"'",
			"''",
			"' OR 1=1 --",
			'\n; DROP TABLE t --',
			'--',
			'/*',
			'*/',
			'$1',
			'$2',
			'"',
			'\\n',
		),
		fc.double({ noNaN: true, noDefaultInfinity: true }),
		fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
		fc.integer(),
		fc.boolean(),
		fc.constant(null),
	);
	const operator = fc.constantFrom(
		'-',
		' - ',
		'+',
		'*',
		'/',
		'=',
		'||',
		' AND ',
		'<',
		', ',
		'/**/-',
		'- -- x\n',
	);
	const piece = fc.constantFrom(
		'1',
		"'a''b'",
		'x',
		'"$1"',
		"'$2 --'",
		'$1',
		'$2',
		'-$1',
		'($2)',
		'coalesce($1,$2)',
	);
	let compared = 0;
	await fc.assert(
		fc.asyncProperty(
			fc.array(fc.tuple(piece, operator), { minLength: 1, maxLength: 6 }),
			value,
			value,
			async (pieces, first, second) => {
				const expression = pieces.map(([text, joint], index) => (index === 0 ? text : joint + text)).join('');
				const sql = `SELECT ${expression}, $1, $2 FROM t`;
				const before = await parsed(sql);
				if ('fault' in before) return;
				const bound = boundOrRefused(sql, [first, second]);
				if (bound === undefined) return;
				compared++;
				expect(await parsed(bound)).toEqual({ literals: before.literals + before.parameters, parameters: 0 });
			},
		),
		{ numRuns: 300 },
	);
	expect(compared).toBeGreaterThan(150);
});

function boundOrRefused(sql: string, values: unknown[]): string | undefined {
	try {
		return bindSqlParameters(sql, values);
	} catch {
		return undefined;
	}
}
