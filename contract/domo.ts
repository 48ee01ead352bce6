import { describe, fieldsIn, fieldsOf, granted, idOf, isGood, isPage, listOf, must } from './answers';
import { readCsv } from './csv';
import type { Field } from './csv';
import type { Created, Ledger } from './ledger';
import type { Secrets } from './secrets';
import { Ends, notTried, unseen } from './verdict';
import type { Answer, Ask, Wire } from './wire';

export interface ColumnSpec {
	name: string;
	type: string;
}

export const column = (name: string, type = 'STRING'): ColumnSpec => ({ name, type });

export interface Run {
	clientId: string;
	clientSecret: string;
	/** Also what takes minutes to an hour. */
	slow: boolean;
	/** How long an execution may take to be indexed, and imported rows to show. */
	settleMs: number;
	rowsMs: number;
	maxRows: number;
	/** On the clock of performance.now(): nothing is waited for any longer then. */
	endsAtMs: number;
	/** With which every name begins that the run makes. */
	mark: string;
}

/** What became of an execution: its states with the milliseconds since the commit when each was first seen. */
export interface Settled {
	state: string;
	states: Array<[state: string, ms: number]>;
	answer: Answer;
}

export const ENDED = new Set(['SUCCESS', 'ABORTED', 'INVALID', 'ERROR', 'FAILED', 'CANCELLED']);
/** After so many waits in vain, the others are short: a server that never gets there must not hold up the run. */
const PATIENCE = 3;
const SHORT_WAIT_MS = 5_000;
const LAST_LOOK_MS = 500;

/** The Domo that is looked at: what the checks send, make, wait for and read back. */
export class Domo {
	private renewing: Promise<Answer> | undefined;
	private token = '';
	private rowsSent = 0;
	private names = 0;
	/** Of the DataSets that were made, as they were made. */
	private readonly columnCounts = new Map<string, number>();
	private inVain = 0;
	/** Creates that were not answered, or without an ID: they may have left something that no ID is known of. */
	readonly lostCreates: string[] = [];
	/** What experiments are done once for. */
	round: object = {};

	constructor(
		readonly wire: Wire,
		readonly run: Run,
		private readonly ledger: Ledger,
		private readonly secrets: Secrets,
	) {}

	/** From now on all experiments are done once more. */
	beginAnew(): void {
		this.round = {};
	}

	/** Keeps a text out of all that is printed, written and recorded. */
	hide(secret: string): void {
		this.secrets.add(secret);
	}

