import {
	answeredWith,
	answeredWithList,
	atMost,
	describe,
	fieldsIn,
	fieldsOf,
	fiftyCame,
	idOf,
	isGood,
	listOf,
	must,
	refused,
	taken,
} from '../answers';
import { once, question, stated } from '../check';
import { column } from '../domo';
import { confirmed, contradicted, holds, notObservable, unseen } from '../verdict';

const TWO = [column('id', 'LONG'), column('text')];

const made = once(async (domo) => {
	const answer = must('create a Stream', await domo.tryStream('stream', TWO));
	const fields = fieldsOf(answer.json);
	const [id, dataSetId] = [idOf(fields.id), idOf(fieldsOf(fields.dataSet).id)];
	if (!id || !dataSetId) throw unseen(`a new Stream came without its IDs: ${describe(answer)}`);
	return { answer, fields, id, dataSetId };
});

const isChanged = once(async (domo) => {
	const { id } = await domo.stream('changed', TWO);
	const answer = await domo.send('PATCH', `/v1/streams/${id}`, { updateMethod: 'REPLACE' });
	const after = await domo.eventually(
		async () => fieldsIn(await domo.get(`/v1/streams/${id}?fields=all`)).updateMethod,
		(method) => !isGood(answer) || method === 'REPLACE',
	);
	return { answer, after };
});

const isDeleted = once(async (domo) => {
	const { id, dataSetId } = await domo.stream('deleted', TWO);
	const answer = await domo.send('DELETE', `/v1/streams/${id}`);
	return {
		answer,
		stream: await domo.get(`/v1/streams/${id}`, undefined, { lookedAt: [403] }),
		dataSet: await domo.eventually(async () => await domo.get(`/v1/datasets/${dataSetId}`), isGood),
	};
});

const hasId = (wanted: string) => (fields: Record<string, unknown>) => idOf(fields.id) === wanted;

