import { unsettledHint } from '../../transfer/execution/commit';

const waiting = { waitForCompletion: true, waitTimeoutMs: 1_200_000 };

it.each([
	[{ ending: 'running', state: 'INDEXING' }, waiting, 'committed, but it was still INDEXING after 1200 s. '],
	[
		{ ending: 'running', state: 'ACTIVE', reason: 'the run was stopped' },
		waiting,
		'committed, but the run was stopped while Domo was indexing it. ',
	],
	[
		{ ending: 'running', reason: 'the run was stopped' },
		waiting,
		'committed, but the run was stopped while Domo was indexing it. ',
	],
	[{ ending: 'running', state: 'ACTIVE' }, { ...waiting, waitForCompletion: false }, 'Domo is indexing it.'],
	[{ ending: 'unknown', reason: 'why' }, waiting, 'whether it took effect is not known (why)'],
] as const)('%j', (outcome, options, said) => {
	const hint = unsettledHint(7, { commits: 1, ...outcome }, options);
	expect(hint).toContain(said);
	expect(hint.includes('1200 s')).toBe(!('reason' in outcome) && options.waitForCompletion);
});
