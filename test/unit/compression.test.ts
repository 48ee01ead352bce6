import { CompressionChoice } from '../../transfer/compression';

const MB = 1_000_000;

it.each(['gzip', 'gzipContentType', 'none'] as const)('%s stays what was chosen, whatever is measured', (compression) => {
	const choice = new CompressionChoice(compression);
	choice.measured({ encoding: 'gzip', rawBytes: 32 * MB, sentBytes: 8 * MB, gzipMs: 10_000, sendMs: 1 });
	expect(choice.next()).toBe(compression);
});

describe('auto', () => {
	const auto = (...parts: Array<Parameters<CompressionChoice['measured']>[0]>) => {
		const choice = new CompressionChoice('auto');
		for (const part of parts) choice.measured(part);
		return choice.next();
	};
	const gzipped = (sendMs: number) => ({ encoding: 'gzip' as const, rawBytes: 32 * MB, sentBytes: 8 * MB, gzipMs: 900, sendMs });

	it('begins with gzip', () => {
		expect(auto()).toBe('gzip');
	});

	it('stays with gzip on a slow line', () => {
		// 8 MB in 8 s is 1 MB/s: plain would take 32 s, gzip takes 8.9 s.
		expect(auto(gzipped(8_000))).toBe('gzip');
	});

	it('goes plain on a line faster than gzip', () => {
		// 8 MB in 80 ms is 100 MB/s: plain would take 0.32 s, gzip takes 0.98 s.
		expect(auto(gzipped(80))).toBe('none');
	});

	it('comes back to gzip when the line slows down', () => {
		const plain = { encoding: 'none' as const, rawBytes: 32 * MB, sentBytes: 32 * MB, gzipMs: 0, sendMs: 32_000 };
		expect(auto(gzipped(80), plain, plain, plain)).toBe('gzip');
	});
});
