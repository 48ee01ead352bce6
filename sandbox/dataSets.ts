/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';

import type { FastifyInstance } from 'fastify';

import { COLUMN_TYPES } from '../domo/types';
import type { Column } from '../domo/types';
import { csvRows } from './csvRows';
import type { Settings } from './options';
import { page } from './paging';
import type { Query } from './paging';
import { Refusal } from './refusal';
import { drain, receiveCsv, requireJson } from './requestBody';
import { domoTime } from './state';
import type { DataSetState, SandboxState } from './state';
import { textView, typedView } from './storage';

export const OWNER = { id: 27, name: 'DomoSupport' };

export function dataSetJson(
	dataSet: DataSetState,
	settings: Settings,
	withSchema = true,
): Record<string, unknown> {
	return {
		id: dataSet.id,
		name: dataSet.name,
		description: dataSet.description,
		rows: dataSet.rows,
		columns: dataSet.columns.length,
		...(withSchema ? { schema: { columns: dataSet.columns } } : {}),
		owner: OWNER,
		createdAt: dataSet.createdAt,
		updatedAt: dataSet.updatedAt,
		...(dataSet.dataCurrentAt && settings.dataCurrentAt === 'shown'
			? { dataCurrentAt: dataSet.dataCurrentAt }
			: {}),
		pdpEnabled: dataSet.pdpEnabled,
		...(withSchema ? { policies: dataSet.policies } : {}),
		...(dataSet.isDeleted ? { deleted: true } : {}),
	};
}

/** @throws Refusal for a schema Domo refuses, or that would break later (names that differ only in case) */
export function readColumns(schema: unknown): Column[] {
	const columns = (schema as { columns?: unknown } | undefined)?.columns;
	if (!Array.isArray(columns) || columns.length === 0) throw new Refusal(400, 'The schema has no columns');
	const seen = new Set<string>();
	return columns.map((column: Partial<Column> | null) => {
		const name = column?.name;
		const type = column?.type;
		if (typeof name !== 'string' || name.trim() === '') throw new Refusal(400, 'A column has no name');
		if (!type || !COLUMN_TYPES.includes(type))
			throw new Refusal(400, `Column '${name}' has no valid type: ${String(type)}`);
		if (seen.has(name.toLowerCase())) throw new Refusal(400, `Column name '${name}' is used twice`);
		seen.add(name.toLowerCase());
		return { name, type };
	});
}

export async function makeDataSet(
	state: SandboxState,
	wanted: { name?: unknown; description?: unknown; schema?: unknown },
	isWritable = true,
): Promise<DataSetState> {
	if (typeof wanted.name !== 'string' || wanted.name.trim() === '')
		throw new Refusal(400, 'A DataSet needs a name');
	const id = randomUUID();
	const dataSet: DataSetState = {
		id,
		name: wanted.name,
		description: typeof wanted.description === 'string' ? wanted.description : '',
		columns: readColumns(wanted.schema),
		rows: 0,
		ownerId: OWNER.id,
		isWritable,
		isDeleted: false,
		pdpEnabled: false,
		policies: [],
		policiesMade: 0,
		landings: 0,
		touchedMs: performance.now(),
		createdAt: domoTime(),
		updatedAt: domoTime(),
		view: typedView(id),
		textView: textView(id),
	};
	await state.storage.createTable(id, dataSet.columns);
	state.dataSets.set(id, dataSet);
	return dataSet;
}

export function noteNewRows(dataSet: DataSetState, rows: number): void {
	dataSet.rows = rows;
	dataSet.landings++;
	dataSet.touchedMs = performance.now();
	dataSet.updatedAt = domoTime();
	dataSet.dataCurrentAt = domoTime();
}

const SORT_FIELDS: Record<string, (dataSet: DataSetState) => string> = {
	name: (dataSet) => dataSet.name.toLowerCase(),
	lastTouched: (dataSet) => dataSet.updatedAt,
	lastUpdated: (dataSet) => dataSet.updatedAt,
	createdAt: (dataSet) => dataSet.createdAt,
	dataSetId: (dataSet) => dataSet.id,
};

