import fc from 'fast-check';

import { runs } from '../support/runs';
import { runScenario, scenarioArbitrary, type Ending } from '../support/uploadScenario';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

const RUNS = runs(100, 500);

shortWaits({ recommitAfterMs: 200, verifyTimeoutMs: 100 });
const sandbox = useSandbox({ indexingMs: 5 });

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
