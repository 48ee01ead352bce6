/** How long the package waits, which is global: changed here and nowhere else in the tests. */
import { RETRY_TIMING } from '../../domo/retry';
import { DEFAULT_TIMING } from '../../transfer/upload/upload';

const TIMINGS = [RETRY_TIMING, DEFAULT_TIMING] as const;

/** Milliseconds by name: those of `RETRY_TIMING` and of `DEFAULT_TIMING`. */
export type Waits = typeof RETRY_TIMING & typeof DEFAULT_TIMING;

/** What no test has time for; `recommitAfterMs` stays as it is, unless the test is about it. */
const SHORT: Partial<Waits> = { basePauseMs: 1, pollMs: 5, verifyTimeoutMs: 200, stopGraceMs: 2_000 };

/** Changes waits: until the next test where `shortWaits` is in use, else until the end of the process. */
export function setWaits(waits: Partial<Waits>): void {
	for (const [name, milliseconds] of Object.entries(waits)) {
		const timing = TIMINGS.find((candidate) => Object.hasOwn(candidate, name));
		if (!timing) throw new Error(`no wait is called ${name}`);
		Object.assign(timing, { [name]: milliseconds });
	}
}

/** The waits as they are now. */
export const currentWaits = (): Waits => Object.assign({}, ...TIMINGS) as Waits;

/**
 * Short waits for all tests of a file, or of the `describe` that calls it. Each test begins with them, whatever the one
 * before has set; afterwards they are as before.
 *
 * @param waits what is to differ from the usual short waits
 */
export function shortWaits(waits: Partial<Waits> = {}): void {
	let before: Waits;
	const shorten = () => setWaits({ ...before, ...SHORT, ...waits });
	beforeAll(() => {
		before = currentWaits();
		shorten();
	});
	beforeEach(shorten);
	afterAll(() => setWaits(before));
}