function sorted(dataSets: DataSetState[], sort: Query[string]): DataSetState[] {
	if (sort === undefined || sort === '') return dataSets;
	const [, minus, field, direction] = /^(-?)([A-Za-z]+?)(Ascending|Descending)?$/.exec(String(sort)) ?? [];
	const key = Object.hasOwn(SORT_FIELDS, field ?? '') ? SORT_FIELDS[field] : undefined;
	if (!key) throw new Refusal(400, `Cannot sort by '${String(sort)}'`);
	const sign = minus || direction === 'Descending' ? -1 : 1;
	return [...dataSets].sort((a, b) => (key(a) < key(b) ? -sign : key(a) > key(b) ? sign : 0));
}

type ById = { Params: { id: string }; Querystring: Query };

export function dataSetRoutes(app: FastifyInstance, state: SandboxState): void {
	app.post('/v1/datasets', { config: { operation: 'createDataSet' } }, async (request, reply) => {
		const dataSet = await makeDataSet(state, await requireJson(request, state));
		return await reply.code(201).send(dataSetJson(dataSet, state.settings));
	});

	app.get<ById>('/v1/datasets', { config: { operation: 'listDataSets' } }, async ({ query }) => {
		const wanted = String(query.nameLike ?? '').toLowerCase();
		const live = [...state.dataSets.values()].filter(
			({ isDeleted, name }) => !isDeleted && name.toLowerCase().includes(wanted),
		);
		return page(sorted(live, query.sort), query, 50, state.settings).map((dataSet) =>
			dataSetJson(dataSet, state.settings, false),
		);
	});

	app.get<ById>('/v1/datasets/:id', { config: { operation: 'getDataSet' } }, async ({ params }) => {
		const dataSet = state.dataSets.get(params.id);
		if (dataSet?.isDeleted && state.settings.deletedDataSetStatus === 200)
			return dataSetJson(dataSet, state.settings);
		return dataSetJson(state.liveDataSet(params.id), state.settings);
	});

	app.put<ById>('/v1/datasets/:id', { config: { operation: 'updateDataSet' } }, async (request) => {
		const dataSet = state.liveDataSet(request.params.id);
		const wanted = await requireJson(request, state);
		if (wanted.name !== undefined && (typeof wanted.name !== 'string' || wanted.name.trim() === '')) {
			throw new Refusal(400, 'A DataSet needs a name');
		}
		if (wanted.pdpEnabled !== undefined && typeof wanted.pdpEnabled !== 'boolean') {
			throw new Refusal(400, 'pdpEnabled must be true or false');
		}
		if (wanted.schema !== undefined) {
			const columns = readColumns(wanted.schema);
			await state.storage.changeColumns(dataSet.id, dataSet.columns, columns);
			dataSet.columns = columns;
		}
		if (typeof wanted.name === 'string') dataSet.name = wanted.name;
		if (typeof wanted.description === 'string') dataSet.description = wanted.description;
		if (typeof wanted.pdpEnabled === 'boolean') dataSet.pdpEnabled = wanted.pdpEnabled;
		dataSet.updatedAt = domoTime();
		state.touch(dataSet.id);
		return dataSetJson(dataSet, state.settings);
	});

	app.delete<ById>(
		'/v1/datasets/:id',
		{ config: { operation: 'deleteDataSet' } },
		async ({ params }, reply) => {
			const dataSet = state.liveDataSet(params.id);
			dataSet.isDeleted = true;
			await state.storage.dropTable(dataSet.id);
			return await reply.code(204).send();
		},
	);

	app.put<ById>('/v1/datasets/:id/data', { config: { operation: 'import' } }, async (request, reply) => {
		const dataSet = state.liveDataSet(request.params.id);
		if (!dataSet.isWritable) throw new Refusal(403);
		// Domo's own trap: whatever isn't exactly APPEND replaces all rows, without a word.
		const updateMethod = request.query.updateMethod === 'APPEND' ? 'APPEND' : 'REPLACE';
		if (!state.settings.keepRows) {
			await drain(request, state);
			return await reply.code(204).send();
		}
		const { file } = await receiveCsv(
			request,
			state,
			state.settings.importGzip === 'taken' ? 'encoding' : 'none',
		);
		try {
			const staged = await state.storage.stage(
				csvRows(file, dataSet.columns, state.settings),
				dataSet.columns.length,
			);
			const rows = await state.storage.land(dataSet.id, [staged], updateMethod);
			await state.storage.discard(staged);
			noteNewRows(dataSet, rows ?? dataSet.rows);
		} finally {
			await rm(file.path, { force: true });
		}
		return await reply.code(204).send();
	});
}
