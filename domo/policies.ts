import { isList, isPolicy } from './answerShapes';
import type { DomoClient } from './client';
import type { Policy } from './types';

function policiesPath(dataSetId: string): string {
	return `/v1/datasets/${encodeURIComponent(dataSetId)}/policies`;
}

function policyPath(dataSetId: string, policyId: number): string {
	return `${policiesPath(dataSetId)}/${encodeURIComponent(policyId)}`;
}

/** Makes a PDP policy. A lost answer is never sent again, or the policy might be there twice. @throws DomoError */
export async function createPolicy(client: DomoClient, dataSetId: string, policy: Policy): Promise<Policy> {
	return await client.json<Policy>({
		what: `create the policy '${policy.name}'`,
		method: 'POST',
		path: policiesPath(dataSetId),
		body: policy,
		isAnswer: isPolicy,
		repeat: 'ifWithoutEffect',
	});
}

/** @throws DomoError */
export async function getPolicy(client: DomoClient, dataSetId: string, policyId: number): Promise<Policy> {
	return await client.json<Policy>({
		what: `give the policy ${policyId}`,
		method: 'GET',
		path: policyPath(dataSetId, policyId),
		isAnswer: isPolicy,
		repeat: 'always',
	});
}

/** All policies of a DataSet; Domo does not page them. @throws DomoError */
export async function listPolicies(client: DomoClient, dataSetId: string): Promise<Policy[]> {
	return await client.json<Policy[]>({
		what: `list the policies of the DataSet ${dataSetId}`,
		method: 'GET',
		path: policiesPath(dataSetId),
		isAnswer: isList,
		repeat: 'always',
	});
}

/** Replaces a policy as a whole. @throws DomoError */
export async function updatePolicy(
	client: DomoClient,
	dataSetId: string,
	policyId: number,
	policy: Policy,
): Promise<Policy> {
	return await client.json<Policy>({
		what: `update the policy ${policyId}`,
		method: 'PUT',
		path: policyPath(dataSetId, policyId),
		body: policy,
		isAnswer: isPolicy,
		repeat: 'always',
	});
}

/** @throws DomoError */
export async function deletePolicy(client: DomoClient, dataSetId: string, policyId: number): Promise<void> {
	await client.done({
		what: `delete the policy ${policyId}`,
		method: 'DELETE',
		path: policyPath(dataSetId, policyId),
		repeat: 'ifWithoutEffect',
	});
}
