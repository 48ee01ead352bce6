import type { DomoClient } from '../../domo/client';
import { getDataSet } from '../../domo/dataSets';
import { DomoError, orDomoError } from '../../domo/errors';
import { pause } from '../../domo/retry';
import type { UpdateMethod } from '../../domo/types';

export interface VerifyOptions {
	dataSetId: string;
	updateMethod: UpdateMethod;
	rowsSent: number;
	/** The DataSet's rows before the upload; undefined where Domo didn't say. */
	rowsBefore: number | undefined;
	/** Whether the count can't be foretold: a keyed Stream, or another execution that ended meanwhile. */
	unforeseeable: boolean;
	/** How long a count that is off may take to come right; Domo's figure can lag behind the rows. */
	verifyTimeoutMs: number;
	pollMs: number;
}

/** `verified`: whether the DataSet's row count is what it must be; null where that can't be told. */
export interface Verification {
	verified: boolean | null;
	dataSetRows?: number;
	expectedRows?: number;
}

/** Compares the DataSet's row count with what was sent. Never throws: the rows are committed. */
export async function verifyRowCount(client: DomoClient, options: VerifyOptions): Promise<Verification> {
	const expectedRows = expectation(options);
	const untilMs = Date.now() + options.verifyTimeoutMs;
	let dataSetRows: number | undefined;
	for (;;) {
		const dataSet = await orDomoError(getDataSet(client, options.dataSetId));
		if (!(dataSet instanceof DomoError)) dataSetRows = dataSet.rows;
		const seen = dataSetRows === undefined ? {} : { dataSetRows };
		if (expectedRows === undefined) return { verified: null, ...seen };
		if (dataSetRows === expectedRows) return { verified: true, expectedRows, ...seen };
		if (Date.now() >= untilMs || client.signal?.aborted) {
			return { verified: dataSetRows === undefined ? null : false, expectedRows, ...seen };
		}
		const stopped = await orDomoError(pause(options.pollMs, client.signal));
		if (stopped instanceof DomoError) return { verified: null, expectedRows, ...seen };
	}
}

function expectation({
	updateMethod,
	rowsSent,
	rowsBefore,
	unforeseeable,
}: VerifyOptions): number | undefined {
	if (unforeseeable) return undefined;
	if (updateMethod === 'REPLACE') return rowsSent;
	return rowsBefore === undefined ? undefined : rowsBefore + rowsSent;
}
