import type { Column, ColumnType } from '../../domo/types';
import type { Sandbox } from '../../sandbox';

export interface Comparison {
	/** Rows of the source file. */
	expected: number;
	/** Rows in Domo. */
	found: number;
	/** Rows of the source that are not in Domo, counted as often as they are missing. */
	missing: number;
	/** Rows in Domo that are not in the source, or more often than there. */
	surplus: number;
	/** Places, counted from the first row, where the two differ. */
	outOfPlace: number;
}

export const isIdentical = ({ expected, found, missing, surplus, outOfPlace }: Comparison): boolean =>
	expected > 0 && found === expected && missing + surplus + outOfPlace === 0;

/** Values are compared as what they are: 7 and 7.0 are one number, but '7' and '7.0' are two texts. */
const SQL_TYPES: Record<ColumnType, string> = {
	STRING: 'VARCHAR',
	LONG: 'BIGINT',
	DECIMAL: 'DOUBLE',
	DOUBLE: 'DOUBLE',
	DATE: 'DATE',
	DATETIME: 'TIMESTAMP',
};

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
const sqlText = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** A text as its column's type; days also as movies.json writes them, "Jun 12 1998", read by DuckDB itself. */
function typed(text: string, type: ColumnType): string {
	if (type !== 'DATE') return `CAST(${text} AS ${SQL_TYPES[type]})`;
	return `CASE WHEN regexp_matches(${text}, '^[A-Z]') THEN CAST(try_strptime(${text}, '%b %d %Y') AS DATE) ELSE TRY_CAST(${text} AS DATE) END`;
}

/**
 * Compares a DataSet of the sandbox with the file its rows came from. Nothing of this package takes part: DuckDB
 * reads the file, and the CSV in Domo was read by csv-parse.
 *
 * @param columns the DataSet's columns; a value that can't be cast to its column's type ends the comparison
 * @param path a Parquet file or a JSON array
 */
export async function compareRows(
	sandbox: Pick<Sandbox, 'sql' | 'dataSet'>,
	dataSetId: string,
	columns: readonly Column[],
	path: string,
): Promise<Comparison> {
	const select = (from: string, text: (name: string) => string) =>
		`SELECT ${columns.map(({ name, type }) => `${typed(text(quoted(name)), type)} AS ${quoted(name)}`).join(', ')} FROM ${from}`;
	const found = select(sandbox.dataSet(dataSetId).textView, (name) => name);
	const source = path.endsWith('.parquet')
		? select(`read_parquet(${sqlText(path)})`, (name) => name)
		: // As JSON values, so that DuckDB does not guess types: '->>' gives each value's own text.
			select(
				`read_json(${sqlText(path)}, format = 'array', columns = {${columns.map(({ name }) => `${quoted(name)}: 'JSON'`).join(', ')}})`,
				(name) => `(${name}->>'$')`,
			);
	const row = (table: string) => `row(${columns.map(({ name }) => `${table}.${quoted(name)}`).join(', ')})`;
	const count = async (query: string) =>
		(await sandbox.sql(`SELECT count(*) AS n FROM (${query})`))[0].n as number;
	return {
		expected: await count(source),
		found: await count(found),
		missing: await count(`${source} EXCEPT ALL ${found}`),
		surplus: await count(`${found} EXCEPT ALL ${source}`),
		outOfPlace: await count(
			`SELECT 1 FROM (${source}) s POSITIONAL JOIN (${found}) f WHERE ${row('s')} IS DISTINCT FROM ${row('f')}`,
		),
	};
}
