/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { ProgressBar, watchProgress, type Look } from '../scripts/progressBar';
import { installN8n } from './n8nInstall';
import { removeFolder } from './n8nServer';
import { installPackedPackage } from './packedPackage';
import { scaleReport, writeScaleDoc } from './scaleReport';
import { scaleRowsIn } from './scaleRows';
import { ScaleRunner, type ScaleRun } from './scaleRun';
import { ScaleSink } from './scaleSink';
import type { ScalePath } from './scaleWorkflows';

const USAGE = `How much the full n8n takes, with this package and without it. Flags:
  --only items,file,naive   some of these
  --items 1000000           how many items
  --file-gigabytes 5        how large a CSV file; as much free disk is needed in the temporary folder
  --print-only              docs/scale.md stays as it is`;

/** A slow machine may take its time with these; they are not expected to break. */
const RUN_TIMEOUT_MS = 1_800_000;
const NAIVE_RUN_TIMEOUT_MS = 600_000;
const LOOK_MS = 1_000;
/** The naive way is tried with more and more, in shares of what the package is tried with, until it breaks. */
const NAIVE_ITEM_SHARES = [0.1, 0.25, 0.5, 1];
const NAIVE_FILE_SHARES = [0.02, 0.1, 0.2, 1];

let isInterrupted = false;

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			help: { type: 'boolean', default: false },
			only: { type: 'string', default: 'items,file,naive' },
			items: { type: 'string', default: '1000000' },
			'file-gigabytes': { type: 'string', default: '5' },
			'print-only': { type: 'boolean', default: false },
		},
	});
	if (values.help) return console.log(USAGE);
	const items = Number(values.items);
	const fileBytes = Number(values['file-gigabytes']) * 1e9;
	if (!(items >= 1 && fileBytes >= 1)) throw new Error(`Numbers are needed.\n${USAGE}`);
	const sizes = (path: ScalePath, shares: number[]) =>
		shares.map((share) => ({
			path,
			rows: path.endsWith('tems') ? Math.ceil(items * share) : scaleRowsIn(fileBytes * share),
		}));
	const groups: Record<string, Array<Array<{ path: ScalePath; rows: number }>>> = {
		items: [sizes('items', [1])],
		file: [sizes('file', [1])],
		naive: [sizes('naiveItems', NAIVE_ITEM_SHARES), sizes('naiveFile', NAIVE_FILE_SHARES)],
	};
	const names = values.only.split(',');
	const unknown = names.find((name) => !Object.hasOwn(groups, name));
	if (unknown !== undefined) throw new Error(`No group is called ${unknown}.\n${USAGE}`);

	const userFolder = await mkdtemp(join(tmpdir(), 'n8n-domo-scale-'));
	// Ctrl-C may come at any moment: what has been started by then is stopped, the last first.
	const toEnd: Array<() => Promise<void>> = [async () => await removeFolder(userFolder)];
	const end = async () => {
		for (const stop of toEnd.splice(0).reverse()) await stop();
	};
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.once(signal, () => {
			isInterrupted = true;
			void end().finally(() => process.exit(1));
		});
	}

	const startedAt = performance.now();
	const bar = new ProgressBar();
	const say = (line: string) =>
		bar.say(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(5)} s  ${line}`);
	try {
		const n8n = await installN8n(say);
		say('Building the package and installing it as a user would');
		await installPackedPackage(userFolder);
		const sink = await ScaleSink.start();
		toEnd.push(async () => await sink.stop());
		const runner = new ScaleRunner(n8n, userFolder, sink);
		toEnd.push(async () => await runner.stop());
		say('Making the account, the credential and the workflows');
		await runner.setUp(RUN_TIMEOUT_MS);
		const runs: ScaleRun[] = [];
		const command = `npm run scale${process.argv.length > 2 ? ` -- ${process.argv.slice(2).join(' ')}` : ''}`;
		for (const group of names.flatMap((name) => groups[name])) {
			for (const { path, rows } of group) {
				say(`${path}: ${rows} rows`);
				const timeoutMs = path.startsWith('naive') ? NAIVE_RUN_TIMEOUT_MS : RUN_TIMEOUT_MS;
				const endProgress = watchProgress(bar, async () => await lookAt(sink, path, rows), LOOK_MS);
				const run = await runner.run(path, rows, timeoutMs).finally(endProgress);
				say(run.broke ?? `all rows arrived, after ${run.seconds.toFixed(1)} s`);
				runs.push(run);
				// After each: a run that is stopped keeps what it has measured.
				if (!values['print-only']) await writeScaleDoc(scaleReport(runs, n8n, command));
				if (run.broke !== undefined) break;
			}
		}
		console.log(`\n${scaleReport(runs, n8n, command)}`);
		say('Done');
		const ours = runs.filter(({ path }) => path === 'items' || path === 'file');
		if (ours.some(({ broke }) => broke !== undefined)) process.exitCode = 1;
	} finally {
		if (!isInterrupted) await end();
	}
}

async function lookAt(sink: ScaleSink, path: ScalePath, rows: number): Promise<Look> {
	const coming = await sink.coming();
	const count = (number: number) => number.toLocaleString('en-US');
	return {
		value: Math.min(coming.rows, rows),
		total: rows,
		phase: `         ${path}`,
		detail: `${count(coming.rows)} of ${count(rows)} rows, ${(coming.bytes / 1e6).toFixed(1)} MB of CSV`,
	};
}

main().catch((error: Error) => {
	// What is stopped under way ends with a complaint of its own.
	if (isInterrupted) return;
	console.error(error.message);
	process.exitCode = 1;
});
