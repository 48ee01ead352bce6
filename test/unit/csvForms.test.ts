/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { gzipSync } from 'node:zlib';

import type { Column } from '../../domo/types';
import { type CsvFile, type CsvFileOptions, openCsvFiles } from '../../transfer/csv/csvFile';
import { inferCsvColumns, newCsvColumnsOf } from '../../transfer/csv/inferCsvColumns';
import { DEFAULT_VALUE_OPTIONS } from '../../transfer/columns/valueOptions';
import { InputError } from '../../transfer/inputError';

const OPTIONS: CsvFileOptions = { unknownFields: 'fail', missingColumns: 'fail', nullText: '' };

const COLUMNS: Column[] = [
	{ name: 'id', type: 'LONG' },
	{ name: 'name', type: 'STRING' },
	{ name: 'n', type: 'DECIMAL' },
];

function fileOf(content: string | Buffer, name = 'rows.csv', itemIndex = 0): CsvFile {
	const bytes = Buffer.from(content);
	return {
		name,
		itemIndex,
		open: async function* () {
			for (let at = 0; at < bytes.length; at += 10_000) yield bytes.subarray(at, at + 10_000);
		},
	};
}

async function draw(
	content: string | Buffer | CsvFile[],
	options: Partial<CsvFileOptions> = {},
	columns = COLUMNS,
) {
	const files = Array.isArray(content) ? content : [fileOf(content)];
	const source = await openCsvFiles(files, columns, { ...OPTIONS, ...options });
	const blocks: Buffer[] = [];
	try {
		for (let block = await source.next(1e6, 1e6); block; block = await source.next(1e6, 1e6)) {
			blocks.push(block.bytes);
		}
	} finally {
		await source.close();
	}
	return { text: Buffer.concat(blocks).toString(), findings: source.findings };
}

async function refusal(action: Promise<unknown>): Promise<string> {
	const error: unknown = await action.catch((caught: unknown) => caught);
	expect(error).toBeInstanceOf(InputError);
	const { message, advice } = error as InputError;
	return `${message} — ${advice}`;
}

describe('a file of another format', () => {
	const ZIP = Buffer.from('504b0304', 'hex');
	it.each<[string, Buffer, RegExp]>([
		['xls', Buffer.from('d0cf11e0a1b11ae100', 'hex'), /old Excel workbook.*Extract From File/],
		['xlsx', Buffer.concat([ZIP, Buffer.from('      xl/workbook.xml')]), /xlsx.*Extract From File/],
		[
			'ods',
			Buffer.concat([ZIP, Buffer.from('mimetypeapplication/vnd.oasis.opendocument.spreadsheet')]),
			/ods.*Extract From File/,
		],
		['zip', Buffer.concat([ZIP, Buffer.from('rows.csv')]), /zip archive.*Compression/],
		['Parquet', Buffer.from('PAR1'), /Parquet.*export the data as CSV/],
		['Avro', Buffer.from('Obj\x01'), /Avro/],
		['PDF', Buffer.from('%PDF-1.7\n'), /PDF.*Extract From File/],
		['bzip2', Buffer.from('425a6839314159265359', 'hex'), /bzip2/],
		['zstd', Buffer.from('28b52ffd00', 'hex'), /zstd/],
		['JSON', Buffer.from(' \n{ "rows": 1 }'), /JSON.*Extract From File/],
		['JSON lists', Buffer.from('[ [1,2] ]'), /JSON/],
		['XML', Buffer.from('<?xml version="1.0"?>\n<rows/>'), /XML file/],
		['HTML', Buffer.from('<?xml version="1.0"?><html>'), /HTML page/],
		['HTML in UTF-16', Buffer.from('\ufeff<!DOCTYPE html>', 'utf16le'), /HTML page/],
	])('is known by its first bytes: %s', async (_, bytes, words) => {
		expect(await refusal(draw(bytes))).toMatch(words);
		expect(await refusal(draw(gzipSync(bytes)))).toMatch(words);
	});

	it('is not seen in a CSV file that begins alike', async () => {
		const columns: Column[] = [
			{ name: '{id}', type: 'STRING' },
			{ name: 'PK', type: 'STRING' },
		];
		expect((await draw('{id},PK\n1,2\n', {}, columns)).text).toBe('1,2\n');
		expect((await draw('PK,{id}\n1,2\n', {}, columns)).text).toBe('2,1\n');
	});
});

