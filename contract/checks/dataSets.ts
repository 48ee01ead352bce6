/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { gzipSync } from 'node:zlib';

import {
	answeredWith,
	answeredWithList,
	atMost,
	describe,
	fieldsIn,
	fieldsOf,
	fiftyCame,
	hasFields,
	idOf,
	isGood,
	listOf,
	must,
	refused,
	taken,
} from '../answers';
import { once, question, stated, untried } from '../check';
import type { Field } from '../csv';
import { column, ownOf } from '../domo';
import type { ColumnSpec, Domo } from '../domo';
import type { Answer } from '../wire';
import { holds, notObservable, unseen } from '../verdict';

const TYPES = ['STRING', 'DECIMAL', 'LONG', 'DOUBLE', 'DATE', 'DATETIME'];
const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const TWO = [column('id', 'LONG'), column('text')];

/** One with a column of each type. */
const all = once(async (domo) => {
	const columns = TYPES.map((type) => column(`a ${type}`, type));
	const answer = must('create a DataSet', await domo.tryDataSet('all types', columns));
	const id = idOf(fieldsOf(answer.json).id);
	if (!id) throw unseen('a new DataSet came without an ID');
	return { answer, id, columns };
});

const shown = once(async (domo) =>
	must('get a DataSet', await domo.get(`/v1/datasets/${(await all(domo)).id}`)),
);

const columnsOf = (json: unknown): string => {
	const { columns } = fieldsOf(fieldsOf(json).schema);
	return Array.isArray(columns)
		? columns.map((one) => `${String(fieldsOf(one).name)} ${String(fieldsOf(one).type)}`).join(', ')
		: 'no schema';
};
const textOf = (columns: ColumnSpec[]) => columns.map(({ name, type }) => `${name} ${type}`).join(', ');

/** Three DataSets whose names sort otherwise than they were made, once the list has them. */
const listed = once(async (domo) => {
	for (const name of ['list b', 'list a', 'list c']) {
		must('create a DataSet', await domo.tryDataSet('', TWO, { name: `${domo.run.mark} ${name}` }));
	}
	const path = `/v1/datasets?nameLike=${encodeURIComponent(`${domo.run.mark} list`)}`;
	let found = await domo.get(path);
	await domo.until(async () => ownOf(domo, (found = await domo.get(path))).length === 3, domo.run.rowsMs);
	return { path, found };
});

const lettersOf = (domo: Domo, answer: Parameters<typeof listOf>[0]) =>
	listOf(answer)
		.map(({ name }) => String(name))
		.filter((name) => name.startsWith(`${domo.run.mark} list `))
		.map((name) => name.slice(-1))
		.join('');

/** A DataSet that holds one row, and what another import makes of it. */
async function afterImport(domo: Domo, query: string): Promise<{ lines: string[]; answer: Answer }> {
	const id = await domo.dataSet(`import${query.replace('?', ' ')}`, TWO);
	must('import', await domo.import(id, '1,first\n'));
	if ((await domo.lines(id, 1)).length !== 1) throw unseen('an imported row did not show in time');
	const answer = await domo.import(id, '2,second\n', query);
	if (!isGood(answer)) return { lines: [], answer };
	const isThere = (found: Field[][]) => found.some(([first]) => first?.text === '2');
	const rows = await domo.rowsOnce(id, isThere);
	if (!isThere(rows)) throw unseen('a second imported row did not show in time');
	return { lines: rows.map((fields) => fields.map((field) => field.text).join('|')), answer };
}

const appended = once(async (domo) => await afterImport(domo, '?updateMethod=APPEND'));

const replaces = (name: string, fact: string, query: string) =>
	stated(name, fact, async (domo) => {
		const { lines, answer } = await afterImport(domo, query);
		if (!isGood(answer)) return taken(answer);
		return holds(lines.join() === '2|second', `afterwards the DataSet holds ${lines.join(', ')}`);
	});

const isUpdated = once(async (domo) => {
	const id = await domo.dataSet('update', TWO);
	if (isGood(await domo.import(id, '1,first\n'))) await domo.lines(id, 1);
	const name = domo.name('renamed');
	const renamed = await domo.send('PUT', `/v1/datasets/${id}`, { name, description: 'changed' });
	const get = async () => must('get a DataSet', await domo.get(`/v1/datasets/${id}`));
	const afterName = await domo.eventually(
		get,
		({ json }) => !isGood(renamed) || fieldsOf(json).name === name,
	);
	const schema = { columns: [column('text'), column('more', 'DATE'), column('id', 'LONG')] };
	const changed = await domo.send('PUT', `/v1/datasets/${id}`, { schema });
	const afterSchema = await domo.eventually(
		get,
		({ json }) => !isGood(changed) || columnsOf(json) === textOf(schema.columns),
	);
	return { id, name, renamed, afterName, schema, changed, afterSchema };
});

