/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console */
import { appendFileSync, writeFileSync } from 'node:fs';

import { ProgressBar } from '../scripts/progressBar';
import { CHECKS } from './checks';
import { runContract } from './contract';
import { readOptions, USAGE } from './options';
import type { Options } from './options';
import { count, lineOf, markdownOf, summaryOf } from './report';
import { printable } from './runner';
import { Secrets } from './secrets';

const CONTRADICTED = 1;
const COULD_NOT_RUN = 2;
/** SIGHUP: a terminal that is closed. */
const STOPS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const ONE_CTRL_C_MS = 1_000;

async function main(secrets: Secrets): Promise<number> {
	const options = readOptions(process.argv.slice(2), process.env);
	if (options.help) {
		console.log(USAGE);
		return 0;
	}
	if (options.list) {
		for (const { name, fact } of CHECKS) console.log(`${name}: ${fact}`);
		return 0;
	}
	const stop = new AbortController();
	let stoppedAtMs = Infinity;
	const onSignal = () => {
		// A terminal and npm both pass on one Ctrl-C.
		if (stop.signal.aborted && performance.now() - stoppedAtMs < ONE_CTRL_C_MS) return;
		if (stop.signal.aborted) {
			console.error('\nStopped at once. What is left behind: npm run contract -- --clean');
			process.exit(COULD_NOT_RUN);
		}
		console.error('\nStopping: what was made is being deleted. Once more to leave it behind.');
		stoppedAtMs = performance.now();
		stop.abort();
	};
	for (const signal of STOPS) process.on(signal, onSignal);
	// Where nobody takes the lines any more (a closed terminal, `| head`), the clean-up must still come to its end.
	for (const stream of [process.stdout, process.stderr]) stream.on('error', () => stop.abort());
	try {
		return await runAndReport(options, secrets, stop.signal);
	} finally {
		for (const signal of STOPS) process.off(signal, onSignal);
	}
}

async function runAndReport(options: Options, secrets: Secrets, stop: AbortSignal): Promise<number> {
	for (const file of [options.json, options.markdown])
		// Now, and not after half an hour: a file that can't be written ends the run.
		if (file && file !== '-') appendFileSync(file, '');
	console.log(`Target: ${options.target?.baseUrl ?? 'the sandbox'}`);
	const bar = new ProgressBar();
	const result = await runContract(options, {
		stop,
		secrets,
		onResult: (line, done, of) => {
			bar.say(lineOf(line));
			bar.show({ value: done, total: of, phase: 'Checks', detail: `${done} of ${of}` });
		},
	}).finally(() => bar.end());
	const { report, left, notOurs, notedOfOthers, unreadable, lostCreates, notRecorded } = result;
	if (notRecorded !== undefined) console.log(`The recording is not complete: ${notRecorded}`);
	for (const what of notOurs) console.log(`${what} is not ours: left alone, and no longer noted.`);
	for (const line of left) console.log(`Left behind, to be deleted with --clean or in Domo: ${line}`);
	if (lostCreates.length > 0)
		console.log(
			`${lostCreates.length} creates had no answer with an ID: look in Domo for names that begin with "${result.mark}"`,
		);
	if (options.clean) {
		if (notedOfOthers > 0)
			console.log(`${notedOfOthers} IDs are noted of other clients or addresses: not looked at.`);
		if (unreadable > 0) console.log(`${unreadable} lines of the ledger can't be read: left as they are.`);
		console.log(
			left.length === 0
				? "Nothing that was noted is left behind. A run that was killed while it made something may have left that: look in Domo for names that begin with 'contract '."
				: `${left.length} left behind.`,
		);
		return left.length === 0 ? 0 : COULD_NOT_RUN;
	}
	// What was seen is free of secrets. Names and facts are the suite's own, whatever word a secret happens to be.
	const write = (file: string | undefined, text: () => string): void => {
		if (file === '-') console.log(`\n${text()}`);
		else if (file) writeFileSync(file, text());
	};
	write(options.json, () => `${JSON.stringify(report, undefined, '\t')}\n`);
	write(options.markdown, () => markdownOf(report, result.checks));
	console.log(`\n${summaryOf(report)} (${result.requests} requests)`);
	if (stop.aborted || report.checks.length === 0) return COULD_NOT_RUN;
	return count(report, 'contradicted') > 0 ? CONTRADICTED : 0;
}

const secrets = new Secrets();
main(secrets).then(
	(code) => {
		process.exitCode = code;
	},
	(error: Error) => {
		console.error(printable(secrets.hide(`The contract could not run: ${error.message}`)));
		process.exitCode = COULD_NOT_RUN;
	},
);
