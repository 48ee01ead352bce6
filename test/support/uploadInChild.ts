/* eslint-disable @n8n/community-nodes/no-restricted-globals */
/** A process that runs one Upload in Parallel in n8n's engine, to be killed. Arguments: the run as JSON. */
import type { IDataObject } from 'n8n-workflow';

import { credentialsFor, itemsOf, runNode } from './engine';
import { parameters } from './uploads';

export interface ChildRun {
	server: { url: string; clientId: string; clientSecret: string };
	streamId: number;
	rows: IDataObject[];
	options: IDataObject;
}

const { server, streamId, rows, options } = JSON.parse(process.argv[2]) as ChildRun;
void runNode('domoStream', parameters(streamId, options), credentialsFor(server), itemsOf(rows));