const isDeleted = once(async (domo) => {
	const id = await domo.dataSet('delete', TWO);
	const answer = await domo.send('DELETE', `/v1/datasets/${id}`);
	const after = await domo.eventually(
		async () => await domo.get(`/v1/datasets/${id}`, undefined, { lookedAt: [403] }),
		(found) => !isGood(answer) || !isGood(found) || fieldsOf(found.json).deleted === true,
	);
	return { answer, after };
});

export const dataSets = [
	stated('dataSets.create.2xx', 'POST /v1/datasets creates a DataSet', async (domo) =>
		taken((await all(domo)).answer),
	),
	stated('dataSets.create.id-is-uuid', 'The ID of a DataSet is a UUID', async (domo) => {
		const { id } = await all(domo);
		return holds(
			UUID.test(id),
			UUID.test(id) ? 'a UUID' : `an ID of ${id.length} characters, not in the form of a UUID`,
		);
	}),
	stated(
		'dataSets.create.all-types',
		`The types ${TYPES.join(', ')} are kept, in this order`,
		async (domo) => {
			const { columns } = await all(domo);
			const found = columnsOf((await shown(domo)).json);
			return holds(found === textOf(columns), found);
		},
	),
	stated('dataSets.create.no-boolean', 'There is no type BOOLEAN', async (domo) => {
		// Where none can be made at all, a refusal says nothing.
		await all(domo);
		return refused(await domo.tryDataSet('boolean', [column('flag', 'BOOLEAN')]));
	}),
	question(
		'dataSets.create.names-differ-in-case',
		'Are two columns taken whose names differ only in case?',
		async (domo) => describe(await domo.tryDataSet('case', [column('Name'), column('name')])),
	),
	question('dataSets.create.domo-own-column', 'Is a column called _BATCH_ID_ taken?', async (domo) =>
		describe(await domo.tryDataSet('batch', [column('id', 'LONG'), column('_BATCH_ID_')])),
	),
	stated(
		'dataSets.get.fields',
		'GET gives id, name, description, rows, columns, schema, owner, createdAt, updatedAt, pdpEnabled',
		async (domo) => {
			const fields = fieldsIn(await shown(domo));
			const names = [
				'id',
				'name',
				'description',
				'rows',
				'columns',
				'schema',
				'owner',
				'createdAt',
				'updatedAt',
				'pdpEnabled',
			];
			const others = Object.keys(fields).filter((key) => !names.includes(key));
			return hasFields(fields, names, `all there; others: ${others.join(', ')}`);
		},
	),
	stated('dataSets.get.columns-is-a-count', 'columns is how many columns there are', async (domo) => {
		const { columns } = fieldsIn(await shown(domo));
		return holds(columns === TYPES.length, `columns is ${JSON.stringify(columns)?.slice(0, 80)}`);
	}),
	stated('dataSets.get.rows-follow', 'rows is how many rows there are, once they are in', async (domo) => {
		const id = await domo.dataSet('count', TWO);
		must('import', await domo.import(id, '1,a\n2,b\n3,c\n'));
		let rows: unknown;
		const isSo = await domo.until(async () => {
			({ rows } = fieldsIn(await domo.get(`/v1/datasets/${id}`)));
			return rows === 3;
		}, domo.run.rowsMs);
		if (!isSo && (await domo.rows(id)).length !== 3) return notObservable('the rows did not show in time');
		return holds(isSo, `3 rows were imported, rows is ${String(rows)}`);
	}),
	question('dataSets.get.dataCurrentAt', 'Does dataCurrentAt appear with the first rows?', async (domo) => {
		const { id } = await isUpdated(domo);
		return fieldsIn(await domo.get(`/v1/datasets/${id}`)).dataCurrentAt === undefined ? 'no' : 'yes';
	}),
	stated('dataSets.get.unknown-is-404', 'A DataSet that does not exist is not found', async (domo) => {
		const path = '/v1/datasets/00000000-0000-4000-8000-000000000000';
		return answeredWith([400, 403, 404], await domo.get(path, undefined, { lookedAt: [403] }));
	}),
	stated('dataSets.list.array', 'GET /v1/datasets gives an array', async (domo) =>
		answeredWithList(await domo.get('/v1/datasets')),
	),
	stated('dataSets.list.default-limit-50', 'Without limit, at most 50 come', async (domo) => {
		return fiftyCame(listOf(await domo.get('/v1/datasets')).length, 'DataSets');
	}),
	stated('dataSets.list.limit-50', 'limit=50 is taken', async (domo) =>
		taken(await domo.get('/v1/datasets?limit=50')),
	),
	stated('dataSets.list.limit-obeyed', 'limit is obeyed', async (domo) => {
		const { path } = await listed(domo);
		const { length } = listOf(await domo.get(`${path}&limit=2`));
		return holds(length <= 2, `limit=2 gave ${length}`);
	}),
	stated(
		'dataSets.list.limit-at-most-50',
		'No more than 50 come, whatever limit says: it is refused or cut',
		async (domo) => atMost(50, await domo.get('/v1/datasets?limit=51'), 'limit=51', 'DataSets'),
	),
	question('dataSets.list.limit-0', 'What is limit=0 answered with?', async (domo) => {
		const answer = await domo.get('/v1/datasets?limit=0');
		return isGood(answer) ? `HTTP ${answer.status} with ${listOf(answer).length} DataSets` : describe(answer);
	}),
	stated('dataSets.list.name-like', 'nameLike finds the DataSets whose names contain it', async (domo) => {
		const { found } = await listed(domo);
		const [own, allFound] = [lettersOf(domo, found).length, listOf(found).length];
		return holds(own === 3 && allFound === 3, `${own} of the run's 3, and ${allFound - own} others`);
	}),
	stated('dataSets.list.offset', 'offset leaves out that many', async (domo) => {
		const { path } = await listed(domo);
		const letters: string[] = [];
		for (const offset of [0, 1, 2, 3])
			letters.push(lettersOf(domo, await domo.get(`${path}&sort=name&limit=1&offset=${offset}`)));
		return holds(
			letters.join('') === 'abc' && letters[3] === '',
			`offsets 0 to 3 gave ${letters.map((letter) => letter || 'none').join(', ')}`,
		);
	}),
	stated('dataSets.list.sort-name', 'sort=name sorts by name', async (domo) => {
		const letters = lettersOf(domo, await domo.get(`${(await listed(domo)).path}&sort=name`));
		return holds(letters === 'abc', letters);
	}),
	stated('dataSets.list.sort-name-descending', 'sort=nameDescending sorts the other way', async (domo) => {
		const letters = lettersOf(domo, await domo.get(`${(await listed(domo)).path}&sort=nameDescending`));
		return holds(letters === 'cba', letters);
	}),
	question(
		'dataSets.list.sort-last-updated',
		'Which comes first with sort=lastUpdated, made as b, a, c?',
		async (domo) => {
			const answer = await domo.get(`${(await listed(domo)).path}&sort=lastUpdated`);
			return isGood(answer) ? lettersOf(domo, answer) : describe(answer);
		},
	),
	question(
		'dataSets.list.default-order',
		'In which order does the list come without sort, made as b, a, c?',
		async (domo) => lettersOf(domo, (await listed(domo)).found),
	),
	stated('dataSets.update.name', 'PUT changes name and description', async (domo) => {
		const { renamed, afterName, name } = await isUpdated(domo);
		if (!isGood(renamed)) return taken(renamed);
		const { name: found, description } = fieldsOf(afterName.json);
		return holds(
			found === name && description === 'changed',
			found === name ? `description ${JSON.stringify(description)}` : 'the name is as before',
		);
	}),
	stated(
		'dataSets.update.leaves-the-rest',
		'PUT without a schema leaves the schema as it is',
		async (domo) => {
			const found = columnsOf((await isUpdated(domo)).afterName.json);
			return holds(found === textOf(TWO), found);
		},
	),
	stated('dataSets.update.schema-replaces', 'A schema replaces the old one as a whole', async (domo) => {
		const { changed, afterSchema, schema } = await isUpdated(domo);
		if (!isGood(changed)) return taken(changed);
		const found = columnsOf(afterSchema.json);
		return holds(found === textOf(schema.columns), found);
	}),
	question(
		'dataSets.update.schema-and-rows',
		'Which values do rows have after the columns id, text have become text, more, id?',
		async (domo) => {
			const { id } = await isUpdated(domo);
			return (await domo.lines(id, 1)).join(', ') || 'no rows';
		},
	),
	untried('dataSets.update.owner', 'PUT changes the owner', 'it needs a second user'),
	stated('dataSets.delete.204', 'DELETE is answered 204', async (domo) => {
		const { answer } = await isDeleted(domo);
		return isGood(answer) ? holds(answer.status === 204, describe(answer)) : taken(answer);
	}),
	stated(
		'dataSets.delete.then-get',
		'A deleted DataSet answers 200 with deleted: true, or is not found',
		async (domo) => {
			const { answer, after } = await isDeleted(domo);
			if (!isGood(answer)) return notObservable(describe(answer));
			const { deleted } = fieldsOf(after.json);
			if (isGood(after)) return holds(deleted === true, `HTTP ${after.status}, deleted ${String(deleted)}`);
			return answeredWith([403, 404, 410], after);
		},
	),
	stated('dataSets.import.204-empty', 'An import is answered 204 without a body', async (domo) => {
		const { answer } = await appended(domo);
		const { status, text } = answer;
		if (!isGood(answer)) return taken(answer);
		return holds(status === 204 && text === '', `HTTP ${status}, ${text.length} characters`);
	}),
	stated('dataSets.import.append', 'updateMethod=APPEND adds rows', async (domo) => {
		const { lines, answer } = await appended(domo);
		if (!isGood(answer)) return taken(answer);
		return holds(
			[...lines].sort().join() === '1|first,2|second',
			`afterwards the DataSet holds ${lines.join(', ')}`,
		);
	}),
	replaces('dataSets.import.replace', 'updateMethod=REPLACE replaces the rows', '?updateMethod=REPLACE'),
	replaces('dataSets.import.missing-is-replace', 'A missing updateMethod means REPLACE', ''),
	replaces(
		'dataSets.import.lower-case-is-replace',
		'updateMethod=append means REPLACE',
		'?updateMethod=append',
	),
	replaces(
		'dataSets.import.unknown-is-replace',
		'An unknown updateMethod means REPLACE',
		'?updateMethod=SOMETHING',
	),
	question('dataSets.import.gzip', 'Is an import with Content-Encoding: gzip taken?', async (domo) => {
		const id = await domo.dataSet('import gzip', TWO);
		const answer = await domo.import(id, gzipSync('1,zipped\n'), undefined, { 'content-encoding': 'gzip' });
		if (!isGood(answer)) return describe(answer);
		return `${describe(answer)}; the DataSet then holds ${(await domo.lines(id, 1)).join(', ') || 'no rows'}`;
	}),
	question(
		'dataSets.import.empty-replace',
		'What does a REPLACE with an empty body do to one row?',
		async (domo) => {
			const id = await domo.dataSet('import empty', TWO);
			must('import', await domo.import(id, '1,first\n'));
			await domo.lines(id, 1);
			const answer = await domo.import(id, '');
			const rows = isGood(answer) ? await domo.lines(id, 0, 3_000) : await domo.lines(id, 1);
			return `${describe(answer)}; afterwards ${rows.length} rows`;
		},
	),
	question(
		'dataSets.import.no-line-feed-at-end',
		'Is a last row without a line feed taken?',
		async (domo) => {
			const id = await domo.dataSet('import no line feed', TWO);
			const answer = await domo.import(id, '1,a\n2,b');
			return isGood(answer)
				? `${describe(answer)}; ${(await domo.lines(id, 2)).length} rows`
				: describe(answer);
		},
	),
	question('dataSets.import.header', 'Is a header record loaded as a row?', async (domo) => {
		const id = await domo.dataSet('import header', [column('a'), column('b')]);
		const answer = await domo.import(id, 'a,b\n1,2\n');
		if (!isGood(answer)) return describe(answer);
		const lines = await domo.lines(id, 2, 3_000);
		return `${lines.length} rows: ${lines.join(', ')}`;
	}),
	stated('dataSets.import.answers-by-itself', 'An import needs no commit: its rows appear', async (domo) => {
		const { lines, answer } = await appended(domo);
		return isGood(answer) ? holds(lines.length > 0, 'they appear') : taken(answer);
	}),
	untried(
		'dataSets.import.only-api-made',
		'Only DataSets made through the API can be written through it',
		'it would need one of your own DataSets',
	),
];
