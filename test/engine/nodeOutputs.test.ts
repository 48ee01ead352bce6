/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
/** Items as n8n's nodes put them out, loaded into typed columns: see test/fixtures/nodeOutputs/README.md. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Decimal128, Long, ObjectId } from 'bson';
import type { IDataObject } from 'n8n-workflow';

import { runMessyCase, type MessyCase } from '../support/messyCase';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

const FOLDER = join(__dirname, '../fixtures/nodeOutputs');
const read = (name: string) => JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as MessyCase;
const names = readdirSync(FOLDER)
	.filter((file) => file.endsWith('.json'))
	.map((file) => file.slice(0, -'.json'.length));

shortWaits();
const sandbox = useSandbox({ indexingMs: 1 });

async function expectLoaded(fixture: MessyCase): Promise<void> {
	const { refusal, columns, rows, result } = await runMessyCase(sandbox, fixture);
	expect(refusal).toBeUndefined();
	expect(columns).toEqual(fixture.want.columns);
	expect(rows).toEqual(fixture.want.rows);
	expect(result.json[0]).toMatchObject({
		rows: fixture.want.rows!.length,
		badRows: fixture.want.badRows ?? 0,
		verified: true,
	});
}

it.each(names)('%s', async (name) => {
	await expectLoaded(read(name));
});

it('mongodb, up to version 1.3: the values are the objects of its driver', async () => {
	const fixture = read('mongodb');
	const [first, second] = fixture.input.items!;
	const items = [
		{
			...first,
			_id: new ObjectId(first._id as string),
			total: Decimal128.fromString('12345678901234567890.50'),
			views: Long.fromString('9007199254740993'),
			day: new Date(first.day as string),
			seen: new Date(first.seen as string),
			customer: new ObjectId(first.customer as string),
		},
		{
			...second,
			_id: new ObjectId(second._id as string),
			total: Decimal128.fromString('-0.01'),
			day: new Date(second.day as string),
		},
	] as unknown as IDataObject[];
	await expectLoaded({ ...fixture, input: { items } });
});
