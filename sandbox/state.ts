import type { Column, Group, Policy, User } from '../domo/types';
import type { CsvFile } from './csvFile';
import { FaultPlan } from './faults';
import type { Operation } from './faults';
import type { Settings } from './options';
import { Refusal } from './refusal';
import type { StagedRows, Storage } from './storage';
import { Throttle } from './throttle';
import { Tokens } from './tokens';

export interface DataSetState {
	id: string;
	name: string;
	description: string;
	columns: Column[];
	rows: number;
	ownerId: number;
	/** Only DataSets made through the API can be written through it. */
	isWritable: boolean;
	isDeleted: boolean;
	pdpEnabled: boolean;
	policies: Policy[];
	policiesMade: number;
	createdAt: string;
	updatedAt: string;
	dataCurrentAt?: string;
	/** When it, or an execution of its Stream, was last written to: finer than Domo's times, which are to the second. */
	touchedMs: number;
	/** How often its rows have changed. */
	landings: number;
	/** SQL views for `sandbox.sql()`: the rows typed, and as the CSV's text. */
	view: string;
	textView: string;
}

export interface PartState {
	part: number;
	/** Bytes of CSV, after decompression. */
	rawBytes: number;
	/** Bytes of the request's body. */
	sentBytes: number;
	/** null where the rows were not read (yet). */
	rows: number | null;
	encoding: 'gzip' | 'none';
	/** How often a body was accepted under this id. */
	timesArrived: number;
	/** Of the CSV that is kept (the last one accepted). */
	sha256: string;
	/** Of every CSV accepted under this id, in order: all alike where the same bytes were sent again. */
	sha256OfEachArrival: string[];
}

export interface HeldPart extends PartState {
	staged?: StagedRows;
	file?: CsvFile;
}

export interface ExecutionState {
	id: number;
	currentState: 'ACTIVE' | 'SUCCESS' | 'ABORTED' | 'ERROR' | 'INVALID';
	/** What really applies when it lands. */
	updateMethod: string;
	/** What its JSON says; undefined where it is not reported. */
	reportedUpdateMethod?: string;
	startedAt: string;
	modifiedAt: string;
	endedAt?: string;
	parts: Map<number, HeldPart>;
	/** How many commits it was sent and answered with 200. */
	commits: number;
	isIndexing: boolean;
	/** Set once its rows are going into the DataSet: from here on it cannot be aborted. */
	landing?: Promise<void>;
	rows: number;
	bytes: number;
	/** Why it ended as it did, in words that Domo's API does not give. */
	reason?: string;
}

export interface StreamState {
	id: number;
	dataSetId: string;
	updateMethod: string;
	keyColumnNames: string[];
	executions: Map<number, ExecutionState>;
	executionsMade: number;
	lastCommitAt?: number;
	createdAt: string;
	modifiedAt: string;
}

/** One request as it came in; `status` is missing while it is unanswered, and for good if it never is. */
export interface RequestRecord {
	/** Counted from 1. */
	number: number;
	at: string;
	/** Milliseconds on the clock of `performance.now()`. */
	atMs: number;
	operation?: Operation;
	method: string;
	path: string;
	query: Record<string, string | string[] | undefined>;
	/** Without Authorization. */
	headers: Record<string, string | string[] | undefined>;
	/** Bytes of body that were read. */
	bytes: number;
	status?: number;
	/** When its answer had gone out or its connection was lost, on the same clock. */
	closedMs?: number;
}

/** A sandbox may run for days: beyond so many requests the older half is forgotten. */
const MAX_LOG = 100_000;

/** Whoever a policy can be for. The first owns all DataSets. */
const SOME_USERS: readonly User[] = [
	{ id: 27, name: 'DomoSupport', email: 'domo.support@sandbox.example', role: 'Admin' },
	{ id: 28, name: 'Ada Lovelace', email: 'ada@sandbox.example', role: 'Privileged' },
	{ id: 29, name: 'Grace Hopper', email: 'grace@sandbox.example', role: 'Privileged' },
	{ id: 30, name: 'Radia Perlman', email: 'radia@sandbox.example', role: 'Participant' },
];
const SOME_GROUPS: readonly Group[] = [
	{ id: 1, name: 'Everyone', memberCount: 4 },
	{ id: 2, name: 'Sales West', memberCount: 1 },
];

/** Everything the sandbox knows. */
export class SandboxState {
	readonly tokens = new Tokens();
	readonly faults = new FaultPlan();
	readonly log: RequestRecord[] = [];
	readonly dataSets = new Map<string, DataSetState>();
	readonly streams = new Map<number, StreamState>();
	users: User[] = [...SOME_USERS];
	groups: Group[] = [...SOME_GROUPS];
	readonly upload = new Throttle(() => this.settings.bandwidthBytesPerSecond);
	readonly download = new Throttle(() => this.settings.bandwidthBytesPerSecond);
	streamsMade = 0;
	requestsMade = 0;
	partsInFlight = 0;
	maxPartsInFlight = 0;
	filesMade = 0;
	isClosing = false;

	constructor(
		readonly settings: Settings,
		readonly storage: Storage,
	) {}

	noteRequest(record: RequestRecord): void {
		this.log.push(record);
		if (this.log.length > MAX_LOG) this.log.splice(0, MAX_LOG / 2);
	}

	liveDataSet(id: string): DataSetState {
		const dataSet = this.dataSets.get(id);
		if (!dataSet || dataSet.isDeleted) throw new Refusal(404, `DataSet ${id} was not found`);
		return dataSet;
	}

	/** Notes that a DataSet, or an execution of its Stream, is written to. */
	touch(dataSetId: string): void {
		const dataSet = this.dataSets.get(dataSetId);
		if (dataSet) dataSet.touchedMs = performance.now();
	}

	stream(id: string | number): StreamState {
		const stream = this.streams.get(Number(id));
		if (!stream) throw new Refusal(404, `Stream ${id} was not found`);
		return stream;
	}

	execution(streamId: string | number, executionId: string | number): ExecutionState {
		const execution = this.stream(streamId).executions.get(Number(executionId));
		if (!execution) throw new Refusal(404, `Execution ${executionId} of stream ${streamId} was not found`);
		return execution;
	}
}

/** Now as Domo writes it: to the second. */
export const domoTime = () => `${new Date().toISOString().slice(0, 19)}Z`;
