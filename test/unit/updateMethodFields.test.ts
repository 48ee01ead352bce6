import type { INodePropertyOptions } from 'n8n-workflow';

import { executionUpdateMethodFields, readUpdateMethod } from '../../nodes/DomoStream/updateMethodFields';
import type { OperationContext } from '../../nodes/shared/run/operation';

describe('the update method of an execution', () => {
	it('says of every choice that can remove rows that it can', () => {
		const options = executionUpdateMethodFields[0].options as INodePropertyOptions[];
		expect(options.map(({ value }) => value)).toEqual(['APPEND', 'stream', 'REPLACE']);
		const removing = options.filter(({ description }) => /all rows in the DataSet/.test(description ?? ''));
		expect(removing.map(({ value }) => value)).toEqual(['stream', 'REPLACE']);
	});
});

it('an update method that an expression leaves out is missing, not undefined', () => {
	const context = { node: { getNodeParameter: () => undefined } } as unknown as OperationContext;
	expect(() => readUpdateMethod(context, 0)).toThrow(
		"'Update Method' can't be missing, which Domo would take as",
	);
});
