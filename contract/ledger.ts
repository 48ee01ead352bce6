/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

export interface Created {
	kind: 'stream' | 'dataSet';
	id: string;
}

/** Whose an ID is: Streams of other instances, under the same address, have the same small numbers. */
export interface Maker {
	target: string;
	/** Of the client ID, which is not written down. */
	client: string;
	/** With which the names of what it made begin. */
	mark: string;
}

/** Entries of older versions have neither client nor mark. */
export type Entry = Created & Pick<Maker, 'target'> & Partial<Maker>;

/** Whatever a file says, only names that begin like a run's are deleted by it. */
const MARK = /^contract \d{8}T\d{4}-[0-9a-f]{6}$/;
/** Nothing that could lead elsewhere in an address. */
const ID = /^[\w-]+$/;

/** Enough of a client ID's SHA-256 to tell clients apart. */
export const clientOf = (clientId: string): string =>
	createHash('sha256').update(clientId).digest('hex').slice(0, 12);

/**
 * The IDs of what a run has made, in a local file, noted before anything else is done with them: a run that was killed
 * is cleaned up by them, never by names alone. With no file (the sandbox ends with the run), they are kept in memory.
 */
export class Ledger {
	private entries: Entry[];

	constructor(
		private readonly maker: Maker,
		private readonly file?: string,
	) {
		this.entries = this.written();
	}

	/** Whether it can be written, before anything is made that it is to note. @throws Error of the file system */
	tryOut(): void {
		if (!this.file) return;
		appendFileSync(this.file, '');
		if (this.text() === '') rmSync(this.file);
	}

	note({ kind, id }: Created): void {
		const entry = { ...this.maker, kind, id };
		this.entries.push(entry);
		if (!this.file) return;
		// A run that was killed may have left half a line.
		const text = this.text();
		appendFileSync(this.file, `${text === '' || text.endsWith('\n') ? '' : '\n'}${JSON.stringify(entry)}\n`);
	}

	/**
	 * What is left of this client at this address: Streams before their DataSets, the latest first.
	 * @param whose of this run, which leaves alone what another has under way, or of all runs
	 */
	left(whose: 'this run' | 'all runs'): Entry[] {
		const left = this.entries
			.filter((entry) => this.isOfThisClient(entry))
			.filter(({ mark }) => whose === 'all runs' || mark === this.maker.mark)
			.reverse();
		return [
			...left.filter(({ kind }) => kind === 'stream'),
			...left.filter(({ kind }) => kind === 'dataSet'),
		];
	}

	/** How many IDs are noted of other clients, or at other addresses. */
	get ofOthers(): number {
		return this.written().filter((entry) => !this.isOfThisClient(entry)).length;
	}

	/** It is no more, or not the run's own. What another run has noted meanwhile stays. */
	strike(done: Entry): void {
		this.entries = this.entries.filter((entry) => entry !== done);
		if (!this.file) return;
		const line = JSON.stringify(done);
		// What can't be read stays as it is: it may be the ID that another run is writing.
		const lines = this.text()
			.split('\n')
			.filter((other) => other !== '' && JSON.stringify(readEntry(other)) !== line);
		if (lines.length === 0) rmSync(this.file, { force: true });
		else writeFileSync(this.file, lines.map((other) => `${other}\n`).join(''));
	}

	/** How many lines of the file are no entries: they are left as they are. */
	get unreadable(): number {
		return this.text()
			.split('\n')
			.filter((line) => line !== '' && readEntry(line) === undefined).length;
	}

	private isOfThisClient({ target, client = this.maker.client }: Entry): boolean {
		return target === this.maker.target && client === this.maker.client;
	}

	private text(): string {
		return this.file && existsSync(this.file) ? readFileSync(this.file, 'utf8') : '';
	}

	private written(): Entry[] {
		return this.text()
			.split('\n')
			.flatMap((line) => readEntry(line) ?? []);
	}
}

function readEntry(line: string): Entry | undefined {
	try {
		const { target, client, mark, kind, id } = JSON.parse(line) as Record<keyof Entry, unknown>;
		const isEntry =
			(kind === 'stream' || kind === 'dataSet') &&
			typeof target === 'string' &&
			(client === undefined || typeof client === 'string') &&
			(mark === undefined || (typeof mark === 'string' && MARK.test(mark))) &&
			typeof id === 'string' &&
			ID.test(id);
		return isEntry ? { target, client, mark, kind, id } : undefined;
	} catch {
		return undefined;
	}
}
