/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/** A port where nobody listens, in the place of the sandbox's, for requests of one kind only. */
import http from 'node:http';

import type { Operation } from '../../sandbox';

/** What Upload in Parallel asks of Domo, by method and path. */
const REQUESTS: Partial<Record<Operation, RegExp>> = {
	token: /^POST \/oauth\/token$/,
	getStream: /^GET \/v1\/streams\/\d+$/,
	getDataSet: /^GET \/v1\/datasets\/[^/]+$/,
	listExecutions: /^GET \/v1\/streams\/\d+\/executions$/,
	createExecution: /^POST \/v1\/streams\/\d+\/executions$/,
	getExecution: /^GET \/v1\/streams\/\d+\/executions\/\d+$/,
	part: /^PUT \/v1\/streams\/\d+\/executions\/\d+\/part\/\d+$/,
	commit: /^PUT \/v1\/streams\/\d+\/executions\/\d+\/commit$/,
	abort: /^PUT \/v1\/streams\/\d+\/executions\/\d+\/abort$/,
};

const CLOSED_PORT = 1;

/**
 * Sends the next requests of one kind, as they leave this process, to a closed port: the system refuses the connection.
 *
 * @returns how many were sent there so far, and an end to it
 */
export function refuseConnections(
	operation: Operation,
	times: number,
): { readonly refused: number; end: () => void } {
	const pattern = REQUESTS[operation];
	if (!pattern) throw new Error(`how ${operation} is asked for is not known here`);
	const { request } = http;
	let refused = 0;
	const sendElsewhere = (options: http.RequestOptions, ...others: unknown[]): http.ClientRequest => {
		const isMeant = pattern.test(`${options.method} ${(options.path ?? '').split('?')[0]}`);
		if (!isMeant || refused >= times)
			return Reflect.apply(request, http, [options, ...others]) as http.ClientRequest;
		refused++;
		return Reflect.apply(request, http, [{ ...options, port: CLOSED_PORT }, ...others]) as http.ClientRequest;
	};
	http.request = sendElsewhere as typeof http.request;
	return {
		get refused() {
			return refused;
		},
		end: () => {
			http.request = request;
		},
	};
}
