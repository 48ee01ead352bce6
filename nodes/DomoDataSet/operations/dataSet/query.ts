import type { IDataObject, INodeExecutionData, INodeProperties } from 'n8n-workflow';

import { queryDataSet } from '../../../../domo/dataSets';
import { emptyRow } from '../../../../domo/rowObjects';
import { InputError } from '../../../../transfer/inputError';
import { bindSqlParameters } from './sqlParameters';
import { dataSetIdField, readDataSetId } from '../../../shared/editor/dataSetLocator';
import { requiredTextOf } from '../../../shared/fields/textParameter';
import { forEachItem } from '../../../shared/run/operation';

/** Domo gives no more rows than this, and does not say that there were more. */
const MAX_QUERY_ROWS = 1_000_000;

export const description: INodeProperties[] = [
	dataSetIdField,
	{
		displayName: 'SQL',
		name: 'sql',
		type: 'string',
		typeOptions: { rows: 4 },
		default: '',
		required: true,
		placeholder: 'SELECT region, SUM(amount) AS total FROM table GROUP BY region',
		hint: 'The DataSet is called table, whatever its name: SELECT … FROM table. Each row of the result becomes an item.',
		description:
			'A SELECT statement over the chosen DataSet. Domo runs it for 60 seconds at most, and gives up to 1,000,000 rows.',
	},
	{
		displayName: 'Query Parameters',
		name: 'queryParameters',
		type: 'string',
		typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Parameter' },
		default: [],
		placeholder: 'e.g. {{ $json.since }}',
		description:
			'Values for $1, $2 and so on in the statement. Texts are quoted safely, so they can come from anywhere; numbers and null are put as they are. Write $1 without quotes around it.',
	},
];

export const execute = forEachItem(async (context, itemIndex) => {
	const sql = requiredTextOf(
		context.node.getNodeParameter('sql', itemIndex),
		'SQL',
		'Write a statement such as SELECT * FROM table.',
		itemIndex,
	);
	const statement = bindSqlParameters(
		sql,
		queryParameters(context.node.getNodeParameter('queryParameters', itemIndex, [])),
	);
	const { columns, rows } = await queryDataSet(context.client, readDataSetId(context, itemIndex), statement);
	const twice = columns.find((name, index) => columns.indexOf(name) !== index);
	if (twice !== undefined) {
		throw new InputError(
			'QUERY_COLUMN_TWICE',
			`The result has two columns named '${twice}'`,
			'Give each its own name in the statement, with AS.',
			itemIndex,
		);
	}
	if (rows.length >= MAX_QUERY_ROWS) {
		context.hint(
			'The query gave 1,000,000 rows, which is the most Domo gives: there may be more. Narrow the statement, or use Export for all rows.',
		);
	}
	// One object for all rows: a saved execution then holds it once.
	const pairedItem = { item: itemIndex };
	const empty = emptyRow<unknown>(columns);
	return rows.map((row): INodeExecutionData => {
		const json = { ...empty };
		for (let column = 0; column < columns.length; column++) json[columns[column]] = row[column];
		return { json: json as IDataObject, pairedItem };
	});
});

/** Entered one by one, or as one expression that gives a list or a single value. */
function queryParameters(value: unknown): readonly unknown[] {
	if (Array.isArray(value)) return value;
	return value === undefined || value === null || value === '' ? [] : [value];
}
