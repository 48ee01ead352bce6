/* eslint-disable @n8n/community-nodes/no-restricted-globals */
/** How each part is sent, by what is the brake: a simulated upload with a clock of its own, a line and two processors. */
import { CompressionChoice, type Compression, type GzipLevel } from '../../transfer/parts/compression';

const MB = 1_000_000;

/** A world in which time passes only as things are done: workers cut, gzip and send, as PartSender has them do. */
interface World {
	/** Of the line, all parts together. */
	lineBytesPerMs: number;
	latencyMs?: number;
	/** Processors besides the one of the JavaScript thread. */
	idleCores?: number;
	/** What the JavaScript thread needs for anything but gzip, per raw byte. */
	cutMsPerByte?: number;
	workers?: number;
	/** How many times as long gzip takes, as on a busy machine. */
	slowness?: number;
}

/** Raw bytes per millisecond on one processor, and how much is left of them. */
const GZIP: Record<GzipLevel, { bytesPerMs: number; ratio: number }> = {
	fast: { bytesPerMs: 150_000, ratio: 0.24 },
	dense: { bytesPerMs: 40_000, ratio: 0.23 },
};
const PART_BYTES = 10 * MB;

interface Job {
	left: number;
	done: () => void;
}

class Simulation {
	nowMs = 0;
	readonly sent: Array<{ kind: GzipLevel | 'plain'; atMs: number; rawBytes: number }> = [];
	/** On the JavaScript thread, first come first served; left is in milliseconds. */
	private readonly jsThread: Job[] = [];
	/** On libuv's threads, side by side; left is in raw bytes. */
	private readonly pool: Job[] = [];
	/** Side by side; left is in bytes. */
	private readonly line: Job[] = [];
	private readonly timers: Job[] = [];
	readonly choice: CompressionChoice;

	constructor(
		compression: Compression,
		readonly world: World,
	) {
		this.choice = new CompressionChoice(
			compression,
			() => world.latencyMs ?? 1,
			() => this.nowMs,
		);
	}

	/** Lets it go on until so many raw megabytes were sent. */
	async run(megabytes: number): Promise<this> {
		let drawnBytes = 0;
		let isRunning = true;
		const work = async () => {
			while (drawnBytes < megabytes * MB) {
				const rawBytes = Math.min(PART_BYTES, MB * (this.sent.length + 1));
				drawnBytes += rawBytes;
				await this.handle(rawBytes);
			}
		};
		const done = Promise.all(Array.from({ length: this.world.workers ?? 4 }, work)).then(
			() => (isRunning = false),
		);
		while (isRunning) {
			// All workers go on as far as they can.
			await new Promise(setImmediate);
			if (isRunning) this.step();
		}
		await done;
		return this;
	}

	private async handle(rawBytes: number): Promise<void> {
		const { choice, world } = this;
		const { encoding } = choice.next();
		await this.after(this.jsThread, rawBytes * (world.cutMsPerByte ?? 1 / 400_000));
		let kind: GzipLevel | 'plain' = 'plain';
		let sentBytes = rawBytes;
		if (encoding !== 'none') {
			const gzip = choice.beginGzip(rawBytes);
			kind = gzip.level;
			const { bytesPerMs, ratio } = GZIP[kind];
			if (kind === 'fast') await this.after(this.jsThread, (rawBytes / bytesPerMs) * (world.slowness ?? 1));
			else await this.after(this.pool, rawBytes * (world.slowness ?? 1));
			gzip.end();
			sentBytes = rawBytes * ratio;
		}
		const onItsWay = choice.line.add(sentBytes);
		onItsWay.begin();
		await this.after(this.timers, world.latencyMs ?? 1);
		await this.after(this.line, sentBytes);
		onItsWay.end(world.latencyMs ?? 1);
		this.sent.push({ kind, atMs: this.nowMs, rawBytes });
	}

	private async after(jobs: Job[], left: number): Promise<void> {
		await new Promise<void>((done) => jobs.push({ left, done }));
	}

