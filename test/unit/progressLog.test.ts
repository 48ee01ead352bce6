/** Lines of progress in the log, by a clock that only the tests move. */
import { noTotals } from '../../transfer/parts/sendParts';
import { ProgressLog, progressLine, type Progress } from '../../transfer/upload/progressLog';

const progress = (more: Partial<Progress> = {}, sent: Partial<Progress['sent']> = {}): Progress => ({
	streamId: 42,
	sent: {
		...noTotals(),
		rows: 1_200_000,
		parts: 12,
		csvBytes: 105_800_000,
		sentBytes: 24_600_000,
		...sent,
	},
	cutBytes: 150_000_000,
	source: {},
	...more,
});

it('says rows, parts, bytes and the rate', () => {
	expect(progressLine(progress(), 7_000)).toBe(
		'Stream 42: 1,200,000 rows in 12 parts, 105.8 MB of CSV (24.6 MB sent), 15.1 MB/s.',
	);
	expect(progressLine(progress({}, { rows: 1, parts: 1, csvBytes: 900, sentBytes: 90 }), 0)).toBe(
		'Stream 42: 1 row in 1 part, 900 bytes of CSV (90 bytes sent), 900.0 kB/s.',
	);
});

it('of items, says how long it will still take, by the rows that are in', () => {
	const line = progressLine(progress({ source: { rowCount: 1_600_000 } }), 30_000);
	expect(line).toMatch(/3\.5 MB\/s; about 75 %, 10 s to go\.$/);
});

it('of files, by the bytes that were read, less those that are on their way', () => {
	// Half was read, and half of that is in.
	const halfWay = progress({ cutBytes: 211_600_000, source: { shareDrawn: 0.5 } });
	expect(progressLine(halfWay, 60_000)).toMatch(/; about 25 %, 3 min to go\.$/);
	expect(progressLine(halfWay, 3_600_000)).toMatch(/; about 25 %, 3\.0 h to go\.$/);
});

it('of a resume, by what this run has sent, and not before it has', () => {
	const earlier = { rows: 800_000, csvBytes: 80_000_000 };
	const sent = { rows: 900_000, csvBytes: 90_000_000, earlier };
	const source = { rowCount: 1_000_000 };
	expect(progressLine(progress({ source }, sent), 10_000)).toMatch(/1\.0 MB\/s; about 90 %, 10 s to go\.$/);
	const none = { rows: 800_000, csvBytes: 80_000_000, earlier };
	expect(progressLine(progress({ source }, none), 10_000)).toMatch(/0 bytes\/s; about 80 %\.$/);
});

it.each([
	['the size of the input is not known', progress({ source: { shareDrawn: undefined } })],
	['nothing was read', progress({ source: { shareDrawn: 0 } })],
	['no row is in', progress({ source: { rowCount: 10 } }, { rows: 0 })],
])('estimates nothing where %s', (_, each) => {
	expect(progressLine(each, 5_000)).not.toMatch(/to go|%/);
});

it('comes at most every few seconds, and only as parts arrive', () => {
	let atMs = 100;
	const lines: string[] = [];
	const log = new ProgressLog(
		(line) => lines.push(line),
		5_000,
		() => atMs,
	);
	const saidAt: number[] = [];
	for (const at of [1_000, 4_999, 5_100, 5_200, 10_000, 10_100, 60_000, 60_001]) {
		atMs = at;
		log.landed(progress());
		if (lines.length > saidAt.length) saidAt.push(at);
	}
	expect(saidAt).toEqual([5_100, 10_100, 60_000]);
	expect(lines).toHaveLength(3);
});
