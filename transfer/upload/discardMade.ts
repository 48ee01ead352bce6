import { deleteDataSet } from '../../domo/dataSets';
import { DomoError, orDomoError } from '../../domo/errors';
import { deleteStream } from '../../domo/streams';
import type { UploadJob } from './uploadJob';

/**
 * Deletes the Stream and the DataSet that were made for this upload, where a fault in the input has ended it before
 * anything was committed: they never held a row, and a corrected input may need other columns.
 *
 * @param isWithoutExecution whether it is sure that no execution of this upload is open any more
 * @returns a sentence that says what has become of them; '' where the upload made nothing
 */
export async function discardMade(job: UploadJob, isWithoutExecution: boolean): Promise<string> {
	if (!job.isMade) return '';
	const { stream, options } = job;
	const { id: dataSetId } = stream.dataSet;
	const client = job.client.evenAfterStop();
	const left = (what: string) =>
		`${what}, which this upload made and which never held a row: delete it in Domo.`;
	if (!isWithoutExecution)
		return left(`The DataSet ${dataSetId} with its Stream ${stream.id} is still there`);
	const refusal = await orDomoError(deleteStream(client, stream.id));
	if (isStillThere(refusal)) {
		options.log(refusal.message);
		return left(`The DataSet ${dataSetId} with its Stream ${stream.id} could not be deleted`);
	}
	const dataSetRefusal = await orDomoError(deleteDataSet(client, dataSetId));
	if (isStillThere(dataSetRefusal)) {
		options.log(dataSetRefusal.message);
		return left(`The DataSet ${dataSetId} could not be deleted`);
	}
	job.sayMade = () => undefined;
	return 'The new DataSet and its Stream, which never held a row, were deleted again.';
}

function isStillThere(result: unknown): result is DomoError {
	return result instanceof DomoError && result.details.status !== 404;
}
