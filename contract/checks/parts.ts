/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { gzipSync } from 'node:zlib';

import { describe, fieldsOf, idOf, isGood, refused, must, taken } from '../answers';
import { once, question, stated } from '../check';
import { column, succeeded } from '../domo';
import type { Domo, Execution } from '../domo';
import { contradicted, holds, notObservable, unseen } from '../verdict';
import type { Verdict } from '../verdict';
import type { Answer } from '../wire';

const TWO = [column('id', 'LONG'), column('text')];
const GZIP = { 'content-encoding': 'gzip' };
const APPLICATION_GZIP = { 'content-type': 'application/gzip' };

const open = async (domo: Domo, what: string) => await (await domo.stream(what, TWO)).open();

/** Commits, waits, and gives the rows in order, or what became of it. */
async function outcome(
	execution: Execution,
	count: number,
): Promise<{ state: string; lines: string[]; said: string }> {
	const { domo, dataSetId } = execution.stream;
	const commit = await execution.commit();
	if (!isGood(commit))
		return { state: 'refused', lines: [], said: `the commit is refused: ${describe(commit)}` };
	const { state } = await execution.settled(commit);
	const lines = state === 'SUCCESS' ? await domo.lines(dataSetId, count) : [];
	return { state, lines, said: `${state}, rows ${lines.join(', ') || 'none'}` };
}

const bothRows = ({ state, lines }: { state: string; lines: string[] }) =>
	state === 'SUCCESS' && [...lines].sort().join() === '1|one,2|two';

/** Sends one part under the given labels and looks whether its rows arrive. */
async function labelled(
	domo: Domo,
	what: string,
	body: Buffer | string,
	headers: Record<string, string>,
): Promise<Verdict> {
	const execution = await open(domo, what);
	const answer = await execution.part(1, body, headers);
	if (!isGood(answer)) return taken(answer);
	const found = await outcome(execution, 2);
	if (found.state === 'refused') return notObservable(found.said);
	return holds(bothRows(found), found.said);
}

/** Parts 3, 1, 2. */
const ordered = once(async (domo) => {
	const execution = await open(domo, 'parts in order');
	const third = must('send part 3', await execution.part(3, '5,five\n6,six\n'));
	must('send part 1', await execution.part(1, '1,one\n2,two\n'));
	must('send part 2', await execution.part(2, '3,three\n4,four\n'));
	return { execution, third };
});
const orderedRows = once(async (domo) => {
	const { execution } = await ordered(domo);
	const found = await outcome(execution, 6);
	if (found.state !== 'SUCCESS') throw unseen(found.said);
	return found.lines;
});

/** One bad row among good ones, as a part or as an import. */
const faulty = once(async (domo) => {
	const execution = await open(domo, 'faulty part');
	must('send part 1', await execution.part(1, '1,a\n2,b\n3,c\n'));
	const tooMany = await execution.part(2, '4,d\n5,e,extra\n');
	const tooFew = await execution.part(3, '6\n');
	const wrongType = await execution.part(4, 'seven,g\n');
	return { execution, tooMany, tooFew, wrongType };
});
const inWords = (answer: Answer, pattern: RegExp): Verdict => {
	if (isGood(answer)) return notObservable('a faulty part is taken here: rows are judged after the commit');
	return refused(answer).outcome === 'confirmed'
		? holds(pattern.test(answer.text), describe(answer))
		: refused(answer);
};

const gaps = async (domo: Domo, numbers: number[]): Promise<string> => {
	const execution = await open(domo, 'gaps');
	const answers: string[] = [];
	for (const number of numbers) {
		const answer = await execution.part(number, `${number},row\n`);
		if (!isGood(answer)) answers.push(`part ${number} ${describe(answer)}`);
	}
	if (answers.length === numbers.length) return answers.join('; ');
	const { said } = await outcome(execution, numbers.length);
	return [...answers, said].join('; ');
};

