import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox';

/**
 * A sandbox for all tests of a file, or of the `describe` that calls it; closed behind them, also where they fail.
 *
 * @param options as `startSandbox` takes them
 * @param lifetime `test` gives each test a sandbox of its own
 * @returns the sandbox: empty until the first hook has run, so read it in hooks and tests only
 */
export function useSandbox(options: SandboxOptions = {}, lifetime: 'all' | 'test' = 'all'): Sandbox {
	const sandbox = {} as Sandbox;
	let started: Sandbox | undefined;
	const [before, after] = lifetime === 'all' ? [beforeAll, afterAll] : [beforeEach, afterEach];
	before(async () => {
		started = await startSandbox(options);
		for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(started)))
			Object.defineProperty(sandbox, name, { ...property, configurable: true });
	});
	after(async () => {
		const closing = started;
		started = undefined;
		await closing?.close();
	});
	return sandbox;
}

/** A sandbox for one piece of work, closed behind it, also where it fails. */
export async function withSandbox<T>(
	options: SandboxOptions,
	work: (sandbox: Sandbox) => Promise<T>,
): Promise<T> {
	const sandbox = await startSandbox(options);
	try {
		return await work(sandbox);
	} finally {
		await sandbox.close();
	}
}
