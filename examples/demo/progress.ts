/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console */
import { SingleBar } from 'cli-progress';

import type { Sandbox } from '../../sandbox';

const REDRAW_MS = 100;
/** CSV bytes per byte of gzip, until the first part tells. */
const ASSUMED_RATIO = 4;

/**
 * Shows how an upload into a Stream's first execution is going, from what has arrived in the sandbox: first the
 * CSV's bytes, then the rows that are being indexed. Not on a terminal, it draws nothing.
 *
 * @param csvBytes about how much CSV will come, or undefined
 * @returns ends the drawing
 */
export function showProgress(sandbox: Sandbox, streamId: number, rows: number, csvBytes?: number): () => void {
	if (!process.stdout.isTTY) return () => undefined;
	const bar = new SingleBar({ format: '  {phase} [{bar}] {percentage}% {detail}', hideCursor: true, barsize: 30, etaBuffer: 1 });
	bar.start(1, 0, { phase: 'Starting n8n', detail: '' });
	let isDrawing = false;
	const draw = async () => {
		if (isDrawing) return;
		isDrawing = true;
		const [execution] = sandbox.executions(streamId);
		if (execution?.isIndexing || execution?.currentState === 'SUCCESS') {
			const indexed = execution.currentState === 'SUCCESS' ? rows : await stagedRows(sandbox);
			bar.setTotal(rows);
			bar.update(Math.min(indexed, rows), {
				phase: 'Indexing    ',
				detail: `${Math.min(indexed, rows).toLocaleString('en-US')} of ${rows.toLocaleString('en-US')} rows`,
			});
		} else if (execution) {
			const { arrived, parts } = arrivedBytes(sandbox, streamId);
			const total = Math.max(csvBytes ?? arrived, arrived, 1);
			bar.setTotal(total);
			bar.update(arrived, { phase: 'Uploading   ', detail: `${(arrived / 1e6).toFixed(1)} MB of CSV, ${parts} parts in` });
		}
		isDrawing = false;
	};
	const timer = setInterval(() => void draw(), REDRAW_MS);
	return () => {
		clearInterval(timer);
		bar.stop();
	};
}

/** CSV bytes of the parts that are in, and an estimate for those on the way. */
function arrivedBytes(sandbox: Sandbox, streamId: number): { arrived: number; parts: number } {
	const parts = sandbox.executions(streamId)[0].parts;
	const raw = parts.reduce((sum, { rawBytes }) => sum + rawBytes, 0);
	const sent = parts.reduce((sum, { sentBytes }) => sum + sentBytes, 0);
	const onTheWay = sandbox.log
		.filter(({ operation, status, path }) => operation === 'part' && status === undefined && path.includes(`/streams/${streamId}/`))
		.reduce((sum, { bytes }) => sum + bytes, 0);
	return { arrived: raw + onTheWay * (sent > 0 ? raw / sent : ASSUMED_RATIO), parts: parts.length };
}

async function stagedRows(sandbox: Sandbox): Promise<number> {
	const [{ n }] = await sandbox.sql(
		"SELECT coalesce(sum(estimated_size), 0)::BIGINT AS n FROM duckdb_tables() WHERE starts_with(table_name, 'staged_')",
	);
	return n as number;
}
