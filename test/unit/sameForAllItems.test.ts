import { readForAllItems } from '../../nodes/shared/run/sameForAllItems';
import type { OperationContext } from '../../nodes/shared/run/operation';

/** Reads a parameter whose value would be the item's index, under the given expression. */
async function readUnder(expression: string): Promise<number> {
	const node = { getNode: () => ({ parameters: { partId: expression } }) };
	const context = { node, items: [{ json: {} }, { json: {} }], client: {} } as unknown as OperationContext;
	return await readForAllItems(context, 'partId', 'Part ID', (itemIndex) => itemIndex);
}

it.each([
	'={{ $runIndex + 1 }}',
	"={{ $('Create Execution').first().json.executionId }}",
	'={{ $("Create Execution").last(0).json.executionId }}',
	"={{ $('A ) b').all().length + $input.first().json.id }}",
])('reads %s once: it is the same for every item', async (expression) => {
	expect(await readUnder(expression)).toBe(0);
});

it.each([
	'={{ $json.id }}',
	'={{ $itemIndex }}',
	'={{ $input.item.json.id }}',
	"={{ $('Create Execution').item.json.executionId }}",
	"={{ $('Create Execution').first(0, $itemIndex).json.executionId }}",
	"={{ $('Create Execution').all()[$itemIndex].json.executionId }}",
	"={{ $('Create Execution').first().json.ids[$json.id] }}",
])('compares %s over all items', async (expression) => {
	await expect(readUnder(expression)).rejects.toThrow(
		"'Part ID' is not the same for all items: 0 in item 0, 1 in item 1.",
	);
});
