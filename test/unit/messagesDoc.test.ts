/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { CODES, type Code } from '../../domo/codes';
import { expectOnPage, missingFromPage, PAGE } from '../support/messagesPage';

// eslint-disable-next-line @typescript-eslint/no-require-imports
const { entries, ownLetters, render } = require('../../scripts/messages.js') as {
	entries: () => Array<{ group: string; code?: Code; message: string }>;
	ownLetters: (text: string) => number;
	render: () => string;
};

const page = readFileSync(join(__dirname, '../../docs/messages.md'), 'utf8');
const codes: Code[] = Object.values(CODES).flat();

it('docs/messages.md lists what the code says (if not: npm run docs:messages)', () => {
	expect(page).toBe(render());
});

it('has each code once, under what the user was doing', () => {
	expect(new Set(codes).size).toBe(codes.length);
	for (const [group, ofGroup] of Object.entries(CODES)) {
		const listed = [...new Set(PAGE.filter((row) => row.group === group).map(({ code }) => code))];
		expect(listed).toEqual([...ofGroup]);
	}
	for (const code of codes) expect(page.split(`| \`${code}\` |`)).toHaveLength(2);
});

it('has no code that nothing is said under, and no group that is not in order', () => {
	const used = new Set(entries().map(({ code }) => code));
	expect(codes.filter((code) => !used.has(code))).toEqual([]);
	for (const ofGroup of Object.values(CODES)) expect([...ofGroup]).toEqual([...ofGroup].sort());
});

it('gives all codes of one kind to one group', () => {
	const groups = new Map<string, Set<string>>();
	for (const [group, ofGroup] of Object.entries(CODES)) {
		for (const code of ofGroup) {
			const [kind] = code.split('_');
			groups.set(kind, (groups.get(kind) ?? new Set()).add(group));
		}
	}
	expect([...groups].filter(([, each]) => each.size > 1)).toEqual([]);
});

it('has words of its own in every message, but where an upload ends for what others say', () => {
	const empty = entries().filter(({ message }) => ownLetters(message) < 4);
	expect(empty.map(({ code }) => code)).toEqual(['UPLOAD_FAILED']);
});

describe('what the page lacks', () => {
	const lacking = (message: string, code?: Code) =>
		missingFromPage([{ message, ...(code ? { code } : {}) }]).length > 0;

	it('is a text that no row of the code has', () => {
		expect(lacking("'a.csv' (item 0) is empty", 'CSV_EMPTY')).toBe(false);
		expect(lacking("'a.csv' (item 0) is empty", 'CSV_NO_HEADER')).toBe(true);
		expect(lacking("'a.csv' (item 0) has run dry", 'CSV_EMPTY')).toBe(true);
		expect(lacking("'a.csv' (item 0) is empty")).toBe(true);
	});

	it('is what a message goes on with, unless that is there, too', () => {
		const went = (on: string) => `Line 3 of 'a.csv' (item 0) opens a quote that is never closed. ${on}`;
		expect(
			lacking(went('The execution 1 was aborted: none of this upload is in the DataSet.'), 'CSV_OPEN_QUOTE'),
		).toBe(false);
		expect(lacking(went('The execution 1 went away.'), 'CSV_OPEN_QUOTE')).toBe(true);
	});

	it('fails the test whose run said it', () => {
		expect(() => expectOnPage([{ message: 'Never heard of it.' }])).toThrow(/lacks what was said/);
	});

	it('is a hint that no row of the hints has', () => {
		expect(lacking('The input has no rows, so nothing was sent.')).toBe(false);
		expect(lacking('The input has some rows, so nothing was sent.')).toBe(true);
	});
});
