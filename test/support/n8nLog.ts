/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { Container } from './engine';

/** n8n-core's own logger, wherever npm has put its package. */
export const { Logger } = jest.requireActual<{ Logger: new () => Record<string, unknown> }>(
	require.resolve('@n8n/backend-common', { paths: [require.resolve('n8n-core')] }),
);

/** What a run writes to n8n's log as information. */
export async function logOf(run: () => Promise<unknown>): Promise<string[]> {
	const lines: string[] = [];
	const spy = jest
		.spyOn(Container.get(Logger) as never, 'info')
		.mockImplementation(((line: string) => void lines.push(line)) as never);
	try {
		await run();
	} finally {
		spy.mockRestore();
	}
	return lines;
}
