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
	/** Which forms a DATETIME may have: with a T, or a space for it, too, or with a fraction and a zone as well. */
	datetimeForms?: 'T' | 'TOrSpace' | 'any';
	/** The lowest part id: 0 and 1 as SDKs begin, or one of them alone. */
	firstPartId?: 'any' | 0 | 1;
	/** What becomes of a commit whose parts have gaps: refused, or all that is there lands. */
	partGaps?: 'refused' | 'land';
	/** How gzipped parts may be labelled: Content-Encoding: gzip, Content-Type: application/gzip, or both ways. */
	partGzipLabels?: 'any' | 'encoding' | 'type';
	/** Whether an import may be gzipped. */
	importGzip?: 'refused' | 'taken';
	/** Whether a body may be several gzip members. */
	gzipMembers?: 'one' | 'any';
	/** Whether a first record that is the columns' names is loaded as a row. */
	headerRecord?: 'row' | 'left out';
	/** What `\N` without quotes is. */
	backslashN?: 'NULL' | 'text';
	/** What a commit without parts does. */
	emptyCommit?: 'lands' | 'refused';
	/** What a commit sooner than `minMinutesBetweenCommits` is answered with. */
	tooSoonStatus?: 400 | 403 | 409 | 429;
	/** What an execution is called while it is indexed. */
	indexingState?: 'ACTIVE' | 'QUEUED' | 'INDEXING';
	/** What an abort of an execution that has ended is answered with. */
	abortOfEnded?: 200 | 400;
	executionOrder?: 'oldest first' | 'newest first';
	/** Whether a limit out of range is refused or cut to it. */
	limitOutOfRange?: 'refused' | 'cut';
	/** What a new Stream or execution is answered with. */
	createdStatus?: 200 | 201;
	/** How a Stream for upserts is asked for: either way, by UPSERT alone, or not at all. */
	upserts?: 'any' | 'UPSERT only' | 'disabled';
	/** What stands between the day and the time in exports and queries. */
	datetimeWritten?: 'as sent' | 'T' | 'space';
	/** How an export writes NULL. */
	nullWritten?: '' | '\\N';
	/** How a query writes whole numbers. */
	queryIntegers?: 'number' | 'text';
	/** Whether DataSets show dataCurrentAt. */
	dataCurrentAt?: 'shown' | 'not shown';
	/** false: parts are counted, never kept or judged (a sink for benchmarks). */
	keepRows?: boolean;
	/** Waited before each request is handled, in milliseconds. */
	latencyMs?: number;
	/** Waited before the first request of each connection: what opening one costs, two round trips for TCP and TLS 1.3. */
	connectionMs?: number;
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
	datetimeForms: 'TOrSpace',
	firstPartId: 'any',
	partGaps: 'refused',
	partGzipLabels: 'any',
	importGzip: 'refused',
	gzipMembers: 'one',
	headerRecord: 'row',
	backslashN: 'NULL',
	emptyCommit: 'lands',
	tooSoonStatus: 400,
	indexingState: 'ACTIVE',
	abortOfEnded: 400,
	executionOrder: 'oldest first',
	limitOutOfRange: 'refused',
	createdStatus: 201,
	upserts: 'any',
	datetimeWritten: 'as sent',
	nullWritten: '',
	queryIntegers: 'number',
	dataCurrentAt: 'shown',
	keepRows: true,
	latencyMs: 0,
	connectionMs: 0,
	bandwidthBytesPerSecond: 0,
};
