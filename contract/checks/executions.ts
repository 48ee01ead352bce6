import { describe, fieldsIn, fieldsOf, hasFields, idOf, isGood, listOf, must, taken } from '../answers';
import { once, question, slow, stated } from '../check';
import { column, ENDED, succeeded } from '../domo';
import type { Domo, Stream } from '../domo';
import { confirmed, contradicted, holds, notObservable, unseen } from '../verdict';

const TWO = [column('id', 'LONG'), column('text')];
const stateOf = (json: unknown) => String(fieldsOf(json).currentState);

/** One execution up to its commit. */
const opened = once(async (domo) => {
	const stream = await domo.stream('execution', TWO);
	const execution = await stream.open();
	const shown = await execution.get();
	const part = await execution.part(1, '1,one\n2,two\n');
	return { stream, execution, shown, part, commit: await execution.commit() };
});

/** And to its end. */
const whole = once(async (domo) => {
	const { stream, execution, part, commit } = await opened(domo);
	must('send a part', part);
	const settled = await execution.settled(must('commit', commit));
	const isThere = settled.state === 'SUCCESS' && (await domo.rows(stream.dataSetId)).length === 2;
	const lines = settled.state === 'SUCCESS' ? await domo.lines(stream.dataSetId, 2) : [];
	return { stream, execution, settled, isThere, lines };
});

/** What is asked of an execution that is a success. */
const afterwards = once(async (domo) => {
	const { execution, stream, settled } = await whole(domo);
	succeeded(settled);
	const abort = await execution.abort();
	const part = await execution.part(2, '3,three\n');
	const commit = await execution.commit();
	const state = await execution.state();
	return { abort, part, commit, state, lines: await domo.lines(stream.dataSetId, 2) };
});

/** A second execution right after the first one's commit. */
const second = once(async (domo) => {
	await afterwards(domo);
	const { stream } = await whole(domo);
	const execution = await stream.open();
	must('send a part', await execution.part(1, '4,four\n'));
	return { execution, commit: await execution.commitOnce() };
});

/** Two executions at the same time, and none committed. */
const rivals = once(async (domo) => {
	const stream = await domo.stream('rivals', TWO);
	const first = await stream.open();
	must('send a part', await first.part(1, '1,lost\n'));
	const other = await stream.open();
	let firstState = '';
	await domo.until(
		async () => ENDED.has((firstState = await first.state())),
		Math.min(domo.run.rowsMs, 5_000),
	);
	const list = await domo.eventually(
		async () => await domo.get(`${stream.path}/executions?limit=50&offset=0`),
		(found) =>
			!isGood(found) || [first, other].every((one) => listOf(found).some(({ id }) => String(id) === one.id)),
	);
	const partToEnded = await first.part(2, '2,late\n');
	const abortCurrent = await domo.send('PUT', `${stream.path}/executions/abort`);
	const otherState = await domo.eventually(
		async () => await other.state(),
		(state) => !isGood(abortCurrent) || ENDED.has(state),
	);
	const abortAgain = await other.abort();
	return { stream, first, other, firstState, list, partToEnded, abortCurrent, otherState, abortAgain };
});

const aborted = once(async (domo) => {
	const stream = await domo.stream('aborted', TWO);
	const execution = await stream.open();
	must('send a part', await execution.part(1, '1,gone\n'));
	const answer = await execution.abort();
	let state = '';
	await domo.until(
		async () => ENDED.has((state = await execution.state())),
		Math.min(domo.run.rowsMs, 10_000),
	);
	const commit = await execution.commit();
	return { answer, state, commit, rows: await domo.rows(stream.dataSetId).catch(() => undefined) };
});

/** Two rows, then an execution with one more under an update method of its own. */
const replaced = async (domo: Domo, streamMethod: string, body?: object) => {
	const stream = await domo.stream('replace', TWO, { updateMethod: streamMethod });
	await stream.seed('1,old\n2,old\n', 2);
	const execution = await stream.open(body);
	must('send a part', await execution.part(1, '3,new\n'));
	const settled = succeeded(await execution.commitAndSettle());
	const rows = await domo.rowsOnce(stream.dataSetId, (found) => found.some(([id]) => id?.text === '3'));
	const lines = rows.map((fields) => fields.map(({ text }) => text).join('|'));
	return { execution, settled, lines: lines.join(', ') };
};
const byStream = once(async (domo) => await replaced(domo, 'REPLACE'));
const byExecution = once(async (domo) => await replaced(domo, 'APPEND', { updateMethod: 'REPLACE' }));
const appendedByExecution = once(async (domo) => await replaced(domo, 'REPLACE', { updateMethod: 'APPEND' }));