	/** Asks for a token of the given scope. */
	async askForToken(
		parameters: Record<string, string> = { grant_type: 'client_credentials', scope: 'data' },
		options: { method?: 'GET' | 'POST'; secret?: string; headers?: Record<string, string> } = {},
	): Promise<Answer> {
		const { method = 'POST', secret = this.run.clientSecret, headers } = options;
		const basic = Buffer.from(`${this.run.clientId}:${secret}`).toString('base64');
		this.secrets.add(basic);
		const form = new URLSearchParams(parameters).toString();
		const answer = await this.wire.send({
			method,
			path: method === 'GET' ? `/oauth/token?${form}` : '/oauth/token',
			headers: {
				authorization: `Basic ${basic}`,
				...(method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
				...headers,
			},
			...(method === 'POST' ? { body: form } : {}),
		});
		const { access_token: token } = fieldsOf(answer.json);
		if (typeof token === 'string') this.secrets.add(token);
		return answer;
	}

	/** @throws Ends where there is none to be had */
	async logIn(): Promise<string> {
		this.renewing ??= this.askForToken();
		const answer = await this.renewing;
		const { access_token: token } = fieldsOf(answer.json);
		if (typeof token !== 'string') throw unseen(`no access token came: ${describe(answer)}`);
		return (this.token = token);
	}

	/** Sends a request with the run's token, renewed once where it has died. @throws Ends where a grant is missing, too */
	async ask(ask: Ask): Promise<Answer> {
		return granted(await this.askAnyway(ask), ask.lookedAt);
	}

	private async askAnyway(ask: Ask): Promise<Answer> {
		if (!this.token) await this.logIn();
		const used = this.token;
		const pages = [...(ask.pages ?? []), 401, 406];
		const answer = await this.wire.send({ ...this.with(used, ask), pages });
		// Where CSV is asked for, a dead token may be answered with a page.
		if (answer.status !== 401 && !isPage(answer)) return answer;
		if (this.token === used) {
			this.renewing = undefined;
			await this.logIn();
		}
		return await this.wire.send(this.with(this.token, ask));
	}

	with(token: string, ask: Ask): Ask {
		return { ...ask, headers: { authorization: `bearer ${token}`, ...ask.headers } };
	}

	async get(
		path: string,
		headers?: Record<string, string>,
		options: Pick<Ask, 'pages' | 'lookedAt'> = {},
	): Promise<Answer> {
		return await this.ask({ method: 'GET', path, headers, ...options });
	}

	async send(
		method: Ask['method'],
		path: string,
		body?: object,
		options: Partial<Ask> = {},
	): Promise<Answer> {
		return await this.ask({
			method,
			path,
			...options,
			...(body ? { body: JSON.stringify(body) } : {}),
			headers: { ...(body ? { 'content-type': 'application/json' } : {}), ...options.headers },
		});
	}

	name(what: string): string {
		return `${this.run.mark} ${++this.names} ${what}`;
	}

	/** Creates something, notes its IDs, and gives the answer, whatever it is. @param body JSON */
	private async create(
		kind: Created['kind'],
		path: string,
		body: string,
		idsOf: (answer: Answer) => Created[],
	) {
		const headers = { 'content-type': 'application/json' };
		const answer = await this.askAnyway({ method: 'POST', path, body, headers, creates: true }).catch(
			(error: unknown) => {
				if (error instanceof Ends && error.verdict.outcome !== 'notTried') this.lostCreates.push(path);
				throw error;
			},
		);
		const ids = isGood(answer) ? idsOf(answer) : [];
		for (const created of ids) this.ledger.note(created);
		if (isGood(answer) && !ids.some((created) => created.kind === kind)) this.lostCreates.push(path);
		return granted(answer);
	}

	async tryDataSet(what: string, columns: ColumnSpec[], more: object = {}): Promise<Answer> {
		const body = {
			name: this.name(what),
			description: 'Made by npm run contract',
			schema: { columns },
			...more,
		};
		return await this.tryRawDataSet(JSON.stringify(body));
	}

	async tryRawDataSet(body: string): Promise<Answer> {
		return await this.create('dataSet', '/v1/datasets', body, ({ json }) => {
			const id = idOf(fieldsOf(json).id);
			return id ? [{ kind: 'dataSet', id }] : [];
		});
	}

	/** @returns its ID @throws Ends */
	async dataSet(what: string, columns: ColumnSpec[]): Promise<string> {
		const answer = must('create a DataSet', await this.tryDataSet(what, columns));
		const id = idOf(fieldsOf(answer.json).id);
		if (!id) throw unseen(`a new DataSet came without an ID: ${describe(answer)}`);
		this.columnCounts.set(id, columns.length);
		return id;
	}

	async tryStream(what: string, columns: ColumnSpec[], more: object = {}): Promise<Answer> {
		const dataSet = { name: this.name(what), description: 'Made by npm run contract', schema: { columns } };
		const answer = await this.create(
			'stream',
			'/v1/streams',
			JSON.stringify({ dataSet, updateMethod: 'APPEND', ...more }),
			({ json }) => {
				const stream = idOf(fieldsOf(json).id);
				const dataSetId = idOf(fieldsOf(fieldsOf(json).dataSet).id);
				return [
					...(dataSetId ? [{ kind: 'dataSet' as const, id: dataSetId }] : []),
					...(stream ? [{ kind: 'stream' as const, id: stream }] : []),
				];
			},
		);
		const fields = fieldsOf(answer.json);
		const id = idOf(fields.id);
		if (!isGood(answer) || !id || idOf(fieldsOf(fields.dataSet).id)) return answer;
		// Its DataSet must be known, to be deleted: also after Ctrl-C.
		const shown = await this.askToCleanUp({ method: 'GET', path: `/v1/streams/${id}?fields=all` }).catch(
			() => undefined,
		);
		const { dataSet: found } = fieldsOf(shown?.json);
		const dataSetId = idOf(fieldsOf(found).id);
		if (dataSetId) this.ledger.note({ kind: 'dataSet', id: dataSetId });
		else this.lostCreates.push('/v1/streams');
		return { ...answer, json: { ...fields, dataSet: found } };
	}

	/** @throws Ends */
	async stream(what: string, columns: ColumnSpec[], more: object = {}): Promise<Stream> {
		const stream = streamOf(this, must('create a Stream', await this.tryStream(what, columns, more)));
		this.columnCounts.set(stream.dataSetId, columns.length);
		return stream;
	}

	/** Imports CSV, whatever the answer. @param query `?updateMethod=REPLACE`, or nothing */
	async import(
		dataSetId: string,
		csv: string | Buffer,
		query = '?updateMethod=REPLACE',
		headers: Record<string, string> = {},
	): Promise<Answer> {
		this.countRows(csv);
		return await this.ask({
			method: 'PUT',
			path: `/v1/datasets/${dataSetId}/data${query}`,
			headers: { 'content-type': 'text/csv', ...headers },
			body: csv,
		});
	}

	/** @throws Ends once the run has sent as many rows as it may */
	countRows(csv: string | Buffer): void {
		this.rowsSent += csv.toString('latin1').split('\n').length - 1;
		if (this.rowsSent > this.run.maxRows)
			throw new Ends(notTried(`the run's limit of ${this.run.maxRows} rows is used up`));
	}

	async export(dataSetId: string, query = '?includeHeader=false'): Promise<Answer> {
		return await this.get(`/v1/datasets/${dataSetId}/data${query}`, { accept: 'text/csv' });
	}

	/** The rows, without columns that Domo adds itself. @throws Ends where the export is refused */
	async rows(dataSetId: string): Promise<Field[][]> {
		const records = readCsv(must('export the DataSet', await this.export(dataSetId)).text);
		const own = this.columnCounts.get(dataSetId);
		if (own === undefined || records.every(({ length }) => length <= own)) return records;
		const header = must('export the DataSet', await this.export(dataSetId, '?includeHeader=true')).text;
		const names = (readCsv(header)[0] ?? []).map(({ text }) => text);
		// Behind the header's end, or with a name of Domo's.
		const isOwn = (index: number) => (index < names.length ? !/^_BATCH_/.test(names[index]) : index < own);
		return records.map((fields) => fields.filter((_, index) => isOwn(index)));
	}

	/** The rows, once they are as wanted; else as they were last. @throws Ends */
	async rowsOnce(
		dataSetId: string,
		isSo: (rows: Field[][]) => boolean,
		ms = this.run.rowsMs,
	): Promise<Field[][]> {
		let last: Field[][] = [];
		await this.until(async () => isSo((last = await this.rows(dataSetId))), ms);
		return last;
	}

	/** The rows of a DataSet as texts joined by `|`, once there are so many; else as they were last. */
	async lines(dataSetId: string, count: number, ms?: number): Promise<string[]> {
		return (await this.rowsOnce(dataSetId, ({ length }) => length === count, ms)).map((fields) =>
			fields.map(({ text }) => text).join('|'),
		);
	}

	async query(dataSetId: string, sql: string): Promise<Answer> {
		return await this.send('POST', `/v1/datasets/query/execute/${dataSetId}`, { sql });
	}

	/** Looks again and again, ever less often. @returns whether it came to be so in time */
	async until(isSo: () => Promise<boolean>, withinMs: number): Promise<boolean> {
		const startedAt = performance.now();
		const allowedMs = Math.min(withinMs, Math.max(this.run.endsAtMs - startedAt, LAST_LOOK_MS));
		for (let pauseMs = 25; ; pauseMs = Math.min(pauseMs * 1.6, 3_000)) {
			if (await isSo()) return true;
			const leftMs = allowedMs - (performance.now() - startedAt);
			if (leftMs <= 0) break;
			await this.wire.pause(Math.min(pauseMs, leftMs));
		}
		// What was not waited for long enough is no word on Domo.
		if (allowedMs < withinMs) throw new Ends(notTried("the run's time is used up (--max-minutes)"));
		return false;
	}

	/** Looks until an answer is as wanted: a server may show a change a moment later. @returns the last one */
	async eventually<T>(look: () => Promise<T>, isSo: (found: T) => boolean): Promise<T> {
		let last!: T;
		await this.until(async () => isSo((last = await look())), Math.min(this.run.rowsMs, 10_000));
		return last;
	}

	/** How long to wait for the end of an execution. */
	get patienceMs(): number {
		return this.inVain < PATIENCE ? this.run.settleMs : Math.min(this.run.settleMs, SHORT_WAIT_MS);
	}

	/** An execution did not end in time. */
	losePatience(): void {
		this.inVain++;
	}

	/** Sends a request that deletes, or looks whether it may, whatever has befallen the run. */
	async askToCleanUp(ask: Pick<Ask, 'method' | 'path'>): Promise<Answer> {
		const cleansUp = { ...ask, cleansUp: true };
		const answer = await this.wire.send(this.with(this.token, cleansUp));
		if (answer.status !== 401) return answer;
		const { access_token: token } = fieldsIn(await this.askForTokenToCleanUp());
		if (typeof token !== 'string') return answer;
		return await this.wire.send(this.with((this.token = token), cleansUp));
	}

	private async askForTokenToCleanUp(): Promise<Answer> {
		const basic = Buffer.from(`${this.run.clientId}:${this.run.clientSecret}`).toString('base64');
		const answer = await this.wire.send({
			method: 'POST',
			path: '/oauth/token',
			headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
			body: 'grant_type=client_credentials&scope=data',
			cleansUp: true,
		});
		const { access_token: token } = fieldsOf(answer.json);
		if (typeof token === 'string') this.secrets.add(token);
		return answer;
	}
}

function streamOf(domo: Domo, answer: Answer): Stream {
	const { id, dataSet } = fieldsOf(answer.json);
	const [streamId, dataSetId] = [idOf(id), idOf(fieldsOf(dataSet).id)];
	if (!streamId || !dataSetId) throw unseen(`a new Stream came without its IDs: ${describe(answer)}`);
	return new Stream(domo, streamId, dataSetId);
}

/** A Stream of the run's own, and its executions. */
export class Stream {
	readonly path: string;

