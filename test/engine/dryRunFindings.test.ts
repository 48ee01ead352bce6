/** What a Dry Run says of values and rows is what the run says, for items and for files alike. */
import type { IDataObject } from 'n8n-workflow';

import { fileItem } from '../support/items';
import { BINARY, tryUpload } from '../support/uploads';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

shortWaits();
const sandbox = useSandbox({ indexingMs: 1 });

const KEYED = [
	{ name: 'key', type: 'STRING' as const },
	{ name: 'amount', type: 'DECIMAL' as const },
	{ name: 'day', type: 'DATE' as const },
];
/** Rows 2, 4 and 5 don't fit; some of their other values would be converted. */
const ROWS = [
	['a', '1,5', '31.01.2024'],
	['b', '2,5', 'someday'],
	['c', '3,5', '28.02.2024'],
	['n/a', '4,5', '29.02.2024'],
	['', '5,5', '01.03.2024'],
];
const NAMES = KEYED.map(({ name }) => name);

const INPUTS = {
	items: ROWS.map((row) => ({ json: Object.fromEntries(row.map((text, at) => [NAMES[at], text])) })),
	files: [fileItem([NAMES, ...ROWS].map((row) => `${row.join(';')}\n`).join(''))],
};

async function run(input: keyof typeof INPUTS, badValues: string, dryRun: boolean) {
	const { streamId } = await sandbox.createStream({
		name: `dry ${input}`,
		columns: KEYED,
		updateMethod: 'UPSERT',
		keyColumnNames: ['key'],
	});
	return await tryUpload(sandbox, {
		streamId,
		items: INPUTS[input],
		more: {
			...(input === 'files' ? BINARY : {}),
			valueOptions: { badValues, readAsNull: 'n/a', emptyText: 'null', maxBadRowsPercent: 100 },
		},
		options: { dryRun },
	});
}

const FOUND = ['badRows', 'badValues', 'firstBadRows', 'conversions'];
const found = (summary: IDataObject) => Object.fromEntries(FOUND.map((name) => [name, summary[name]]));

describe.each(['items', 'files'] as const)('%s', (input) => {
	it.each(['leaveOut', 'null'])('%s: the same counts, rows and conversions', async (badValues) => {
		const [dry, real] = [await run(input, badValues, true), await run(input, badValues, false)];
		expect(real.error).toBeUndefined();
		expect(found(dry.json[0])).toEqual(found(real.json[0]));
		const loaded = badValues === 'null' ? 3 : 2;
		expect(real.json[0]).toMatchObject({
			rows: loaded,
			badRows: 3,
			badValues: 3,
			conversions: { amount: { decimalComma: loaded }, day: { dayForm: 2 } },
		});
		expect((real.json[0].firstBadRows as unknown[]).length).toBe(3);
	});

	it('Refuse: the first bad rows and all of them in the refusal, which the run repeats', async () => {
		const [dry, real] = [await run(input, 'refuse', true), await run(input, 'refuse', false)];
		const { refusal, firstBadRows, conversions, badRows } = dry.json[0];
		expect(badRows).toBe(3);
		expect((firstBadRows as IDataObject[]).map(({ column }) => column)).toEqual(['day', 'key', 'key']);
		expect(conversions).toMatchObject({ amount: { decimalComma: 2 } });
		expect(refusal).toMatch(/^3 values do not fit their columns: .*'day'.*'key': NULL.*'key': NULL/);
		expect(real.error?.message).toBe(String(refusal).replace(/\.$/, ''));
	});

	it("Columns tells of every row's conversions, also of those left out", async () => {
		const { outputs } = await run(input, 'leaveOut', true);
		const columns = outputs.at(-1)!.map(({ json }) => json);
		expect(columns.find(({ column }) => column === 'amount')).toMatchObject({
			rows: 5,
			converted: { decimalComma: 5 },
			reading: 'decimal comma',
		});
	});
});