describe('encodings', () => {
	it.each<[string, string, Buffer, string]>([
		['UTF-16 LE without a mark', 'auto', Buffer.from('id\tname\tn\n1\tÄ\t2\n', 'utf16le'), '1,Ä,2\n'],
		['ISO-8859-2', 'iso-8859-2', Buffer.from('id,name,n\n1,\xb3,2\n', 'latin1'), '1,ł,2\n'],
		['Shift_JIS', 'Shift_JIS', Buffer.from('id,name,n\n1,\x93\xfa\x96\x7b,2\n', 'latin1'), '1,日本,2\n'],
		['Latin-1, which is Windows-1252', 'latin1', Buffer.from('id,name,n\n1,\x80,2\n', 'latin1'), '1,€,2\n'],
	])('are read: %s', async (_, fileEncoding, bytes, text) => {
		expect((await draw(bytes, { fileEncoding })).text).toBe(text);
	});

	it('are refused where they are unknown, or bytes are none of them', async () => {
		expect(await refusal(draw('id\n', { fileEncoding: 'klingon' }))).toContain("'klingon'");
		const faulty = Buffer.from('id,name,n\n1,a,2\n2,\xff\xff,3\n', 'latin1');
		expect(await refusal(draw(faulty, { fileEncoding: 'shift_jis' }))).toMatch(/Line 3 of .*shift_jis/i);
	});
});

describe('the delimiter', () => {
	it.each<[string, string, Partial<CsvFileOptions>]>([
		[
			'by the header, though another is as even',
			'id;name;n, total\n1;a;2,5\n',
			{ unknownFields: 'ignore', missingColumns: 'null' },
		],
		['tabs', 'id\tname\tn\n1\ta\t"2,5"\n', {}],
		['by sep=', '"sep=|"\nid|name|n\n1|a|2,5\n', {}],
	])('is found: %s', async (_, content, options) => {
		expect((await draw(content, options)).text).toMatch(/^1,a,/);
	});

	it('is asked for where none of two fits better', async () => {
		const words = await refusal(draw('1,2,3;4;5\n6,7,8;9;1\n', { fileHasHeader: false }));
		expect(words).toMatch(/a comma.*a semicolon.*'Delimiter'/);
	});

	it('is none in a file of one column', async () => {
		const { text, findings } = await draw('name\nLyon\nNice\n', {}, [{ name: 'name', type: 'STRING' }]);
		expect(text).toBe('Lyon\nNice\n');
		expect(findings.dialects).toEqual([
			{ file: 'rows.csv', encoding: 'UTF-8', delimiter: 'none', lineEnd: 'LF', headerLine: 1 },
		]);
	});
});

