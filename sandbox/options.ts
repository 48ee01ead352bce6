/** What can be set on a sandbox, when it starts or later through `POST /_sandbox/options`. */
export interface SandboxOptions {
	/** TCP port for http on 127.0.0.1; 0 takes any free one. */
	port?: number;
	/** Also listen with TLS, under a self-signed certificate for localhost and 127.0.0.1. */
	tls?: boolean;
	/** TCP port for https; 0 takes any free one. */
	tlsPort?: number;
	clientId?: string;
	clientSecret?: string;
	/** How long an access token lives, in seconds. */
	tokenSeconds?: number;
	/** How long an execution stays ACTIVE after its commit, in milliseconds. */
	indexingMs?: number;
	/** Refuses a commit sooner than this after the Stream's last one; 0 switches the rule off. */
	minMinutesBetweenCommits?: number;
	/** Whether a part's CSV is judged when it arrives (400) or only after the commit (state ERROR). */
	checkPartsAt?: 'upload' | 'commit';
	/** Whether the update method given to an execution overrides the Stream's, and is reported. */
	executionUpdateMethod?: 'honour' | 'ignore' | 'honourUnreported';
	/** What `Accept: text/csv` with a dead token gets: Domo has been seen answering 406 with HTML. */
	deadTokenCsvStatus?: 401 | 406;
	/** What a GET of a deleted DataSet gets: 200 with `deleted: true`, or 404. */
	deletedDataSetStatus?: 200 | 404;
	/** false: parts are counted, never kept or judged (a sink for benchmarks). */
	keepRows?: boolean;
	/** Waited before each request is handled, in milliseconds. */
	latencyMs?: number;
	/** Cap on all request bodies together, and another on all downloads together; 0 is none. */
	bandwidthBytesPerSecond?: number;
}

export type Settings = Required<SandboxOptions>;

export const DEFAULT_SETTINGS: Settings = {
	port: 0,
	tls: false,
	tlsPort: 0,
	clientId: 'sandbox-client',
	clientSecret: 'sandbox-secret',
	tokenSeconds: 3599,
	indexingMs: 30,
	minMinutesBetweenCommits: 0,
	checkPartsAt: 'upload',
	executionUpdateMethod: 'honour',
	deadTokenCsvStatus: 406,
	deletedDataSetStatus: 200,
	keepRows: true,
	latencyMs: 0,
	bandwidthBytesPerSecond: 0,
};
