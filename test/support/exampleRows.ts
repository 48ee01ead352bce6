/** What the examples that bring their own rows load, in n8n's engine as in the full n8n. */
import type { Column } from '../../domo/types';

export interface LoadedDataSet {
	name: string;
	columns: Column[];
	/** Each value as its text in Domo, in the order of the columns. */
	rows: Array<Array<string | null>>;
}

const LINES_OF_1001 = '[{"sku":"A-7","quantity":2}]';
const LINES_OF_1003 = '[{"sku":"A-8","quantity":1},{"sku":"B-1","quantity":4}]';

export const LOADED_BY_EXAMPLES = {
	'excel-to-typed-columns': {
		name: 'Orders from Excel (example)',
		columns: [
			{ name: 'order_no', type: 'STRING' },
			{ name: 'customer', type: 'STRING' },
			{ name: 'ordered_on', type: 'DATE' },
			{ name: 'shipped_at', type: 'DATETIME' },
			{ name: 'amount', type: 'DECIMAL' },
			{ name: 'quantity', type: 'LONG' },
		],
		// The workbook's times are Berlin's: an hour ahead of UTC in winter, two in summer.
		rows: [
			['00501', 'Smith & Sons', '2024-01-31', '2024-02-01T13:15:00', '1234.5', '3'],
			['00502', 'Café Lumière', '2024-02-01', null, '0.1', '1'],
			['00517', 'Öberg AB', '2024-02-29', '2024-03-31T06:30:15', '1299.00', '12'],
			['1204', null, '1999-12-31', '1999-12-31T23:00:00', '-20', null],
			['1205', 'Nguyen', '2024-07-01', '2024-07-02T07:05:00', '19.99', '2'],
		],
	},
	'semicolon-decimal-comma': {
		name: 'Invoices (example)',
		columns: [
			{ name: 'Beleg', type: 'STRING' },
			{ name: 'Datum', type: 'DATE' },
			{ name: 'Kunde', type: 'STRING' },
			{ name: 'PLZ', type: 'STRING' },
			{ name: 'Menge', type: 'LONG' },
			{ name: 'Betrag', type: 'DECIMAL' },
		],
		rows: [
			['R-1001', '2024-01-02', 'Müller & Söhne', '01067', '3', '1234.50'],
			['R-1002', '2024-01-15', 'Café; Bäckerei Groß', '20095', '12', '7.99'],
			['R-1004', '2024-01-31', 'Brontë Ltd', null, '1000', '-1250.00'],
			['R-1005', '2024-01-31', 'Öztürk', '04109', null, '12345678.90'],
		],
	},
	'sheet-like-items': {
		name: 'Stock (example)',
		columns: [
			{ name: 'sku', type: 'STRING' },
			{ name: 'product', type: 'STRING' },
			{ name: 'price', type: 'DECIMAL' },
			{ name: 'stock', type: 'LONG' },
			{ name: 'weight', type: 'DECIMAL' },
			{ name: 'active', type: 'LONG' },
			{ name: 'counted', type: 'DATETIME' },
		],
		rows: [
			['00501', 'Desk lamp', '1234.50', '1250', '1234.50', '1', '2024-01-31T14:05:00'],
			['00502', null, '12', '12', '0.5', '0', '2024-02-01T09:30:00'],
			['A-7', 'Chair', null, null, null, '1', null],
			['A-8', 'Shelf', '-3.20', '0', '12', null, '2024-02-29T00:00:00'],
		],
	},
	'nested-api-items': {
		name: 'Orders (example)',
		columns: [
			{ name: 'id', type: 'STRING' },
			{ name: 'created', type: 'DATETIME' },
			{ name: 'customer.id', type: 'LONG' },
			{ name: 'customer.name', type: 'STRING' },
			{ name: 'customer.address.city', type: 'STRING' },
			{ name: 'customer.address.zip', type: 'STRING' },
			{ name: 'totals.net', type: 'DECIMAL' },
			{ name: 'totals.currency', type: 'STRING' },
			{ name: 'lines', type: 'STRING' },
		],
		rows: [
			[
				'ord_1001',
				'2026-01-05T09:12:44',
				'501',
				'Nordlys AS',
				'Oslo',
				'0150',
				'1199.00',
				'NOK',
				LINES_OF_1001,
			],
			['ord_1002', '2026-01-05T10:03:00', null, null, null, null, '49.90', 'EUR', '[]'],
			['ord_1003', '2026-01-05T11:30:09', '502', 'Café Bleu', null, null, '310.25', 'EUR', LINES_OF_1003],
		],
	},
} satisfies Record<string, LoadedDataSet>;

/** The row of `semicolon-decimal-comma` that is left out, beside its reason. */
export const LEFT_OUT_BY_EXAMPLE = {
	file: 'januar.csv',
	line: 6,
	column: 'Betrag',
	value: 'auf Anfrage',
};
