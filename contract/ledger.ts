/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

export interface Created {
	target: string;
	kind: 'stream' | 'dataSet';
	id: string;
}

/**
 * The IDs of what a run has made, in a local file, noted before anything else is done with them: a run that was killed
 * is cleaned up by them, never by names. With no file (the sandbox ends with the run), they are kept in memory.
 */
export class Ledger {
	private entries: Created[] = [];

	constructor(private readonly file?: string) {
		if (!file || !existsSync(file)) return;
		for (const line of readFileSync(file, 'utf8').split('\n')) {
			const entry = readEntry(line);
			if (entry) this.entries.push(entry);
		}
	}

	note(created: Created): void {
		this.entries.push(created);
		if (this.file) appendFileSync(this.file, `${JSON.stringify(created)}\n`);
	}

	/** What is left at an address, the latest first: Streams are deleted before their DataSets. */
	left(target: string): Created[] {
		return this.entries.filter((entry) => entry.target === target).reverse();
	}

	/** It has been deleted. */
	strike(done: Created): void {
		this.entries = this.entries.filter((entry) => entry !== done);
		if (!this.file) return;
		if (this.entries.length === 0) rmSync(this.file, { force: true });
		else writeFileSync(this.file, this.entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
	}
}

function readEntry(line: string): Created | undefined {
	try {
		const { target, kind, id } = JSON.parse(line) as Created;
		return (kind === 'stream' || kind === 'dataSet') && target && id ? { target, kind, id } : undefined;
	} catch {
		return undefined;
	}
}
