/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
/** A message that says "set 'Short Rows' to 'Fill with NULL'" must name a choice that the editor shows. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { LOAD_OPTIONS } from '../../nodes/shared/fields/loadOptions';
import type { OptionRow } from '../../nodes/shared/fields/optionTable';

const ROOT = join(__dirname, '../..');
const ADVICE = /'([A-Z][^'\n]*)'(?: under '[^'\n]+')?(?: set)? to '([^'\n$]+)'/g;

const choicesOf = new Map(
	(Object.values(LOAD_OPTIONS) as OptionRow[]).flatMap((row) =>
		row.kind === 'choice' ? [[row.displayName, row.choices.map(({ name }) => name)] as const] : [],
	),
);

it('names no choice that its option does not have', () => {
	const found = ['domo', 'transfer', 'nodes'].flatMap((room) =>
		readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
			.filter((path) => path.endsWith('.ts'))
			.flatMap((path) => [...readFileSync(join(ROOT, room, path), 'utf8').matchAll(ADVICE)]),
	);
	const named = found.filter(([, option]) => choicesOf.has(option));
	expect(named.length).toBeGreaterThan(5);
	const wrong = named.filter(([, option, choice]) => !choicesOf.get(option)!.includes(choice));
	expect(wrong.map(([text]) => text)).toEqual([]);
});
