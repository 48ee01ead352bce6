import { ConcurrencyLimit } from '../../transfer/parts/concurrencyLimit';

/** Enters as often as there is room just now; tells how often that was. */
async function fill(limit: ConcurrencyLimit, tries: number): Promise<number> {
	let entered = 0;
	for (let i = 0; i < tries; i++) void limit.enter().then(() => entered++);
	for (let turns = 0; turns < 50; turns++) await Promise.resolve();
	return entered;
}

it('lets in as many as it may', async () => {
	expect(await fill(new ConcurrencyLimit(3), 5)).toBe(3);
});

it('lets in the next when one leaves', async () => {
	const limit = new ConcurrencyLimit(1);
	await limit.enter();
	const next = limit.enter();
	limit.leave();
	await next;
});

it('is halved when Domo is busy, never below one', async () => {
	const limit = new ConcurrencyLimit(8);
	limit.busy();
	limit.busy();
	expect(await fill(limit, 8)).toBe(2);
	const least = new ConcurrencyLimit(2);
	for (let i = 0; i < 5; i++) least.busy();
	expect(await fill(least, 4)).toBe(1);
});

it("grows by one after as many good answers as it allows, up to the user's number", async () => {
	const limit = new ConcurrencyLimit(4);
	limit.busy();
	limit.good();
	limit.good();
	const entered = fill(limit, 8);
	expect(await entered).toBe(3);
	const full = new ConcurrencyLimit(4);
	full.busy();
	for (let i = 0; i < 50; i++) full.good();
	expect(await fill(full, 8)).toBe(4);
});

it('never lets in more than allowed, nor leaves one waiting, whatever happens', async () => {
	const limit = new ConcurrencyLimit(5);
	let underWay = 0;
	let most = 0;
	let done = 0;
	await Promise.all(
		Array.from({ length: 200 }, async (_, i) => {
			await limit.enter();
			most = Math.max(most, ++underWay);
			await Promise.resolve();
			if (i % 7 === 0) limit.busy();
			else limit.good();
			underWay--;
			limit.leave();
			done++;
		}),
	);
	expect(most).toBeLessThanOrEqual(5);
	expect(done).toBe(200);
});