	/** Goes on to when the next thing is done. */
	private step(): void {
		const { world, jsThread, pool, line, timers } = this;
		// One core is the JavaScript thread's while it has something to do.
		const cores = (world.idleCores ?? 1) + 1;
		const share = Math.min(1, cores / Math.max(pool.length + (jsThread.length > 0 ? 1 : 0), 1));
		/** How much of each is done in a millisecond. */
		const paces = new Map<Job, number>([
			...jsThread.slice(0, 1).map((job) => [job, share] as const),
			...pool.map((job) => [job, share * GZIP.dense.bytesPerMs] as const),
			...line.map((job) => [job, world.lineBytesPerMs / line.length] as const),
			...timers.map((job) => [job, 1] as const),
		]);
		const ms = Math.min(...[...paces].map(([{ left }, pace]) => left / pace));
		this.nowMs += ms;
		for (const [job, pace] of paces) job.left -= ms * pace;
		for (const jobs of [jsThread, pool, line, timers]) {
			for (const job of jobs.filter(({ left }) => left < 1e-6)) {
				jobs.splice(jobs.indexOf(job), 1);
				job.done();
			}
		}
	}

	/** How large a share of the raw bytes went out as what, after the first ones. */
	shares(): Record<GzipLevel | 'plain', number> {
		const counted = this.sent.slice(10);
		const all = counted.reduce((sum, { rawBytes }) => sum + rawBytes, 0);
		const of = (kind: string) =>
			counted.filter((part) => part.kind === kind).reduce((sum, { rawBytes }) => sum + rawBytes, 0) / all;
		return { fast: of('fast'), dense: of('dense'), plain: of('plain') };
	}
}

const simulate = async (compression: Compression, world: World, megabytes = 600) =>
	await new Simulation(compression, world).run(megabytes);

/** How long it takes if all parts are made by one level. */
async function msOfOnly(level: GzipLevel, world: World): Promise<number> {
	const simulation = new Simulation('gzip', world);
	simulation.choice.beginGzip = () => ({ level, end: () => undefined });
	return (await simulation.run(600)).nowMs;
}

/** In bytes per millisecond. */
const mbit = (megabits: number) => (megabits * MB) / 8 / 1000;
const GIGABYTE_A_SECOND = MB;

it.each(['gzip', 'gzipContentType', 'none'] as const)('%s stays what was chosen', async (compression) => {
	for (const lineBytesPerMs of [mbit(10), GIGABYTE_A_SECOND]) {
		const { choice } = await simulate(compression, { lineBytesPerMs }, 100);
		expect(choice.next()).toEqual({ encoding: compression, isFullSize: false });
	}
});

it.each(['gzip', 'none', 'auto'] as const)(
	'%s: no part is small for its time where Domo is far away, as each costs a way there and back',
	(compression) => {
		expect(new CompressionChoice(compression, () => 49).next().isFullSize).toBe(false);
		expect(new CompressionChoice(compression, () => 50).next().isFullSize).toBe(true);
	},
);

it('is dense throughout where the fast gzip cannot be had', () => {
	const choice = new CompressionChoice('gzip', () => 1);
	expect(choice.beginGzip(MB).level).toBe('fast');
	expect(choice.beginGzip(MB, false).level).toBe('dense');
});

describe('gzip', () => {
	it('is dense while parts wait for the line', async () => {
		const { dense } = (await simulate('gzip', { lineBytesPerMs: mbit(20) })).shares();
		expect(dense).toBeGreaterThan(0.9);
	});

	it('is fast while the processor is the brake', async () => {
		const { fast } = (await simulate('gzip', { lineBytesPerMs: GIGABYTE_A_SECOND, idleCores: 0 })).shares();
		expect(fast).toBeGreaterThan(0.9);
	});

	it('is both where cores are idle beside the JavaScript thread: faster than either alone', async () => {
		const world = { lineBytesPerMs: GIGABYTE_A_SECOND, idleCores: 3, workers: 8 };
		const simulation = await simulate('gzip', world);
		const { fast, dense } = simulation.shares();
		expect(fast).toBeGreaterThan(0.2);
		expect(dense).toBeGreaterThan(0.2);
		expect(simulation.nowMs).toBeLessThan(
			0.9 * Math.min(await msOfOnly('fast', world), await msOfOnly('dense', world)),
		);
	});

	it('is fast where only the distance takes time: fewer bytes would not arrive sooner', async () => {
		const world = { lineBytesPerMs: GIGABYTE_A_SECOND, latencyMs: 300 };
		expect((await simulate('gzip', world)).shares().fast).toBeGreaterThan(0.9);
	});

	it.each([5, 20, 50, 100, 200, 400, 1_000, 8_000])(
		'on a line of %i Mbit/s it takes hardly longer than the better level alone',
		async (megabits) => {
			const world = { lineBytesPerMs: mbit(megabits) };
			const { nowMs } = await simulate('gzip', world);
			const better = Math.min(await msOfOnly('fast', world), await msOfOnly('dense', world));
			expect(nowMs).toBeLessThan(1.08 * better);
		},
	);

	it('begins fast near to Domo, and densely far away, where opening the execution leaves the time', () => {
		const first = (latencyMs: number) => new CompressionChoice('gzip', () => latencyMs).beginGzip(MB).level;
		expect(first(5)).toBe('fast');
		expect(first(300)).toBe('dense');
	});

	it('changes with the line within a few parts', async () => {
		const world = { lineBytesPerMs: mbit(10) };
		const simulation = new Simulation('gzip', world);
		await simulation.run(200);
		const changedAt = simulation.sent.length;
		world.lineBytesPerMs = GIGABYTE_A_SECOND;
		await simulation.run(300);
		const after = simulation.sent.slice(changedAt + 8).map(({ kind }) => kind);
		expect(simulation.sent.slice(changedAt - 8, changedAt).every(({ kind }) => kind === 'dense')).toBe(true);
		expect(after.filter((kind) => kind === 'fast').length).toBeGreaterThan(0.6 * after.length);
	});
});

