/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { parse } from 'csv-parse/sync';
import { deflateRawSync, gzipSync } from 'node:zlib';

import type { Column } from '../../domo/types';
import { type CsvFile, type CsvFileOptions, openCsvFiles } from '../../transfer/csv/csvFile';
import { InputError } from '../../transfer/inputError';

const OPTIONS: CsvFileOptions = {
	fileHasHeader: true,
	unknownFields: 'fail',
	missingColumns: 'fail',
	delimiter: ',',
	fileEncoding: 'utf-8',
	nullText: '',
};

const ABC = columnsOf('a', 'b', 'c');

function columnsOf(...names: string[]): Column[] {
	return names.map((name) => ({ name, type: 'STRING' }));
}

interface OpenedFile extends CsvFile {
	opened: number;
	closed: number;
}

function fileOf(
	content: string | Buffer,
	chunkBytes = Infinity,
	name = 'sales.csv',
	itemIndex = 2,
): OpenedFile {
	const bytes = Buffer.from(content);
	const file: OpenedFile = {
		name,
		itemIndex,
		opened: 0,
		closed: 0,
		open: async function* () {
			file.opened++;
			try {
				for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
			} finally {
				file.closed++;
			}
		},
	};
	return file;
}

async function draw(
	files: CsvFile | CsvFile[],
	columns: Column[] = ABC,
	options: Partial<CsvFileOptions> = {},
	maxBytes = 1_000_000,
	maxRows = 1_000_000,
): Promise<{ text: string; rows: number; blocks: Array<{ bytes: Buffer; rows: number }> }> {
	const source = await openCsvFiles([files].flat(), columns, { ...OPTIONS, ...options });
	const blocks: Array<{ bytes: Buffer; rows: number }> = [];
	for (
		let block = await source.next(maxBytes, maxRows);
		block;
		block = await source.next(maxBytes, maxRows)
	) {
		blocks.push(block);
	}
	await source.close();
	return {
		text: Buffer.concat(blocks.map((block) => block.bytes)).toString(),
		rows: blocks.reduce((sum, block) => sum + block.rows, 0),
		blocks,
	};
}

async function refusal(action: Promise<unknown>): Promise<InputError> {
	const caught: unknown = await action.then(
		() => undefined,
		(error: unknown) => error,
	);
	expect(caught).toBeInstanceOf(InputError);
	return caught as InputError;
}

