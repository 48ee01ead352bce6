/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';

/** What another process did while it was watched; read from Linux's /proc (proc(5)). */
export interface WatchedProcess {
	/** All threads together. */
	cpuMs: number;
	/** The first thread, which runs JavaScript. */
	jsCpuMs: number;
	rssOverIdleBytes: number;
	idleBytes: number;
}

/** Clock ticks a second, as /proc counts CPU time; 100 on every Linux that Node.js has builds for. */
const TICKS_PER_SECOND = 100;

/** Watches a process until the returned function is called. */
export function watchProcess(pid: number): () => WatchedProcess {
	// Sets the mark of the most memory held back to what is held now.
	writeFileSync(`/proc/${pid}/clear_refs`, '5');
	const idleBytes = statusBytes(pid, 'VmRSS');
	const cpuBefore = cpuMs(pid);
	const jsCpuBefore = jsCpuMs(pid);
	return () => ({
		cpuMs: cpuMs(pid) - cpuBefore,
		jsCpuMs: jsCpuMs(pid) - jsCpuBefore,
		idleBytes,
		rssOverIdleBytes: statusBytes(pid, 'VmHWM') - idleBytes,
	});
}

/** Lets all threads of a process run on these cores only, as `taskset` counts them: '0', '0-1'. */
export async function pinToCores(pid: number, cores: string): Promise<void> {
	await promisify(execFile)('taskset', ['-a', '-c', '-p', cores, String(pid)]);
}

function cpuMs(pid: number): number {
	// The command, in parentheses, may hold blanks: what follows it is counted from behind it.
	const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
	return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}

function jsCpuMs(pid: number): number {
	return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}

function statusBytes(pid: number, name: 'VmRSS' | 'VmHWM'): number {
	const line = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
	return Number(line![1]) * 1024;
}
