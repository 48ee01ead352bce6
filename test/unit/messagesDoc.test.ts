/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

// eslint-disable-next-line @typescript-eslint/no-require-imports
const { render } = require('../../scripts/messages.js') as { render: () => string };

it('docs/messages.md lists what the code says (if not: npm run docs:messages)', () => {
	expect(readFileSync(join(__dirname, '../../docs/messages.md'), 'utf8')).toBe(render());
});