describe('lines above and below', () => {
	it('are pointed out where a new DataSet is to be made', async () => {
		const report = 'Harbour Supplies\n\nMonth,of January\nid,name,n\n1,a,5\n2,b,6\n';
		expect(await refusal(inferCsvColumns([fileOf(report)], OPTIONS))).toMatch(
			/^Line 4 .*looks like the header.*'Lines Before Header'.* to 3/,
		);
	});

	it.each([
		['a name and its first name', 'Id;Name;City\n1;Smith, John;Lyon\n2;Doe, Jane;Nice\n3;Doe;Nice\n'],
		['places of several parts', 'Id;Place\n1;Paris, IDF, France\n2;Rome, LAZ, Italy\n'],
		['bars in a text', 'Id\tText\n1\ta\n2\tb | c\n3\td | e\n'],
		['lines within quotes', 'Id;Text\n1;"one\nand, two\nand, three"\n2;b\n'],
		['lines within quotes of many fields', 'Id,Text\n1,"x\na, b, c, d\na, b, c, d\n"\n2,b\n'],
		['a total below', `Id;Place\n${'1;Paris, France\n'.repeat(30)}Total\n`],
	])('are not seen in the rows below a header: %s', async (_, content) => {
		const { columns } = await inferCsvColumns([fileOf(content)], {
			...OPTIONS,
			values: { ...DEFAULT_VALUE_OPTIONS, badValues: 'leaveOut' },
		});
		expect(columns.map(({ name }) => name)).toEqual(content.split('\n')[0].split(/[;,\t]/));
	});

	it.each([
		['Report, January\n\nId;Amount;Name;X\n1;2,5;a;b\n1;2,5;a;b\n', 3],
		[`Report, Q1, x\nId;Amount;Name\n${'1;2,5;a,b\n'.repeat(40)}`, 2],
	])('are pointed out where they and the rows have as many commas: %j', async (content, line) => {
		expect(await refusal(inferCsvColumns([fileOf(content)], OPTIONS))).toMatch(`Line ${line} `);
	});

	it('are pointed out where too many were given', async () => {
		const words = await refusal(draw('title\nid,name,n\n1,a,5\n', { linesBeforeHeader: 2 }));
		expect(words).toMatch(/^Line 2 .*'Lines Before Header'.* to 1/);
	});

	it('below are left out however far they are, and quoted', async () => {
		const rows = Array.from({ length: 60_000 }, (_, n) => `${n},name,${n}.5\n`).join('');
		const options = { linesAfterLastRow: 3, decidingBytes: 1000 };
		const { text, findings } = await draw(`id,name,n\n${rows}\nTotal,,5\n"by\nAnna"\n\nEnd\n\n`, options);
		expect(text).toBe(rows);
		expect(findings.footers[0].lines.map(({ text: line }) => line)).toEqual([
			'Total,,5',
			'"by\nAnna"',
			'End',
		]);
		expect(findings.fileHints.join()).toContain("'Total,,5'");
	});

	it('below say nothing of how the rows are read', async () => {
		const options = { linesAfterLastRow: 1 };
		expect((await draw('id,name,n\n1,a,1.234\n2,b,2.345\n3,,"12,5"\n', options)).text).toBe(
			'1,a,1.234\n2,b,2.345\n',
		);
		const hinted = async (content: string, more: object) => (await draw(content, more)).findings.hints;
		const rows = 'id,name,n\n1,a,929.157\n';
		expect(await hinted(`${rows}2,,0.5\n`, options)).toEqual(await hinted(rows, {}));
		expect(await hinted(rows, {})).not.toEqual([]);
	});

	it('below are refused where one looks like a row, early or late', async () => {
		const few = 'id,name,n\n1,a,5\n2,b,6\n';
		for (const content of [few, few + '3,c,7\n'.repeat(5000)]) {
			const words = await refusal(draw(content, { linesAfterLastRow: 1, decidingBytes: 1000 }));
			expect(words).toMatch(/looks like a row.*'Lines After Last Row'/);
		}
	});
});

describe('rows that do not fit', () => {
	const leaveOut = { values: { ...DEFAULT_VALUE_OPTIONS, badValues: 'leaveOut' as const } };

	it('are named by line, column, value and reason wherever they are', async () => {
		const content = `id,name,n\n${'1,a,5\n'.repeat(500)}2,b,twelve\n`;
		for (const decidingBytes of [1000, 1_000_000]) {
			const words = await refusal(draw(content, { decidingBytes }));
			expect(words).toMatch(/line 502 .*'n'.*'twelve'/);
		}
	});

	it.each([
		['id;name;n\n1;a;5,25\n2;b;7.5\n', 'comma'],
		['id;name;n\n1;a;6.5\n2;b;7.5\n', 'comma'],
		['id;name;n\n1;a;5,25\n2;b;7.5\n', 'point'],
	] as const)(
		'are refused before a row is drawn where their bytes decide: %j by a %s',
		async (content, decimalSign) => {
			const values = { ...DEFAULT_VALUE_OPTIONS, decimalSign };
			const words = await refusal(openCsvFiles([fileOf(content)], COLUMNS, { ...OPTIONS, values }));
			expect(words).toContain("'Decimal Sign'");
		},
	);

	it('are left out with what they hold, and lines go on to be right', async () => {
		const content = 'id,name,n\n1,a,5\nx,"b",6\n3,c\n4,d,7,8\n5,e,9\n';
		const { text, findings } = await draw(content, { ...leaveOut, values: { ...leaveOut.values } });
		expect(text).toBe('1,a,5\n5,e,9\n');
		expect(findings.badRows).toBe(3);
		expect(findings.leftOut.map(({ json }) => json)).toEqual([
			expect.objectContaining({ line: 3, column: 'id', value: 'x', row: { id: 'x', name: 'b', n: '6' } }),
			expect.objectContaining({ line: 4, row: ['3', 'c'] }),
			expect.objectContaining({ line: 5, row: ['4', 'd', '7', '8'] }),
		]);
	});

	it('stop the upload beyond the share that is allowed, once all was read', async () => {
		const content = `id,name,n\n${'1,a,5\n'.repeat(150)}${'1,a,x\n'.repeat(30)}`;
		for (const decidingBytes of [500, 1_000_000]) {
			expect(await refusal(draw(content, { ...leaveOut, decidingBytes }))).toContain('Max Bad Rows (%)');
		}
	});

	it('are refused for a late contradiction whatever Bad Values says', async () => {
		const content = `id;name;n\n${'1;a;5,25\n'.repeat(200)}2;b;7.5\n`;
		const words = await refusal(draw(content, { ...leaveOut, decidingBytes: 500 }));
		expect(words).toContain('line 202');
	});

	it.each([
		['late', `a;b\n${'1;1.234\n'.repeat(50)}1,5;2\n`],
		['both late', `a;b\n${'1;1\n'.repeat(50)}1,5;2\n1;1.234\n`],
		['later than the point', `a;b\n${'1;1\n'.repeat(50)}1;1.234\n1,5;2\n`],
	])("are refused for points that could group beside another column's comma: %s", async (_, content) => {
		const columns: Column[] = [
			{ name: 'a', type: 'DECIMAL' },
			{ name: 'b', type: 'DECIMAL' },
		];
		for (const decidingBytes of [200, 1_000_000]) {
			const words = await refusal(draw(content, { ...leaveOut, decidingBytes }, columns));
			expect(words).toMatch(/^Column 'b': '1\.234' .*column 'a'.*'Decimal Sign'/);
			const { findings } = await draw(content, { decidingBytes, profile: true }, columns);
			expect(findings.refusal?.message).toContain("Column 'b': '1.234'");
		}
		const settled = content.replace('1.234', '12.34');
		expect((await draw(settled, { decidingBytes: 200 }, columns)).text).toContain('1.5,2\n');
	});

	it('with NULL in a key are left out', async () => {
		const content = 'id,name,n\n1,a,5\n,b,6\n';
		const { text, findings } = await draw(content, { ...leaveOut, keyColumnNames: ['id'] });
		expect(text).toBe('1,a,5\n');
		expect(findings.leftOut[0].json).toMatchObject({ line: 3, column: 'id' });
	});
});