describe('refusals of CSV files', () => {
	const longField = 'x'.repeat(300_000);
	it.each<[string, string | Buffer, Partial<CsvFileOptions>, string]>([
		[
			'a row with too few fields',
			'a,b,c\n1,2,3\n4,5\n',
			{},
			"Line 3 of 'sales.csv' (item 2) has 2 fields instead of 3",
		],
		[
			'a row with too many fields',
			'a,b,c\n1,2,3,4\n',
			{},
			"Line 2 of 'sales.csv' (item 2) has 4 fields instead of 3",
		],
		['a row with one field', 'a,b,c\r\n1\r\n', {}, "Line 2 of 'sales.csv' (item 2) has 1 field instead of 3"],
		[
			'a line counted behind quoted line breaks',
			'a,b,c\n"1\n\n",2,3\n4\n',
			{},
			"Line 5 of 'sales.csv' (item 2) has 1 field",
		],
		[
			'a line counted behind a header of two lines',
			'a,b,"c"\n1,2\n',
			{},
			"Line 2 of 'sales.csv' (item 2) has 2 fields",
		],
		[
			'a short row behind a long one',
			`a,b,c\n${longField},2,3\n4,5\n`,
			{},
			"Line 3 of 'sales.csv' (item 2) has 2 fields",
		],
		[
			'a first row that does not fit the columns',
			'1,2\n',
			{ fileHasHeader: false },
			"Line 1 of 'sales.csv' (item 2) has 2 fields instead of 3",
		],
		[
			'text behind a closing quote',
			'a,b,c\n1,"2"x,3\n',
			{},
			"Line 2 of 'sales.csv' (item 2) has text behind the closing quote",
		],
		[
			'a quote left open',
			'a,b,c\n1,2,3\n4,"5,6\n7,8,9\n',
			{},
			"Line 3 of 'sales.csv' (item 2) opens a quote that is never closed",
		],
		[
			'a quote left open in the header',
			'a,"b,c\n1,2,3\n',
			{},
			"Line 1 of 'sales.csv' (item 2) opens a quote that is never closed",
		],
		[
			'a quote open beyond 16 MB',
			`a,b,c\n1,"${'line\n'.repeat(3_500_000)}`,
			{},
			"Line 2 of 'sales.csv' (item 2) opens a quote that is not closed within 16 MB",
		],
		[
			'a line beyond 16 MB',
			`a,b,c\n${'x'.repeat(17 * 2 ** 20)}`,
			{},
			"Line 2 of 'sales.csv' (item 2) is longer than 16 MB",
		],
		[
			'a lone carriage return',
			'a,b,c\n1,2,3\n4,5\r6,7\n',
			{},
			"Line 3 of 'sales.csv' (item 2) has a carriage return without a line feed",
		],
		[
			'a lone carriage return behind a quoted field',
			'a,b,c\n1,2,"3"\r4,5,6\n',
			{},
			"Line 2 of 'sales.csv' (item 2) has a carriage return without a line feed",
		],
		[
			'a header with a name twice',
			'a,b,b\n1,2,3\n',
			{},
			"'b' appears twice in the header of 'sales.csv' (item 2)",
		],
		['a header with an unknown name', 'a,b,c,d\n1,2,3,4\n', {}, "header of 'sales.csv' (item 2)"],
		[
			'a header without a column',
			'a,b\n1,2\n',
			{},
			"header of 'sales.csv' (item 2) for the DataSet's column 'c'",
		],
		['a file without a byte', '', {}, "'sales.csv' (item 2) is empty"],
		['a file of a byte order mark', '\ufeff', {}, "'sales.csv' (item 2) is empty"],
		[
			'a file without a byte, where no header is expected',
			'',
			{ fileHasHeader: false },
			"'sales.csv' (item 2) is empty",
		],
		['a file of blank lines', '\n\r\n\n', { fileHasHeader: false }, "'sales.csv' (item 2) is empty"],
		['a gzip file of nothing', gzipSync(''), {}, "'sales.csv' (item 2) is empty"],
		[
			'bytes that are not UTF-8',
			Buffer.from('a,b,c\n1,"x\ny",3\n1,M\xfcller,3\n', 'latin1'),
			{},
			"Line 4 of 'sales.csv' (item 2) has bytes that are not UTF-8: as Windows-1252 they would read '",
		],
		[
			'bytes that are not UTF-8 in the header',
			Buffer.from('a,b,\xe9\n', 'latin1'),
			{},
			"Line 1 of 'sales.csv' (item 2) has bytes that are not UTF-8: as Windows-1252 they would read '",
		],
		[
			'a byte windows-1252 does not have',
			Buffer.from('a,b,c\n1,\x81,3\n', 'latin1'),
			{ fileEncoding: 'windows-1252' },
			"Line 2 of 'sales.csv' (item 2) has bytes that are not Windows-1252",
		],
		[
			'a lone surrogate',
			Buffer.from('a,b,c\n1,2,3\n1,\ud800,3\n', 'utf16le'),
			{ fileEncoding: 'utf-16le' },
			"Line 3 of 'sales.csv' (item 2) has bytes that are not UTF-16 LE",
		],
		[
			'a low surrogate alone',
			Buffer.from('a,b,c\n1,\udc00,3\n', 'utf16le'),
			{ fileEncoding: 'utf-16le' },
			"Line 2 of 'sales.csv' (item 2) has bytes that are not UTF-16 LE",
		],
		[
			'half a character at the end',
			Buffer.from('a,b,c\n1,2,3\n', 'utf16le').subarray(0, -1),
			{ fileEncoding: 'utf-16le' },
			"Line 2 of 'sales.csv' (item 2) has bytes that are not UTF-16 LE",
		],
		[
			'UTF-16 taken for UTF-8',
			Buffer.from('\ufeffa,b,c\n', 'utf16le'),
			{},
			"'sales.csv' (item 2) begins with the byte order mark of UTF-16 LE, but 'File Encoding' says UTF-8",
		],
		[
			'UTF-8 taken for windows-1252',
			'\ufeffa,b,c\n',
			{ fileEncoding: 'windows-1252' },
			"'sales.csv' (item 2) begins with the byte order mark of UTF-8",
		],
		[
			'UTF-16 of the other byte order',
			Buffer.from('\ufeffa,b,c\n', 'utf16le').swap16(),
			{},
			"'sales.csv' (item 2) begins with the byte order mark of UTF-16 BE",
		],
	])('%s', async (_, content, options, message) => {
		for (const chunkBytes of [Infinity, 64 * 1024]) {
			const file = fileOf(content, chunkBytes);
			const error = await refusal(draw(file, ABC, options));
			expect(error.message).toContain(message);
			expect(error.advice).toBeTruthy();
			expect(error.itemIndex).toBe(2);
		}
	});

	it('refuses a NULL in a table of one column, unless NULL has a text', async () => {
		const one = columnsOf('a');
		expect((await refusal(draw(fileOf('a\n1\n\n2\n'), one))).message).toContain(
			"Line 3 of 'sales.csv' (item 2) has no value for the only column",
		);
		expect(
			(await refusal(draw(fileOf('b,a\n1,2\n3,\n'), one, { unknownFields: 'ignore' }))).message,
		).toContain("Line 3 of 'sales.csv' (item 2) has no value for the only column");
		expect(await draw(fileOf('a\n1\n\n2\n'), one, { nullText: '\\N' })).toMatchObject({
			text: '1\n\\N\n2\n',
			rows: 3,
		});
		expect(await draw(fileOf('a\n1\n""\n'), one)).toMatchObject({ text: '1\n""\n', rows: 2 });
	});

	describe('for an upsert', () => {
		const key = { keyColumnNames: ['c', 'a'] };
		it.each<[string, string, Partial<CsvFileOptions>, string]>([
			[
				'a NULL key',
				'a,b,c\n1,2,3\n4,,\n',
				key,
				"Line 3 of 'sales.csv' (item 2) has NULL in the key column 'c'",
			],
			[
				'a NULL key at the start of a line',
				'a,b,c\n1,2,3\n,5,6\n',
				key,
				"Line 3 of 'sales.csv' (item 2) has NULL in the key column 'a'",
			],
			[
				'a NULL key before CRLF',
				'a,b,c\r\n1,2,3\r\n4,5,\r\n',
				key,
				"Line 3 of 'sales.csv' (item 2) has NULL in the key column 'c'",
			],
			[
				'a NULL key behind lines of several',
				'a,b,c\n1,"\n\n",3\n4,5,',
				key,
				"Line 5 of 'sales.csv' (item 2) has NULL in the key column 'c'",
			],
			[
				'\\N without quotes',
				'a,b,c\n1,2,\\N\n',
				key,
				"Line 2 of 'sales.csv' (item 2) has NULL in the key column 'c'",
			],
			[
				'\\N as the Null Text',
				'a,b,c\n1,2,\\N\n',
				{ ...key, nullText: '\\N' },
				"Line 2 of 'sales.csv' (item 2) has NULL in the key column 'c'",
			],
			[
				'nothing, whatever the Null Text',
				'a,b,c\n1,2,\n',
				{ ...key, nullText: '\\N' },
				"Line 2 of 'sales.csv' (item 2) has NULL in the key column 'c'",
			],
			[
				'a key in a file of another order',
				'c;b;a\n1;2;3\n;5;6\n',
				{ ...key, delimiter: ';' },
				"Line 3 of 'sales.csv' (item 2) has NULL in the key column 'c'",
			],
			[
				'a key without a header',
				'1,2,3\n4,5,\n',
				{ ...key, fileHasHeader: false },
				"Line 2 of 'sales.csv' (item 2) has NULL in the key column 'c'",
			],
		])('refuses %s', async (_, content, options, message) => {
			for (const chunkBytes of [1, Infinity]) {
				const error = await refusal(draw(fileOf(content, chunkBytes), ABC, options));
				expect(error.message).toContain(message);
				expect(error.advice).toContain('Give the key column a value in every line');
				expect(error.itemIndex).toBe(2);
			}
		});

		it('names each of several', async () => {
			for (const chunkBytes of [1, Infinity]) {
				const error = await refusal(
					draw(fileOf('a,b,c\n,2,3\n4,5,\n', chunkBytes), ABC, { ...OPTIONS, ...key }),
				);
				expect(error.message).toMatch(
					/^2 values do not fit their columns: line 2 of 'sales\.csv', column 'a': NULL, which .*; line 3 of 'sales\.csv', column 'c': NULL, which /,
				);
				expect(error.itemIndex).toBe(2);
			}
		});

		it('refuses a file whose header lacks a key column at once, also the last of several', async () => {
			const options = { ...OPTIONS, ...key, missingColumns: 'null' as const };
			const files = [fileOf('a,b,c\n1,2,3\n'), fileOf('a,b\n', Infinity, 'more.csv', 5)];
			const error = await refusal(openCsvFiles(files, ABC, options));
			expect(error.message).toMatch(
				/^'more\.csv' \(item 5\) has no field for the key column 'c', which would be NULL in every row/,
			);
			expect(error.itemIndex).toBe(5);
			expect((await draw(fileOf('a,c\n1,3\n'), ABC, options)).text).toBe('1,,3\n');
		});

		it('refuses a key column that the DataSet does not have', async () => {
			const error = await refusal(draw(fileOf('a,b,c\n1,2,3\n'), ABC, { keyColumnNames: ['d'] }));
			expect(error.message).toBe("The key column 'd' is not among the DataSet's columns");
		});

		it('takes empty texts, a text of \\N, NULL in other columns, and repeated keys', async () => {
			const rows = '"",,"\\N"\n"",,"\\N"\n\\NN,\\N,N\n';
			expect((await draw(fileOf(`a,b,c\n${rows}`), ABC, key)).text).toBe(rows);
		});

		it('refuses a NULL in the only column for its being the key', async () => {
			for (const nullText of ['', '\\N'] as const) {
				const error = await refusal(
					draw(fileOf('a\n1\n\n2\n'), columnsOf('a'), { keyColumnNames: ['a'], nullText }),
				);
				expect(error.message).toContain("Line 3 of 'sales.csv' (item 2) has NULL in the key column 'a'");
			}
		});

		it('finds a NULL key far behind in a large file, whatever it stands between', async () => {
			const lines = Array.from({ length: 100_000 }, (_, index) =>
				index % 1000 === 7 ? `${index},"two\nlines",x` : `${index},,c`,
			);
			const faulty = ['a,b,c', ...lines, '1,2,', ...lines].join('\n');
			const line = faulty.slice(0, faulty.indexOf('\n1,2,\n') + 1).split('\n').length;
			const error = await refusal(draw(fileOf(faulty, 10_000), ABC, key));
			expect(error.message).toContain(`Line ${line} of 'sales.csv' (item 2) has NULL in the key column 'c'`);
		});
	});

	it('finds what is wrong with the header of a later file before the first row is drawn', async () => {
		const files = [fileOf('a,b,c\n1,2,3\n'), fileOf('a,b\n1,2\n', Infinity, 'more.csv', 5)];
		const error = await refusal(openCsvFiles(files, ABC, OPTIONS));
		expect(error.message).toContain("header of 'more.csv' (item 5)");
		expect(error.itemIndex).toBe(5);
		expect(files.map(({ opened, closed }) => [opened, closed])).toEqual([
			[1, 1],
			[1, 1],
		]);
	});

	it('names the line of a fault far behind in a large file', async () => {
		const lines = Array.from({ length: 100_000 }, (_, index) =>
			index % 1000 === 7 ? `${index},"two\nlines",x` : `${index},b,c`,
		);
		const faulty = ['a,b,c', ...lines, '1,2'].join('\n');
		const line = faulty.split('\n').length;
		const error = await refusal(draw(fileOf(faulty, 10_000), ABC));
		expect(error.message).toContain(`Line ${line} of 'sales.csv' (item 2) has 2 fields instead of 3`);
	});
});

