import { Refusal } from './refusal';
import type { ExecutionState, PartState, SandboxState } from './state';

export interface DescribedExecution extends Omit<ExecutionState, 'parts' | 'landing'> {
	/** In the order of their ids. */
	parts: PartState[];
}

/** An execution as tests read it. */
export function describeExecution(execution: ExecutionState): DescribedExecution {
	const { landing, parts, ...rest } = execution;
	void landing;
	const described = [...parts.values()].map(({ staged, file, ...part }): PartState => {
		void [staged, file];
		return part;
	});
	return { ...rest, parts: described.sort((a, b) => a.part - b.part) };
}

/** A DataSet's rows in order, values as the CSV text; NULL is null and an empty string ''. */
export async function readRows(
	state: SandboxState,
	dataSetId: string,
	limit?: number,
	offset = 0,
): Promise<Array<Record<string, string | null>>> {
	const dataSet = state.dataSets.get(dataSetId);
	if (!dataSet || dataSet.isDeleted) throw new Refusal(404, `DataSet ${dataSetId} was not found`);
	const names = dataSet.columns.map(({ name }) => name);
	const all: Array<Record<string, string | null>> = [];
	for await (const rows of state.storage.texts(dataSetId, names.length, limit, offset)) {
		for (const row of rows) all.push(Object.fromEntries(names.map((name, index) => [name, row[index]])));
	}
	return all;
}
