import type { INodePropertyOptions } from 'n8n-workflow';

import { DomoStream } from '../../nodes/DomoStream/DomoStream.node';

/** The node's actions as n8n's panel lists them: resource by resource, each with its operations in their order. */
function actions(): string[] {
	const { properties } = new DomoStream().description;
	const resources = properties.find(({ name }) => name === 'resource')?.options as INodePropertyOptions[];
	return resources.flatMap(({ value }) => {
		const operations = properties.find(
			({ name, displayOptions }) =>
				name === 'operation' && displayOptions?.show?.resource?.includes(value as string),
		);
		return (operations?.options as INodePropertyOptions[]).map(({ action = '' }) => action);
	});
}

it('the actions of a Stream come before those of an execution', () => {
	// n8n's lint wants six operations in alphabetical order: the main one can't be first among them.
	expect(actions().indexOf('Upload rows in parallel')).toBe(5);
	expect(actions().indexOf('Abort an execution')).toBe(6);
});
