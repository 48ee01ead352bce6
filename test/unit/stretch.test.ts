/* eslint-disable @n8n/community-nodes/no-restricted-globals */
/** A loop's rest, beside others that want the JavaScript thread. */
import { Stretch } from '../../transfer/stretch';

const BUSY_MS = 2;

function work(): void {
	const until = performance.now() + BUSY_MS;
	while (performance.now() < until);
}

/** Others, who work in each turn of the event loop. @param turns how many */
function others(turns: number) {
	const state = { turns: 0, end: () => clearImmediate(next) };
	const turn = () => {
		work();
		if (++state.turns < turns) next = setImmediate(turn);
	};
	let next = setImmediate(turn);
	return state;
}

/** Counts turns of the event loop, and takes no time of them. */
function countTurns() {
	const state = { turns: 0, end: () => clearImmediate(next) };
	const turn = () => {
		state.turns++;
		next = setImmediate(turn);
	};
	let next = setImmediate(turn);
	return state;
}

it('a loop goes on once others have nothing left to do', async () => {
	const { turns } = await rested(5);
	expect(turns).toBe(5);
});

it('others that never come to an end do not keep it from going on', async () => {
	const { turns } = await rested(1_000);
	expect(turns).toBeGreaterThan(1);
	expect(turns).toBeLessThan(20);
});

it('beside others, a loop lets several turns pass, though they do little in each', async () => {
	await rested(3);
	const counter = countTurns();
	await new Stretch().rest();
	counter.end();
	expect(counter.turns).toBeGreaterThanOrEqual(4);
	expect(counter.turns).toBeLessThan(10);
});

it('a loop that is alone takes one turn', async () => {
	// Of a module of its own, as others were here in the tests before.
	const fresh = await loadedAnew();
	const counter = countTurns();
	await new fresh.Stretch().rest();
	counter.end();
	expect(counter.turns).toBeLessThanOrEqual(2);
});

async function loadedAnew(): Promise<typeof import('../../transfer/stretch')> {
	jest.resetModules();
	return await import('../../transfer/stretch');
}

it('what other loops of ours do is not taken for work of others', async () => {
	let slices = 0;
	let isOver = false;
	const neighbour = (async () => {
		const stretch = new Stretch(1);
		while (!isOver) {
			work();
			slices++;
			await stretch.rest();
		}
	})();
	const stretch = new Stretch();
	const rests = 50;
	for (let rest = 0; rest < rests; rest++) await stretch.rest();
	isOver = true;
	await neighbour;
	// Side by side, in turns; one that makes way for the other would see ten slices of it at each rest.
	expect(slices).toBeLessThan(3 * rests);
});

it('a stop ends the rest', async () => {
	const stop = new AbortController();
	const { end } = others(1_000);
	const resting = new Stretch().rest(stop.signal);
	stop.abort(new Error('stopped'));
	await expect(resting).rejects.toThrow('stopped');
	end();
});

/** How many turns others have had by the end of a rest. */
async function rested(turns: number): Promise<{ turns: number }> {
	// As a loop's rests follow one another: what others do comes between two of them.
	await new Stretch().rest();
	const state = others(turns);
	await new Stretch().rest();
	state.end();
	return state;
}

it('a loop within another one: the outer need not rest where the inner has just done so', async () => {
	let nowMs = performance.now();
	const clock = jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
	const [outer, inner] = [new Stretch(), new Stretch()];
	nowMs += 5;
	expect([outer.isLong(), inner.isLong()]).toEqual([true, true]);
	await inner.rest();
	expect([outer.isLong(), inner.isLong()]).toEqual([false, false]);
	nowMs += 5;
	expect([outer.isLong(), inner.isLong()]).toEqual([true, true]);
	clock.mockRestore();
});

it('loops come out of their rests one in a turn, so that others wait for one of them only', async () => {
	const counter = countTurns();
	const turns = await Promise.all(
		Array.from({ length: 3 }, async () => {
			await new Stretch().rest();
			return counter.turns;
		}),
	);
	counter.end();
	expect(new Set(turns).size).toBe(3);
});
