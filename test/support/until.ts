import { sleep } from 'n8n-workflow';

/** Waits until something is so, and fails where it does not come about. */
export async function until(isSo: () => boolean, withinMs = 60_000): Promise<void> {
	const lastMs = Date.now() + withinMs;
	while (!isSo()) {
		if (Date.now() > lastMs) throw new Error(`not so within ${withinMs} ms: ${isSo.toString()}`);
		await sleep(2);
	}
}