describe('gzipped CSV files', () => {
	const csv = Buffer.from(
		'a,b,c\n' + Array.from({ length: 20_000 }, (_, index) => `${index},${index * 7},x\n`).join(''),
	);
	const [head, tail] = [csv.subarray(0, 100_002), csv.subarray(100_002)];
	const packed = gzipSync(csv);

	it.each([1000, 65_536, Infinity])('are unpacked, in chunks of %d bytes', async (chunkBytes) => {
		const drawn = await draw(fileOf(packed, chunkBytes));
		expect(drawn.text).toBe(csv.subarray(6).toString());
		expect(drawn.rows).toBe(20_000);
	});

	it.each([
		['cut off', packed.subarray(0, -20)],
		['cut off within its last 8 bytes', packed.subarray(0, -3)],
		['cut off behind its header', packed.subarray(0, 12)],
		['damaged', Buffer.concat([packed.subarray(0, 5000), Buffer.alloc(50), packed.subarray(5050)])],
		['not gzip behind its first bytes', Buffer.from([0x1f, 0x8b, 0x2c, 0x31, 0x0a])],
		['of a wrong checksum', Buffer.concat([packed.subarray(0, -8), Buffer.alloc(4), packed.subarray(-4)])],
	])('are refused when %s', async (_, bytes) => {
		const error = await refusal(draw(fileOf(bytes, 1000)));
		expect(error.message).toContain("'sales.csv' (item 2) begins as a gzip file but cannot be unpacked");
		expect(error.itemIndex).toBe(2);
	});

	const [firstMember, secondMember] = [gzipSync(head), gzipSync(tail)];
	const twoMembers = Buffer.concat([firstMember, secondMember]);
	it.each([
		['a member behind zeros', Buffer.concat([firstMember, Buffer.alloc(512), secondMember]), Infinity],
		['zeros behind it', Buffer.concat([packed, Buffer.alloc(512)]), Infinity],
		['text behind it', Buffer.concat([packed, Buffer.from('1,2,3\n')]), Infinity],
	])('are refused, whatever the chunks, with %s', async (_, bytes, chunkBytes) => {
		for (const size of [chunkBytes, 1000]) {
			const error = await refusal(draw(fileOf(bytes, size)));
			expect(error.message).toMatch(/^'sales\.csv' \(item 2\) begins as a gzip file/);
			expect(error.itemIndex).toBe(2);
		}
	});

	it.each([
		['two members', twoMembers, Infinity, csv],
		['two members, cut between them', twoMembers, firstMember.length, csv],
		['a member in stored form behind it', Buffer.concat([firstMember, storedMember(tail)]), 4096, csv],
		[
			'empty members between',
			Buffer.concat([firstMember, gzipSync(''), secondMember, gzipSync('')]),
			Infinity,
			csv,
		],
	])('are unpacked, whatever the chunks, with %s', async (_, bytes, chunkBytes, expected) => {
		for (const size of [chunkBytes, 1000, 7]) {
			expect((await draw(fileOf(bytes, size))).text).toBe(expected.subarray(6).toString());
		}
	});

	it('pass on what reading the file threw', async () => {
		const file: CsvFile = {
			name: 'sales.csv.gz',
			itemIndex: 0,
			open: async function* () {
				yield packed.subarray(0, 1000);
				throw new RangeError('the disk is gone');
			},
		};
		await expect(draw(file)).rejects.toThrow(new RangeError('the disk is gone'));
	});
});

