/** Fields whose names are a column's but for upper and lower case: taken where they are alone, never dropped. */
import { fileItem, itemsOf } from '../support/engine';
import { asCsv, asText, BINARY, COLUMNS, makeRows, refuse, upload } from '../support/uploads';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

shortWaits();
const sandbox = useSandbox({ indexingMs: 5 });
const IGNORE = { unknownFields: 'ignore' };
const makeStream = async () => await sandbox.createStream({ name: 'letters', columns: COLUMNS });

it('a field in other letters feeds its column where no other does', async () => {
	const { streamId, dataSetId } = await makeStream();
	const [row] = makeRows(1);
	const { name, ...others } = row;
	const items = itemsOf([{ ...others, ' NAME': name, more: 1 }]);
	await upload(sandbox, { streamId, items, options: IGNORE });
	expect(await sandbox.rows(dataSetId)).toEqual(asText([row]));
});

it.each(['ignore', 'addColumns', 'fail'])(
	"items of which some say 'name' and others 'Name' are refused, with unknown fields: %s",
	async (unknownFields) => {
		const { streamId, dataSetId } = await makeStream();
		const [first, second] = makeRows(2);
		const { name, ...others } = second;
		const items = itemsOf([first, { ...others, Name: name }]);
		expect(await refuse(sandbox, { streamId, items, options: { unknownFields } })).toContain(
			"Column 'name' could be either of 'name' and 'Name' in the items",
		);
		expect(await sandbox.rows(dataSetId)).toEqual([]);
		expect(sandbox.dataSet(dataSetId).columns).toEqual(COLUMNS);
		expect(sandbox.executions(streamId)).toEqual([]);
	},
);

it('a header that has a column in two ways is refused', async () => {
	const { streamId, dataSetId } = await makeStream();
	const csv = asCsv([{ ...makeRows(1)[0], Name: 'x' }], ['id', 'Name', 'name', 'amount', 'day']);
	const items = [fileItem(csv, 'a.csv')];
	expect(await refuse(sandbox, { streamId, items, options: IGNORE, more: BINARY })).toContain(
		"Column 'name' could be either of 'name' and 'Name' in the header of 'a.csv'",
	);
	expect(await sandbox.rows(dataSetId)).toEqual([]);
});
