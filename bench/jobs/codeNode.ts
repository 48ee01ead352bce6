/**
 * What an n8n user does without this package: a Code node makes one CSV text of all items, an HTTP Request node sends
 * it as one part. Plain code over node:http, without what the engine adds.
 */
import { csvText } from '../csvText';
import { authorize, openExecution, send } from '../http';
import type { Prepare } from '../job';
import { makeItems } from '../tables';

export const prepare: Prepare = async ({ domo, streamId, columns, items }) => {
	const names = columns.map(({ name }) => name);
	const rows = makeItems(items!.shape, items!.count);
	return async (clock) =>
		await clock(async () => {
			const authorization = await authorize(domo);
			const execution = await openExecution(domo, streamId, authorization);
			await send(
				domo,
				'PUT',
				`${execution.partPath}1`,
				{ ...authorization, 'Content-Type': 'text/csv' },
				csvText(rows, names),
			);
			await execution.commit();
			return { rows: rows.length };
		});
};
