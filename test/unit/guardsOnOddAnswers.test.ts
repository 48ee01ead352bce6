import { readPages } from '../../domo/paging';
import type { Execution } from '../../domo/types';
import { nextCommitAtMs } from '../../transfer/execution/commitSpacing';
import { refuseShrinking } from '../../transfer/upload/shrinkGuard';

describe('guards where Domo answers oddly', () => {
	it.each([null, NaN, -1, undefined])('refuses to shrink a DataSet whose rows are %s', (rowsBefore) => {
		expect(() => refuseShrinking(0, rowsBefore as number, 80)).toThrow('does not say how many rows');
	});

	it.each(['', 'soon'])('takes the next time where an execution ended at "%s"', (endedAt) => {
		const modifiedAt = '2026-01-01T00:00:00Z';
		const execution = { id: 1, currentState: 'SUCCESS', endedAt, modifiedAt } as Execution;
		expect(nextCommitAtMs([execution], 15)).toBe(Date.parse('2026-01-01T00:15:01Z'));
	});

	it('gives no more than the limit where the server ignores it', async () => {
		const entries = Array.from({ length: 9 }, (_, id) => ({ id }));
		expect(await readPages(50, 3, async () => await Promise.resolve(entries))).toEqual(entries.slice(0, 3));
	});
});
