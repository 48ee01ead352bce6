/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/** What a long run shows on a terminal, and where there is none. */
import { PassThrough } from 'node:stream';

import { ProgressBar, watchProgress, type Look, type Output } from '../../scripts/progressBar';

let atMs = 0;
beforeEach(() => (atMs = 0));

/** Keeps what is written; cli-progress moves the cursor with escapes, which are left out. */
function output(isTTY: boolean): { stream: Output; lines: () => string[] } {
	const stream = Object.assign(new PassThrough(), { isTTY, columns: 120 });
	let text = '';
	stream.on('data', (chunk: Buffer) => (text += String(chunk)));
	// eslint-disable-next-line no-control-regex
	const plain = () => text.replace(/\u001b(?:[78]|\[[?\d]*[A-Za-z])/g, '\r');
	const lines = () =>
		plain()
			.split(/[\r\n]+/)
			.filter((line) => line !== '');
	return { stream: stream as unknown as Output, lines };
}

const look = (value: number, total = 4): Look => ({
	value,
	total,
	phase: 'Checks',
	detail: `${value} of ${total}`,
});

it('on a terminal, draws a bar below the lines', () => {
	const { stream, lines } = output(true);
	const bar = new ProgressBar(stream, () => atMs);
	bar.show(look(1));
	bar.say('one is done');
	bar.show(look(2));
	bar.end();
	bar.say('all are done');
	expect(lines()[0]).toMatch(/^Checks \[=+-+\] 25% 1 of 4$/);
	const said = lines().indexOf('one is done');
	expect(lines()[said + 1]).toMatch(/25% 1 of 4$/);
	expect(lines().join('\n')).toMatch(/50% 2 of 4/);
	expect(lines().at(-1)).toBe('all are done');
});

it('elsewhere, writes the lines as they are, and how far it is every half a minute', () => {
	const { stream, lines } = output(false);
	const bar = new ProgressBar(stream, () => atMs);
	for (const second of [1, 29, 30, 31, 59, 61]) {
		atMs = second * 1_000;
		bar.say(`second ${second}`);
		bar.show(second < 60 ? look(1) : { value: 5, total: 0, phase: 'Starting n8n', detail: '' });
	}
	bar.end();
	expect(lines()).toEqual([
		'second 1',
		'second 29',
		'second 30',
		'Checks 25% 1 of 4',
		'second 31',
		'second 59',
		'second 61',
		'Starting n8n',
	]);
});

describe('looking', () => {
	beforeEach(() => jest.useFakeTimers());
	afterEach(() => jest.useRealTimers());

	it('goes on until it is ended, also after a look that fails', async () => {
		const { stream, lines } = output(true);
		let looks = 0;
		const end = watchProgress(
			new ProgressBar(stream, () => atMs),
			async () => {
				if (++looks === 1) throw new Error('not yet');
				return look(looks);
			},
			100,
		);
		await jest.advanceTimersByTimeAsync(350);
		end();
		await jest.advanceTimersByTimeAsync(1_000);
		expect(looks).toBe(3);
		expect(lines().join(' ')).toMatch(/50% 2 of 4.*75% 3 of 4/);
		expect(jest.getTimerCount()).toBe(0);
	});
});
