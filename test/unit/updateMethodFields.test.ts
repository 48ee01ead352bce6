import type { INodePropertyOptions } from 'n8n-workflow';

import { executionUpdateMethodFields } from '../../nodes/DomoStream/updateMethodFields';

describe('the update method of an execution', () => {
	it('says of every choice that can remove rows that it can', () => {
		const options = executionUpdateMethodFields[0].options as INodePropertyOptions[];
		expect(options.map(({ value }) => value)).toEqual(['APPEND', 'stream', 'REPLACE']);
		const removing = options.filter(({ description }) => /all rows in the DataSet/.test(description ?? ''));
		expect(removing.map(({ value }) => value)).toEqual(['stream', 'REPLACE']);
	});
});
