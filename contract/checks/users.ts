import { describe, fieldsOf, isGood, listOf, must, taken } from '../answers';
import { once, stated } from '../check';
import type { Domo } from '../domo';
import { holds, notObservable, unseen } from '../verdict';

const userToken = once(async (domo) => {
	const answer = await domo.askForToken({ grant_type: 'client_credentials', scope: 'data user' });
	const { access_token: token, scope } = fieldsOf(answer.json);
	if (!isGood(answer) || typeof token !== 'string' || !/\buser\b/.test(String(scope)))
		throw unseen(`this client has no scope user: ${describe(answer)}`);
	return token;
});

const listed = async (domo: Domo, what: string) => {
	const ask = { method: 'GET' as const, path: `/v1/${what}?limit=2&offset=0` };
	const answer = await domo.wire.send(domo.with(await userToken(domo), ask));
	if ([404, 405, 501].includes(answer.status)) throw unseen(`not to be had here: HTTP ${answer.status}`);
	return answer;
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
			const missing = names.filter((name) => first[name] === undefined);
			return holds(
				missing.length === 0,
				missing.length === 0 ? 'all there' : `missing: ${missing.join(', ')}`,
			);
		},
	);

export const users = [
	has('users', ['id', 'name', 'email', 'role']),
	has('groups', ['id', 'name']),
	stated('users.list.limit-obeyed', 'limit is obeyed', async (domo) => {
		const answer = await listed(domo, 'users');
		return isGood(answer)
			? holds(listOf(answer).length <= 2, `limit=2 gave ${listOf(answer).length}`)
			: taken(answer, `HTTP ${answer.status}`);
	}),
];
