/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { parseArgs } from 'node:util';

export const USAGE = `Holds what this package believes of Domo's API against a server, one check a fact.

Against the sandbox, which this command starts:   npm run contract
Against Domo:      DOMO_CLIENT_ID=… DOMO_CLIENT_SECRET=… npm run contract
Against another:   with DOMO_BASE_URL=https://… too

Flags, behind --:
  --json FILE       the outcome of every check as JSON (- prints it)
  --markdown FILE   the report for a GitHub issue (- prints it)
  --record DIR      every request and answer, without secrets, names and true IDs
  --only PREFIX     only checks whose names begin so; may be given again
  --slow            also what takes minutes to an hour (a commit 15 minutes after another, a token's end)
  --clean           only deletes what this client's earlier runs have left at this address, by the IDs they noted
  --ledger FILE     where IDs are noted until they are deleted (.contract-created.jsonl)
  --max-requests N  1500        --max-minutes N  30 (with --slow 180)
  --list            the checks with their facts

Exit code: 0, 1 where a check is contradicted, 2 where the suite could not run, or --clean has left something.`;

export interface Options {
	help: boolean;
	list: boolean;
	/** Undefined: the sandbox. */
	target?: { baseUrl: string; clientId: string; clientSecret: string };
	json?: string;
	markdown?: string;
	record?: string;
	only: string[];
	slow: boolean;
	clean: boolean;
	ledger: string;
	maxRequests: number;
	maxMinutes: number;
}

export const DOMO = 'https://api.domo.com';

/** @throws Error that says what is wrong with the flags or the environment */
export function readOptions(args: string[], environment: Record<string, string | undefined>): Options {
	const { values } = parseArgs({
		args,
		options: {
			help: { type: 'boolean', default: false },
			list: { type: 'boolean', default: false },
			json: { type: 'string' },
			markdown: { type: 'string' },
			record: { type: 'string' },
			only: { type: 'string', multiple: true, default: [] },
			slow: { type: 'boolean', default: false },
			clean: { type: 'boolean', default: false },
			ledger: { type: 'string', default: '.contract-created.jsonl' },
			'max-requests': { type: 'string', default: '1500' },
			'max-minutes': { type: 'string' },
		},
	});
	const target = targetOf(environment);
	if (values.clean && !target)
		throw new Error(
			'--clean needs the DOMO_CLIENT_ID, DOMO_CLIENT_SECRET and DOMO_BASE_URL of the run that left something behind',
		);
	return {
		help: values.help,
		list: values.list,
		target,
		json: values.json,
		markdown: values.markdown,
		record: values.record,
		only: values.only,
		slow: values.slow,
		clean: values.clean,
		ledger: values.ledger,
		maxRequests: positive('--max-requests', values['max-requests']),
		maxMinutes: positive('--max-minutes', values['max-minutes'] ?? (values.slow ? '180' : '30')),
	};
}

function targetOf(environment: Record<string, string | undefined>): Options['target'] {
	const baseUrl = environment.DOMO_BASE_URL?.trim();
	const clientId = environment.DOMO_CLIENT_ID?.trim();
	const clientSecret = environment.DOMO_CLIENT_SECRET?.trim();
	if (!baseUrl && !clientId && !clientSecret) return undefined;
	if (!clientId || !clientSecret)
		throw new Error('DOMO_CLIENT_ID and DOMO_CLIENT_SECRET are both needed for any server but the sandbox');
	return { baseUrl: usable(baseUrl || DOMO), clientId, clientSecret };
}

function usable(text: string): string {
	let url: URL;
	try {
		url = new URL(text);
	} catch {
		throw notAnAddress();
	}
	if (!/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash)
		throw notAnAddress();
	return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

const notAnAddress = () =>
	new Error('DOMO_BASE_URL must be an http or https address without user name, password, query or fragment');

function positive(flag: string, text: string): number {
	const value = Number(text);
	if (!(value > 0)) throw new Error(`${flag} must be a number above 0`);
	return value;
}
