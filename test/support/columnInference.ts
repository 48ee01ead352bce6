/** Column types from the values of an input, by column name: any source of rows can feed it. */

import type { Column } from '../../domo/types';
import { ColumnEvidence } from '../../transfer/columns/columnEvidence';
import type { ColumnHint } from '../../transfer/columns/columnHints';
import { ColumnSettingsByName } from '../../transfer/columns/columnSettings';
import type { Place } from '../../transfer/columns/sample';
import { settleColumns, type Where } from '../../transfer/columns/settleColumns';
import { DEFAULT_VALUE_OPTIONS, type ValueOptions } from '../../transfer/columns/valueOptions';

export class ColumnInference {
	private readonly settings: ColumnSettingsByName;
	private readonly evidenceByName = new Map<string, ColumnEvidence>();

	/** @throws InputError for options that are none */
	constructor(options: ValueOptions = DEFAULT_VALUE_OPTIONS) {
		this.settings = new ColumnSettingsByName(options);
	}

	/** Notes one value; null, undefined and NaN make the column known but say nothing about its type. */
	add(name: string, value: unknown, place: Place = 0): void {
		let evidence = this.evidenceByName.get(name);
		if (evidence === undefined) {
			const settings = this.settings.of(name);
			evidence = new ColumnEvidence(settings.givenType, settings);
			this.evidenceByName.set(name, evidence);
		}
		evidence.add(value, place);
	}

	/** @returns the columns in order of first appearance; checkColumns has still to judge their names */
	columns(): Column[] {
		return this.settle((place) => `value ${place}`).columns;
	}

	/** @returns the columns in order of first appearance, and hints for those that almost had a type */
	settle(where: Where): { columns: Column[]; hints: ColumnHint[] } {
		const toSettle = [...this.evidenceByName].map(([name, evidence]) => {
			const settings = this.settings.of(name);
			return { name, type: settings.givenType, settings, evidence };
		});
		const { readings, hints } = settleColumns(toSettle, where, 'input');
		return { columns: readings.map(({ name, type }) => ({ name, type })), hints };
	}
}
