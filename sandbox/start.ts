/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console */
import { parseArgs } from 'node:util';

import { createDemoStreams } from './demoStreams';
import { startSandbox } from './index';
import { optionsOf, VARIANTS } from './variants';

const USAGE = `A strict local Domo. Flags:
  --port 8400                   port for http on 127.0.0.1 (0: any)
  --tls  --tls-port 8443        listen with TLS too, under a self-signed certificate
  --client-id ID  --client-secret SECRET
  --token-seconds 3599          how long a token lives
  --indexing-ms 30              how long an execution stays ACTIVE after its commit
  --min-minutes-between-commits 0
  --latency-ms 0                waited before each request
  --connection-ms 0             waited before the first request of each connection
  --bandwidth 0                 bytes per second for all uploads together, and for all downloads
  --check-parts-at upload       or commit: when rows are judged
  --variant NAME                does otherwise than usual where documents leave a doubt; may be given again
  --list-variants               their names
  --sink                        count parts and keep nothing (for benchmarks)`;

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			help: { type: 'boolean', default: false },
			port: { type: 'string', default: '8400' },
			tls: { type: 'boolean', default: false },
			'tls-port': { type: 'string', default: '8443' },
			'client-id': { type: 'string', default: 'sandbox-client' },
			'client-secret': { type: 'string', default: 'sandbox-secret' },
			'token-seconds': { type: 'string', default: '3599' },
			'indexing-ms': { type: 'string', default: '30' },
			'min-minutes-between-commits': { type: 'string', default: '0' },
			'latency-ms': { type: 'string', default: '0' },
			'connection-ms': { type: 'string', default: '0' },
			bandwidth: { type: 'string', default: '0' },
			'check-parts-at': { type: 'string', default: 'upload' },
			variant: { type: 'string', multiple: true, default: [] },
			'list-variants': { type: 'boolean', default: false },
			sink: { type: 'boolean', default: false },
		},
	});
	if (values.help) return console.log(USAGE);
	if (values['list-variants']) {
		for (const { name, doubt, turned } of VARIANTS)
			console.log(`${name.padEnd(30)}${doubt} Here: ${turned}.`);
		return;
	}
	const sandbox = await startSandbox({
		port: Number(values.port),
		tls: values.tls,
		tlsPort: Number(values['tls-port']),
		clientId: values['client-id'],
		clientSecret: values['client-secret'],
		tokenSeconds: Number(values['token-seconds']),
		indexingMs: Number(values['indexing-ms']),
		minMinutesBetweenCommits: Number(values['min-minutes-between-commits']),
		latencyMs: Number(values['latency-ms']),
		connectionMs: Number(values['connection-ms']),
		bandwidthBytesPerSecond: Number(values.bandwidth),
		checkPartsAt: values['check-parts-at'] === 'commit' ? 'commit' : 'upload',
		keepRows: !values.sink,
		...optionsOf(values.variant),
	});
	const streams = await createDemoStreams(sandbox);
	console.log(`A strict local Domo is listening on ${sandbox.url}`);
	if (sandbox.tlsUrl) {
		console.log(
			`With TLS on ${sandbox.tlsUrl} (trust it with NODE_EXTRA_CA_CERTS=${sandbox.certificatePath})`,
		);
	}
	console.log(`
In n8n, fill in the credential "Domo OAuth2 API":
  Client ID      ${sandbox.clientId}
  Client Secret  ${sandbox.clientSecret}
  Base URL       ${sandbox.url}

Streams to try it on:
${streams.map(({ name, updateMethod, streamId, dataSetId }) => `  Stream ${streamId}, DataSet ${dataSetId}: ${name}, ${updateMethod}`).join('\n')}

See what lands, in a browser:  ${sandbox.pageUrl}
Ctrl-C ends it; nothing is kept.`);
	const stop = () => void sandbox.close().then(() => process.exit(0));
	process.once('SIGINT', stop);
	process.once('SIGTERM', stop);
}

main().catch((error: Error) => {
	console.error(error.message);
	process.exitCode = 1;
});
