import { describe, fieldsIn, fieldsOf, hasFields, idOf, isGood, listOf, refused, taken } from '../answers';
import { once, question, stated } from '../check';
import { column } from '../domo';
import type { Domo } from '../domo';
import type { Answer } from '../wire';
import { confirmed, contradicted, holds, notObservable, unseen } from '../verdict';

const OPERATORS = [
	'EQUALS',
	'LIKE',
	'GREATER_THAN',
	'LESS_THAN',
	'GREATER_THAN_EQUAL',
	'LESS_THAN_EQUAL',
	'BETWEEN',
	'BEGINS_WITH',
	'ENDS_WITH',
	'CONTAINS',
];

const filter = (operator: string, ...values: string[]) => ({
	column: 'region',
	operator,
	values,
	not: false,
});
const policy = (name: string, ...filters: object[]) => ({
	name,
	type: 'user',
	filters,
	users: [],
	groups: [],
});

const made = once(async (domo) => {
	const dataSetId = await domo.dataSet('policies', [column('region'), column('amount', 'LONG')]);
	const path = `/v1/datasets/${dataSetId}/policies`;
	const answer = await domo.send('POST', path, policy('north', filter('EQUALS', 'north')));
	const id = idOf(fieldsOf(answer.json).id);
	return { dataSetId, path, answer, id };
});
/** @throws Ends where the instance takes none */
const there = async (domo: Domo) => {
	const { id, ...rest } = await made(domo);
	if (!id) throw unseen(`no policy could be made, perhaps PDP is not enabled here: ${describe(rest.answer)}`);
	return { ...rest, id };
};
const firstFilter = (json: unknown) => {
	const { filters } = fieldsOf(json);
	return fieldsOf(Array.isArray(filters) ? filters[0] : undefined);
};