function storedMember(bytes: Buffer): Buffer {
	return Buffer.concat([
		gzipSync('').subarray(0, 10),
		deflateRawSync(bytes, { level: 0 }),
		gzipSync(bytes).subarray(-8),
	]);
}

describe('what CSV files become', () => {
	it.each<[string, string, Partial<CsvFileOptions>, string, Column[]?]>([
		['stays as it is in the schema order', 'a,b,c\n1,,"x ""y"""\r\n"",2,\n', {}, '1,,"x ""y"""\r\n"",2,\n'],
		['gets its last line feed', 'a,b,c\n1,2,3', {}, '1,2,3\n'],
		['loses blank lines', '\n \na,b,c\n\n1,2,3\n\r\n\n \t\n4,5,6\n', {}, '1,2,3\n4,5,6\n'],
		['keeps a quote inside an unquoted field', 'a,b,c\n1,5" pipe,3\n', {}, '1,"5"" pipe",3\n'],
		['loses blanks around quotes', 'a,b,c\n1, "2" ,\t"3"\n', {}, '1,"2","3"\n'],
		['may have lines that end in CR', 'a,b,c\r1,"2\r",3\r4,5,6', {}, '1,"2\r",3\n4,5,6\n'],
		['loses blank lines at the end', 'a,b,c\n1,2,3\n\n\r\n\n', {}, '1,2,3\n'],
		['loses a byte order mark', '\ufeffa,b,c\n1,2,3\n', {}, '1,2,3\n'],
		['loses a byte order mark without a header', '\ufeff1,2,3\n', { fileHasHeader: false }, '1,2,3\n'],
		['may be a header alone', 'a,b,c', {}, ''],
		['may be a header and blank lines', 'a,b,c\n\n', {}, ''],
		['is put in the schema order', 'c,a,b\n3,1,2\n"3","1",\n', {}, '1,2,3\n"1",,"3"\n'],
		['is matched by quoted and loosely written names', '" C ",a,"b"\n3,1,2\n', {}, '1,2,3\n'],
		['gets NULL for a missing column', 'a,c\n1,3\n', { missingColumns: 'null' }, '1,,3\n'],
		[
			'gets the NULL text for a missing column',
			'a,c\n1,3\n',
			{ missingColumns: 'null', nullText: '\\N' },
			'1,\\N,3\n',
		],
		['loses unknown fields', 'x,a,b,y,c,z\n9,1,2,"9,9",3,9\n', { unknownFields: 'ignore' }, '1,2,3\n'],
		[
			'has NULLs and \\N told apart',
			'a,b,c\n,"",\\N\n"\\N",1,\n',
			{ nullText: '\\N' },
			'\\N,"",\\N\n"\\N",1,\\N\n',
		],
		['keeps a semicolon file as commas', 'a;b;c\n1,5;"2;2";3\n', { delimiter: ';' }, '"1,5","2;2",3\n'],
		['keeps a tab file as commas', 'a\tb\tc\n1\t,\t\r\n', { delimiter: '\t' }, '1,",",\n'],
		['keeps a pipe file as commas', 'a|b|c\n1|"x|y"|3\n', { delimiter: '|' }, '1,"x|y",3\n'],
		[
			'quotes a long field with a comma',
			`a;b;c\n${'x'.repeat(60)},;2;3\n`,
			{ delimiter: ';' },
			`"${'x'.repeat(60)},",2,3\n`,
		],
		['takes a line of one field as a row', 'a\n1\n\n2\n', { missingColumns: 'null' }, '1,,\n,,\n2,,\n'],
		['takes carriage returns in quotes', 'a,b,c\n"1\r2","\r\n","\n"\n', {}, '"1\r2","\r\n","\n"\n'],
	])('%s', async (_, content, options, expected) => {
		for (const chunkBytes of [1, Infinity]) {
			expect((await draw(fileOf(content, chunkBytes), ABC, options)).text).toBe(expected);
		}
	});

	it('decodes windows-1252 and UTF-16', async () => {
		const french = Buffer.from('a,b,c\n\x80,\x93caf\xe9\x94,\x9f\n', 'latin1');
		expect((await draw(fileOf(french), ABC, { fileEncoding: 'windows-1252' })).text).toBe('€,“café”,Ÿ\n');
		const emoji = Buffer.from('\ufeffa,b,c\n😀,漢,\ufeff\n', 'utf16le');
		expect((await draw(fileOf(emoji, 3), ABC, { fileEncoding: 'utf-16le' })).text).toBe('😀,漢,\ufeff\n');
	});
});

