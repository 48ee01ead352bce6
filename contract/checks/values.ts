import { clipped, describe, fieldsIn, fieldsOf, hasFields, isGood, must, refused, taken } from '../answers';
import { once, question, stated } from '../check';
import type { Check } from '../check';
import { column } from '../domo';
import type { Domo } from '../domo';
import { show } from '../csv';
import type { Field } from '../csv';
import { contradicted, holds, notObservable, unseen } from '../verdict';
import type { Answer } from '../wire';

const GOOD: Record<string, string> = {
	STRING: 'text',
	LONG: '1',
	DECIMAL: '1.5',
	DOUBLE: '1.5',
	DATE: '2024-02-29',
	DATETIME: '2024-02-29T23:59:58',
};

const dataSetOf: Record<string, (domo: Domo) => Promise<string>> = Object.fromEntries(
	Object.keys(GOOD).map((type) => [
		type,
		once(
			async (domo) => await domo.dataSet(`values ${type}`, [column('mark', 'LONG'), column('value', type)]),
		),
	]),
);

/** What became of one value: refused, or as it comes back in an export and in a query. */
interface Arrival {
	refusal?: Answer;
	exported?: Field;
	raw?: string;
	queried?: string;
}

const turns = new WeakMap<Domo, Map<string, Promise<unknown>>>();
let marks = 0;

/** Imports one CSV field into a column of a type and reads it back; values of one type one after the other. */
async function probe(domo: Domo, type: string, field: string | Buffer): Promise<Arrival> {
	const ofRun = turns.get(domo) ?? new Map<string, Promise<unknown>>();
	turns.set(domo, ofRun);
	const before = ofRun.get(type) ?? Promise.resolve();
	const turn = before.catch(() => undefined).then(async () => await probeNow(domo, type, field));
	ofRun.set(type, turn);
	return await turn;
}

async function probeNow(domo: Domo, type: string, field: string | Buffer): Promise<Arrival> {
	const id = await dataSetOf[type](domo);
	const mark = String(1000 + ++marks);
	const answer = await domo.import(
		id,
		Buffer.concat([Buffer.from(`${mark},`), Buffer.from(field), Buffer.from('\n')]),
	);
	if (!isGood(answer)) {
		const control = await domo.import(id, `${mark},${GOOD[type]}\n`);
		if (!isGood(control)) throw unseen(`Domo takes no import just now: ${describe(control)}`);
		return { refusal: answer };
	}
	let raw = '';
	const rows = await domo.rowsOnce(id, (found) => found.some(([first]) => first?.text === mark));
	const row = rows.find(([first]) => first?.text === mark);
	if (!row) throw unseen('it is taken, but its row did not show in time');
	const query = await domo.query(id, `SELECT \`value\` FROM table WHERE \`mark\` = ${mark}`);
	raw = query.text;
	return { exported: row[1], raw, queried: isGood(query) ? firstCell(query.text) : undefined };
}