export const parts = [
	stated('parts.answer.200-with-execution', 'A part is answered 200 with the execution', async (domo) => {
		const { execution, third } = await ordered(domo);
		const { id } = fieldsOf(third.json);
		return holds(
			third.status === 200 && idOf(id) === execution.id,
			`HTTP ${third.status}, ${idOf(id) === execution.id ? 'the execution' : 'not the execution'}`,
		);
	}),
	stated(
		'parts.order.by-id',
		'The part IDs give the order of the rows, not the order of arrival',
		async (domo) => {
			const lines = await orderedRows(domo);
			const ids = lines.map((line) => line.split('|')[0]);
			return holds(ids.join('') === '123456', lines.join(', '));
		},
	),
	stated(
		'parts.twice.last-wins',
		'A part that is sent again under its ID overwrites the first',
		async (domo) => {
			const execution = await open(domo, 'part twice');
			must('send part 1', await execution.part(1, '0,overwritten\n'));
			const again = await execution.part(1, '1,one\n2,two\n');
			if (!isGood(again)) return taken(again);
			const found = await outcome(execution, 2);
			if (found.state === 'refused') return notObservable(found.said);
			return holds(bothRows(found), found.said);
		},
	),
	stated(
		'parts.gzip.content-encoding',
		'Content-Type: text/csv with Content-Encoding: gzip is taken, and read as what was compressed',
		async (domo) => await labelled(domo, 'gzip', gzipSync('1,one\n2,two\n'), GZIP),
	),
	stated(
		'parts.gzip.application-gzip',
		'Content-Type: application/gzip alone is taken, too, as domo-sdk sends it',
		async (domo) => await labelled(domo, 'application gzip', gzipSync('1,one\n2,two\n'), APPLICATION_GZIP),
	),
	stated(
		'parts.plain',
		'Content-Type: text/csv without compression is taken',
		async (domo) => await labelled(domo, 'plain', '1,one\n2,two\n', {}),
	),
	stated(
		'parts.crlf',
		'Rows may end in CR LF',
		async (domo) => await labelled(domo, 'crlf', '1,one\r\n2,two\r\n', {}),
	),
	question('parts.gzip.several-members', 'What becomes of a part of two gzip members?', async (domo) => {
		const execution = await open(domo, 'gzip members');
		const answer = await execution.part(1, Buffer.concat([gzipSync('1,one\n'), gzipSync('2,two\n')]), GZIP);
		return isGood(answer) ? (await outcome(execution, 2)).said : describe(answer);
	}),
	question('parts.gzip.unlabelled', 'What is gzip without a label answered with?', async (domo) => {
		const execution = await open(domo, 'gzip unlabelled');
		return describe(await execution.part(1, gzipSync('1,one\n')));
	}),
	stated('parts.ids.from-0-accepted', 'Part IDs may begin at 0, as those of pydomo do', async (domo) => {
		const execution = await open(domo, 'parts from 0');
		const answer = await execution.part(0, '1,one\n');
		if (!isGood(answer)) return taken(answer);
		must('send part 1', await execution.part(1, '2,two\n'));
		const found = await outcome(execution, 2);
		if (found.state === 'refused') return notObservable(found.said);
		return holds(bothRows(found), found.said);
	}),
	stated('parts.ids.from-1-accepted', 'Part IDs may begin at 1', async (domo) => {
		const execution = await open(domo, 'parts from 1');
		for (const id of [1, 2]) {
			const answer = await execution.part(id, `${id},${id === 1 ? 'one' : 'two'}\n`);
			if (!isGood(answer)) return taken(answer);
		}
		const found = await outcome(execution, 2);
		// A word on parts is one on their IDs: there is nothing else about them.
		if (found.state === 'refused')
			return /part/i.test(found.said) ? contradicted(found.said) : notObservable(found.said);
		return holds(bothRows(found), found.said);
	}),
	question(
		'parts.ids.one-gap',
		'What becomes of parts 1 and 3, without 2?',
		async (domo) => await gaps(domo, [1, 3]),
	),
	question(
		'parts.ids.many-gaps',
		'What becomes of parts 1, 50, 900 and 5000?',
		async (domo) => await gaps(domo, [1, 50, 900, 5000]),
	),
	question(
		'parts.ids.larger-than-32-bit',
		'What becomes of part 4294967297?',
		async (domo) => await gaps(domo, [4294967297]),
	),
	question('parts.ids.not-a-number', 'What is part "a" answered with?', async (domo) =>
		describe(await (await ordered(domo)).execution.part('a', '1,one\n')),
	),
	stated('parts.at-once', 'Parts may be sent at the same time', async (domo) => {
		const execution = await open(domo, 'parts at once');
		const numbers = [1, 2, 3, 4];
		const answers = await Promise.all(
			numbers.map(async (number) => await execution.part(number, `${number},row\n`.repeat(50), {}, true)),
		);
		const bad = answers.find((answer) => !isGood(answer));
		if (bad) return taken(bad);
		const { state, lines, said } = await outcome(execution, 200);
		if (state === 'refused') return notObservable(said);
		if (state !== 'SUCCESS') return contradicted(said);
		const ids = lines.map((line) => line.split('|')[0]).sort();
		return holds(
			ids.join() === numbers.flatMap((number) => Array.from({ length: 50 }, () => number)).join(),
			`${lines.length} rows of 200`,
		);
	}),
	question(
		'parts.after-commit',
		'What becomes of a part that is sent right after the commit?',
		async (domo) => {
			const execution = await open(domo, 'part after commit');
			must('send part 1', await execution.part(1, '1,one\n'));
			const commit = must('commit', await execution.commit());
			const late = await execution.part(2, '2,late\n');
			const { state } = await execution.settled(commit);
			return `${describe(late)}; the execution ends in ${state} with ${(await domo.lines(execution.stream.dataSetId, 1)).join(', ') || 'no rows'}`;
		},
	),
	question('parts.empty', 'What is an empty part answered with?', async (domo) => {
		const execution = await open(domo, 'empty part');
		return describe(await execution.part(1, Buffer.alloc(0)));
	}),
	question(
		'parts.no-line-feed-at-end',
		'What becomes of parts whose last rows end without a line feed?',
		async (domo) => {
			const execution = await open(domo, 'no line feed');
			const answer = await execution.part(1, '1,one');
			if (!isGood(answer)) return describe(answer);
			must('send part 2', await execution.part(2, '2,two\n'));
			return (await outcome(execution, 2)).said;
		},
	),
	question('parts.header-record', 'Is a header record in a part loaded as a row?', async (domo) => {
		const stream = await domo.stream('header', [column('a'), column('b')]);
		const execution = await stream.open();
		const answer = await execution.part(1, 'a,b\nx,y\n');
		return isGood(answer) ? (await outcome(execution, 2)).said : describe(answer);
	}),
	question(
		'parts.judged-when',
		'Is a faulty row refused with its part, or after the commit?',
		async (domo) => {
			const { tooMany } = await faulty(domo);
			return isGood(tooMany)
				? 'after the commit: the part is answered 200'
				: `with its part: ${describe(tooMany)}`;
		},
	),
	question(
		'parts.faulty-row-after-commit',
		'How does an execution end that holds a faulty row?',
		async (domo) => {
			const { execution, tooMany } = await faulty(domo);
			return isGood(tooMany) ? (await outcome(execution, 0)).said : 'its part is refused';
		},
	),
	stated(
		'errors.csv.too-many-columns',
		'Too many fields are refused as "There are too many columns. Expected 2. Row 2, column 3.", the row counted within the part',
		async (domo) => inWords((await faulty(domo)).tooMany, /too many columns\. Expected 2\. Row 2, column 3/),
	),
	stated(
		'errors.csv.too-few-columns',
		'Too few fields are refused as "There are too few columns. Expected 2. Row 1, column …"',
		async (domo) => inWords((await faulty(domo)).tooFew, /too few columns\. Expected 2\. Row 1, column \d/),
	),
	question('errors.csv.wrong-type', 'What is text for a LONG column answered with?', async (domo) =>
		describe((await faulty(domo)).wrongType),
	),
	stated(
		'parts.datetime.space-accepted',
		'A DATETIME with a space for the T is taken in a part, as pydomo writes it',
		async (domo) => {
			const stream = await domo.stream('datetime', [column('id', 'LONG'), column('at', 'DATETIME')]);
			const execution = await stream.open();
			const answer = await execution.part(1, '1,2024-02-29 23:59:58\n');
			if (!isGood(answer)) return taken(answer);
			const { state, lines, said } = await outcome(execution, 1);
			if (state === 'refused') return notObservable(said);
			return holds(state === 'SUCCESS' && /2024-02-29[T ]23:59:58/.test(lines.join()), said);
		},
	),
	stated(
		'parts.csv.rfc4180',
		'Quoted fields keep commas, quotes, line feeds, CR LF, and characters beyond ASCII',
		async (domo) => {
			const text = 'a,b "c"\nd\r\ne é 😀';
			const execution = await open(domo, 'rfc4180');
			const answer = await execution.part(1, `1,"${text.replaceAll('"', '""')}"\n`);
			if (!isGood(answer)) return taken(answer);
			const { state } = succeeded(await execution.commitAndSettle());
			const [row] = await domo.rowsOnce(execution.stream.dataSetId, ({ length }) => length === 1);
			return holds(row?.[1]?.text === text, `${state}; came back as ${JSON.stringify(row?.[1]?.text)}`);
		},
	),
	question(
		'parts.csv.bare-quote',
		'What becomes of a quote inside an unquoted field of a part?',
		async (domo) => {
			const execution = await open(domo, 'bare quote');
			const answer = await execution.part(1, '1,a"b\n');
			return isGood(answer) ? (await outcome(execution, 1)).said : describe(answer);
		},
	),
	stated(
		'errors.parts.non-consecutive',
		'Too many gaps are refused with "Too many non-consecutive part ids. Make consecutive or upload multiple data versions"',
		async (domo) => {
			const seen = await manyGaps(domo);
			if (/non-consecutive/.test(seen)) return holds(true, seen);
			return notObservable(`a commit with so many gaps is not refused for them here: ${seen}`);
		},
	),
];

const manyGaps = once(
	async (domo) =>
		await gaps(
			domo,
			Array.from({ length: 12 }, (_, i) => 1 + i * 100),
		),
);