describe('blocks', () => {
	const rows = Array.from(
		{ length: 50_000 },
		(_, index) => `${index},"${'v'.repeat(index % 50)}",${index % 3}`,
	);
	const csv = `a,b,c\n${rows.join('\n')}\n`;

	it.each([
		[',', OPTIONS],
		['|', { ...OPTIONS, delimiter: '|' as const }],
	])('end at the first record at or past maxBytes, delimiter %s', async (delimiter, options) => {
		const { blocks, text } = await draw(fileOf(csv.replaceAll(',', delimiter), 7000), ABC, options, 300_000);
		expect(text).toBe(csv.slice(6));
		for (const { bytes } of blocks.slice(0, -1)) {
			expect(bytes.length).toBeGreaterThanOrEqual(300_000);
			expect(bytes.lastIndexOf(0x0a, bytes.length - 2)).toBeLessThan(300_000);
		}
	});

	it('hold at most maxRows records', async () => {
		const { blocks } = await draw(fileOf(csv), ABC, {}, 1e9, 3001);
		expect(blocks.map((block) => block.rows)).toEqual([...Array<number>(16).fill(3001), 50_000 - 16 * 3001]);
		for (const block of blocks) expect(parse(block.bytes)).toHaveLength(block.rows);
	});

	it('are not written to again, fill a lent Buffer, and own exactly their bytes otherwise', async () => {
		const source = await openCsvFiles([fileOf(csv)], ABC, OPTIONS);
		const lent = Buffer.alloc(400_000);
		const first = await source.next(300_000, 1e9, lent);
		expect(first?.bytes.buffer).toBe(lent.buffer);
		const copy = Buffer.from(first?.bytes ?? []);
		const second = await source.next(300_000, 1e9);
		const copyOfSecond = Buffer.from(second?.bytes ?? []);
		expect(second?.bytes.buffer.byteLength).toBe(second?.bytes.length);
		const third = await source.next(300_000, 1e9, Buffer.alloc(10));
		expect(third?.bytes.buffer.byteLength).toBe(third?.bytes.length);
		expect(first?.bytes.equals(copy)).toBe(true);
		expect(second?.bytes.equals(copyOfSecond)).toBe(true);
		await source.close();
	});

	it('are right where a record, a CRLF, a quote or a blank line meets the end of the 256 kB window', async () => {
		const endings = [
			'1,2,3',
			'1,2,3\n',
			'1,2,3\r\n',
			'1,2,"3"\n',
			'1,2,"""3"\r\n',
			'1,2,3\n\n',
			'1,2,3\r\n\r\n\n',
		];
		for (const ending of endings) {
			for (let distance = -2; distance <= ending.length + 1; distance++) {
				const lines = '4,5,6\n'.repeat(100);
				const windowBytes = 256 * 1024 - 1;
				const before = `1,2,${'x'.repeat(windowBytes - distance - 5 - lines.length)}\n${lines}`;
				const { text } = await draw(fileOf(before + ending), ABC, { fileHasHeader: false }, 1e9);
				const lastLine = ending.trimEnd() + (ending.includes('\r\n') ? '\r\n' : '\n');
				expect(text === before + lastLine || { ending, distance, length: text.length }).toBe(true);
			}
		}
	});

	it('come whole with a record of many megabytes', async () => {
		const long = `1,"${'long "" text,\n'.repeat(700_000)}",3`;
		const { text, blocks } = await draw(fileOf(`a,b,c\n1,2,3\n${long}\n4,5,6\n`, 65_536), ABC, {}, 1000);
		expect(text).toBe(`1,2,3\n${long}\n4,5,6\n`);
		expect(blocks.map((block) => block.rows)).toEqual([2, 1]);
	});
});

