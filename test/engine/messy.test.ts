/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
/** Rows and files as people have them, each through n8n's engine: see test/messy/README.md. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { exactNumber, holds, missingWords, runMessyCase, type MessyCase } from '../support/messyCase';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

const FOLDER = join(__dirname, '../messy');
const cases = readdirSync(FOLDER)
	.filter((name) => name.endsWith('.json'))
	.sort()
	.map((name) => [name, JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as MessyCase] as const);

shortWaits();
const sandbox = useSandbox({ indexingMs: 1 });

const NUMBERS = new Set(['LONG', 'DECIMAL', 'DOUBLE']);

it.each(cases)('%s', async (_name, messy) => {
	const { want } = messy;
	const dataSetsBefore = sandbox.dataSetNames();
	const outcome = await runMessyCase(sandbox, messy);
	if (want.refused) {
		const refusal = outcome.refusal ?? 'it was not refused';
		expect({ refusal, missing: missingWords(refusal, want.refused) }).toEqual({ refusal, missing: [] });
		for (const word of want.notSaid ?? [])
			expect({ refusal, word, said: holds(refusal, word) }).toEqual({ refusal, word, said: false });
		expect(outcome.refusal).not.toContain('HTTP 400');
		expect(outcome.rows ?? []).toEqual([]);
		expect(outcome.earlierRowsAreThere).toBe(true);
		if (messy.columns === null) expect(sandbox.dataSetNames()).toEqual(dataSetsBefore);
		else if (messy.parameters.operation === 'uploadInParallel') {
			expect(outcome.executionStates).toEqual(want.late ? ['ABORTED'] : []);
		}
		return;
	}
	expect(outcome.refusal).toBeUndefined();
	if (want.columns) expect(outcome.columns).toEqual(want.columns);
	const types = (outcome.columns ?? []).map(({ type }) => type);
	const comparable = (rows: ReadonlyArray<ReadonlyArray<string | null>>) =>
		rows.map((row) =>
			row.map((value, column) => (value !== null && NUMBERS.has(types[column]) ? exactNumber(value) : value)),
		);
	if (want.rows) expect(comparable(outcome.rows!)).toEqual(comparable(want.rows));
	if (want.badRows !== undefined) expect(outcome.result.json[0].badRows).toBe(want.badRows);
	if (want.leftOut) {
		const leftOut = (outcome.result.outputs[1] ?? []).map(({ json }) => json);
		expect(leftOut).toEqual(
			want.leftOut.map((item) =>
				expect.objectContaining({
					...item,
					reason: expect.any(String) as string,
					row: expect.anything() as unknown,
				}),
			),
		);
	}
	if (want.summary) expect(outcome.result.json[0]).toMatchObject(want.summary);
	if (want.profile) {
		const profile = (outcome.result.outputs.at(-1) ?? []).map(({ json }) => json);
		expect(profile).toMatchObject(want.profile);
	}
	for (const words of want.hints ?? []) {
		const best = outcome.result.hints
			.map((hint) => missingWords(hint, words))
			.sort((a, b) => a.length - b.length)[0];
		expect({ words, hints: outcome.result.hints, missing: best ?? words }).toMatchObject({ missing: [] });
	}
});