export const policies = [
	stated('policies.create.201', 'POST …/policies is answered 201', async (domo) => {
		const { answer } = await made(domo);
		return isGood(answer) ? holds(answer.status === 201, describe(answer)) : notObservable(describe(answer));
	}),
	stated('policies.create.fields', 'A policy has id, name, type, filters, users, groups', async (domo) => {
		const fields = fieldsOf((await there(domo)).answer.json);
		return hasFields(fields, ['id', 'name', 'type', 'filters', 'users', 'groups']);
	}),
	stated('policies.create.filter', 'A filter has column, operator, values and not', async (domo) => {
		const { column: name, operator, values, not } = firstFilter((await there(domo)).answer.json);
		return holds(
			name === 'region' && operator === 'EQUALS' && String(values) === 'north' && not === false,
			JSON.stringify({ column: name, operator, values, not }),
		);
	}),
	stated('policies.list.200', 'GET …/policies gives an array', async (domo) => {
		const { path, id } = await there(domo);
		const isListed = (found: Answer) => !isGood(found) || listOf(found).some((one) => idOf(one.id) === id);
		const answer = await domo.eventually(async () => await domo.get(path), isListed);
		return isGood(answer)
			? holds(
					listOf(answer).some((one) => idOf(one.id) === id),
					`${listOf(answer).length} policies`,
				)
			: taken(answer);
	}),
	question(
		'policies.list.default',
		'Which types do the policies of a DataSet have, of which one was made?',
		async (domo) =>
			listOf(await domo.get((await there(domo)).path))
				.map(({ type }) => String(type))
				.join(', '),
	),
	stated('policies.get.200', 'GET …/policies/ID gives it', async (domo) => {
		const { path, id } = await there(domo);
		const answer = await domo.get(`${path}/${id}`);
		return isGood(answer) ? holds(idOf(fieldsOf(answer.json).id) === id, describe(answer)) : taken(answer);
	}),
	stated('policies.update.200', 'PUT …/policies/ID changes it', async (domo) => {
		const { path } = await there(domo);
		const id = idOf(fieldsIn(await domo.send('POST', path, policy('south', filter('EQUALS', 'south')))).id);
		if (!id) return notObservable('a second policy could not be made');
		const answer = await domo.send(
			'PUT',
			`${path}/${id}`,
			policy('south', { ...filter('LIKE', 's'), not: true }),
		);
		if (!isGood(answer)) return taken(answer);
		const { operator, not } = await domo.eventually(
			async () => firstFilter((await domo.get(`${path}/${id}`)).json),
			(found) => found.operator === 'LIKE' && found.not === true,
		);
		return holds(
			operator === 'LIKE' && not === true,
			`${describe(answer)}, then ${String(operator)}, not ${String(not)}`,
		);
	}),
	stated('policies.delete.204', 'DELETE …/policies/ID is answered 204', async (domo) => {
		const { path } = await there(domo);
		const id = idOf(fieldsIn(await domo.send('POST', path, policy('east', filter('EQUALS', 'east')))).id);
		if (!id) return notObservable('a third policy could not be made');
		const answer = await domo.send('DELETE', `${path}/${id}`);
		return isGood(answer) ? holds(answer.status === 204, describe(answer)) : taken(answer);
	}),
	...OPERATORS.map((operator) =>
		stated(`policies.operator.${operator}`, `${operator} is an operator`, async (domo) => {
			const { path } = await there(domo);
			const numeric = /THAN|BETWEEN/.test(operator);
			const given = {
				...filter(operator, ...(numeric ? ['1'] : ['a']), ...(operator === 'BETWEEN' ? ['2'] : [])),
				column: numeric ? 'amount' : 'region',
			};
			const answer = await domo.send('POST', path, policy(operator, given));
			return isGood(answer)
				? holds(firstFilter(answer.json).operator === operator, describe(answer))
				: taken(answer);
		}),
	),
	stated('policies.operator.unknown-is-refused', 'Another operator is refused', async (domo) => {
		const { path } = await there(domo);
		return refused(await domo.send('POST', path, policy('other', filter('NEARLY', 'a'))));
	}),
	stated(
		'policies.values.under-255-characters',
		'Values of 255 characters or more are refused',
		async (domo) => {
			const { path } = await there(domo);
			return refused(await domo.send('POST', path, policy('long', filter('EQUALS', 'x'.repeat(256)))));
		},
	),
	stated('policies.values.up-to-254-characters', 'Values under 255 characters are taken', async (domo) => {
		const { path } = await there(domo);
		return taken(await domo.send('POST', path, policy('nearly long', filter('EQUALS', 'x'.repeat(254)))));
	}),
	question('policies.create.no-filters', 'What is a policy without filters answered with?', async (domo) => {
		const { path } = await there(domo);
		const { name, type, users, groups } = policy('no filters');
		return describe(await domo.send('POST', path, { name, type, users, groups }));
	}),
	question(
		'policies.update.missing-filters',
		'What does a PUT without filters make of those that are there?',
		async (domo) => {
			const { path } = await there(domo);
			const id = idOf(fieldsIn(await domo.send('POST', path, policy('west', filter('EQUALS', 'west')))).id);
			const { name, type, users, groups } = policy('west');
			const answer = await domo.send('PUT', `${path}/${id}`, { name, type, users, groups });
			const { filters } = fieldsIn(await domo.get(`${path}/${id}`));
			return `${describe(answer)}, then ${Array.isArray(filters) ? filters.length : 'no'} filters`;
		},
	),
	question('policies.type.open', 'Is the type open taken?', async (domo) => {
		const { path } = await there(domo);
		return describe(
			await domo.send('POST', path, { ...policy('open', filter('EQUALS', 'a')), type: 'open' }),
		);
	}),
	stated('policies.enable', 'PUT on the DataSet with pdpEnabled true switches PDP on', async (domo) => {
		const { dataSetId } = await there(domo);
		const answer = await domo.send('PUT', `/v1/datasets/${dataSetId}`, { pdpEnabled: true });
		if (!isGood(answer)) return taken(answer);
		const { pdpEnabled } = await domo.eventually(
			async () => fieldsIn(await domo.get(`/v1/datasets/${dataSetId}`)),
			(found) => found.pdpEnabled === true,
		);
		return pdpEnabled === true
			? confirmed('pdpEnabled true')
			: contradicted(`pdpEnabled ${String(pdpEnabled)}`);
	}),
];
