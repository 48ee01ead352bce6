import type { DomoClient } from '../domo/client';
import { getDataSet, updateDataSet } from '../domo/dataSets';
import { DomoError, orDomoError } from '../domo/errors';
import type { Column } from '../domo/types';
import type { ExecutionFate } from './uploadError';

/**
 * New columns at the end of a DataSet's schema, made just before an upload that brings their values. Domo changes a
 * schema as a whole, and a schema that was changed for an upload that failed would stand over the old rows: it is put
 * back, but only where that can do no harm.
 */
export class SchemaChange {
	private applied = false;

	constructor(
		private readonly client: DomoClient,
		private readonly dataSetId: string,
		private readonly before: readonly Column[],
		private readonly after: readonly Column[],
	) {}

	/** @throws DomoError */
	async apply(): Promise<void> {
		this.applied = true;
		await updateDataSet(this.client, this.dataSetId, { schema: { columns: [...this.after] } });
	}

	/**
	 * After an upload that did not reach its end.
	 *
	 * @param fate of its execution: only where that is surely gone may the schema be put back
	 * @returns what the message says of the schema; empty where it was never changed
	 */
	async undo(fate: ExecutionFate): Promise<string> {
		if (!this.applied) return '';
		const stays = `The DataSet's columns were changed for this upload and stay so: before ${names(this.before)}; now ${names(this.after)}.`;
		if (fate !== 'aborted' && fate !== 'notCreated') return stays;
		// Without the run's signal: this goes out even after Stop.
		const client = this.client.withSignal(undefined);
		const seen = await orDomoError(getDataSet(client, this.dataSetId));
		if (seen instanceof DomoError || !sameColumns(seen.schema?.columns ?? [], this.after)) return stays;
		const restored = await orDomoError(
			updateDataSet(client, this.dataSetId, { schema: { columns: [...this.before] } }),
		);
		return restored instanceof DomoError ? stays : 'The columns that were added for it are taken away again.';
	}
}

function names(columns: readonly Column[]): string {
	return columns.map(({ name }) => `'${name}'`).join(', ');
}

function sameColumns(a: readonly Column[], b: readonly Column[]): boolean {
	return a.length === b.length && a.every(({ name, type }, i) => name === b[i].name && type === b[i].type);
}