const withoutParts = once(async (domo) => {
	const stream = await domo.stream('no parts', TWO, { updateMethod: 'REPLACE' });
	await stream.seed('1,old\n2,old\n', 2);
	const execution = await stream.open();
	const commit = await execution.commit();
	const state = isGood(commit) ? (await execution.settled(commit)).state : '';
	const rows =
		state === 'SUCCESS'
			? await domo.lines(stream.dataSetId, 0, 3_000)
			: await domo.lines(stream.dataSetId, 2);
	return `${describe(commit)}${state ? `, then ${state}` : ''}; of 2 rows under REPLACE, ${rows.length} are left`;
});

const schemaChanged = async (domo: Domo, stream: Stream) => {
	const execution = await stream.open();
	must('send a part', await execution.part(1, '1,before\n'));
	const schema = { columns: [...TWO, column('added')] };
	const change = await domo.send('PUT', `/v1/datasets/${stream.dataSetId}`, { schema });
	if (!isGood(change)) return `the change is refused: ${describe(change)}`;
	const part = await execution.part(2, '2,after,more\n');
	const commit = await execution.commit();
	const state = isGood(commit) ? (await execution.settled(commit)).state : describe(commit);
	const lines = state === 'SUCCESS' ? await domo.lines(stream.dataSetId, isGood(part) ? 2 : 1, 3_000) : [];
	return `the change ${describe(change)}; a part of the new schema ${describe(part)}; commit: ${state}; rows ${lines.join(', ') || 'none'}`;
};

