/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
/**
 * `npm run soak -- --minutes 10`: random uploads under random faults until the time is up; ends with 1 at the first row
 * that is lost, doubled or half-landed, or execution that is left open unsaid, and prints what to run to see it again.
 */
import { parseArgs } from 'node:util';

import fc from 'fast-check';

import { startSandbox } from '../../sandbox';
import { setWaits } from '../support/waits';
import { runScenario, scenarioArbitrary, type Ending } from '../support/uploadScenario';

const RUNS_PER_ROUND = 50;

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } },
	});
	const minutes = Number(values.minutes);
	if (!(minutes > 0)) throw new Error('--minutes must be a number above 0');
	const untilMs = Date.now() + minutes * 60_000;
	let seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
	setWaits({ pollMs: 10, recommitAfterMs: 200, verifyTimeoutMs: 100 });
	const endings: Record<Ending, number> = { landed: 0, nothing: 0, unknown: 0 };
	let uploads = 0;
	while (Date.now() < untilMs) {
		// A sandbox per round: what it keeps of earlier rounds would slow it down.
		const sandbox = await startSandbox({ indexingMs: 5 });
		const details = await fc.check(
			fc.asyncProperty(scenarioArbitrary, async (scenario) => {
				endings[await runScenario(sandbox, scenario)]++;
				uploads++;
			}),
			{
				numRuns: RUNS_PER_ROUND,
				seed,
				endOnFailure: true,
				interruptAfterTimeLimit: Math.max(1, untilMs - Date.now()),
			},
		);
		await sandbox.close();
		if (details.failed && details.counterexample !== null) {
			process.stderr.write(
				`LOSS with --seed ${seed}: ${String(details.errorInstance)}\n${fc.stringify(details.counterexample)}\n`,
			);
			process.exit(1);
		}
		process.stdout.write(
			`${uploads} uploads: ${endings.landed} landed, ${endings.nothing} did not happen, ${endings.unknown} unknown; 0 losses\n`,
		);
		seed++;
	}
	process.stdout.write(`${uploads} passed, 0 failed\n`);
	process.exit(0);
}

void main();