export const streams = [
	stated('streams.create.200-or-201', 'POST /v1/streams is answered 200 or 201', async (domo) => {
		const { answer } = await made(domo);
		return holds([200, 201].includes(answer.status), describe(answer));
	}),
	stated('streams.create.id-is-integer', 'The ID of a Stream is an integer', async (domo) => {
		const { fields } = await made(domo);
		return holds(Number.isInteger(fields.id), `a ${typeof fields.id}`);
	}),
	stated('streams.create.makes-a-dataset', 'A new Stream has a new DataSet', async (domo) => {
		const { dataSetId } = await made(domo);
		const answer = await domo.eventually(async () => await domo.get(`/v1/datasets/${dataSetId}`), isGood);
		return taken(answer, isGood(answer) ? 'the DataSet is there' : describe(answer));
	}),
	stated('streams.create.echoes-update-method', 'The answer has the update method', async (domo) => {
		const { fields } = await made(domo);
		return holds(fields.updateMethod === 'APPEND', `updateMethod ${String(fields.updateMethod)}`);
	}),
	stated(
		'streams.create.not-on-existing-dataset',
		'A Stream cannot be put on a DataSet that exists',
		async (domo) => {
			const existing = await domo.dataSet('existing', TWO);
			const answer = await domo.tryStream('', TWO, {
				dataSet: { id: existing, name: domo.name('on an existing DataSet') },
			});
			if (!isGood(answer)) return refused(answer);
			const id = idOf(fieldsOf(fieldsOf(answer.json).dataSet).id);
			return id === existing
				? contradicted('it was put on the existing DataSet')
				: confirmed('accepted, but with a DataSet of its own');
		},
	),
	stated('streams.list.array', 'GET /v1/streams gives an array', async (domo) =>
		answeredWithList(await domo.get('/v1/streams?limit=10&offset=0&fields=all')),
	),
	stated('streams.list.limit-500', 'limit=500 is taken', async (domo) => {
		const answer = await domo.get('/v1/streams?limit=500');
		return taken(answer, isGood(answer) ? `${listOf(answer).length} came` : describe(answer));
	}),
	stated(
		'streams.list.limit-at-most-500',
		'No more than 500 come, whatever limit says: it is refused or cut',
		async (domo) => atMost(500, await domo.get('/v1/streams?limit=501'), 'limit=501', 'Streams'),
	),
	stated('streams.list.limit-obeyed', 'limit is obeyed', async (domo) => {
		await made(domo);
		const { length } = listOf(await domo.get('/v1/streams?limit=1'));
		return holds(length <= 1, `limit=1 gave ${length}`);
	}),
	stated('streams.list.default-limit-50', 'Without limit, at most 50 come', async (domo) => {
		return fiftyCame(listOf(await domo.get('/v1/streams')).length, 'Streams');
	}),
	question('streams.list.order', 'Are Streams listed by ascending or descending IDs?', async (domo) => {
		await Promise.all([made(domo), isChanged(domo)]);
		const ids = listOf(await domo.get('/v1/streams')).map(({ id }) => Number(id));
		if (ids.length < 2) return 'there are too few';
		const isSorted = (sign: number) => ids.every((id, i) => i === 0 || (id - ids[i - 1]) * sign > 0);
		return isSorted(1) ? 'ascending' : isSorted(-1) ? 'descending' : 'neither';
	}),
	stated(
		'streams.search.by-dataset',
		'search?q=dataSource.id:UUID finds the Stream of a DataSet, and no other',
		async (domo) => {
			const { id, dataSetId } = await made(domo);
			let answer = await domo.get(`/v1/streams/search?q=dataSource.id:${dataSetId}&fields=all`);
			if (!isGood(answer)) return taken(answer);
			await domo.until(async () => {
				answer = await domo.get(`/v1/streams/search?q=dataSource.id:${dataSetId}&fields=all`);
				return listOf(answer).length > 0;
			}, domo.run.rowsMs);
			const found = listOf(answer);
			return holds(
				found.length === 1 && hasId(id)(found[0]),
				`${found.length} found${found.some(hasId(id)) ? ', the Stream among them' : ''}`,
			);
		},
	),
	stated('streams.search.colon-escaped', 'It may be written dataSource.id%3AUUID, too', async (domo) => {
		const { id, dataSetId } = await made(domo);
		const answer = await domo.eventually(
			async () => await domo.get(`/v1/streams/search?q=dataSource.id%3A${dataSetId}&fields=all`),
			(found) => !isGood(found) || listOf(found).some(hasId(id)),
		);
		return isGood(answer)
			? holds(listOf(answer).some(hasId(id)), `${listOf(answer).length} found`)
			: taken(answer);
	}),
	stated('streams.search.none-is-empty', 'A search that finds nothing gives []', async (domo) => {
		const answer = await domo.get('/v1/streams/search?q=dataSource.id:00000000-0000-4000-8000-000000000000');
		return isGood(answer)
			? holds(listOf(answer).length === 0, `${listOf(answer).length} found`)
			: taken(answer);
	}),
	stated(
		'streams.search.by-owner',
		'search?q=dataSource.owner.id:ID finds the Streams of an owner',
		async (domo) => {
			const { id, dataSetId } = await made(domo);
			const owner = idOf(fieldsOf(fieldsIn(await domo.get(`/v1/datasets/${dataSetId}`)).owner).id);
			if (!owner) return notObservable('the DataSet shows no owner');
			const answer = await domo.eventually(
				async () => await domo.get(`/v1/streams/search?q=dataSource.owner.id:${owner}&fields=all&limit=500`),
				(found) => !isGood(found) || listOf(found).some(hasId(id)),
			);
			if (!isGood(answer)) return taken(answer);
			const found = listOf(answer);
			if (!found.some(hasId(id)) && found.length >= 50)
				return notObservable(`not among the first ${found.length}`);
			return holds(found.some(hasId(id)), `${found.length} found`);
		},
	),
	stated(
		'streams.get.fields-all',
		'GET …?fields=all gives id, dataSet with its schema, updateMethod',
		async (domo) => {
			const { id } = await made(domo);
			const answer = await domo.eventually(
				async () => await domo.get(`/v1/streams/${id}?fields=all`),
				isGood,
			);
			if (!isGood(answer)) return taken(answer);
			const { dataSet, updateMethod } = fieldsOf(answer.json);
			const missing = [
				idOf(fieldsOf(answer.json).id) === id ? '' : 'id',
				idOf(fieldsOf(dataSet).id) ? '' : 'dataSet.id',
				updateMethod === 'APPEND' ? '' : 'updateMethod',
			].filter((name) => name !== '');
			const schema = fieldsOf(dataSet).schema ? 'with' : 'without';
			return holds(
				missing.length === 0,
				missing.length === 0 ? `all there, ${schema} the schema` : `missing: ${missing.join(', ')}`,
			);
		},
	),
	stated('streams.get.unknown-is-404', 'A Stream that does not exist is not found', async (domo) => {
		const answer = await domo.get('/v1/streams/999999999', undefined, { lookedAt: [403] });
		return answeredWith([400, 403, 404], answer);
	}),
	stated('streams.update.method', 'PATCH changes the update method', async (domo) => {
		const { answer, after } = await isChanged(domo);
		return isGood(answer) ? holds(after === 'REPLACE', `afterwards ${String(after)}`) : taken(answer);
	}),
	stated('streams.delete.200-or-204', 'DELETE is answered 200 or 204', async (domo) => {
		const { answer } = await isDeleted(domo);
		return isGood(answer) ? holds([200, 204].includes(answer.status), describe(answer)) : taken(answer);
	}),
	stated('streams.delete.leaves-the-dataset', 'A deleted Stream leaves its DataSet', async (domo) => {
		const { dataSet } = await isDeleted(domo);
		return holds(isGood(dataSet) && fieldsOf(dataSet.json).deleted !== true, describe(dataSet));
	}),
	question('streams.delete.then-get', 'What is a deleted Stream answered with?', async (domo) =>
		describe((await isDeleted(domo)).stream),
	),
];