export const executions = [
	stated(
		'executions.create.200-or-201',
		'POST …/executions without a body is answered 200 or 201',
		async (domo) => {
			const { created } = (await opened(domo)).execution;
			return holds([200, 201].includes(created.status), describe(created));
		},
	),
	stated('executions.create.active', 'A new execution is ACTIVE', async (domo) => {
		const { created } = (await opened(domo)).execution;
		const { currentState } = fieldsOf(created.json);
		if (typeof currentState !== 'string') return notObservable(`no state came: ${describe(created)}`);
		return holds(currentState === 'ACTIVE', currentState);
	}),
	stated(
		'executions.create.fields',
		'It has id, startedAt, currentState, createdAt, modifiedAt',
		async (domo) => {
			const fields = fieldsOf((await opened(domo)).execution.created.json);
			return hasFields(fields, ['id', 'startedAt', 'currentState', 'createdAt', 'modifiedAt']);
		},
	),
	stated(
		'executions.create.ids-count-up',
		'Execution IDs are integers that count up for each Stream',
		async (domo) => {
			const { first, other } = await rivals(domo);
			return holds(
				Number.isInteger(Number(first.id)) && Number(other.id) > Number(first.id),
				`the first is ${first.id}, the second ${other.id}`.replace(/\d{5,}/g, 'a large number'),
			);
		},
	),
	stated(
		'executions.create.aborts-the-others',
		'A new execution aborts every other open one of its Stream',
		async (domo) => {
			const { firstState } = await rivals(domo);
			return holds(firstState === 'ABORTED', `the first is then ${firstState}`);
		},
	),
	question(
		'executions.create.update-method-echoed',
		'Is the updateMethod of an execution shown?',
		async (domo) => {
			const { execution } = await byExecution(domo);
			const shown = fieldsIn(await execution.get()).updateMethod;
			return `created: ${String(fieldsOf(execution.created.json).updateMethod ?? 'not shown')}, got: ${String(shown ?? 'not shown')}`;
		},
	),
	question(
		'executions.create.replace-on-append-stream',
		'Is updateMethod REPLACE of an execution obeyed on an APPEND Stream?',
		async (domo) => {
			const { lines } = await byExecution(domo);
			return lines === '3|new' ? 'obeyed' : `not obeyed: the DataSet holds ${lines}`;
		},
	),
	question(
		'executions.create.append-on-replace-stream',
		'Is updateMethod APPEND of an execution obeyed on a REPLACE Stream?',
		async (domo) => {
			const { lines } = await appendedByExecution(domo);
			return lines === '3|new' ? 'not obeyed: the rows were replaced' : `the DataSet holds ${lines}`;
		},
	),
	stated(
		'executions.create.null-update-method',
		'updateMethod null is taken, as pydomo sends it',
		async (domo) => {
			const stream = await domo.stream('null method', TWO);
			return taken(await domo.send('POST', `${stream.path}/executions`, { updateMethod: null }));
		},
	),
	stated('executions.list.array', 'GET …/executions?limit&offset gives an array of all', async (domo) => {
		const { list, first, other } = await rivals(domo);
		if (!isGood(list)) return taken(list);
		const ids = listOf(list).map(({ id }) => String(id));
		return holds(ids.includes(first.id) && ids.includes(other.id), `${ids.length} executions`);
	}),
	question('executions.list.order', 'Are executions listed oldest first or newest first?', async (domo) => {
		const ids = listOf((await rivals(domo)).list).map(({ id }) => Number(id));
		return ids.length < 2 ? `${ids.length} listed` : ids[0] < ids[1] ? 'oldest first' : 'newest first';
	}),
	stated('executions.list.offset', 'offset leaves out that many', async (domo) => {
		const { stream } = await rivals(domo);
		const pages = [];
		for (const offset of [0, 1])
			pages.push(listOf(await domo.get(`${stream.path}/executions?limit=1&offset=${offset}`)));
		const ids = pages.map((found) => String(found[0]?.id));
		return holds(
			pages.every(({ length }) => length === 1) && ids[0] !== ids[1],
			`${pages.map(({ length }) => length).join(' and ')} came, ${ids[0] === ids[1] ? 'the same' : 'different ones'}`,
		);
	}),
	question('executions.list.largest-limit', 'Which is the largest limit?', async (domo) => {
		const { stream } = await rivals(domo);
		const said = [];
		for (const limit of [50, 100, 500, 501, 1000])
			said.push(`${limit}: ${describe(await domo.get(`${stream.path}/executions?limit=${limit}`))}`);
		return said.join('; ');
	}),
	stated('executions.get.200', 'GET …/executions/ID gives it', async (domo) => {
		const { shown, execution } = await opened(domo);
		return isGood(shown)
			? holds(String(fieldsOf(shown.json).id) === execution.id, describe(shown))
			: taken(shown);
	}),
	question('executions.get.other-fields', 'Which fields does an execution have at its end?', async (domo) =>
		Object.keys(fieldsOf((await whole(domo)).settled.answer.json)).join(', '),
	),
	stated(
		'streams.commit.answers-200-before-indexed',
		'A commit is answered 200, and the execution is still ACTIVE then',
		async (domo) => {
			const { commit } = await opened(domo);
			if (!isGood(commit)) return notObservable(`the commit is refused: ${describe(commit)}`);
			if (stateOf(commit.json) === 'undefined') return notObservable(`no state came: ${describe(commit)}`);
			return holds(
				commit.status === 200 && !ENDED.has(stateOf(commit.json)),
				`HTTP ${commit.status}, ${stateOf(commit.json)}`,
			);
		},
	),
	question('executions.commit.states', 'Which states follow a commit, and for how long?', async (domo) =>
		(await whole(domo)).settled.states.map(([state, ms]) => `${state} after ${ms} ms`).join(', '),
	),
	stated(
		'executions.commit.success-means-rows-are-there',
		'SUCCESS means that all rows are in the DataSet',
		async (domo) => {
			const { settled, isThere, lines } = await whole(domo);
			succeeded(settled);
			const areIn = [...lines].sort().join() === '1|one,2|two';
			if (areIn && !isThere) return contradicted('the rows came some time after SUCCESS');
			return holds(areIn, lines.join(', ') || 'no rows');
		},
	),
	question(
		'executions.commit.no-parts-under-replace',
		'What does a commit without parts do under REPLACE?',
		withoutParts,
	),
	question(
		'executions.commit.again',
		'What is a second commit of the same execution answered with?',
		async (domo) => describe((await afterwards(domo)).commit),
	),
	question(
		'executions.commit.too-soon',
		"What is a commit answered with that follows the Stream's last one at once?",
		async (domo) => describe((await second(domo)).commit),
	),
	stated('executions.append.adds', 'An execution on an APPEND Stream adds its rows', async (domo) => {
		const { stream } = await whole(domo);
		const { execution, commit } = await second(domo);
		if (!isGood(commit)) return notObservable(`its commit came too soon: ${describe(commit)}`);
		succeeded(await execution.settled(commit));
		const lines = await domo.lines(stream.dataSetId, 3);
		return holds([...lines].sort().join() === '1|one,2|two,4|four', lines.join(', '));
	}),
	stated(
		'executions.replace.replaces',
		'An execution on a REPLACE Stream replaces all rows',
		async (domo) => {
			const { lines } = await byStream(domo);
			return holds(lines === '3|new', `the DataSet holds ${lines}`);
		},
	),
	stated('executions.abort.200', 'PUT …/executions/ID/abort is answered 200', async (domo) => {
		const { answer } = await aborted(domo);
		return isGood(answer) ? holds(answer.status === 200, describe(answer)) : taken(answer);
	}),
	stated('executions.abort.aborted', 'It is ABORTED then, and none of it is in the DataSet', async (domo) => {
		const { answer, state, rows } = await aborted(domo);
		if (!isGood(answer)) return notObservable(describe(answer));
		if (rows === undefined) return notObservable(`${state}, and the rows can't be exported`);
		return holds(state === 'ABORTED' && rows.length === 0, `${state}, ${rows.length} rows`);
	}),
	stated(
		'executions.abort.current-204',
		'PUT …/executions/abort aborts the current one and is answered 204',
		async (domo) => {
			const { abortCurrent, otherState } = await rivals(domo);
			if (!isGood(abortCurrent)) return taken(abortCurrent);
			return holds(
				abortCurrent.status === 204 && otherState === 'ABORTED',
				`${describe(abortCurrent)}, then ${otherState}`,
			);
		},
	),
	question(
		'executions.abort.aborted-again',
		'What is an abort of an aborted execution answered with?',
		async (domo) => describe((await rivals(domo)).abortAgain),
	),
	question(
		'executions.abort.after-success',
		'What is an abort of a successful execution answered with?',
		async (domo) => describe((await afterwards(domo)).abort),
	),
	stated(
		'executions.abort.after-success-keeps-rows',
		'Whatever is asked of an execution after SUCCESS, its rows stay',
		async (domo) => {
			const { state, lines } = await afterwards(domo);
			return holds([...lines].sort().join() === '1|one,2|two', `${state}; ${lines.join(', ') || 'no rows'}`);
		},
	),
	question(
		'executions.commit.after-abort',
		'What is a commit of an aborted execution answered with?',
		async (domo) => describe((await aborted(domo)).commit),
	),
	question('parts.after-success', 'What is a part for a successful execution answered with?', async (domo) =>
		describe((await afterwards(domo)).part),
	),
	question('parts.after-abort', 'What is a part for an aborted execution answered with?', async (domo) =>
		describe((await rivals(domo)).partToEnded),
	),
	question(
		'executions.schema-change-while-open',
		'What becomes of an open execution when the schema gets a column more?',
		async (domo) => await schemaChanged(domo, await domo.stream('schema change', TWO)),
	),
	slow(
		stated(
			'executions.commit.one-in-15-minutes',
			'A commit that comes 15 minutes after the last one is taken',
			async (domo) => {
				const stream = await domo.stream('fifteen minutes', TWO);
				succeeded(await stream.load('1,one\n'));
				await domo.wire.pause(15 * 60_000 + 5_000);
				const execution = await stream.open();
				must('send a part', await execution.part(1, '2,two\n'));
				const commit = await execution.commit();
				if (!isGood(commit)) return taken(commit);
				return confirmed(`${describe(commit)}, then ${(await execution.settled(commit)).state}`);
			},
		),
	),
];

