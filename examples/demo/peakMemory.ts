/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readFileSync } from 'node:fs';

const SAMPLE_MS = 20;

/**
 * Watches this process's resident memory from now on.
 *
 * @returns stop: gives the memory at the start and the most it was, in bytes. On Linux that is the kernel's own
 *   high-water mark, elsewhere the largest sample. (`resourceUsage().maxRSS` would count the parent's memory in.)
 */
export function watchMemory(): { stop: () => { idleBytes: number; peakBytes: number } } {
	const idleBytes = process.memoryUsage.rss();
	let peakBytes = idleBytes;
	const sample = () => {
		peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
	};
	const timer = setInterval(sample, SAMPLE_MS);
	return {
		stop: () => {
			clearInterval(timer);
			sample();
			return { idleBytes, peakBytes: Math.max(peakBytes, highWaterMark()) };
		},
	};
}

function highWaterMark(): number {
	if (process.platform !== 'linux') return 0;
	const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
	return line ? Number(line[1]) * 1024 : 0;
}
