/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console */
import { rmSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';

import type { Column } from '../../domo/types';
import { startSandbox, type Sandbox } from '../../sandbox';
import { compareRows, isIdentical } from './compareRows';
import { showProgress } from './progress';
import { resultTable, type Result } from './resultTable';
import { columnsOfJson, FLIGHT_COLUMNS, vegaFile, writeFlightsCsv } from './sources';
import { HEAP_CAP_MIB, uploadInChild } from './uploadInChild';

const say = (text: string) => console.log(text);
const count = (number: number) => number.toLocaleString('en-US');
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

/** One upload of the demo. */
interface Upload {
	title: string;
	columns: Column[];
	rows: number;
	inputSource: 'items' | 'binary';
	/** What is handed to n8n. */
	inputPath: string;
	/** The original, which the rows in Domo are compared with. */
	originalPath: string;
}

const USAGE = `Loads real data into a local Domo and compares every row. Flags:
  --open    keeps the local Domo up at the end, so that its rows and uploads can be looked at in a browser`;

async function main(): Promise<boolean> {
	const { values } = parseArgs({
		options: { help: { type: 'boolean', default: false }, open: { type: 'boolean', default: false } },
	});
	if (values.help) {
		say(USAGE);
		return true;
	}
	const folder = await mkdtemp(join(tmpdir(), 'domo-demo-'));
	// Rows are read and judged after the commit, as part of the indexing: that work is not the upload's.
	const sandbox = await startSandbox({ checkPartsAt: 'commit' });
	process.once('SIGINT', () => {
		for (const each of [folder, sandbox.storage.folder]) rmSync(each, { recursive: true, force: true });
		process.exit(130);
	});
	try {
		const isIdentical = await runDemo(sandbox, folder);
		if (values.open) {
			say(
				`The local Domo stays up: look at its rows and uploads on ${sandbox.pageUrl}\nCtrl-C ends it; nothing is kept.`,
			);
			await new Promise(() => undefined);
		}
		say(
			`It was at ${sandbox.pageUrl}, and ends with this demo. \`npm run demo -- --open\` keeps it up, to look at in a browser.`,
		);
		return isIdentical;
	} finally {
		await sandbox.close();
		await rm(folder, { recursive: true, force: true });
	}
}

async function runDemo(sandbox: Sandbox, folder: string): Promise<boolean> {
	const startedMs = performance.now();
	say('Upload in Parallel, on real data (npm package vega-datasets)\n');
	say(
		`A strict local Domo is listening on ${sandbox.url}. No Domo account is used, and nothing leaves this machine.`,
	);
	say(`Watch it in a browser: ${sandbox.pageUrl}`);
	say(
		`Each upload runs examples/upload-in-parallel.json in n8n's own engine, in a process whose heap is capped at ${HEAP_CAP_MIB} MiB.\n`,
	);
	const results: Result[] = [];
	for (const [index, prepare] of [flightItems, movieItems, flightFile].entries()) {
		const upload = await prepare(sandbox, folder);
		say(`${index + 1}. ${upload.title}`);
		results.push(await uploadAndCompare(sandbox, folder, upload));
	}
	say(`${resultTable(results)}\n`);
	const allIdentical = results.every(({ comparison }) => isIdentical(comparison));
	say(
		allIdentical
			? `All rows are in Domo: each value, each once, in the order of the source. ${seconds(performance.now() - startedMs)} in all.`
			: 'What is in Domo differs from the source.',
	);
	return allIdentical;
}

async function flightItems(): Promise<Upload> {
	const path = vegaFile('flights-200k.json');
	return await itemUpload('flights as n8n items', path);
}

async function movieItems(): Promise<Upload> {
	return await itemUpload(
		'movies as n8n items: titles that are numbers, quotes, gaps, odd dates',
		vegaFile('movies.json'),
	);
}

async function itemUpload(what: string, path: string): Promise<Upload> {
	const { columns, rows } = await columnsOfJson(path);
	return {
		title: `${count(rows)} ${what} (${basename(path)})`,
		columns,
		rows,
		inputSource: 'items',
		inputPath: path,
		originalPath: path,
	};
}

async function flightFile(sandbox: Sandbox, folder: string): Promise<Upload> {
	const originalPath = vegaFile('flights-3m.parquet');
	const inputPath = join(folder, 'flights-3m.csv');
	const rows = await writeFlightsCsv(sandbox, inputPath);
	const megabytes = Math.round((await stat(inputPath)).size / 1e6);
	return {
		title: `${count(rows)} flights as a CSV file of ${megabytes} MB (made from ${basename(originalPath)} with DuckDB)`,
		columns: FLIGHT_COLUMNS,
		rows,
		inputSource: 'binary',
		inputPath,
		originalPath,
	};
}

async function uploadAndCompare(sandbox: Sandbox, folder: string, upload: Upload): Promise<Result> {
	const { columns, inputSource, inputPath, originalPath, rows, title } = upload;
	const { streamId, dataSetId } = await sandbox.createStream({ name: title, columns });
	say(`   A new Stream with the columns ${columns.map(({ name, type }) => `${name} ${type}`).join(', ')}`);
	say('   Uploading it through n8n …');
	const { url, clientId, clientSecret } = sandbox;
	const csvBytes = inputSource === 'binary' ? (await stat(inputPath)).size : undefined;
	const endProgress = showProgress(sandbox, streamId, rows, csvBytes);
	const job = { domo: { url, clientId, clientSecret }, streamId, inputSource, path: inputPath };
	const outcome = await uploadInChild(job, folder).finally(endProgress);
	const { summary } = outcome;
	const committed = sandbox.log.find(
		({ operation, path }) => operation === 'commit' && path.includes(`/streams/${streamId}/`),
	)!;
	const uploadMs = performance.timeOrigin + committed.atMs - outcome.startedAtMs;
	say(
		`   All ${summary.parts === 1 ? 'is' : 'parts are'} in after ${seconds(uploadMs)}, indexed by the local Domo after ${seconds(outcome.endedAtMs - outcome.startedAtMs)}: ${summary.state}.`,
	);
	say('   Comparing every row in Domo with the original, both read by DuckDB …');
	const comparison = await compareRows(sandbox, dataSetId, columns, originalPath);
	say(
		isIdentical(comparison)
			? `   Identical: ${count(comparison.found)} rows, none missing, none too many, all in their place.\n`
			: `   NOT IDENTICAL: ${count(comparison.expected)} rows expected, ${count(comparison.found)} found, ${count(comparison.missing)} missing, ${count(comparison.surplus)} too many, ${count(comparison.outOfPlace)} out of place.\n`,
	);
	return {
		name: basename(inputPath),
		outcome,
		uploadMs,
		parts: sandbox.parts(streamId, summary.executionId!),
		comparison,
	};
}

main().then(
	(isIdentical) => {
		process.exitCode = isIdentical ? 0 : 1;
	},
	(error: Error) => {
		console.error(`\nThe demo ended early: ${error.message}`);
		process.exitCode = 1;
	},
);
