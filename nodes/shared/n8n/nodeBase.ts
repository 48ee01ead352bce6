import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import type { Operation } from '../run/operation';

/** The operations of one resource, by their internal name. */
export type Operations = Record<string, Operation>;

/** The fields of all operations of a resource, each shown for its own operation only. */
export function fieldsOf(resource: string, operations: Operations): INodeProperties[] {
	return Object.entries(operations).flatMap(([operation, { description }]) =>
		description.map((field) => ({
			...field,
			displayOptions: shownFor(resource, operation, field.displayOptions),
		})),
	);
}

function shownFor(resource: string, operation: string, own: IDisplayOptions | undefined): IDisplayOptions {
	return { ...own, show: { resource: [resource], operation: [operation], ...own?.show } };
}