	constructor(
		readonly domo: Domo,
		readonly id: string,
		readonly dataSetId: string,
	) {
		this.path = `/v1/streams/${encodeURIComponent(id)}`;
	}

	/** @throws Ends */
	async open(body?: object): Promise<Execution> {
		const answer = must('create an execution', await this.domo.send('POST', `${this.path}/executions`, body));
		const id = idOf(fieldsOf(answer.json).id);
		if (!id) throw unseen(`a new execution came without an ID: ${describe(answer)}`);
		return new Execution(this, id, answer);
	}

	/** Puts rows into its DataSet before an execution does. @throws Ends where that can't be */
	async seed(csv: string, count: number): Promise<void> {
		must('import rows into the DataSet of a Stream', await this.domo.import(this.dataSetId, csv));
		const lines = await this.domo.lines(this.dataSetId, count);
		if (lines.length !== count)
			throw unseen(`${count} imported rows did not show in time, but ${lines.length}`);
	}

	/** Opens an execution, sends one part, commits, and waits. @throws Ends */
	async load(csv: string | Buffer, body?: object, headers?: Record<string, string>): Promise<Settled> {
		const execution = await this.open(body);
		must('send a part', await execution.part(1, csv, headers));
		return await execution.commitAndSettle();
	}
}

export class Execution {
	readonly path: string;

