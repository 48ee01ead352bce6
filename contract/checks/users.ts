import { atMost, describe, fieldsOf, fiftyCame, hasFields, isGood, listOf, must, taken } from '../answers';
import { once, stated } from '../check';
import type { Domo } from '../domo';
import { confirmed, contradicted, holds, notObservable, unseen } from '../verdict';

const userToken = once(async (domo) => {
	const answer = await domo.askForToken({ grant_type: 'client_credentials', scope: 'data user' });
	const { access_token: token, scope } = fieldsOf(answer.json);
	if (!isGood(answer) || typeof token !== 'string' || !/\buser\b/.test(String(scope)))
		throw unseen(`this client has no scope user: ${describe(answer)}`);
	return token;
});

const listed = async (domo: Domo, what: string, query = 'limit=2&offset=0') => {
	const ask = { method: 'GET' as const, path: `/v1/${what}?${query}` };
	const answer = await domo.wire.send(domo.with(await userToken(domo), ask));
	if ([404, 405, 501].includes(answer.status)) throw unseen(`not to be had here: HTTP ${answer.status}`);
	return answer;
};

/** Their IDs, in order. @throws Ends where the list is refused */
const idsOf = async (domo: Domo, what: string, query: string) => {
	const answer = await listed(domo, what, query);
	if (!isGood(answer)) throw unseen(`${query}: ${describe(answer)}`);
	return listOf(answer).map(({ id }) => String(id));
};

/** Never shows a value: names and addresses of people are none of a report's business. */
const has = (what: string, names: string[]) =>
	stated(
		`${what}.list.fields`,
		`GET /v1/${what}?limit&offset gives an array of ${names.join(', ')}`,
		async (domo) => {
			const answer = await listed(domo, what);
			if (!isGood(answer)) return taken(answer, `HTTP ${answer.status}`);
			const [first] = listOf(must(`list ${what}`, answer));
			if (!first) return notObservable('there is none');
			return hasFields(first, names);
		},
	);

/** How both lists are paged. */
const paged = (what: string) => [
	stated(`${what}.list.default-limit-50`, 'Without limit, at most 50 come', async (domo) => {
		return fiftyCame((await idsOf(domo, what, 'offset=0')).length, what);
	}),
	stated(`${what}.list.limit-500`, 'limit=500 is taken', async (domo) => {
		const answer = await listed(domo, what, 'limit=500&offset=0');
		return taken(answer, isGood(answer) ? `${listOf(answer).length} came` : describe(answer));
	}),
	stated(
		`${what}.list.limit-at-most-500`,
		'No more than 500 come, whatever limit says: it is refused or cut',
		async (domo) => atMost(500, await listed(domo, what, 'limit=501&offset=0'), 'limit=501', what),
	),
	stated(`${what}.list.limit-obeyed`, 'limit is obeyed', async (domo) => {
		const { length } = await idsOf(domo, what, 'limit=1&offset=0');
		return holds(length <= 1, `limit=1 gave ${length}`);
	}),
	stated(`${what}.list.offset`, 'offset leaves out that many', async (domo) => {
		const all = await idsOf(domo, what, 'limit=3&offset=0');
		if (all.length < 2) return notObservable(`there are only ${all.length} ${what}`);
		const rest = await idsOf(domo, what, 'limit=2&offset=1');
		const isRest = rest[0] === all[1] && !rest.includes(all[0]);
		return holds(isRest, isRest ? 'the first was left out' : 'not the first was left out');
	}),
	stated(`${what}.list.end`, 'Beyond the end, an empty list comes', async (domo) => {
		const { length } = await idsOf(domo, what, 'limit=500&offset=1000000');
		return holds(length === 0, `${length} came`);
	}),
];

export const users = [
	has('users', ['id', 'name', 'email', 'role']),
	has('groups', ['id', 'name']),
	...paged('users'),
	...paged('groups'),
	stated('users.list.scope', 'Without the scope user, the list of users is answered 403', async (domo) => {
		const answer = await domo.get('/v1/users?limit=1&offset=0', undefined, { lookedAt: [403] });
		if (isGood(answer)) return contradicted('it was given to a token of the scope data');
		return answer.status === 403 ? confirmed(describe(answer)) : notObservable(describe(answer));
	}),
];