describe('locate', () => {
	it('names the line and file of every row, across files, headers, CRLF and records of several lines', async () => {
		const texts = [
			'\ufeffa,b,c\r\n"1\n2",2,3\r\n2,2,3\r\n"\n\n",,"\n"\r\n4,5,6\r\n',
			'"a",b,c\n1,2,3',
			'a,b,c\n',
			'a,b,c\n' +
				Array.from({ length: 30_000 }, (_, index) =>
					index % 5 ? `${index},2,3\n` : `${index},"\n",3\n`,
				).join(''),
		];
		const files = texts.map((text, index) => fileOf(text, 5000, `${index}.csv`, index));
		const source = await openCsvFiles(files, ABC, OPTIONS);
		while (await source.next(10_000, 999));
		const expected = texts.flatMap((text, index) => {
			const lineAt = lineOfEachByte(text);
			const parsed = parse(text, { info: true, bom: true, record_delimiter: ['\r\n', '\n'] });
			const recordEnds = (parsed as unknown as Array<{ info: { bytes: number } }>).map(
				({ info }) => info.bytes,
			);
			return recordEnds
				.slice(0, -1)
				.map((start) => `line ${lineAt[start]} of '${index}.csv' (item ${index})`);
		});
		expect(expected.map((_, row) => source.locate(row))).toEqual(expected);
		expect(expected.slice(0, 4)).toEqual([2, 4, 5, 9].map((line) => `line ${line} of '0.csv' (item 0)`));
	});

	function lineOfEachByte(text: string): number[] {
		let line = 1;
		return Array.from(Buffer.from(text), (byte) => (byte === 0x0a ? line++ : line));
	}
});