	constructor(
		readonly stream: Stream,
		readonly id: string,
		/** To its creation. */
		readonly created: Answer,
	) {
		this.path = `${stream.path}/executions/${encodeURIComponent(id)}`;
	}

	async part(
		number: number | string,
		csv: string | Buffer,
		headers: Record<string, string> = {},
		atOnce = false,
	): Promise<Answer> {
		if (!Buffer.isBuffer(csv)) this.stream.domo.countRows(csv);
		return await this.stream.domo.ask({
			method: 'PUT',
			path: `${this.path}/part/${number}`,
			headers: { 'content-type': 'text/csv', ...headers },
			body: csv,
			atOnce,
		});
	}

	async get(): Promise<Answer> {
		return await this.stream.domo.get(this.path);
	}

	async state(): Promise<string> {
		return String(fieldsIn(await this.get()).currentState);
	}

	async commit(options: Partial<Ask> = {}): Promise<Answer> {
		return await this.stream.domo.send('PUT', `${this.path}/commit`, undefined, options);
	}

	/** A commit that a limit may refuse: its answer is looked at, not waited for. */
	async commitOnce(): Promise<Answer> {
		return await this.commit({ once: true, lookedAt: [403] });
	}

	async abort(): Promise<Answer> {
		return await this.stream.domo.send('PUT', `${this.path}/abort`);
	}

	/** @throws Ends where the commit is refused or not done in time */
	async commitAndSettle(): Promise<Settled> {
		const answer = must('commit', await this.commit());
		return await this.settled(answer);
	}

	/** Waits for its end. @throws Ends where that takes too long */
	async settled(commit: Answer): Promise<Settled> {
		const { domo } = this.stream;
		const startedAt = performance.now() - commit.ms;
		const states: Settled['states'] = [];
		let answer = commit;
		const note = (state: string) => {
			if (states.at(-1)?.[0] !== state) states.push([state, Math.round(performance.now() - startedAt)]);
		};
		note(String(fieldsOf(commit.json).currentState));
		const { patienceMs } = domo;
		const ended = await domo.until(async () => {
			answer = await this.get();
			const state = String(fieldsOf(answer.json).currentState);
			note(state);
			return ENDED.has(state);
		}, patienceMs);
		const state = states[states.length - 1][0];
		if (ended) return { state, states, answer };
		domo.losePatience();
		throw unseen(
			`the execution was still ${state} ${Math.round(patienceMs / 1000)} s after its commit${domo.run.slow ? '' : '; --slow waits longer'}`,
		);
	}
}

/** Its rows are in the DataSet. @throws Ends */
export function succeeded(settled: Settled): Settled {
	if (settled.state !== 'SUCCESS') throw unseen(`the execution ended in ${settled.state}`);
	return settled;
}

/** The DataSets or Streams of a list that are the run's own, by their names. */
export const ownOf = (domo: Domo, answer: Answer) =>
	listOf(answer).filter(({ name, dataSet }) =>
		String(name ?? fieldsOf(dataSet).name ?? '').startsWith(domo.run.mark),
	);
