/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { LOAD_OPTIONS } from '../../nodes/shared/fields/loadOptions';
import { render } from '../../scripts/optionsPage';

it('docs/options.md is what the table says (if not: npm run docs:options)', () => {
	expect(readFileSync(join(__dirname, '../../docs/options.md'), 'utf8')).toBe(render());
});

it.each(Object.entries(LOAD_OPTIONS))('%s is on the page', (name, { displayName }) => {
	expect(render()).toContain(`| ${displayName}<br>\`${name}\` |`);
});
