/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import type { FastifyInstance } from 'fastify';

import type { Column, Group, User } from '../domo/types';
import { makeCertificate } from './certificate';
import { makeDataSet, noteNewRows } from './dataSets';
import type { FaultPlan } from './faults';
import { describeExecution, readRows } from './inspect';
import type { DescribedExecution } from './inspect';
import { DEFAULT_SETTINGS } from './options';
import type { SandboxOptions, Settings } from './options';
import { PAGE_PATH } from './page/routes';
import { makeServer } from './server';
import { SandboxState } from './state';
import type { DataSetState, PartState, RequestRecord } from './state';
import { Storage } from './storage';
import { makeStream } from './streams';

export type { Fault, FaultPlan, Operation } from './faults';
export type { DescribedExecution } from './inspect';
export type { SandboxOptions } from './options';
export type { DataSetState, PartState, RequestRecord } from './state';

/** Rows as objects by column name; a missing key is NULL. */
export type SeedRow = Record<string, string | number | boolean | null | undefined>;

export interface Sandbox {
	/** http://127.0.0.1:PORT */
	readonly url: string;
	/** Where a browser shows all that is in it */
	readonly pageUrl: string;
	/** https://localhost:PORT, with `tls` */
	readonly tlsUrl?: string;
	/** File with the PEM certificate to trust (NODE_EXTRA_CA_CERTS), with `tls` */
	readonly certificatePath?: string;
	readonly clientId: string;
	readonly clientSecret: string;
	/** May be changed at any time; ports and keepRows only matter at the start. */
	readonly settings: Settings;
	readonly faults: FaultPlan;
	readonly log: readonly RequestRecord[];
	readonly maxPartsInFlight: number;
	readonly tokensIssued: number;
	/** Whoever a policy can be for; may be replaced. */
	users: User[];
	groups: Group[];
	expireTokens(): void;
	createDataSet(wanted: {
		name: string;
		columns: Column[];
		rows?: SeedRow[];
		viaApi?: boolean;
	}): Promise<string>;
	createStream(wanted: {
		name: string;
		columns: Column[];
		updateMethod?: string;
		keyColumnNames?: string[];
		rows?: SeedRow[];
	}): Promise<{ streamId: number; dataSetId: string }>;
	/** @throws if there is no such DataSet; a deleted one is still told */
	dataSet(dataSetId: string): DataSetState;
	/** The names of the DataSets that have not been deleted. */
	dataSetNames(): string[];
	/** The IDs of the DataSets of this name that have not been deleted. */
	dataSetIds(name: string): string[];
	/** A DataSet's rows in order, values as the CSV's text: NULL is null, an empty string ''. */
	rows(dataSetId: string, limit?: number, offset?: number): Promise<Array<Record<string, string | null>>>;
	executions(streamId: number): DescribedExecution[];
	execution(streamId: number, executionId: number): DescribedExecution;
	parts(streamId: number, executionId: number): PartState[];
	/** Runs SQL in the sandbox's DuckDB; a DataSet's rows are in its `view` (typed) and `textView`. */
	sql(query: string): Promise<Array<Record<string, unknown>>>;
	/** The database inside, for what `sql` is too small for. */
	readonly storage: Storage;
	close(): Promise<void>;
}

/** Starts a strict local Domo on 127.0.0.1. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const settings: Settings = { ...DEFAULT_SETTINGS, ...options };
	const state = new SandboxState(settings, await Storage.open());
	const app = makeServer(state);
	let tls: Awaited<ReturnType<typeof listenWithTls>> | undefined;
	const close = async (): Promise<void> => {
		state.isClosing = true;
		try {
			tls?.server.closeAllConnections();
			tls?.server.close();
			await app.close();
		} finally {
			await state.storage.close();
		}
	};
	const listen = async (): Promise<string> => {
		const address = await app.listen({ port: settings.port, host: '127.0.0.1' });
		tls = settings.tls ? await listenWithTls(app, state) : undefined;
		return address;
	};
	const url = await listen().catch(async (error: unknown) => {
		await close();
		throw error;
	});

	const seed = async (dataSetId: string, rows: SeedRow[]): Promise<void> => {
		const dataSet = state.liveDataSet(dataSetId);
		const texts = rows.map((row) =>
			dataSet.columns.map(({ name }) =>
				row[name] === null || row[name] === undefined ? null : String(row[name]),
			),
		);
		const staged = await state.storage.stage([texts], dataSet.columns.length);
		noteNewRows(dataSet, (await state.storage.land(dataSetId, [staged], 'APPEND')) ?? 0);
		await state.storage.discard(staged);
	};

	return {
		url,
		pageUrl: url + PAGE_PATH,
		...(tls ? { tlsUrl: tls.url, certificatePath: tls.certificatePath } : {}),
		clientId: settings.clientId,
		clientSecret: settings.clientSecret,
		settings,
		faults: state.faults,
		log: state.log,
		storage: state.storage,
		get maxPartsInFlight() {
			return state.maxPartsInFlight;
		},
		get tokensIssued() {
			return state.tokens.issued;
		},
		get users() {
			return state.users;
		},
		set users(users) {
			state.users = users;
		},
		get groups() {
			return state.groups;
		},
		set groups(groups) {
			state.groups = groups;
		},
		expireTokens: () => state.tokens.expireAll(),
		async createDataSet({ name, columns, rows = [], viaApi = true }) {
			const { id } = await makeDataSet(state, { name, schema: { columns } }, viaApi);
			if (rows.length > 0) await seed(id, rows);
			return id;
		},
		async createStream({ name, columns, updateMethod = 'APPEND', keyColumnNames, rows = [] }) {
			const stream = await makeStream(state, {
				dataSet: { name, schema: { columns } },
				updateMethod,
				keyColumnNames,
			});
			if (rows.length > 0) await seed(stream.dataSetId, rows);
			return { streamId: stream.id, dataSetId: stream.dataSetId };
		},
		dataSet(dataSetId) {
			return state.dataSets.get(dataSetId) ?? state.liveDataSet(dataSetId);
		},
		dataSetNames: () =>
			[...state.dataSets.values()].filter(({ isDeleted }) => !isDeleted).map(({ name }) => name),
		dataSetIds: (name) =>
			[...state.dataSets.values()]
				.filter((dataSet) => !dataSet.isDeleted && dataSet.name === name)
				.map(({ id }) => id),
		rows: async (dataSetId, limit, offset) => await readRows(state, dataSetId, limit, offset),
		executions: (streamId) => [...state.stream(streamId).executions.values()].map(describeExecution),
		execution: (streamId, executionId) => describeExecution(state.execution(streamId, executionId)),
		parts: (streamId, executionId) => describeExecution(state.execution(streamId, executionId)).parts,
		sql: async (query) => await state.storage.sql(query),
		close,
	};
}

async function listenWithTls(
	app: FastifyInstance,
	state: SandboxState,
): Promise<{ server: Server; url: string; certificatePath: string }> {
	const certificate = await makeCertificate();
	const certificatePath = join(state.storage.folder, 'certificate.pem');
	await writeFile(certificatePath, certificate.cert);
	const server = createServer(certificate, (request, response) => app.routing(request, response));
	server.requestTimeout = 0;
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(state.settings.tlsPort, '127.0.0.1', resolve);
	});
	return { server, url: `https://localhost:${(server.address() as AddressInfo).port}`, certificatePath };
}