describe('files of an upload', () => {
	it('are opened one after another and closed when read', async () => {
		const files = [fileOf('a,b,c\n1,2,3\n'), fileOf('b,a,c\n2,1,3\n'), fileOf('a,b,c\n7,8,9\n')];
		const { text } = await draw(files, ABC, {}, 1);
		expect(text).toBe('1,2,3\n1,2,3\n7,8,9\n');
		expect(files.map(({ opened, closed }) => [opened, closed])).toEqual([
			[1, 1],
			[2, 2],
			[2, 2],
		]);
	});

	it('are let go of by close, at any time and more than once', async () => {
		const file = fileOf('a,b,c\n' + '1,2,3\n'.repeat(200_000), 1000);
		const source = await openCsvFiles([file], ABC, OPTIONS);
		await source.next(1000, 10);
		await source.close();
		await source.close();
		expect(file.closed).toBe(1);
		expect(await source.next(1000, 10)).toBeNull();
	});

	it('do not keep close waiting when a read hangs', async () => {
		const file: CsvFile = {
			name: 'slow.csv',
			itemIndex: 0,
			open: async function* () {
				yield Buffer.from('a,b,c\n' + '1,2,3\n'.repeat(100_000));
				await new Promise(() => {});
			},
		};
		const source = await openCsvFiles([file], ABC, { ...OPTIONS, decidingBytes: 1000 });
		void source.next(1e9, 1e9);
		await new Promise((resolve) => setTimeout(resolve, 20));
		await expect(source.close()).resolves.toBeUndefined();
	});
});

