import type { Column } from '../domo/types';
import type { Sandbox } from '../sandbox';

export interface DemoStream {
	name: string;
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

/** A few Streams in the sandbox, for the editor and its tests to load into. */
export async function createDemoStreams(sandbox: Sandbox): Promise<DemoStream[]> {
	const made: DemoStream[] = [];
	for (const wanted of STREAMS) made.push({ name: wanted.name, ...(await sandbox.createStream(wanted)) });
	return made;
}
