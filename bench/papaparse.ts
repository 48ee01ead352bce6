/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { createRequire } from 'node:module';
import type { Duplex } from 'node:stream';

/** papaparse brings no types of its own: what is used of it. */
export const papaparse = createRequire(__filename)('papaparse') as {
	parse: {
		(input: unknown, options: { skipEmptyLines: boolean }): Duplex;
		(
			text: string,
			options: { header: true; dynamicTyping: true; skipEmptyLines: boolean },
		): { data: Array<Record<string, unknown>> };
	};
	NODE_STREAM_INPUT: unknown;
};
