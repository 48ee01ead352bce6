/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
/** What a run does to its process: memory over idle, and how long it keeps the event loop from others. */
import { readFileSync, writeFileSync } from 'node:fs';
import { PerformanceObserver } from 'node:perf_hooks';

export interface Watched {
	/** CPU time of all threads. */
	cpuMs: number;
	/** Of that, the JS thread's own; undefined where the system does not tell (anywhere but on Linux). */
	jsCpuMs?: number;
	/** Resident memory before the run. */
	idleBytes: number;
	/** The most there was over that. */
	rssOverIdleBytes: number;
	/** The longest time without a turn of the event loop, garbage collection taken out. */
	longestStretchMs: number;
	/** The longest pause for garbage collection. */
	longestGcMs: number;
	/** All pauses for garbage collection together. */
	gcMs: number;
}

const TICK_MS = 2;
const RSS_SAMPLE_MS = 20;
/** Shorter gaps between ticks are no stretch worth keeping. */
const MIN_GAP_MS = 8;

interface Span {
	from: number;
	to: number;
}

/** Watches this process until the returned function is called. Collects garbage first where it can. */
export function watch(): () => Promise<Watched> {
	(globalThis as { gc?: () => void }).gc?.();
	const canReset = resetHighWaterMark();
	const idleBytes = process.memoryUsage.rss();
	let peakBytes = idleBytes;
	const collections: Span[] = [];
	const gaps: Span[] = [];
	const note = (entries: Array<{ startTime: number; duration: number }>) => {
		for (const { startTime, duration } of entries)
			collections.push({ from: startTime, to: startTime + duration });
	};
	const observer = new PerformanceObserver((list) => note(list.getEntries()));
	observer.observe({ entryTypes: ['gc'] });
	const cpuBefore = process.cpuUsage();
	const jsCpuBeforeMs = jsThreadCpuMs();
	let tickedAt = performance.now();
	const ticker = setInterval(() => {
		const now = performance.now();
		if (now - tickedAt > MIN_GAP_MS) gaps.push({ from: tickedAt, to: now });
		tickedAt = now;
	}, TICK_MS);
	const sampler = setInterval(() => {
		peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
	}, RSS_SAMPLE_MS);
	return async () => {
		const end = performance.now();
		const { user, system } = process.cpuUsage(cpuBefore);
		const jsCpuMs = jsThreadCpuMs();
		gaps.push({ from: tickedAt, to: end });
		clearInterval(ticker);
		clearInterval(sampler);
		peakBytes = Math.max(peakBytes, process.memoryUsage.rss(), canReset ? highWaterMarkBytes() : 0);
		// Entries reach the observer in a later turn.
		await new Promise((resolve) => setTimeout(resolve, 50));
		note(observer.takeRecords());
		observer.disconnect();
		const during = collections.filter(({ from }) => from <= end);
		return {
			cpuMs: (user + system) / 1000,
			...(jsCpuMs === undefined || jsCpuBeforeMs === undefined ? {} : { jsCpuMs: jsCpuMs - jsCpuBeforeMs }),
			idleBytes,
			rssOverIdleBytes: peakBytes - idleBytes,
			longestStretchMs: Math.max(
				0,
				...gaps.map((gap) => gap.to - gap.from - overlapMs(gap, during) - TICK_MS),
			),
			longestGcMs: Math.max(0, ...during.map(({ from, to }) => to - from)),
			gcMs: during.reduce((sum, { from, to }) => sum + to - from, 0),
		};
	};
}

function overlapMs(gap: Span, spans: Span[]): number {
	return spans.reduce(
		(sum, { from, to }) => sum + Math.max(0, Math.min(gap.to, to) - Math.max(gap.from, from)),
		0,
	);
}

/** Linux keeps the most a process ever held; writing 5 starts it anew (proc(5), clear_refs). */
function resetHighWaterMark(): boolean {
	try {
		writeFileSync('/proc/self/clear_refs', '5');
		return true;
	} catch {
		return false;
	}
}

/** The first thread is the one that runs JavaScript; the file counts nanoseconds on a core (proc(5), schedstat). */
function jsThreadCpuMs(): number | undefined {
	try {
		return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
	} catch {
		return undefined;
	}
}

function highWaterMarkBytes(): number {
	const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
	return line ? Number(line[1]) * 1024 : 0;
}
