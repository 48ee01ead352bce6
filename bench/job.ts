/** One thing to measure, as it is handed to a process of its own. */
import type { IBinaryData, IDataObject } from 'n8n-workflow';

import type { Column } from '../domo/types';
import type { DomoAddress } from './sink';
import type { Shape } from './tables';
import type { Watched } from './watch';

export type Runner = keyof typeof RUNNERS;

/** The module in bench/jobs that does the work; each exports `prepare`. */
export const RUNNERS = {
	node: "the Domo Stream node in n8n's engine",
	exportNode: "the Domo DataSet node in n8n's engine",
	reference: 'bench/jobs/reference.ts, no engine',
	domoSdk: "npm's domo-sdk, no engine",
	codeNode: 'what a Code node and an HTTP Request node do, no engine',
	csvParse: 'csv-parse behind node:http, no engine',
	papaparse: 'papaparse behind node:http, no engine',
	parseAlone: 'a parser on a file, its rows dropped; no engine',
	storeFile: "puts a file into n8n's binary store; not a measurement",
} as const;

export interface Job {
	runner: Runner;
	domo: DomoAddress;
	streamId: number;
	dataSetId: string;
	columns: Column[];
	/** Rows to upload as items. */
	items?: { shape: Shape; count: number };
	/** Streams that the items go to in turns, by a target field. */
	targetStreams?: number[];
	/** The items of each of them stand together instead. */
	isSortedByTarget?: boolean;
	/** A file in n8n's binary store. */
	binary?: IBinaryData;
	/** CSV made while it is read, in place of a file; its size. */
	generatedBytes?: number;
	/** Options of Upload in Parallel, or of a peer. */
	options?: IDataObject;
	/** The collection 'Checks Before Commit'. */
	checks?: IDataObject;
	/** What has to have gone over, where the runner counts rows. */
	expectedRows?: number;
	/** A file to put into the store, or to parse. */
	path?: string;
	/** Of parseAlone. */
	parser?: 'ours' | 'csvParse' | 'papaparse';
}

/** What a job's run tells besides its time. */
export interface Told {
	rows?: number;
	/** The most the memory budget ever granted at once. */
	budgetPeakBytes?: number;
	summary?: IDataObject;
	binary?: IBinaryData;
}

/** Runs what is to be measured, and measures it; called once. */
export type Clock = <T>(work: () => Promise<T>) => Promise<T>;

/** Gets everything ready, and returns the run, which puts what is measured under the clock. */
export type Prepare = (job: Job) => Promise<(clock: Clock) => Promise<Told>>;

export interface Measurement extends Partial<Watched>, Told {
	ms: number;
	/** The 99th percentile of another workflow's answers meanwhile. */
	neighbourMs?: number;
	/** What the sink received in parts. */
	sentBytes?: number;
	parts?: number;
}
