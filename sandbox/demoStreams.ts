import type { Column } from '../domo/types';
import type { Sandbox } from './index';

export interface DemoStream {
	name: string;
	updateMethod: 'APPEND' | 'REPLACE';
	streamId: number;
	dataSetId: string;
}

interface WantedStream {
	name: string;
	updateMethod: 'APPEND' | 'REPLACE';
	columns: Column[];
	keyColumnNames?: string[];
}

/** Airports and flights are those of vega-datasets; the others fit the rows of `examples/`. */
const STREAMS: WantedStream[] = [
	{
		name: 'Airports',
		updateMethod: 'REPLACE',
		columns: [
			{ name: 'iata', type: 'STRING' },
			{ name: 'name', type: 'STRING' },
			{ name: 'city', type: 'STRING' },
			{ name: 'state', type: 'STRING' },
			{ name: 'country', type: 'STRING' },
			{ name: 'latitude', type: 'DOUBLE' },
			{ name: 'longitude', type: 'DOUBLE' },
		],
	},
	{
		name: 'Flights (demo)',
		updateMethod: 'REPLACE',
		columns: [
			{ name: 'date', type: 'DATETIME' },
			{ name: 'delay', type: 'LONG' },
			{ name: 'distance', type: 'LONG' },
			{ name: 'origin', type: 'STRING' },
			{ name: 'destination', type: 'STRING' },
		],
	},
	{
		name: 'People (demo)',
		updateMethod: 'APPEND',
		columns: [
			{ name: 'id', type: 'LONG' },
			{ name: 'name', type: 'STRING' },
			{ name: 'born', type: 'DATE' },
		],
	},
	{
		name: 'Orders (demo)',
		updateMethod: 'APPEND',
		columns: [
			{ name: 'id', type: 'LONG' },
			{ name: 'customer', type: 'STRING' },
			{ name: 'amount', type: 'DECIMAL' },
			{ name: 'updated_at', type: 'DATETIME' },
		],
	},
	{
		name: 'Products (demo)',
		updateMethod: 'REPLACE',
		columns: [
			{ name: 'sku', type: 'STRING' },
			{ name: 'name', type: 'STRING' },
			{ name: 'price', type: 'DECIMAL' },
			{ name: 'discontinued', type: 'DATE' },
		],
	},
	{
		name: 'Customers (demo)',
		updateMethod: 'APPEND',
		keyColumnNames: ['customer_id'],
		columns: [
			{ name: 'customer_id', type: 'LONG' },
			{ name: 'name', type: 'STRING' },
			{ name: 'city', type: 'STRING' },
			{ name: 'changed_at', type: 'DATETIME' },
		],
	},
];

/** A few empty Streams to try things on, for `npm run sandbox`, the editor and its tests. */
export async function createDemoStreams(sandbox: Sandbox): Promise<DemoStream[]> {
	const made: DemoStream[] = [];
	for (const wanted of STREAMS) {
		const { name, updateMethod } = wanted;
		made.push({ name, updateMethod, ...(await sandbox.createStream(wanted)) });
	}
	return made;
}
