/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions */
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';

import type { InstalledN8n } from './n8nInstall';
import { repository } from './packedPackage';
import { SCALE_ENV, type ScaleRun } from './scaleRun';
import type { ScalePath } from './scaleWorkflows';

const DOC = join(repository, 'docs', 'scale.md');
const START = '<!-- what npm run scale writes: start -->';
const END = '<!-- what npm run scale writes: end -->';

const WAYS: Record<ScalePath, string> = {
	items: 'Items → **Upload in Parallel**',
	file: 'CSV file → **Upload in Parallel**',
	naiveItems: 'Items → Code (CSV text) → HTTP Request',
	naiveFile: 'CSV file → Extract from File → Code (CSV text) → HTTP Request',
};

/** Settings, versions and the table. */
export function scaleReport(runs: ScaleRun[], n8n: InstalledN8n, command: string): string {
	const head = [
		'way',
		'rows',
		'CSV',
		'result',
		'time',
		'of it the upload',
		'n8n, idle',
		'n8n, peak',
		'task runner, peak',
	];
	const rows = runs.map((run) => [
		WAYS[run.path],
		run.rows.toLocaleString('en'),
		run.broke === undefined ? size(run.arrived.bytes) : '',
		run.broke === undefined
			? 'all there, byte for byte'
			: `**broke**: ${run.broke.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')}`,
		`${run.seconds.toFixed(1)} s`,
		run.uploadSeconds === undefined ? '' : `${run.uploadSeconds.toFixed(1)} s`,
		size(run.idleBytes),
		size(run.mainBytes),
		run.runnerBytes === 0 ? '' : size(run.runnerBytes),
	]);
	const settings = Object.entries(SCALE_ENV).map(([name, value]) => `\`${name}=${value}\``);
	return [
		`${new Date().toISOString().slice(0, 10)}, \`${command}\`. n8n ${n8n.version} on Node.js ${inNode(n8n, 'process.version')}, ${process.platform} ${process.arch}, ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), ${size(totalmem())} memory.`,
		`Settings: ${settings.join(', ')}. Those of the task runner are n8n's own (its heap: ${size(Number(inNode(n8n, 'v8.getHeapStatistics().heap_size_limit')))}).`,
		'',
		...[head, head.map((_, index) => (index === 0 || index === 3 ? '---' : '---:')), ...rows].map(
			(cells) => `| ${cells.join(' | ')} |`,
		),
	].join('\n');
}

/** Puts it between the markers of docs/scale.md. */
export async function writeScaleDoc(report: string): Promise<void> {
	const doc = await readFile(DOC, 'utf8');
	const [start, end] = [doc.indexOf(START), doc.indexOf(END)];
	if (start < 0 || end < start) throw new Error(`${DOC} has not both markers`);
	await writeFile(DOC, `${doc.slice(0, start + START.length)}\n\n${report}\n\n${doc.slice(end)}`);
}

const size = (bytes: number) =>
	bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;

/** What an expression is in the Node that runs n8n. */
const inNode = (n8n: InstalledN8n, expression: string) =>
	execFileSync(n8n.nodePath, ['-p', expression], { encoding: 'utf8', env: {} }).trim();