describe('auto', () => {
	it('begins with gzip, in small parts where Domo is near', () => {
		expect(new CompressionChoice('auto', () => 5).next()).toEqual({
			encoding: 'gzip',
			isFullSize: false,
			mostBytes: MB,
		});
		expect(new CompressionChoice('auto', () => 300).next()).toEqual({ encoding: 'gzip', isFullSize: true });
	});

	it.each([
		['stays with gzip on a slow line', { lineBytesPerMs: mbit(50) }, 'gzip'],
		[
			'stays with gzip on a slow line while the machine is busy',
			{ lineBytesPerMs: mbit(100), slowness: 4 },
			'gzip',
		],
		['goes plain on a line faster than gzip', { lineBytesPerMs: GIGABYTE_A_SECOND }, 'plain'],
		[
			'goes plain on a fast line to a distant Domo: every request takes its time there, whatever its size',
			{ lineBytesPerMs: GIGABYTE_A_SECOND, latencyMs: 300 },
			'plain',
		],
		[
			'stays with gzip on a slow line to a distant Domo',
			{ lineBytesPerMs: mbit(50), latencyMs: 300 },
			'gzip',
		],
	] as const)('%s', async (_, world, expected) => {
		const { plain } = (await simulate('auto', world)).shares();
		if (expected === 'plain') expect(plain).toBeGreaterThan(0.9);
		else expect(plain).toBeLessThan(0.1);
	});

	it.each([5, 20, 100, 250, 500, 1_000, 8_000])(
		'on a line of %i Mbit/s it takes hardly longer than the better of gzip and plain',
		async (megabits) => {
			const world = { lineBytesPerMs: mbit(megabits) };
			const [auto, gzip, plain] = await Promise.all(
				(['auto', 'gzip', 'none'] as const).map(async (each) => (await simulate(each, world)).nowMs),
			);
			expect(auto).toBeLessThan(1.1 * Math.min(gzip, plain));
		},
	);

	it('comes back to gzip after one plain part where Domo was slow to answer small requests', () => {
		let nowMs = 0;
		const choice = new CompressionChoice(
			'auto',
			() => 0,
			() => nowMs,
		);
		const send = (bytes: number, ms: number, latencyMs: number) => {
			const part = choice.line.add(bytes);
			part.begin();
			nowMs += ms;
			part.end(latencyMs);
		};
		// Seemingly a fast line: a gzipped part took no longer than a small request. The plain one shows 4 MB/s.
		send(8 * MB, 1_000, 1_000);
		expect(choice.next()).toMatchObject({ encoding: 'none' });
		send(32 * MB, 9_000, 1_000);
		expect(choice.next()).toMatchObject({ encoding: 'gzip' });
	});

	it('comes back to gzip when the line slows down', async () => {
		const world = { lineBytesPerMs: GIGABYTE_A_SECOND };
		const simulation = new Simulation('auto', world);
		await simulation.run(200);
		expect(simulation.sent.slice(-5).every(({ kind }) => kind === 'plain')).toBe(true);
		world.lineBytesPerMs = mbit(10);
		await simulation.run(300);
		expect(simulation.sent.slice(-5).some(({ kind }) => kind === 'plain')).toBe(false);
	});
});
