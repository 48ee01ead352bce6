import type { INodeProperties } from 'n8n-workflow';

import { DomoDataSet } from '../../nodes/DomoDataSet/DomoDataSet.node';
import { DomoStream } from '../../nodes/DomoStream/DomoStream.node';
import { DomoTrigger } from '../../nodes/DomoTrigger/DomoTrigger.node';

/** What the fields beside each other are shown or hidden by. */
function conditions(fields: INodeProperties[]): string[] {
	return fields.flatMap(({ displayOptions = {} }) =>
		[displayOptions.show, displayOptions.hide].flatMap((rule) => Object.keys(rule ?? {})),
	);
}

it.each([
	['Domo DataSet', new DomoDataSet().description.properties],
	['Domo Stream', new DomoStream().description.properties],
	['Domo Trigger', new DomoTrigger().description.properties],
])('%s: each condition names a field, so that n8n 1 can put the fields in their order', (_, fields) => {
	const names = new Set(fields.map(({ name }) => name));
	// From the root, n8n takes a path; beside each other, it waits for a field of that very name, and gives up.
	const unknown = conditions(fields).filter(
		(condition) =>
			!condition.startsWith('@') &&
			!names.has(condition.startsWith('/') ? condition.slice(1).split('.')[0] : condition),
	);
	expect(unknown).toEqual([]);
});
