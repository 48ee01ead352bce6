import { DuckDBTypeId } from '@duckdb/node-api';
import type { DuckDBResult, DuckDBValue } from '@duckdb/node-api';
import type { FastifyInstance } from 'fastify';

import { sendDownload } from './exportCsv';
import type { Settings } from './options';
import type { Query } from './paging';
import { Refusal } from './refusal';
import { requireJson } from './requestBody';
import type { DataSetState, SandboxState } from './state';

const MAX_ROWS = 1_000_000;

/**
 * A query in Domo's SQL as DuckDB takes it: the DataSet is called `table`, which DuckDB reserves, and
 * names may stand in backticks. What stands in quotes is left alone.
 */
export function toDuckDbSql(sql: string, view: string): string {
	return sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|`([^`]*)`|\btable\b/gi, (found, quoted?: string) => {
		if (quoted !== undefined)
			return quoted.toLowerCase() === 'table' ? view : `"${quoted.replaceAll('"', '""')}"`;
		return found.toLowerCase() === 'table' ? view : found;
	});
}

function domoType(id: DuckDBTypeId): string {
	switch (id) {
		case DuckDBTypeId.TINYINT:
		case DuckDBTypeId.SMALLINT:
		case DuckDBTypeId.INTEGER:
		case DuckDBTypeId.BIGINT:
		case DuckDBTypeId.HUGEINT:
		case DuckDBTypeId.UBIGINT:
			return 'LONG';
		case DuckDBTypeId.FLOAT:
		case DuckDBTypeId.DOUBLE:
			return 'DOUBLE';
		case DuckDBTypeId.DECIMAL:
			return 'DECIMAL';
		case DuckDBTypeId.DATE:
			return 'DATE';
		case DuckDBTypeId.TIMESTAMP:
			return 'DATETIME';
		default:
			return 'STRING';
	}
}

/** JSON for one value; integers keep all their digits, as Domo's (Java) JSON does. */
function jsonValue(value: DuckDBValue, type: string, { queryIntegers, datetimeWritten }: Settings): string {
	if (value === null) return 'null';
	if (type === 'LONG' && queryIntegers === 'text') return JSON.stringify(String(value));
	if (typeof value === 'boolean' || type === 'LONG' || type === 'DECIMAL') return String(value);
	if (type === 'DOUBLE') return Number.isFinite(value) ? String(value) : 'null';
	if (type === 'DATETIME')
		return JSON.stringify(String(value).replace(' ', datetimeWritten === 'space' ? ' ' : 'T'));
	return JSON.stringify(String(value));
}

async function* resultJson(
	dataSet: DataSetState,
	result: DuckDBResult,
	settings: Settings,
): AsyncGenerator<Buffer> {
	const columns = result.columnNames();
	const types = columns.map((_, index) => domoType(result.columnTypeId(index)));
	const metadata = types.map((type) => ({
		type,
		dataSourceId: dataSet.id,
		maxLength: -1,
		minLength: -1,
		periodIndex: 0,
	}));
	const head = JSON.stringify({ datasource: dataSet.id, columns, metadata }).slice(0, -1);
	yield Buffer.from(`${head},"rows":[`);
	let numRows = 0;
	for await (const rows of result.yieldRows()) {
		const wanted = rows.slice(0, MAX_ROWS - numRows);
		if (wanted.length === 0) continue;
		const texts = wanted.map(
			(row) => `[${row.map((value, index) => jsonValue(value, types[index], settings)).join(',')}]`,
		);
		yield Buffer.from((numRows > 0 ? ',' : '') + texts.join(','));
		numRows += wanted.length;
	}
	yield Buffer.from(`],"numRows":${numRows},"numColumns":${columns.length},"fromcache":false}`);
}

type ById = { Params: { id: string }; Querystring: Query };

export function queryRoutes(app: FastifyInstance, state: SandboxState): void {
	app.post<ById>(
		'/v1/datasets/query/execute/:id',
		{ config: { operation: 'query' } },
		async (request, reply) => {
			const dataSet = state.liveDataSet(request.params.id);
			const { sql } = await requireJson(request, state);
			if (typeof sql !== 'string' || !/^\s*(select|with)\b/i.test(sql))
				throw new Refusal(400, 'A SELECT statement is needed');
			const duckDbSql = toDuckDbSql(sql, dataSet.view);
			try {
				// Prepared, not run: it finds what is wrong with the SQL before an answer has begun.
				await state.storage.check(duckDbSql);
			} catch (error) {
				throw asRefusal(error as Error);
			}
			void reply.type('application/json');
			return await sendDownload(request, reply, state, () =>
				state.storage.stream(duckDbSql, (result) => resultJson(dataSet, result, state.settings)),
			);
		},
	);
}

const asRefusal = (error: Error) => new Refusal(400, `Cannot run the query: ${error.message.split('\n')[0]}`);
