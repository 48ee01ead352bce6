import { KernelModule } from '../../transfer/kernelModule';

/** A module without anything in it. */
const EMPTY = 'AGFzbQEAAAA=';

let made = 0;
let failures = 0;
let nowMs = 0;
beforeEach(() => {
	made = failures = nowMs = 0;
	const { Instance } = WebAssembly;
	jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
	jest.spyOn(WebAssembly, 'Instance').mockImplementation((module) => {
		made++;
		if (failures-- > 0) throw new RangeError('WebAssembly.Instance(): Out of memory');
		return new Instance(module);
	});
});
afterEach(() => jest.restoreAllMocks());

it('a kernel that was given back is the next one', () => {
	const module = new KernelModule<object>(EMPTY, 1);
	const [first, second] = [module.take()!, module.take()!];
	expect(second).not.toBe(first);
	module.giveBack(first);
	// One is kept, no more.
	module.giveBack(second);
	expect(module.take()).toBe(first);
	expect(module.take()).not.toBe(second);
	expect(made).toBe(3);
});

it('where there is no memory, it is not tried again for a minute', () => {
	const module = new KernelModule<object>(EMPTY, 1);
	failures = 1;
	expect(module.take()).toBeUndefined();
	nowMs = 59_999;
	expect(module.take()).toBeUndefined();
	expect(made).toBe(1);
	nowMs = 60_000;
	expect(module.take()).toBeDefined();
});

it('idle kernels of others make room first', () => {
	const other = new KernelModule<object>(EMPTY, 1);
	const idle = other.take()!;
	other.giveBack(idle);
	failures = 1;
	expect(new KernelModule<object>(EMPTY, 1).take()).toBeDefined();
	expect(other.take()).not.toBe(idle);
});
