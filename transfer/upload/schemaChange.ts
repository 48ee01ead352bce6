import type { DomoClient } from '../../domo/client';
import { getDataSet, updateDataSet } from '../../domo/dataSets';
import { DomoError, orDomoError } from '../../domo/errors';
import type { Column } from '../../domo/types';
import { InputError } from '../inputError';

/**
 * New columns at the end of a DataSet's schema, made just before an upload that brings their values. Domo changes a
 * schema as a whole, and a schema that was changed for an upload that failed would stand over the old rows: it is put
 * back, but only where that can do no harm.
 */
export class SchemaChange {
	/** `unsure`: Domo was asked to, and its answer was lost. */
	private state: 'asBefore' | 'unsure' | 'changed' = 'asBefore';

	constructor(
		private readonly client: DomoClient,
		private readonly dataSetId: string,
		private readonly before: readonly Column[],
		private readonly after: readonly Column[],
	) {}

	/**
	 * Changes the schema, unless it is as wished already.
	 *
	 * @throws InputError where the columns are no longer those that the rows were checked against
	 * @throws DomoError
	 */
	async apply(): Promise<void> {
		const columns = await this.read(this.client);
		if (sameColumns(columns, this.after)) return;
		if (!sameColumns(columns, this.before)) {
			throw new InputError(
				'COLUMN_CHANGED_MEANWHILE',
				`The DataSet's columns have changed since they were read: ${names(this.before)} then, ${names(columns)} now. No rows were sent.`,
				'Another job may have added columns, too. Run this again.',
			);
		}
		this.state = 'unsure';
		await updateDataSet(this.client, this.dataSetId, { schema: { columns: [...this.after] } });
		this.state = 'changed';
	}

	/**
	 * After an upload that did not reach its end.
	 *
	 * @param mayRestore only where nothing that was made for the new columns can still get into the DataSet
	 * @returns what the message says of the schema; empty where it is as before
	 */
	async undo(mayRestore: boolean): Promise<string> {
		if (this.state === 'asBefore') return '';
		// Without the run's signal: this goes out even after Stop.
		const client = this.client.evenAfterStop();
		const columns = await orDomoError(this.read(client));
		if (columns instanceof DomoError) return this.stays();
		if (sameColumns(columns, this.before)) return '';
		this.state = 'changed';
		if (!mayRestore || !sameColumns(columns, this.after)) return this.stays(columns);
		this.state = 'unsure';
		const restored = await orDomoError(
			updateDataSet(client, this.dataSetId, { schema: { columns: [...this.before] } }),
		);
		return restored instanceof DomoError
			? this.stays()
			: 'The columns that were added for it are taken away again.';
	}

	private stays(now: readonly Column[] = this.after): string {
		return this.state === 'changed'
			? `The DataSet's columns were changed for this upload and stay so: before ${names(this.before)}; now ${names(now)}.`
			: `The DataSet's columns may still be those that this upload changed them to: before ${names(this.before)}; with it ${names(this.after)}.`;
	}

	private async read(client: DomoClient): Promise<Column[]> {
		const { schema } = await getDataSet(client, this.dataSetId);
		return schema?.columns ?? [];
	}
}

function names(columns: readonly Column[]): string {
	return columns.map(({ name }) => `'${name}'`).join(', ');
}

function sameColumns(a: readonly Column[], b: readonly Column[]): boolean {
	return a.length === b.length && a.every(({ name, type }, i) => name === b[i].name && type === b[i].type);
}