describe('how much of the input was drawn', () => {
	const rows = 'a,b,c\n' + '1,2,3\n'.repeat(1_000);
	const sized = (content: string | Buffer, chunkBytes = 600): CsvFile => ({
		...fileOf(content, chunkBytes),
		bytes: Buffer.from(content).length,
	});

	async function shares(files: CsvFile[], options: Partial<CsvFileOptions> = {}) {
		const source = await openCsvFiles(files, ABC, { ...OPTIONS, ...options });
		const seen = [source.shareDrawn];
		while (await source.next(600, 100)) seen.push(source.shareDrawn);
		await source.close();
		return seen;
	}

	it('grows from 0 to 1 with the rows, over all files', async () => {
		const seen = (await shares([sized(rows), sized(rows)])) as number[];
		expect(seen[0]).toBe(0);
		expect(seen.at(-1)).toBe(1);
		expect([...seen].sort((a, b) => a - b)).toEqual(seen);
		const half = seen[Math.floor(seen.length / 2)];
		expect(half).toBeGreaterThan(0.4);
		expect(half).toBeLessThan(0.7);
	});

	it.each([
		['the size of one is not known', [sized(rows), fileOf(rows)], {}],
		['one is gzipped', [sized(gzipSync(rows))], {}],
		['one is not UTF-8', [sized(Buffer.from(rows, 'utf16le'))], { fileEncoding: 'utf-16le' }],
	])('is not known where %s', async (_, files, options) => {
		const seen = await shares(files, options);
		expect(seen.length).toBeGreaterThan(2);
		expect(new Set(seen)).toEqual(new Set([undefined]));
	});
});