describe('values on their way', () => {
	it('are converted in place, quoted and unquoted, and counted', async () => {
		const columns: Column[] = [
			{ name: 'at', type: 'DATETIME' },
			{ name: 'n', type: 'DECIMAL' },
		];
		const content = 'at,n\n2024-01-31 10:15:00,5\n"2024-01-31 10:15:00","1,234.5"\n,""\n';
		const { text, findings } = await draw(content, {}, columns);
		expect(text).toBe(
			'2024-01-31T10:15:00,5\n"2024-01-31T10:15:00","1234.5"\n,\n'.replace('"1234.5"', '1234.5'),
		);
		expect(findings.conversions).toEqual({ n: { grouped: 1 } });
	});

	it.each(['LONG', 'DECIMAL', 'DOUBLE', 'DATE', 'DATETIME', 'STRING'] as const)(
		'are counted where a word is read as NULL, in a %s column as in its profile',
		async (type) => {
			const columns: Column[] = [
				{ name: 'id', type: 'LONG' },
				{ name: 'v', type },
			];
			const content = 'id,v\n1,n/a\n2,"N/A"\n3,\n4, n/a\n';
			const values = { ...DEFAULT_VALUE_OPTIONS, readAsNull: 'N/A' };
			const { text, findings } = await draw(content, { values }, columns);
			expect(text).toBe('1,\n2,\n3,\n4,\n');
			expect(findings.conversions).toEqual({ v: { nullWord: 3 } });
			expect((await draw(content, { values, profile: true }, columns)).findings.conversions).toEqual(
				findings.conversions,
			);
		},
	);

	it('are profiled in a Dry Run, which reads on', async () => {
		const { findings } = await draw('id,name,n\n1,a,5\n2,b,x\n3,,7\n', { profile: true });
		expect(findings.refusal?.message).toContain("'x'");
		expect(
			findings.profiles.map(({ column, rows, nulls, misfits }) => [column, rows, nulls, misfits]),
		).toEqual([
			['id', 3, 0, 0],
			['name', 3, 1, 0],
			['n', 3, 0, 1],
		]);
	});

	it('give new columns their types, over all files', async () => {
		const files = [
			fileOf('id,name,n,day\n1,a,2,31.01.2024\n'),
			fileOf('id,name,n,Zip\n1,a,2,02139\n', 'b.csv', 1),
		];
		expect((await newCsvColumnsOf(files, COLUMNS, OPTIONS)).columns).toEqual([
			{ name: 'day', type: 'DATE' },
			{ name: 'Zip', type: 'STRING' },
		]);
	});
});
