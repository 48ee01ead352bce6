/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions */
import { spawn } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The n8n that the package is tried in, its editor and queue mode, too. */
export const N8N_VERSION = '2.39.10';
/** The newest n8n that installs: 2.41.3 wants a package that npm does not have. */
export const NEWEST_N8N = '2.41.1';
/** The newest n8n 1 that Node 20 runs; later ones bring an isolated-vm that wants Node 22. */
export const N8N_ON_NODE_20 = '1.123.50';
/** Those that all but the editor and queue mode is tried in; others can be named, by commas, in N8N_VERSIONS. */
export const N8N_VERSIONS = process.env.N8N_VERSIONS?.split(',') ?? [N8N_ON_NODE_20, N8N_VERSION, NEWEST_N8N];
/** n8n 1 takes SheetJS from its maker's server, n8n 2 the same code from npm; so all comes from npm. */
const FROM_NPM = { xlsx: 'npm:@e965/xlsx@0.20.3' };
const WITH_SCRIPTS = ['--ignore-scripts=false', '--foreground-scripts'];

export interface InstalledN8n {
	version: string;
	/** The Node that runs it */
	nodePath: string;
	/** n8n's command, to be run by that Node */
	n8nPath: string;
}

/** Where n8n is kept between runs: installing it takes minutes and gigabytes. */
export function cacheFolder(version = N8N_VERSION): string {
	return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'n8n-nodes-domo', `n8n-${version}`);
}

/**
 * Installs the full n8n once; later calls find it in the cache.
 *
 * @param say told what is going on, one line at a time
 */
export async function installN8n(
	say: (line: string) => void,
	{ version = N8N_VERSION, nodeVersion = nodeFor(version) } = {},
): Promise<InstalledN8n> {
	const folder = cacheFolder(version);
	const modules = join(folder, 'node_modules');
	const installed = {
		version,
		nodePath: join(modules, 'node', 'bin', 'node'),
		n8nPath: join(modules, 'n8n', 'bin', 'n8n'),
	};
	// Written last: an installation that was broken off is begun anew.
	const marker = join(folder, 'installed');
	if (existsSync(marker)) return installed;
	say(`Installing n8n ${version} into ${folder}: once, about 5 minutes and 3 GB`);
	await rm(folder, { recursive: true, force: true });
	await mkdir(folder, { recursive: true });
	await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, overrides: FROM_NPM }));
	const log = join(folder, 'install.log');
	// Most packages' scripts are not needed; those that are (Node's own binary, SQLite) run below.
	await run(
		'npm',
		[
			'install',
			'--ignore-scripts',
			'--no-audit',
			'--no-fund',
			'--loglevel=error',
			`n8n@${version}`,
			`node@${nodeVersion}`,
		],
		folder,
		log,
	);
	say(`Fetching Node ${nodeVersion} for it`);
	await run('npm', ['rebuild', 'node', ...WITH_SCRIPTS], folder, log);
	say('Building its SQLite');
	await run('npm', ['rebuild', 'sqlite3', ...WITH_SCRIPTS], folder, log, {
		PATH: `${join(modules, 'node', 'bin')}:${process.env.PATH ?? ''}`,
	});
	await run(installed.nodePath, [installed.n8nPath, '--version'], folder, log);
	await writeFile(marker, new Date().toISOString());
	return installed;
}

/** The oldest Node (major) that a release of n8n can be run by; npm has Node as a package. */
function nodeFor(version: string): string {
	if (!version.startsWith('1.')) return '24';
	return version === N8N_ON_NODE_20 ? '20' : '22';
}

async function run(
	command: string,
	args: string[],
	cwd: string,
	log: string,
	env: NodeJS.ProcessEnv = {},
): Promise<void> {
	const output = createWriteStream(log, { flags: 'a' });
	const child = spawn(command, args, {
		cwd,
		env: { ...process.env, ...env },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	child.stdout.pipe(output, { end: false });
	child.stderr.pipe(output, { end: false });
	const code = await new Promise<number | null>((resolve, reject) => {
		child.once('error', reject);
		child.once('close', resolve);
	});
	output.end();
	if (code !== 0)
		throw new Error(`'${command} ${args.join(' ')}' ended with ${code}; its output is in ${log}`);
}
