/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const SAMPLE_MS = 200;

/** The most resident memory there was, in bytes. */
export interface PeakMemory {
	/** n8n's main process before */
	idleBytes: number;
	/** n8n's main process */
	mainBytes: number;
	/** The process that runs the Code node's JavaScript; 0 where there was none */
	runnerBytes: number;
}

/**
 * Watches the n8n that this process has started, and its task runner, until the returned function is called. Linux keeps
 * the most that a process ever held (VmHWM, proc(5)); it is read again and again, as one that dies takes it along.
 */
export function watchMemory(): () => PeakMemory {
	const main = childrenOf(process.pid, 'n8n\0start')[0];
	const runners = () => childrenOf(main, 'task-runner');
	// Starting takes more than many a run: the mark is set back to what is held now.
	for (const each of [main, ...runners()]) writeFileSync(`/proc/${each}/clear_refs`, '5');
	const peak: PeakMemory = { idleBytes: highWaterMarkBytes(main), mainBytes: 0, runnerBytes: 0 };
	const sample = () => {
		peak.mainBytes = Math.max(peak.mainBytes, highWaterMarkBytes(main));
		for (const runner of runners()) peak.runnerBytes = Math.max(peak.runnerBytes, highWaterMarkBytes(runner));
	};
	const timer = setInterval(sample, SAMPLE_MS);
	return () => {
		clearInterval(timer);
		sample();
		return peak;
	};
}

function highWaterMarkBytes(pid: number): number {
	const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(procFile(pid, 'status')) ?? [];
	return kilobytes === undefined ? 0 : Number(kilobytes) * 1024;
}

function childrenOf(parent: number, command: string): number[] {
	const isChild = new RegExp(`^PPid:\\s+${parent}$`, 'm');
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.map(Number)
		.filter((pid) => isChild.test(procFile(pid, 'status')) && procFile(pid, 'cmdline').includes(command));
}

/** '' where the process has ended meanwhile. */
function procFile(pid: number, file: string): string {
	try {
		return readFileSync(`/proc/${pid}/${file}`, 'utf8');
	} catch {
		return '';
	}
}
