/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';

/** What helps to find out why a test failed: logs and pictures. It outlives the run; CI uploads it. */
export const KEPT_FOLDER = join(tmpdir(), 'n8n-domo-e2e');

/** Where to write a file that outlives the run; its folder exists. */
export function keptFile(name: string): string {
	mkdirSync(KEPT_FOLDER, { recursive: true });
	return join(KEPT_FOLDER, name);
}

/** The log of the n8n that has this user folder. */
export function keptLog(userFolder: string): string {
	return keptFile(`${relative(tmpdir(), userFolder).split(sep).join('-')}.log`);
}
