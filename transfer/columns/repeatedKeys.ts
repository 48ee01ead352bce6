/** 'Repeated Keys': what becomes of rows of an upsert that share their key with another row. */
export type RepeatedKeys = 'refuse' | 'keepLast' | 'keepFirst';

/** "2 rows were left out, as …", or null where none was. */
export function repeatedKeysHint(choice: RepeatedKeys, leftOut: number): string | null {
	if (choice === 'refuse' || leftOut === 0) return null;
	const rows = leftOut === 1 ? '1 row was' : `${leftOut.toLocaleString('en-US')} rows were`;
	return choice === 'keepLast'
		? `${rows} left out: a later row has the same key ('Repeated Keys').`
		: `${rows} left out: an earlier row has the same key ('Repeated Keys').`;
}
