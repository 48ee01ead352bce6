/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { DEFAULT_SETTINGS } from '../../sandbox/options';
import { optionsOf, VARIANTS } from '../../sandbox/variants';
import { variantsTable } from '../../scripts/variantsTable';

it('docs/reliability.md shows the list of variants as it is', () => {
	expect(readFileSync(join(__dirname, '../../docs/reliability.md'), 'utf8')).toContain(variantsTable());
});

it('each variant has a name of its own and turns something', () => {
	const names = VARIANTS.map(({ name }) => name);
	expect(new Set(names).size).toBe(names.length);
	for (const { name, options } of VARIANTS) {
		expect([name, Object.keys(options).length]).toEqual([name, expect.any(Number)]);
		expect(options).not.toEqual({});
		expect(DEFAULT_SETTINGS).not.toMatchObject(options);
		expect(Object.keys(DEFAULT_SETTINGS)).toEqual(expect.arrayContaining(Object.keys(options)));
	}
});

it('several variants may be given, and an unknown one is named with those there are', () => {
	expect(optionsOf(['datetime-strict', 'part-ids-from-1'])).toEqual({ datetimeForms: 'T', firstPartId: 1 });
	expect(() => optionsOf(['nosuch'])).toThrow(/'nosuch'. There are: datetime-strict/);
});
