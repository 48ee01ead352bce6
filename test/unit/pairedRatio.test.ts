import { pairedRatio } from '../../bench/paired';

const outcome = (name: string, times: number[]) => ({ name, samples: times.map((ms) => ({ ms })) });

describe('the ratio of two variants, pair by pair', () => {
	it('has the median of the ratios, and the ranks of the sign test as its interval', () => {
		const others = Array.from({ length: 20 }, (_, round) => 100 + round);
		const own = others.map((ms, round) => ms / ((round + 1) / 10));
		const ratio = pairedRatio([outcome('a', own), outcome('b', others)], 'a', 'b')!;
		expect(ratio.median).toBeCloseTo(1.05);
		// 20 pairs: the 6th and the 15th, as the tables of the sign test have it.
		expect(ratio.low).toBeCloseTo(0.6);
		expect(ratio.high).toBeCloseTo(1.5);
	});

	it('is not given for too few pairs', () => {
		expect(pairedRatio([outcome('a', [1, 2, 3]), outcome('b', [1, 2, 3])], 'a', 'b')).toBeUndefined();
	});
});
