/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/**
 * The limit for items: a plain tight loop with the checks and the NULL rule of the product and nothing else. No
 * engine, no retries, no budget, no pauses for other workflows; Node's zlib at level 6 and node:http, four parts at
 * once.
 */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

import type { ColumnType } from '../../domo/types';
import { authorize, openExecution, send } from '../http';
import type { Prepare } from '../job';
import { ReferenceWriter } from '../referenceLoop';
import { makeItems } from '../tables';

const PART_BYTES = 8_000_000;
const PARTS_AT_ONCE = 4;

export const prepare: Prepare = async ({ domo, streamId, columns, items, options }) => {
	const rows = makeItems(items!.shape, items!.count);
	const isGzip = options?.compression !== 'none';
	const gzipped = promisify<Buffer, object, Buffer>(gzip as never);
	return async (clock) =>
		await clock(async () => {
			const authorization = await authorize(domo);
			const writer = new ReferenceWriter(
				columns.map(({ name }) => name),
				columns.map(({ type }): ColumnType => type),
			);
			writer.check(rows);
			const execution = await openExecution(domo, streamId, authorization);
			const headers = {
				...authorization,
				'Content-Type': 'text/csv',
				...(isGzip ? { 'Content-Encoding': 'gzip' } : {}),
			};
			let nextRow = 0;
			let nextPart = 1;
			const work = async () => {
				while (nextRow < rows.length) {
					const path = execution.partPath + nextPart++;
					const written = writer.write(rows, nextRow, PART_BYTES);
					nextRow = written.endRow;
					await send(
						domo,
						'PUT',
						path,
						headers,
						isGzip ? await gzipped(written.bytes, { level: 6 }) : written.bytes,
					);
				}
			};
			await Promise.all(Array.from({ length: PARTS_AT_ONCE }, work));
			await execution.commit();
			return { rows: rows.length };
		});
};
