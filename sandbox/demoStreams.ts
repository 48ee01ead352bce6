import type { Column } from '../domo/types';
import type { Sandbox } from './index';

export interface DemoStream {
	name: string;
	updateMethod: 'APPEND' | 'REPLACE';
	streamId: number;
	dataSetId: string;
}

const STREAMS: Array<{ name: string; updateMethod: 'APPEND' | 'REPLACE'; columns: Column[] }> = [
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
