import { randomBytes } from 'node:crypto';

import type { SandboxOptions } from '../sandbox';
import type { Check } from './check';
import { CHECKS } from './checks';
import { describe, isGood } from './answers';
import { cleanUp } from './cleanUp';
import { Domo } from './domo';
import { clientOf, Ledger } from './ledger';
import type { Options } from './options';
import { Recording } from './recording';
import type { CheckResult, Report } from './report';
import { printable, runChecks } from './runner';
import { Secrets } from './secrets';
import { Wire } from './wire';

export interface ContractResult {
	report: Report;
	checks: Check[];
	/** What could not be deleted again. */
	left: string[];
	/** What has a noted ID and a name that no run gave it: left alone, and no longer noted. */
	notOurs: string[];
	/** How many IDs are noted of other clients, or at other addresses. */
	notedOfOthers: number;
	/** How many lines of the ledger can't be read. */
	unreadable: number;
	/** Creates without an answer, or without an ID in it: they may have left something that begins with `mark`. */
	lostCreates: string[];
	mark: string;
	requests: number;
	/** Why the recording is not complete. */
	notRecorded: string | undefined;
}

/** The suite could not run at all. */
export class CannotRun extends Error {}

export interface Hooks {
	stop: AbortSignal;
	secrets: Secrets;
	/** @param done of so many checks in all */
	onResult(result: CheckResult, done: number, of: number): void;
	/** The sandbox that is started where no target is given. */
	sandbox?: SandboxOptions;
}

/** Runs the suite as asked. @throws CannotRun where there is no server or no token */
export async function runContract(options: Options, hooks: Hooks): Promise<ContractResult> {
	if (options.target) return await runAgainst(options, hooks, options.target, options.target.baseUrl);
	// Only here: it needs DuckDB, which takes its time.
	const { startSandbox } = await import('../sandbox');
	const sandbox = await startSandbox(hooks.sandbox);
	try {
		const { url: baseUrl, clientId, clientSecret } = sandbox;
		return await runAgainst(options, hooks, { baseUrl, clientId, clientSecret }, 'sandbox');
	} finally {
		await sandbox.close();
	}
}

async function runAgainst(
	options: Options,
	{ stop, secrets, onResult }: Hooks,
	{ baseUrl, clientId, clientSecret }: NonNullable<Options['target']>,
	target: string,
): Promise<ContractResult> {
	const startedAt = new Date();
	const isSandbox = target === 'sandbox';
	const mark = `contract ${startedAt.toISOString().slice(0, 16).replace(/[-:]/g, '')}-${randomBytes(3).toString('hex')}`;
	secrets.add(clientId, clientSecret);
	const recording = options.record ? new Recording(options.record, secrets, mark) : undefined;
	const wire = new Wire(
		baseUrl,
		{ maxRequests: options.maxRequests, requestTimeoutMs: 60_000 },
		recording?.witness ?? (() => undefined),
		stop,
	);
	const run = {
		clientId,
		clientSecret,
		slow: options.slow,
		settleMs: isSandbox ? 20_000 : options.slow ? 20 * 60_000 : 3 * 60_000,
		rowsMs: isSandbox ? 5_000 : 60_000,
		maxRows: 5_000,
		endsAtMs: performance.now() + options.maxMinutes * 60_000,
		mark,
	};
	const maker = { target: baseUrl, client: clientOf(clientId), mark };
	const ledger = new Ledger(maker, isSandbox ? undefined : options.ledger);
	try {
		ledger.tryOut();
	} catch (error) {
		throw cannotRun(error, "what the run makes can't be noted (--ledger): ");
	}
	const domo = new Domo(wire, run, ledger, secrets);
	await reach(domo);
	const checks = options.clean
		? []
		: CHECKS.filter(
				({ name }) => options.only.length === 0 || options.only.some((only) => name.startsWith(only)),
			);
	if (checks.length === 0 && !options.clean)
		throw new CannotRun(
			`no check begins with ${options.only.map((only) => `'${only}'`).join(' or ')} (--only)`,
		);
	const results = await runChecks(domo, secrets, {
		checks,
		checksAtOnce: 4,
		maxMs: options.maxMinutes * 60_000,
		onResult,
	});
	const cleaned = await cleanUp(
		async (ask) => await domo.askToCleanUp(ask),
		ledger,
		options.clean ? 'all runs' : 'this run',
	);
	const report = {
		target: isSandbox ? target : baseUrl,
		startedAt: startedAt.toISOString(),
		checks: results,
	};
	return {
		report,
		checks,
		left: cleaned.left.map((line) => printable(secrets.hide(line))),
		notOurs: cleaned.notOurs.map((line) => printable(secrets.hide(line))),
		notedOfOthers: ledger.ofOthers,
		unreadable: ledger.unreadable,
		lostCreates: domo.lostCreates,
		mark,
		requests: wire.requests,
		notRecorded: recording?.failure && secrets.hide(recording.failure),
	};
}

/** A token and one answer, or there is nothing to look at. */
async function reach(domo: Domo): Promise<void> {
	try {
		await domo.logIn();
		const answer = await domo.get('/v1/datasets?limit=1');
		if (!isGood(answer)) throw new CannotRun(`the list of DataSets is refused: ${describe(answer)}`);
	} catch (error) {
		throw cannotRun(error);
	}
}

function cannotRun(error: unknown, what = ''): CannotRun {
	if (error instanceof CannotRun) return error;
	return new CannotRun(what + (error instanceof Error ? error.message : String(error)));
}
