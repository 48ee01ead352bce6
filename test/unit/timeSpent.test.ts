/** Where an upload's time went, by a clock that only the tests move. */
import { TimeSpent } from '../../transfer/parts/timeSpent';

let atMs = 0;
const spent = () => {
	atMs = 1_000;
	return new TimeSpent(() => atMs);
};
const waits = (time: TimeSpent) => ({
	cpu: time.waitedMs('cpu'),
	line: time.waitedMs('line'),
	otherExecution: time.waitedMs('otherExecution'),
	commitTime: time.waitedMs('commitTime'),
	indexing: time.waitedMs('indexing'),
});
const NONE = { cpu: 0, line: 0, otherExecution: 0, commitTime: 0, indexing: 0 };

it('is counted while only one kind of work is under way', () => {
	const time = spent();
	const endReading = time.begin('cpu');
	atMs += 30;
	const endSending = time.begin('line');
	atMs += 500;
	endReading();
	atMs += 200;
	endSending();
	atMs += 10_000;
	expect(waits(time)).toEqual({ ...NONE, cpu: 30, line: 200 });
});

it('of several of a kind, counts once, and until the last has ended', () => {
	const time = spent();
	const ends = [time.begin('line'), time.begin('line'), time.begin('line')];
	for (const end of ends) {
		atMs += 100;
		end();
	}
	atMs += 100;
	expect(waits(time)).toEqual({ ...NONE, line: 300 });
});

it('is not the line’s while parts and all wait for another execution', () => {
	const time = spent();
	const endSending = time.begin('line');
	atMs += 10;
	const endWaiting = time.begin('otherExecution');
	atMs += 4_000;
	const endReading = time.begin('cpu');
	atMs += 30;
	endReading();
	endWaiting();
	atMs += 200;
	endSending();
	expect(waits(time)).toEqual({ ...NONE, line: 210, otherExecution: 4_000 });
});

it('ends with the work, whatever became of it, and counts what is under way', async () => {
	const time = spent();
	const failing = time.during('indexing', async () => {
		atMs += 40;
		expect(time.waitedMs('indexing')).toBe(40);
		throw new Error('refused');
	});
	await expect(failing).rejects.toThrow('refused');
	atMs += 1_000;
	expect(waits(time)).toEqual({ ...NONE, indexing: 40 });
});

it('is told in whole milliseconds, and their sum is not rounded twice', () => {
	const time = spent();
	for (let i = 0; i < 1_000; i++) {
		const end = time.begin('cpu');
		atMs += 0.25;
		end();
	}
	expect(waits(time)).toEqual({ ...NONE, cpu: 250 });
});
