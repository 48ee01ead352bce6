import fc from 'fast-check';

import { RETRY_TIMING } from '../../domo/retry';
import { startSandbox, type Sandbox } from '../../sandbox';
import { DEFAULT_TIMING } from '../../transfer/upload';
import { runScenario, scenarioArbitrary, type Ending } from '../support/uploadScenario';

const RUNS = 500;

let sandbox: Sandbox;
const timings = { retry: { ...RETRY_TIMING }, upload: { ...DEFAULT_TIMING } };
beforeAll(async () => {
	Object.assign(DEFAULT_TIMING, { pollMs: 10, recommitAfterMs: 200, verifyTimeoutMs: 100 });
	sandbox = await startSandbox({ indexingMs: 5 });
});
afterAll(async () => {
	Object.assign(RETRY_TIMING, timings.retry);
	Object.assign(DEFAULT_TIMING, timings.upload);
	await sandbox.close();
});

it(`${RUNS} random uploads under random faults land whole, or not at all, or say that they don't know`, async () => {
	const endings: Record<Ending, number> = { landed: 0, nothing: 0, unknown: 0 };
	await fc.assert(
		fc.asyncProperty(scenarioArbitrary, async (scenario) => {
			endings[await runScenario(sandbox, scenario)]++;
		}),
		{ numRuns: RUNS, endOnFailure: true },
	);
	// A drawing that only ever failed, or never did, would prove little.
	expect(endings.landed).toBeGreaterThan(RUNS / 4);
	expect(endings.nothing).toBeGreaterThan(RUNS / 20);
}, 1_800_000);
