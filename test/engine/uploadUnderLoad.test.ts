/**
 * How many parts are on their way at once when Domo is busy. No clock decides: the sandbox holds every part until the
 * test lets it go, and the parts that have come to it are counted.
 */
import { sleep } from 'n8n-workflow';

import { type Fault } from '../../sandbox';
import { itemsOf } from '../support/engine';
import { requestsSince, StreamNode } from '../support/streamNode';
import { asText, COLUMNS, makeRows, upload } from '../support/uploads';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

const WORKERS = 8;
const PARTS = 60;
/** By this part the limit has grown to the user's number again: 4 good answers make it 5, 5 more 6, then 7, then 8. */
const REGROWN_BY = 40;

shortWaits();
const sandbox = useSandbox({ indexingMs: 5 });

class Gate {
	open!: () => void;
	readonly opened = new Promise<void>((resolve) => {
		this.open = resolve;
	});
}

it.each([
	// Halved to 4; of the 7 good answers that follow, the fourth makes it 5.
	{ status: 429, allowed: 5 },
	{ status: 503, allowed: 5 },
	// No sign of too many requests.
	{ status: 500, allowed: WORKERS },
	{ status: 408, allowed: WORKERS },
])(
	'after a $status, $allowed of 8 parts are on their way at once, and later 8 again',
	async ({ status, allowed }) => {
		sandbox.faults.clear();
		const { streamId, dataSetId } = await sandbox.createStream({ name: 'under load', columns: COLUMNS });
		const [refusal, first, second, last] = [new Gate(), new Gate(), new Gate(), new Gate()];
		const held = (part: number, { opened }: Gate): Fault => ({ operation: 'part', part, heldUntil: opened });
		sandbox.faults.add({
			operation: 'part',
			part: 1,
			status,
			retryAfterSeconds: 0,
			heldUntil: refusal.opened,
		});
		for (let part = 1; part <= PARTS; part++) {
			sandbox.faults.add(held(part, part < WORKERS ? first : part < REGROWN_BY ? second : last));
		}
		const from = sandbox.log.length;
		const come = () => requestsSince(sandbox, from, 'part');
		const untilCome = async (count: number) => {
			while (come() < count) await sleep(2);
			// Whatever else was to be sent has been sent by now: whole nodes have run and been answered meanwhile.
			const node = new StreamNode(sandbox, 'stream');
			for (let runs = 0; runs < 3; runs++) await node.runWell('get', { streamId });
			expect(come()).toBe(count);
		};

		const rows = makeRows(PARTS);
		const running = upload(sandbox, {
			streamId,
			items: itemsOf(rows),
			options: { rowsPerPart: 1, maxConcurrentUploads: WORKERS },
		});
		await untilCome(WORKERS);
		refusal.open();
		await untilCome(WORKERS + 1);
		// Parts 1 to 7 are answered, part 8 is still held.
		first.open();
		await untilCome(WORKERS + 1 + (allowed - 1));
		second.open();
		await untilCome(REGROWN_BY - 1 + 1 + WORKERS);
		last.open();
		const { summary } = await running;
		expect(summary).toMatchObject({ state: 'SUCCESS', parts: PARTS, retries: 1, verified: true });
		expect(await sandbox.rows(dataSetId)).toEqual(asText(rows));
	},
);
