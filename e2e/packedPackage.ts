/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The checkout this runs from; compiled, this file is in `dist-dev/e2e`. */
export const repository = resolve(__dirname, '..', '..');

/**
 * Builds and packs the package and puts it where n8n's "Install community node" would.
 *
 * @param userFolder what n8n is told in N8N_USER_FOLDER
 */
export async function installPackedPackage(userFolder: string): Promise<void> {
	await run('npm', ['run', '--silent', 'build'], { cwd: repository });
	const packed = await mkdtemp(join(tmpdir(), 'n8n-nodes-domo-'));
	try {
		const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', packed], {
			cwd: repository,
		});
		const [{ filename }] = JSON.parse(stdout) as Array<{ filename: string }>;
		const target = join(userFolder, '.n8n', 'nodes', 'node_modules', 'n8n-nodes-domo');
		await mkdir(target, { recursive: true });
		await run('tar', ['-xzf', join(packed, filename), '-C', target, '--strip-components=1']);
	} finally {
		await rm(packed, { recursive: true, force: true });
	}
}
