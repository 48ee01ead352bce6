import { CompressionChoice } from '../../transfer/compression';

const MB = 1_000_000;

it.each(['gzip', 'gzipContentType', 'none'] as const)('%s stays what was chosen, whatever is measured', (compression) => {
	const choice = new CompressionChoice(compression, () => 0);
	choice.measured({ encoding: 'gzip', rawBytes: 32 * MB, sentBytes: 8 * MB, gzipMs: 10_000, sendMs: 1, latencyMs: 0 });
	expect(choice.next()).toEqual({ encoding: compression });
});

describe('auto', () => {
	const auto = (...parts: Array<Parameters<CompressionChoice['measured']>[0]>) => {
		const choice = new CompressionChoice('auto', () => 0);
		for (const part of parts) choice.measured(part);
		return choice.next().encoding;
	};
	const gzipped = (sendMs: number, latencyMs = 0) => ({ encoding: 'gzip' as const, rawBytes: 32 * MB, sentBytes: 8 * MB, gzipMs: 900, sendMs, latencyMs });

	it('begins with gzip, in small parts where Domo is near', () => {
		expect(new CompressionChoice('auto', () => 5).next()).toEqual({ encoding: 'gzip', mostBytes: MB });
		expect(new CompressionChoice('auto', () => 300).next()).toEqual({ encoding: 'gzip' });
	});

	it('stays with gzip on a slow line', () => {
		// 8 MB in 8 s is 1 MB/s: plain would take 32 s, gzip takes 8.9 s.
		expect(auto(gzipped(8_000))).toBe('gzip');
	});

	it('goes plain on a line faster than gzip', () => {
		// 8 MB in 80 ms is 100 MB/s: plain would take 0.32 s, gzip takes 0.98 s.
		expect(auto(gzipped(80))).toBe('none');
	});

	it('goes plain on a fast line to a distant Domo: every request takes its time there, whatever its size', () => {
		// 3 s until any answer, and 0.08 s for 8 MB: plain would take 3.32 s, gzip takes 3.98 s.
		expect(auto(gzipped(3_080, 3_000))).toBe('none');
		expect(auto(gzipped(3_080))).toBe('gzip');
	});

	it('stays with gzip on a slow line to a distant Domo', () => {
		expect(auto(gzipped(11_000, 3_000))).toBe('gzip');
	});

	it('comes back to gzip after one plain part where Domo was slow to answer small requests', () => {
		// Seemingly a fast line: the part took no longer than a small request. The plain one shows 4 MB/s.
		const plain = { encoding: 'none' as const, rawBytes: 32 * MB, sentBytes: 32 * MB, gzipMs: 0, sendMs: 8_000, latencyMs: 2_000 };
		expect(auto(gzipped(2_000, 2_000))).toBe('none');
		expect(auto(gzipped(2_000, 2_000), plain)).toBe('gzip');
	});

	it('comes back to gzip when the line slows down', () => {
		const plain = { encoding: 'none' as const, rawBytes: 32 * MB, sentBytes: 32 * MB, gzipMs: 0, sendMs: 32_000, latencyMs: 0 };
		expect(auto(gzipped(80), plain, plain, plain)).toBe('gzip');
	});
});
