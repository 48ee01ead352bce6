import { MemoryBudget } from '../../transfer/parts/memoryBudget';

const never = new AbortController().signal;
/** Whether a promise is settled once everything that could settle it has run. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
	let settled = false;
	void promise.then(
		() => (settled = true),
		() => (settled = true),
	);
	for (let turns = 0; turns < 20; turns++) await Promise.resolve();
	return settled;
}

it('gives shares until the budget is used up, and again when one is released', async () => {
	const budget = new MemoryBudget(100);
	const first = await budget.reserve(60, never);
	const second = budget.reserve(60, never);
	expect(await isSettled(second)).toBe(false);
	first.release();
	await second;
	expect(budget.peakBytes).toBe(60);
});

it('gives what a share shrinks by to the next', async () => {
	const budget = new MemoryBudget(100);
	const first = await budget.reserve(90, never);
	const second = budget.reserve(50, never);
	first.shrinkTo(51);
	expect(await isSettled(second)).toBe(false);
	first.shrinkTo(50);
	await second;
	expect(budget.peakBytes).toBe(100);
});

it('never lets a share grow, and releases it once however often it is told', async () => {
	const budget = new MemoryBudget(100);
	const first = await budget.reserve(40, never);
	first.shrinkTo(90);
	first.release();
	first.release();
	await budget.reserve(100, never);
	expect(budget.peakBytes).toBe(100);
});

it('takes more than all as all, so that one part always fits', async () => {
	await expect(isSettled(new MemoryBudget(10).reserve(1_000, never))).resolves.toBe(true);
});

it('serves in the order of asking: a small share does not pass a large one for ever', async () => {
	const budget = new MemoryBudget(100);
	const first = await budget.reserve(50, never);
	const large = budget.reserve(100, never);
	const small = budget.reserve(10, never);
	expect(await isSettled(small)).toBe(false);
	first.release();
	(await large).release();
	await small;
});

it('lets go of one who waits when its signal fires, and serves those behind', async () => {
	const budget = new MemoryBudget(100);
	await budget.reserve(60, never);
	const stop = new AbortController();
	const large = budget.reserve(100, stop.signal);
	const small = budget.reserve(10, never);
	stop.abort(new Error('stopped'));
	await expect(large).rejects.toThrow('stopped');
	expect(await isSettled(small)).toBe(true);
});

it('refuses at once under a signal that has fired', async () => {
	await expect(new MemoryBudget(10).reserve(1, AbortSignal.abort(new Error('stopped')))).rejects.toThrow(
		'stopped',
	);
});
