/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { DemoStream } from '../sandbox/demoStreams';
import { readExample } from './exampleRunner';
import type { N8nApi } from './n8nApi';
import { repository } from './packedPackage';

/** By example, the sandbox's Stream that has the columns of its rows. */
const FITTING_STREAMS: Record<string, string> = {
	'upload-in-parallel': 'People (demo)',
	// These read what the one above has loaded.
	'export-to-spreadsheet': 'People (demo)',
	'trigger-to-export': 'People (demo)',
	'resume-an-upload': 'Flights (demo)',
	'incremental-load': 'Orders (demo)',
	'postgres-pages': 'Orders (demo)',
	'fan-out': 'Orders (demo)',
	'checks-before-commit': 'Products (demo)',
	'nightly-replace': 'Products (demo)',
	upsert: 'Customers (demo)',
};

/**
 * Imports each workflow of `examples/` with this credential; a Stream or DataSet that an example leaves open is chosen
 * from the sandbox's.
 *
 * @returns their names with their files
 */
export async function importExamples(
	api: N8nApi,
	credential: { id: string; name: string },
	streams: DemoStream[],
): Promise<string[]> {
	const names: string[] = [];
	const files = (await readdir(join(repository, 'examples'))).filter((file) => file.endsWith('.json')).sort();
	for (const file of files.map((each) => each.slice(0, -'.json'.length))) {
		const workflow = await readExample(file);
		const stream = streams.find(({ name }) => name === FITTING_STREAMS[file]);
		for (const node of workflow.nodes) {
			if (!node.type.startsWith('n8n-nodes-domo.')) continue;
			node.credentials = { domoOAuth2Api: credential };
			if (stream === undefined) continue;
			for (const [field, value] of [
				['streamId', String(stream.streamId)],
				['dataSetId', stream.dataSetId],
			]) {
				const locator = node.parameters[field] as { value: string; cachedResultName?: string } | undefined;
				if (locator?.value === '') Object.assign(locator, { value, cachedResultName: stream.name });
			}
		}
		await api.createWorkflow(workflow);
		names.push(`${workflow.name} (examples/${file}.json)`);
	}
	return names;
}
