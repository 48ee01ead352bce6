/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A row of docs/messages.md; a hint has no code. */
export interface PageRow {
	group: string;
	code?: string;
	message: string;
}

/** What a test's run has said. */
export interface Said {
	/** undefined for what is only shown. */
	code?: string;
	message: string;
}

/** From the sources, or from the folder that they are compiled into: the demo and the bench run there. */
const PATH = ['../..', '../../..']
	.map((root) => join(__dirname, root, 'docs/messages.md'))
	.find((path) => existsSync(path))!;

const WITHOUT_CODE = ['What is left in Domo', 'Hints'];

function readPage(): PageRow[] {
	const rows: PageRow[] = [];
	let group = '';
	let code: string | undefined;
	for (const line of readFileSync(PATH, 'utf8').split('\n')) {
		if (line.startsWith('## ')) group = line.slice(3);
		if (!line.startsWith('| ') || /^\| (code|text|rule) \|/.test(line) || group.startsWith('How to'))
			continue;
		const cells = line
			.split(/(?<!\\)\|/)
			.map((cell) => cell.trim().replaceAll('\\|', '|').replaceAll('&lt;', '<'));
		if (WITHOUT_CODE.includes(group)) rows.push({ group, message: cells[1] });
		else {
			code = cells[1] === '' ? code : cells[1].replaceAll('`', '');
			rows.push({ group, code, message: cells[2] });
		}
	}
	return rows;
}

export const PAGE = readPage();

/** Whether a message has the text of a row, with anything in the place of what is filled in, and goes on with rows. */
function holds(message: string, { message: text }: PageRow): boolean {
	const literal = (piece: string) => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+');
	// A full stop at the end goes where a sentence more follows.
	const pieces = text.replace(/\.$/, '').split(/‹[^›]*›/);
	const found = new RegExp(pieces.map(literal).join('[^]*?')).exec(message);
	if (!found) return false;
	const rest = message.slice(found.index + found[0].length).replace(/^[.\s]+/, '');
	const isOpen = pieces[pieces.length - 1] === '';
	return isOpen || rest === '' || PAGE.some((row) => row.code === undefined && holds(rest, row));
}

/** What of it the page lacks. */
export function missingFromPage(said: readonly Said[]): Said[] {
	return said.filter(({ code, message }) => !PAGE.some((row) => row.code === code && holds(message, row)));
}

/** @throws where a message or hint is not in docs/messages.md */
export function expectOnPage(said: readonly Said[]): void {
	const missing = missingFromPage(said);
	if (missing.length === 0) return;
	const list = missing.map(({ code, message }) => `${code ?? 'without a code'}: ${message}`);
	throw new Error(`docs/messages.md lacks what was said (npm run docs:messages):\n${list.join('\n')}`);
}
