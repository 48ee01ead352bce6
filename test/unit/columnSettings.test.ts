import { ColumnSettingsByName } from '../../transfer/columns/columnSettings';
import { DEFAULT_VALUE_OPTIONS, type ColumnTypeRow } from '../../transfer/columns/valueOptions';

const settingsOf = (row: ColumnTypeRow) =>
	new ColumnSettingsByName({ ...DEFAULT_VALUE_OPTIONS, columnTypes: { column: [row] } });

describe('a row of Column Types without a name', () => {
	it.each<Omit<ColumnTypeRow, 'name'>>([
		{ type: 'LONG' },
		{ dateFormat: 'dd/MM/yyyy' },
		{ dateOrder: 'dayFirst' },
		{ decimalSign: 'comma' },
		{ readAsNull: '-' },
	])('is refused where it sets something: %j', (row) => {
		expect(() => settingsOf({ name: ' ', ...row })).toThrow(/a row without a column name/);
	});

	it('says nothing where it was only added', () => {
		expect(() =>
			settingsOf({
				name: '',
				type: '',
				dateFormat: '',
				dateOrder: 'auto',
				decimalSign: 'auto',
				readAsNull: '',
			}),
		).not.toThrow();
	});
});
