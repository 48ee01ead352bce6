/** All of Jest's fake timers but the date. */
const REAL = [
	'clearImmediate',
	'clearInterval',
	'clearTimeout',
	'hrtime',
	'nextTick',
	'performance',
	'queueMicrotask',
	'setImmediate',
	'setInterval',
	'setTimeout',
] as const;

/**
 * Lets a test set the date alone: Domo's times count in seconds, and nobody wants to wait for them. `jest.useRealTimers`
 * ends it.
 *
 * @param now the date to begin with; today's where there is none
 */
export function useFakeDate(now?: number | Date): void {
	jest.useFakeTimers({ doNotFake: [...REAL], ...(now === undefined ? {} : { now }) });
}