/** The first cell of a query's answer as its JSON is written, so that no digit is lost. */
function firstCell(json: string): string | undefined {
	return /"rows"\s*:\s*\[\s*\[\s*("(?:[^"\\]|\\.)*"|[^,\]\s]+)/.exec(json)?.[1];
}

const told = ({ refusal, exported, queried }: Arrival): string =>
	refusal
		? `refused: ${describe(refusal)}`
		: `exported as ${exported ? show(exported).slice(0, 80) : 'nothing'}, queried as ${queried === undefined ? 'nothing' : queried.slice(0, 80)}`;

const open = (name: string, fact: string, type: string, field: string | Buffer): Check =>
	question(name, fact, async (domo) => told(await probe(domo, type, field)));

/** The value must come back in the export as given. */
const kept = (name: string, fact: string, type: string, text: string, field = text): Check =>
	stated(name, fact, async (domo) => {
		const arrival = await probe(domo, type, field);
		if (arrival.refusal) return contradicted(told(arrival));
		return holds(arrival.exported?.text === text, told(arrival));
	});

const sameMoment = (text: string) => /2024-02-29[T ]23:59:58(\.0+)?(Z|\+00:?00)?$/.test(text);

const nothing = once(async (domo) => await probe(domo, 'STRING', ''));
const empty = once(async (domo) => await probe(domo, 'STRING', '""'));
const isNull = ({ exported, queried }: Arrival) =>
	queried === undefined
		? exported !== undefined && exported.text === '' && !exported.quoted
		: queried === 'null';
const isEmptyText = ({ exported, queried }: Arrival) =>
	queried === undefined
		? exported !== undefined && exported.text === '' && exported.quoted
		: queried === '""';

export const values = [
	stated('values.null.nothing-between-commas', 'A field without anything is NULL', async (domo) => {
		const arrival = await nothing(domo);
		return arrival.refusal ? contradicted(told(arrival)) : holds(isNull(arrival), told(arrival));
	}),
	stated('values.empty.two-quotes', '"" is an empty string, not NULL', async (domo) => {
		const arrival = await empty(domo);
		return arrival.refusal ? contradicted(told(arrival)) : holds(isEmptyText(arrival), told(arrival));
	}),
	stated('values.empty.apart-from-null', 'An export keeps "" apart from NULL', async (domo) => {
		const [first, second] = [(await nothing(domo)).exported, (await empty(domo)).exported];
		if (!first || !second) return notObservable('one of them is refused');
		return holds(show(first) !== show(second), `NULL as ${show(first)}, "" as ${show(second)}`);
	}),
	question('values.null.backslash-n', 'Is \\N NULL?', async (domo) => {
		const arrival = await probe(domo, 'STRING', '\\N');
		return `${arrival.refusal ? '' : isNull(arrival) ? 'yes: ' : 'no: '}${told(arrival)}`;
	}),
	open('values.null.quoted-backslash-n', 'What is "\\N" in quotes?', 'STRING', '"\\N"'),
	open('values.empty.in-long', 'What is "" in a LONG column?', 'LONG', '""'),
	open('values.empty.in-date', 'What is "" in a DATE column?', 'DATE', '""'),
	stated('values.null.in-long', 'A LONG, too, can be NULL', async (domo) => {
		const arrival = await probe(domo, 'LONG', '');
		return arrival.refusal ? contradicted(told(arrival)) : holds(isNull(arrival), told(arrival));
	}),

	kept('values.date.iso', 'A DATE is yyyy-MM-dd', 'DATE', '2024-02-29'),
	open('values.date.slashes', 'What is 02/29/2024 in a DATE column?', 'DATE', '02/29/2024'),
	open('values.date.impossible', 'What is 2023-02-29 in a DATE column?', 'DATE', '2023-02-29'),
	open('values.date.before-1900', 'What is 1066-10-14 in a DATE column?', 'DATE', '1066-10-14'),
	stated('values.datetime.iso', 'A DATETIME is yyyy-MM-ddTHH:mm:ss', async (domo) => {
		const arrival = await probe(domo, 'DATETIME', '2024-02-29T23:59:58');
		if (arrival.refusal) return contradicted(told(arrival));
		return holds(sameMoment(arrival.exported?.text ?? ''), told(arrival));
	}),
	stated(
		'values.datetime.space-accepted',
		'A space for the T is taken, as pydomo writes it',
		async (domo) => {
			const arrival = await probe(domo, 'DATETIME', '2024-02-29 23:59:58');
			if (arrival.refusal) return contradicted(told(arrival));
			return holds(sameMoment(arrival.exported?.text ?? ''), told(arrival));
		},
	),
	open(
		'values.datetime.fraction',
		'What is a DATETIME with a fraction, 2024-02-29T23:59:58.123?',
		'DATETIME',
		'2024-02-29T23:59:58.123',
	),
	open('values.datetime.z', 'What is a DATETIME with Z?', 'DATETIME', '2024-02-29T23:59:58Z'),
	open(
		'values.datetime.offset',
		'What is a DATETIME with the offset +02:00?',
		'DATETIME',
		'2024-02-29T23:59:58+02:00',
	),
	open('values.datetime.day-alone', 'What is a day alone in a DATETIME column?', 'DATETIME', '2024-02-29'),
	open('values.datetime.in-date', 'What is a DATETIME in a DATE column?', 'DATE', '2024-02-29T23:59:58'),

	kept('values.long.largest', 'The largest LONG is 9223372036854775807', 'LONG', '9223372036854775807'),
	kept('values.long.smallest', 'The smallest LONG is -9223372036854775808', 'LONG', '-9223372036854775808'),
	kept('values.long.beyond-2-53', 'A LONG keeps all digits beyond 2^53', 'LONG', '9007199254740993'),
	open(
		'values.long.too-large',
		'What is 9223372036854775808 in a LONG column?',
		'LONG',
		'9223372036854775808',
	),
	open('values.long.point', 'What is 1.0 in a LONG column?', 'LONG', '1.0'),
	open('values.long.exponent', 'What is 1e3 in a LONG column?', 'LONG', '1e3'),
	open('values.long.boolean', 'What is true in a LONG column?', 'LONG', 'true'),
	open(
		'values.decimal.digits',
		'What becomes of 12345678901234567.123456789 in a DECIMAL column?',
		'DECIMAL',
		'12345678901234567.123456789',
	),
	open('values.decimal.exponent', 'What is 1e3 in a DECIMAL column?', 'DECIMAL', '1e3'),
	open('values.decimal.comma', 'What is "1,5" in a DECIMAL column?', 'DECIMAL', '"1,5"'),
	open(
		'values.double.digits',
		'What becomes of 0.30000000000000004 in a DOUBLE column?',
		'DOUBLE',
		'0.30000000000000004',
	),
	open('values.double.exponent', 'What is 1.5E-300 in a DOUBLE column?', 'DOUBLE', '1.5E-300'),
	open('values.double.nan', 'What is NaN in a DOUBLE column?', 'DOUBLE', 'NaN'),

	kept('values.string.text', 'Text is kept', 'STRING', 'true'),
	kept(
		'values.string.unicode',
		'UTF-8 is kept, beyond the first 65,536 characters, too',
		'STRING',
		'é ß 漢 😀',
	),
	kept('values.string.quote', 'A doubled quote is one', 'STRING', 'say "yes"', '"say ""yes"""'),
	kept('values.string.comma', 'A quoted comma is text', 'STRING', 'a,b', '"a,b"'),
	kept('values.string.line-feed', 'A quoted line feed is text', 'STRING', 'a\nb', '"a\nb"'),
	kept('values.string.cr-lf', 'A quoted CR LF is text', 'STRING', 'a\r\nb', '"a\r\nb"'),
	open('values.string.spaces', 'Are spaces around a text kept?', 'STRING', '  a  '),
	open('values.string.nul', 'What becomes of a NUL character?', 'STRING', 'a\0b'),
	open(
		'values.string.byte-order-mark',
		'What becomes of U+FEFF at the start of a text?',
		'STRING',
		'\ufeffa',
	),
	question('values.string.long', 'Is a text of 40,000 characters kept?', async (domo) => {
		const arrival = await probe(domo, 'STRING', 'x'.repeat(40_000));
		return arrival.refusal ? told(arrival) : `${arrival.exported?.text.length ?? 0} characters come back`;
	}),
	open(
		'values.string.not-utf-8',
		'What becomes of bytes that are not UTF-8 (é in Latin-1)?',
		'STRING',
		Buffer.from([0x61, 0xe9, 0x62]),
	),
	open('values.string.bare-quote', 'What becomes of a quote inside an unquoted field?', 'STRING', 'a"b'),
	open(
		'values.string.carriage-return',
		'What becomes of a carriage return without quotes?',
		'STRING',
		'a\rb',
	),
	stated('errors.csv.import-too-many-columns', 'An import with too many fields is refused', async (domo) => {
		const id = await dataSetOf.STRING(domo);
		must('import', await domo.import(id, '1,a\n'));
		const answer = await domo.import(id, '1,a,extra\n');
		return isGood(answer) ? notObservable(`taken at first: ${describe(answer)}`) : refused(answer);
	}),
	question(
		'values.file.byte-order-mark',
		'What does a byte order mark before the first row do?',
		async (domo) => {
			const id = await domo.dataSet('byte order mark', [column('a'), column('b')]);
			const answer = await domo.import(id, '\ufeffx,y\n');
			if (!isGood(answer)) return describe(answer);
			const [row] = await domo.rowsOnce(id, ({ length }) => length === 1);
			return `the first field comes back as ${JSON.stringify(row?.[0]?.text)}`;
		},
	),
];

/** Rows that queries and exports are tried on. */
const asked = once(async (domo) => {
	const id = await domo.dataSet('queries', [
		column('id', 'LONG'),
		column('big', 'LONG'),
		column('amount', 'DECIMAL'),
		column('ratio', 'DOUBLE'),
		column('day', 'DATE'),
		column('at', 'DATETIME'),
		column('text'),
	]);
	const csv = [
		'1,9223372036854775807,1234.5,0.1,2024-02-29,2024-02-29T23:59:58,plain',
		'2,,,,,,',
		'3,-9007199254740993,0.10,1e21,1999-12-31,1999-12-31T00:00:00,""',
		'4,4,4,4,2024-01-04,2024-01-04T04:04:04,"a\\b"',
		'5,5,5,5,2024-01-05,2024-01-05T05:05:05,"it\'s ""so"",\nyes"',
	];
	const answer = await domo.import(id, csv.map((line) => `${line}\n`).join(''));
	if (!isGood(answer)) throw unseen(`could not import: ${describe(answer)}`);
	const rows = await domo.rowsOnce(id, ({ length }) => length === 5);
	if (rows.length !== 5) throw unseen(`5 imported rows did not show in time, but ${rows.length}`);
	// Queries may see rows later than exports.
	let queried = 5;
	await domo.until(async () => {
		const found = await domo.query(id, 'SELECT `id` FROM table');
		const { rows: list } = fieldsOf(found.json);
		queried = isGood(found) && Array.isArray(list) ? list.length : 5;
		return queried >= 5;
	}, domo.run.rowsMs);
	if (queried < 5) throw unseen(`5 imported rows did not show in a query in time, but ${queried}`);
	return id;
});

const first = once(async (domo) => await domo.query(await asked(domo), 'SELECT * FROM table ORDER BY `id`'));
const cell = (json: unknown, row: number, at: number): unknown => {
	const { rows } = fieldsOf(json);
	return Array.isArray(rows) && Array.isArray(rows[row]) ? (rows[row] as unknown[])[at] : undefined;
};
/** One value of one row, as the answer's JSON is written. */
const asWritten = async (domo: Domo, name: string, id: number): Promise<string> => {
	const answer = await domo.query(await asked(domo), `SELECT \`${name}\` FROM table WHERE \`id\` = ${id}`);
	return isGood(answer) ? (firstCell(answer.text) ?? clipped(answer.text)) : describe(answer);
};
const countOf = async (domo: Domo, where: string): Promise<string> => {
	const answer = await domo.query(await asked(domo), `SELECT COUNT(*) FROM table WHERE ${where}`);
	return isGood(answer) ? String(cell(answer.json, 0, 0)) : describe(answer);
};

export const queries = [
	stated(
		'query.answer.200',
		'POST …/query/execute/ID with SELECT … FROM table is answered 200',
		async (domo) => {
			const answer = await first(domo);
			return isGood(answer) ? holds(answer.status === 200, describe(answer)) : taken(answer);
		},
	),
	stated(
		'query.answer.fields',
		'The answer has datasource, columns, metadata, rows, numRows, numColumns, fromcache',
		async (domo) => {
			const fields = fieldsIn(await first(domo));
			return hasFields(fields, [
				'datasource',
				'columns',
				'metadata',
				'rows',
				'numRows',
				'numColumns',
				'fromcache',
			]);
		},
	),
	stated('query.answer.counts', 'numRows and numColumns count what came', async (domo) => {
		const { rows, numRows, numColumns } = fieldsIn(await first(domo));
		return holds(
			numRows === 5 && numColumns === 7 && Array.isArray(rows) && rows.length === 5,
			`numRows ${String(numRows)}, numColumns ${String(numColumns)}`,
		);
	}),
	stated('query.answer.metadata', 'metadata has a type for each column', async (domo) => {
		const { metadata } = fieldsIn(await first(domo));
		const types = Array.isArray(metadata) ? metadata.map((one) => String(fieldsOf(one).type)) : [];
		return holds(types.length === 7 && !types.includes('undefined'), types.join(', ') || 'no metadata');
	}),
	stated('query.null', 'NULL is null', async (domo) => {
		const answer = await first(domo);
		if (!isGood(answer)) return notObservable(describe(answer));
		return holds(
			cell(answer.json, 1, 6) === null && cell(answer.json, 1, 1) === null,
			`LONG ${JSON.stringify(cell(answer.json, 1, 1))}, STRING ${JSON.stringify(cell(answer.json, 1, 6))}`,
		);
	}),
	question(
		'query.big-integer',
		'How is 9223372036854775807 written?',
		async (domo) => await asWritten(domo, 'big', 1),
	),
	question(
		'query.decimal',
		'How is the DECIMAL 1234.5 written?',
		async (domo) => await asWritten(domo, 'amount', 1),
	),
	question(
		'query.decimal-zero',
		'How is the DECIMAL 0.10 written?',
		async (domo) => await asWritten(domo, 'amount', 3),
	),
	question(
		'query.double',
		'How is the DOUBLE 1e21 written?',
		async (domo) => await asWritten(domo, 'ratio', 3),
	),
	question('query.date', 'How is a DATE written?', async (domo) => await asWritten(domo, 'day', 1)),
	question('query.datetime', 'How is a DATETIME written?', async (domo) => await asWritten(domo, 'at', 1)),
	question(
		'query.empty-string',
		'How is an empty string written?',
		async (domo) => await asWritten(domo, 'text', 3),
	),
	question('query.backslash', "Does 'a\\b' in SQL mean a, backslash, b, as it is in row 4?", async (domo) => {
		const [single, double] = [
			await countOf(domo, "`text` = 'a\\b'"),
			await countOf(domo, "`text` = 'a\\\\b'"),
		];
		return `'a\\b' finds ${single}, 'a\\\\b' finds ${double}`;
	}),
	question(
		'query.quote-doubled',
		"Is a quote in a text doubled ('it''s')?",
		async (domo) => `LIKE 'it''s%' finds ${await countOf(domo, "`text` LIKE 'it''s%'")}`,
	),
	question(
		'query.quote-backslash',
		"Is \\' a quote?",
		async (domo) => `LIKE 'it\\'s%' finds ${await countOf(domo, "`text` LIKE 'it\\'s%'")}`,
	),
	question(
		'query.date-literal',
		'Does a text in ISO form compare with a DATE?',
		async (domo) => `\`day\` = '2024-02-29' finds ${await countOf(domo, "`day` = '2024-02-29'")}`,
	),
	question(
		'query.null-comparison',
		'Does IS NULL find NULL alone, and not the empty string?',
		async (domo) =>
			`IS NULL finds ${await countOf(domo, '`text` IS NULL')}, = '' finds ${await countOf(domo, "`text` = ''")}`,
	),
	question('query.names-in-double-quotes', 'May names be in double quotes?', async (domo) =>
		describe(await domo.query(await asked(domo), 'SELECT "id" FROM table')),
	),
	stated('query.limit', 'LIMIT is obeyed', async (domo) => {
		const answer = await domo.query(await asked(domo), 'SELECT `id` FROM table LIMIT 2');
		const { rows } = fieldsOf(answer.json);
		return isGood(answer)
			? holds(Array.isArray(rows) && rows.length === 2, `${Array.isArray(rows) ? rows.length : 'no'} rows`)
			: taken(answer);
	}),
	stated('query.bad-sql-is-refused', 'SQL that is none is refused', async (domo) => {
		const answer = await domo.query(await asked(domo), 'SELEC id FROM table');
		return refused(answer);
	}),
	question('query.unknown-column', 'What is a column that does not exist answered with?', async (domo) =>
		describe(await domo.query(await asked(domo), 'SELECT `nosuch` FROM table')),
	),
];

const download = once(
	async (domo) => await domo.export(await asked(domo), '?includeHeader=true&fileName=contract.csv'),
);
const downloaded = async (domo: Domo) => must('export the DataSet', await download(domo));
const lineOf = (text: string, at: number) => clipped(text.split('\n')[at] ?? 'no such line');

export const exported = [
	stated('export.200-csv', 'GET …/data with Accept: text/csv is answered 200 as text/csv', async (domo) => {
		const answer = await download(domo);
		const type = answer.headers['content-type'] ?? 'no Content-Type';
		return isGood(answer)
			? holds(answer.status === 200 && type.includes('text/csv'), `HTTP ${answer.status}, ${type}`)
			: taken(answer);
	}),
	stated('export.header-when-asked', 'includeHeader=true gives a header record', async (domo) => {
		const line = lineOf((await downloaded(domo)).text, 0).replaceAll('"', '');
		return holds(line === 'id,big,amount,ratio,day,at,text', line);
	}),
	stated('export.no-header-by-default', 'Without includeHeader there is no header record', async (domo) => {
		const answer = await domo.export(await asked(domo), '');
		if (!isGood(answer)) return taken(answer);
		return holds(!/^"?id"?,/.test(answer.text), lineOf(answer.text, 0));
	}),
	question(
		'export.file-name',
		'What is in Content-Disposition for fileName=contract.csv?',
		async (domo) => (await downloaded(domo)).headers['content-disposition'] ?? 'no such header',
	),
	question('export.null', 'How are NULLs of each type written?', async (domo) =>
		lineOf((await downloaded(domo)).text, 2),
	),
	question('export.numbers-and-dates', 'How are numbers, dates and times written?', async (domo) =>
		lineOf((await downloaded(domo)).text, 1),
	),
	question('export.decimals', 'How are DECIMAL 0.10 and DOUBLE 1e21 written?', async (domo) =>
		lineOf((await downloaded(domo)).text, 3),
	),
	question(
		'export.empty-string',
		'How is an empty string written?',
		async (domo) => /,([^,\n]*)$/.exec(lineOf((await downloaded(domo)).text, 3))?.[1] || 'as nothing',
	),
	stated(
		'export.quotes-and-line-feeds',
		'Quotes, commas and line feeds inside a text come back as CSV',
		async (domo) => {
			const rows = await domo.rows(await asked(domo));
			const text = rows.find(([id]) => id?.text === '5')?.[6]?.text;
			return holds(text === 'it\'s "so",\nyes', JSON.stringify(text) ?? 'no such row');
		},
	),
	question('export.line-end', 'Do lines end in LF or CR LF?', async (domo) =>
		/\r\n/.test((await downloaded(domo)).text) ? 'CR LF' : 'LF',
	),
	question('export.last-line', 'Does the last line have a line end?', async (domo) =>
		(await downloaded(domo)).text.endsWith('\n') ? 'yes' : 'no',
	),
	question('export.byte-order-mark', 'Does an export begin with a byte order mark?', async (domo) =>
		(await downloaded(domo)).text.startsWith('\ufeff') ? 'yes' : 'no',
	),
	question('export.order', 'Do rows come in the order of their import?', async (domo) =>
		(await domo.rows(await asked(domo))).map(([id]) => id?.text).join(', '),
	),
	question('export.as-json', 'What is Accept: application/json answered with?', async (domo) => {
		const answer = await domo.get(
			`/v1/datasets/${await asked(domo)}/data`,
			{ accept: 'application/json' },
			{ pages: [400, 406] },
		);
		return `${isGood(answer) ? `HTTP ${answer.status}` : describe(answer)}, ${answer.headers['content-type'] ?? 'no Content-Type'}`;
	}),
	question('export.no-rows', 'What is the export of a DataSet without rows?', async (domo) => {
		const answer = await domo.export(
			await domo.dataSet('no rows', [column('a'), column('b')]),
			'?includeHeader=true',
		);
		return isGood(answer)
			? `HTTP ${answer.status} ${JSON.stringify(clipped(answer.text))}`
			: describe(answer);
	}),
];
