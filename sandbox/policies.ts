import type { FastifyInstance } from 'fastify';

import { POLICY_OPERATORS } from '../domo/types';
import type { Policy, PolicyFilter } from '../domo/types';
import { Refusal } from './refusal';
import { requireJson } from './requestBody';
import type { DataSetState, SandboxState } from './state';

const MAX_FILTER_CHARACTERS = 255;

function readPolicy(body: Record<string, unknown>, dataSet: DataSetState): Policy {
	const { name, type = 'user', filters = [], users = [], groups = [] } = body;
	if (typeof name !== 'string' || name.trim() === '') throw new Refusal(400, 'A policy needs a name');
	if (type !== 'user' && type !== 'system') throw new Refusal(400, `Invalid policy type: ${String(type)}`);
	if (!Array.isArray(filters)) throw new Refusal(400, 'filters must be a list');
	const areIds = (ids: unknown): ids is number[] =>
		Array.isArray(ids) && ids.every((id) => Number.isInteger(id));
	if (!areIds(users) || !areIds(groups)) throw new Refusal(400, 'users and groups must be lists of ids');
	return {
		name,
		type,
		filters: filters.map((filter: Partial<PolicyFilter>) => readFilter(filter, dataSet)),
		users,
		groups,
	};
}

function readFilter(filter: Partial<PolicyFilter>, dataSet: DataSetState): PolicyFilter {
	const { column, operator, values, not = false } = filter;
	if (!dataSet.columns.some(({ name }) => name === column))
		throw new Refusal(400, `No column named ${String(column)}`);
	if (!operator || !POLICY_OPERATORS.includes(operator))
		throw new Refusal(400, `Invalid operator: ${String(operator)}`);
	if (!Array.isArray(values) || values.length === 0 || !values.every((value) => typeof value === 'string')) {
		throw new Refusal(400, 'A filter needs values, given as text');
	}
	if (typeof not !== 'boolean') throw new Refusal(400, 'not must be true or false');
	if (values.join('').length >= MAX_FILTER_CHARACTERS) {
		throw new Refusal(400, `The values of a filter must have fewer than ${MAX_FILTER_CHARACTERS} characters`);
	}
	return { column: column as string, operator, values, not };
}

function find(state: SandboxState, params: { id: string; policy: string }): Policy {
	const policy = state.liveDataSet(params.id).policies.find(({ id }) => String(id) === params.policy);
	if (!policy) throw new Refusal(404, `Policy ${params.policy} was not found`);
	return policy;
}

type ById = { Params: { id: string; policy: string } };
const POLICIES = '/v1/datasets/:id/policies';

export function policyRoutes(app: FastifyInstance, state: SandboxState): void {
	app.post<ById>(POLICIES, { config: { operation: 'createPolicy' } }, async (request, reply) => {
		const dataSet = state.liveDataSet(request.params.id);
		const policy = {
			id: dataSet.policiesMade + 1,
			...readPolicy(await requireJson(request, state), dataSet),
		};
		dataSet.policiesMade++;
		dataSet.policies.push(policy);
		return await reply.code(201).send(policy);
	});

	app.get<ById>(
		POLICIES,
		{ config: { operation: 'listPolicies' } },
		async ({ params }) => state.liveDataSet(params.id).policies,
	);

	app.get<ById>(`${POLICIES}/:policy`, { config: { operation: 'getPolicy' } }, async ({ params }) =>
		find(state, params),
	);

	app.put<ById>(`${POLICIES}/:policy`, { config: { operation: 'updatePolicy' } }, async (request) => {
		const policy = find(state, request.params);
		const dataSet = state.liveDataSet(request.params.id);
		return Object.assign(policy, readPolicy(await requireJson(request, state), dataSet));
	});

	app.delete<ById>(
		`${POLICIES}/:policy`,
		{ config: { operation: 'deletePolicy' } },
		async ({ params }, reply) => {
			const policy = find(state, params);
			const dataSet = state.liveDataSet(params.id);
			dataSet.policies = dataSet.policies.filter((other) => other !== policy);
			return await reply.code(204).send();
		},
	);
}