/** Upserts are a matter of what is enabled in an instance: a refusal is no contradiction. */
const keyed = async (domo: Domo, what: string, updateMethod = 'APPEND') => {
	const answer = await domo.tryStream(what, TWO, { updateMethod, keyColumnNames: ['id'] });
	if (!isGood(answer))
		throw unseen(
			`a Stream with key columns is refused, perhaps upserts are not enabled here: ${describe(answer)}`,
		);
	const { id } = fieldsOf(answer.json);
	return { answer, streamId: idOf(id) };
};
const keyedStream = async (domo: Domo, what: string): Promise<Stream> => {
	await keyedOnce(domo);
	return await domo.stream(what, TWO, { keyColumnNames: ['id'] });
};
const keyedOnce = once(async (domo) => await keyed(domo, 'upsert'));

export const upserts = [
	stated(
		'upsert.create.append-with-keys',
		'A Stream with APPEND and keyColumnNames is taken',
		async (domo) => {
			const answer = await domo.tryStream('upsert by APPEND', TWO, { keyColumnNames: ['id'] });
			if (isGood(answer)) return taken(answer);
			const other = await domo.tryStream('upsert by UPSERT', TWO, {
				updateMethod: 'UPSERT',
				keyColumnNames: ['id'],
			});
			const seen = describe(answer);
			if (isGood(other)) return contradicted(`refused, where UPSERT is taken: ${seen}`);
			return notObservable(`key columns are refused, perhaps upserts are not enabled here: ${seen}`);
		},
	),
	question('upsert.create.keys-shown', 'Does GET show keyColumnNames?', async (domo) => {
		const { answer, streamId } = await keyedOnce(domo);
		if (!streamId) throw unseen(`a new Stream came without its ID: ${describe(answer)}`);
		return (
			JSON.stringify(fieldsIn(await domo.get(`/v1/streams/${streamId}?fields=all`)).keyColumnNames) ?? 'no'
		);
	}),
	question(
		'upsert.create.update-method-upsert',
		'Is updateMethod UPSERT taken, as pydomo and rdomo send it?',
		async (domo) => {
			const answer = await domo.tryStream('UPSERT', TWO, { updateMethod: 'UPSERT', keyColumnNames: ['id'] });
			return `${describe(answer)}, shown as ${String(fieldsOf(answer.json).updateMethod)}`;
		},
	),
	stated(
		'upsert.rows-with-known-keys-are-replaced',
		'On a keyed Stream, rows with keys that are there replace theirs; the others are added',
		async (domo) => {
			const stream = await keyedStream(domo, 'upsert rows');
			await stream.seed('1,old\n2,old\n', 2);
			succeeded(await stream.load('2,new\n3,new\n'));
			const lines = await domo.lines(stream.dataSetId, 3);
			return holds([...lines].sort().join() === '1|old,2|new,3|new', lines.join(', '));
		},
	),
	question('upsert.key-twice', 'What does a key do that occurs twice in one execution?', async (domo) => {
		const stream = await keyedStream(domo, 'upsert twice');
		const { state } = await stream.load('1,first\n1,second\n');
		return `${state}; ${(await domo.lines(stream.dataSetId, 1, 3_000)).join(', ') || 'no rows'}`;
	}),
	question('upsert.null-key', 'What does a key do that is NULL?', async (domo) => {
		const stream = await keyedStream(domo, 'upsert null');
		const execution = await stream.open();
		const part = await execution.part(1, ',nobody\n');
		if (!isGood(part)) return `the part is refused: ${describe(part)}`;
		const commit = await execution.commit();
		return isGood(commit) ? `taken, then ${(await execution.settled(commit)).state}` : describe(commit);
	}),
	question(
		'upsert.replace-execution-on-keyed-stream',
		'Does updateMethod REPLACE of an execution override the keys?',
		async (domo) => {
			const stream = await keyedStream(domo, 'upsert replace');
			await stream.seed('1,old\n2,old\n', 2);
			const { state } = await stream.load('2,new\n', { updateMethod: 'REPLACE' });
			const lines = await domo.lines(stream.dataSetId, 1, 3_000);
			return `${state}; the DataSet holds ${lines.join(', ')}`;
		},
	),
];
