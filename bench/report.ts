/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

import type { Outcome } from './bench';
import { medianOf, type Goal, type Section } from './section';

/** The whole of RESULTS.md. */
export function report(sections: Section[], rounds: number, command: string, minutes: number): string {
	const goals = sections.flatMap(({ title, goals: of }) => of.map((goal) => ({ title, goal })));
	const met = goals.filter(({ goal }) => isMet(goal) === true).length;
	const missed = goals.filter(({ goal }) => isMet(goal) === false);
	return [
		'# What `npm run bench` measured',
		'',
		`${new Date().toISOString().slice(0, 10)}, \`${command}\`, ${Math.round(minutes)} minutes. ${machine()}`,
		'',
		`Every line is the median of ${rounds} runs (least to most in brackets), each in a process of its own, the variants in turn and their order rotated, against the sandbox as a sink in another process. Ratios hold; absolute figures drift with the machine. MB are 1,000,000 bytes. "Stretch" is the longest time the event loop was kept from others, garbage collection (shown beside it) taken out; it still counts what the machine gave to other processes meanwhile. "CPU s" is all threads together, "of it JS" the thread that runs JavaScript; the rest is mostly gzip, and garbage collection's helpers. RSS is the peak over what the process had before the run: over the idle engine for files, over the items for items.`,
		'',
		`**${met} of ${met + missed.length} goals met.**${missed.length > 0 ? ` Missed: ${missed.map(({ title, goal }) => `${goal.what} (${title}): ${goalFigure(goal)}`).join('; ')}.` : ''}`,
		'',
		...sections.map(sectionText),
	].join('\n');
}

/** One section: its figures and goals. */
export function sectionText({ title, about, outcomes, work, goals }: Section): string {
	const fastest = Math.min(...outcomes.map((outcome) => medianOf(outcome, 'ms') ?? Infinity));
	const rows = outcomes.map((outcome) => {
		const ms = medianOf(outcome, 'ms');
		if (ms === undefined)
			return [outcome.name, outcome.notRun ?? 'not run', ...Array.from({ length: 9 }, () => '')];
		return [
			outcome.name,
			`${seconds(ms)} (${range(outcome)})`,
			work ? Math.round((work.amount / ms) * 1000).toString() : '',
			`${(ms / fastest).toFixed(2)} ×`,
			secondsOrNone(medianOf(outcome, 'cpuMs')),
			secondsOrNone(medianOf(outcome, 'jsCpuMs')),
			megabytes(medianOf(outcome, 'sentBytes'), 1),
			medianOf(outcome, 'parts')?.toString() ?? '',
			megabytes(medianOf(outcome, 'rssOverIdleBytes'), 0),
			medianOf(outcome, 'longestStretchMs')?.toFixed(0) ?? '',
			pauses(outcome),
		];
	});
	const head = [
		'',
		'seconds',
		work?.unit ?? '',
		'of the fastest',
		'CPU s',
		'of it JS',
		'sent MB',
		'parts',
		'RSS + MB',
		'stretch ms',
		'GC ms longest · all',
	];
	return [
		`## ${title}`,
		'',
		about,
		'',
		table([head, ...rows]),
		'',
		...(goals.length > 0 ? [table([['goal', 'wanted', 'measured', ''], ...goals.map(goalRow)]), ''] : []),
	].join('\n');
}

export function isMet({ value, wanted, atMost }: Goal): boolean | undefined {
	if (value === undefined) return undefined;
	return atMost ? value <= wanted : value >= wanted;
}

function goalRow(goal: Goal): string[] {
	const met = isMet(goal);
	const unit = goal.unit ?? ' ×';
	return [
		goal.what,
		`${goal.atMost ? '≤' : '≥'} ${goal.wanted}${unit}`,
		goalFigure(goal),
		met === undefined ? '' : met ? 'met' : '**missed**',
	];
}

function goalFigure({ value, unit = ' ×' }: Goal): string {
	return value === undefined ? 'not run' : `${unit === ' ×' ? value.toFixed(2) : value.toFixed(0)}${unit}`;
}

const seconds = (ms: number) => (ms / 1000).toFixed(2);
const secondsOrNone = (ms: number | undefined) => (ms === undefined ? '' : seconds(ms));
const megabytes = (bytes: number | undefined, digits: number) =>
	bytes === undefined ? '' : (bytes / 1e6).toFixed(digits);

function range({ samples }: Outcome): string {
	const all = samples.map(({ ms }) => ms);
	return `${seconds(Math.min(...all))}–${seconds(Math.max(...all))}`;
}

function pauses(outcome: Outcome): string {
	const [longest, all] = [medianOf(outcome, 'longestGcMs'), medianOf(outcome, 'gcMs')];
	return longest === undefined || all === undefined ? '' : `${longest.toFixed(0)} · ${all.toFixed(0)}`;
}

function table(rows: string[][]): string {
	const [head, ...body] = rows.map((row) => `| ${row.join(' | ')} |`);
	return [head, `|${rows[0].map((_, index) => (index === 0 ? ' --- ' : ' ---: ')).join('|')}|`, ...body].join(
		'\n',
	);
}

function machine(): string {
	const { version, versions, platform, arch } = process;
	const pack = (name: string) =>
		(JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8')) as { version: string })
			.version;
	const tools = [firstLine('pigz', '--version'), firstLine('curl', '--version')].filter(Boolean).join(', ');
	return `Node.js ${version} (V8 ${versions.v8}, zlib ${versions.zlib}) on ${platform} ${arch}, ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), ${Math.round(totalmem() / 1e9)} GB; n8n-core ${pack('n8n-core')}${tools ? `; ${tools}` : ''}.`;
}

function firstLine(tool: string, flag: string): string {
	try {
		const [line] = execFileSync(tool, [flag], {
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'ignore'],
		}).split('\n');
		return line.split(' ').slice(0, 2).join(' ');
	} catch {
		return '';
	}
}
