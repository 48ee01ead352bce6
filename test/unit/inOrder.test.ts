/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import { inOrder } from '../../nodes/DomoStream/targets/inOrder';

/** A promise that is settled from outside. */
function held() {
	let letGo: () => void = () => undefined;
	let fail: (error: Error) => void = () => undefined;
	const promise = new Promise<void>((resolve, reject) => {
		letGo = resolve;
		fail = reject;
	});
	return { promise, letGo, fail };
}

/** Lets all that can go on do so. */
const settled = async () => await new Promise((resolve) => setImmediate(resolve));

/** Work of four pieces, which pass on where they are told to. */
function work(atOnce: number, passesOn: boolean, isOver = () => false) {
	const pieces = [held(), held(), held(), held()];
	const begun: number[] = [];
	const done = inOrder(
		pieces,
		atOnce,
		async (piece, position, passOn) => {
			begun.push(position);
			if (passesOn) passOn();
			await piece.promise;
		},
		isOver,
	);
	return { pieces, begun, done };
}

it('begins the next one only when the one before has ended or passed on', async () => {
	const { pieces, begun, done } = work(4, false);
	await settled();
	expect(begun).toEqual([0]);
	pieces[0].letGo();
	await settled();
	expect(begun).toEqual([0, 1]);
	pieces.forEach(({ letGo }) => letGo());
	await done;
	expect(begun).toEqual([0, 1, 2, 3]);
});

it('has as many under way as it may, whichever ends first', async () => {
	const { pieces, begun, done } = work(2, true);
	await settled();
	expect(begun).toEqual([0, 1]);
	pieces[1].letGo();
	await settled();
	expect(begun).toEqual([0, 1, 2]);
	pieces.forEach(({ letGo }) => letGo());
	await done;
});

it('begins no other once it is over, and waits for those under way', async () => {
	let isOver = false;
	const { pieces, begun, done } = work(2, true, () => isOver);
	let isDone = false;
	void done.then(() => (isDone = true));
	await settled();
	isOver = true;
	pieces[0].letGo();
	await settled();
	expect([begun, isDone]).toEqual([[0, 1], false]);
	pieces[1].letGo();
	await done;
	expect(begun).toEqual([0, 1]);
});

it('throws the first error once all that began has ended', async () => {
	const { pieces, begun, done } = work(2, true);
	let thrown: unknown;
	void done.catch((error: unknown) => (thrown = error));
	await settled();
	pieces[1].fail(new Error('first'));
	await settled();
	expect(thrown).toBeUndefined();
	pieces[0].fail(new Error('second'));
	await settled();
	expect(thrown).toEqual(new Error('first'));
	expect(begun).toEqual([0, 1]);
});
