/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { gzipSync } from 'node:zlib';

import * as fc from 'fast-check';

import { runs } from '../support/runs';
import { useSandbox } from '../support/useSandbox';
import { column, DomoClient } from './domoClient';

const sandbox = useSandbox({ indexingMs: 5 });
let domo: DomoClient;
let streamId: number;
let dataSetId: string;
let executionId: number;

beforeAll(async () => {
	domo = new DomoClient(sandbox);
	await domo.logIn();
});

beforeEach(async () => {
	({ streamId, dataSetId } = await sandbox.createStream({
		name: 'Two columns',
		columns: [column('a'), column('b')],
	}));
	executionId = await domo.createExecution(streamId);
});

test('keeps what arrived in the order of the part ids, gzipped or plain', async () => {
	await domo.gzipPart(streamId, executionId, 2, 'three,3\nfour,4\n');
	await domo.part(streamId, executionId, 1, 'one,1\ntwo,2\n');
	await domo.part(streamId, executionId, 3, gzipSync('five,5\n'), { 'content-type': 'application/gzip' });
	const execution = await domo.commitAndWait(streamId, executionId);
	expect(execution).toMatchObject({ currentState: 'SUCCESS', rows: 5 });
	expect((await sandbox.rows(dataSetId)).map(({ a, b }) => `${a}${b}`)).toEqual([
		'one1',
		'two2',
		'three3',
		'four4',
		'five5',
	]);
	expect(sandbox.dataSet(dataSetId).rows).toBe(5);
});

test('tells NULL from an empty string and keeps every character', async () => {
	const csv = [
		'""',
		'',
		'\\N',
		'"\\N"',
		'"a""b"',
		'"x,y"',
		'"l1\nl2"',
		'"l1\r\nl2"',
		'"\r"',
		'\0',
		'😀é',
		' s ',
		'""""',
	];
	const kept = ['', null, null, '\\N', 'a"b', 'x,y', 'l1\nl2', 'l1\r\nl2', '\r', '\0', '😀é', ' s ', '"'];
	const answer = await domo.gzipPart(
		streamId,
		executionId,
		1,
		csv.map((field) => `${field},${field}\n`).join(''),
	);
	expect(answer.text).toContain('"ACTIVE"');
	await domo.commitAndWait(streamId, executionId);
	expect(await sandbox.rows(dataSetId)).toEqual(kept.map((value) => ({ a: value, b: value })));
});

test('reads back whatever text RFC 4180 can carry, quoted where it must be or anyway', async () => {
	const text = fc.string({
		unit: fc.constantFrom('"', ',', '\n', '\r', '\\', 'N', '\0', 'é', '😀', '\ufeff', ' ', 'a'),
	});
	const field = fc.record({ value: fc.option(text, { nil: null }), quoteAnyway: fc.boolean() });
	const written = ({ value, quoteAnyway }: { value: string | null; quoteAnyway: boolean }) => {
		if (value === null) return quoteAnyway ? '\\N' : '';
		const mustQuote = value === '' || value === '\\N' || /["\r\n,\ufeff]/.test(value);
		return mustQuote || quoteAnyway ? `"${value.replaceAll('"', '""')}"` : value;
	};
	const rows = fc.array(fc.tuple(field, field), { minLength: 1, maxLength: 40 });
	await fc.assert(
		fc.asyncProperty(rows, fc.constantFrom('\n', '\r\n'), async (drawn, lineEnd) => {
			const id = await domo.createExecution(streamId, { updateMethod: 'REPLACE' });
			const csv = drawn.map(([a, b]) => `${written(a)},${written(b)}${lineEnd}`).join('');
			const answer = await domo.part(streamId, id, 1, csv);
			expect(answer.text).toContain('ACTIVE');
			await domo.commitAndWait(streamId, id);
			const kept = drawn.map(([a, b]) => ({ a: a.value, b: b.value }));
			expect(await sandbox.rows(dataSetId)).toEqual(kept);
			const exported = await domo.ask('GET', `/v1/datasets/${dataSetId}/data`);
			const again = await domo.createExecution(streamId, { updateMethod: 'REPLACE' });
			await domo.part(streamId, again, 1, exported.text);
			await domo.commitAndWait(streamId, again);
			expect(await sandbox.rows(dataSetId)).toEqual(kept);
		}),
		{ numRuns: runs(10, 40) },
	);
});

test('takes rows that end in CRLF', async () => {
	await domo.part(streamId, executionId, 1, 'a,""\r\nb,\r\n');
	await domo.commitAndWait(streamId, executionId);
	expect(await sandbox.rows(dataSetId)).toEqual([
		{ a: 'a', b: '' },
		{ a: 'b', b: null },
	]);
});

test('reads an empty line of a single column as NULL', async () => {
	const single = await sandbox.createStream({ name: 'One column', columns: [column('a')] });
	const execution = await domo.createExecution(single.streamId);
	await domo.part(single.streamId, execution, 1, 'x\n\n""\n');
	await domo.commitAndWait(single.streamId, execution);
	expect((await sandbox.rows(single.dataSetId)).map(({ a }) => a)).toEqual(['x', null, '']);
});

const twoMembers = Buffer.concat([gzipSync('a,b\n'), gzipSync('c,d\n')]);
const damaged = gzipSync('a,b\n');
damaged[damaged.length - 8] ^= 1;
const gzip = { 'content-encoding': 'gzip' };
test.each<[string, string | Buffer, Record<string, string>, number, string]>([
	['too many columns', '1,2\n1,2,3\n', {}, 400, 'There are too many columns. Expected 2. Row 2, column 3.'],
	['too few columns', '1,2\n1\n', {}, 400, 'There are too few columns. Expected 2. Row 2, column 2.'],
	['a blank line', '1,2\n\n', {}, 400, 'There are too few columns. Expected 2. Row 2, column 2.'],
	['no line feed at the end', '1,2', {}, 400, 'line feed'],
	['a byte order mark', '\ufeffa,b\n', {}, 400, 'byte order mark'],
	['text that is not UTF-8', Buffer.from('é,b\n', 'latin1'), {}, 400, 'UTF-8'],
	['a character cut in two at the end', Buffer.from([0x61, 0x2c, 0xc3]), {}, 400, 'UTF-8'],
	['a bare quote', 'a"b,c\n', {}, 400, 'Quote'],
	['text after a closing quote', '"a"b,c\n', {}, 400, 'Quote'],
	['a quote left open', '"a,b\n', {}, 400, 'Quote'],
	['a bare carriage return', 'a\rb,c\n', {}, 400, 'carriage return'],
	['an empty part', '', {}, 400, 'empty'],
	['an empty part inside gzip', gzipSync(''), gzip, 400, 'empty'],
	['gzip that is not labelled', gzipSync('a,b\n'), {}, 400, 'not labelled'],
	['plain text labelled gzip', 'a,b\n', gzip, 400, 'not in gzip format'],
	[
		'plain text sent as application/gzip',
		'a,b\n',
		{ 'content-type': 'application/gzip' },
		400,
		'not in gzip format',
	],
	['more than one gzip member', twoMembers, gzip, 400, 'more than one member'],
	[
		'bytes after the gzip',
		Buffer.concat([gzipSync('a,b\n'), Buffer.alloc(9)]),
		gzip,
		400,
		'more than one member',
	],
	['gzip cut short', gzipSync('a,b\n'.repeat(999)).subarray(0, 30), gzip, 400, 'damaged'],
	['gzip with a wrong checksum', damaged, gzip, 400, 'checksum'],
	['a wrong content type', 'a,b\n', { 'content-type': 'application/json' }, 415, 'not supported'],
	['another charset', 'a,b\n', { 'content-type': 'text/csv; charset=latin1' }, 415, 'latin1'],
	['another encoding', 'a,b\n', { 'content-encoding': 'br' }, 415, 'br'],
])('refuses %s', async (_name, body, headers, status, message) => {
	const answer = await domo.part(streamId, executionId, 1, body, headers);
	expect(answer.status).toBe(status);
	expect(answer.json).toEqual({
		status,
		statusReason: expect.any(String),
		message: expect.stringContaining(message),
		toe: expect.stringMatching(/^[A-Z0-9]{10}-[A-Z0-9]{5}-[A-Z0-9]{5}$/),
	});
	expect(sandbox.parts(streamId, executionId)).toEqual([]);
	expect((await domo.part(streamId, executionId, 1, 'good,row\n')).status).toBe(200);
});

test('refuses a body without a content type', async () => {
	const body = new Blob(['a,b\n']);
	const path = `/v1/streams/${streamId}/executions/${executionId}/part/1`;
	expect((await domo.ask('PUT', path, body)).status).toBe(415);
});

const good: Record<string, string[]> = {
	LONG: ['0', '-7', '9223372036854775807', '-9223372036854775808'],
	DECIMAL: ['1', '-1.50', '123456789012345678901234567890.1'],
	DOUBLE: ['1', '-1.5e-300', '.5', '1E+10'],
	DATE: ['2024-02-29', '0001-01-01'],
	DATETIME: ['2024-02-29T23:59:59', '2024-02-29 23:59:59'],
	STRING: ['anything'],
};
const bad: Record<string, string[]> = {
	LONG: [
		'9223372036854775808',
		'-9223372036854775809',
		'1.0',
		'1e3',
		'+1',
		' 1',
		'x',
		'""',
		'12345678901234567890',
	],
	DECIMAL: ['1e3', '1.', '.5', 'NaN', '""'],
	DOUBLE: ['NaN', 'Infinity', '1e999', '0x10', '""'],
	DATE: ['2023-02-29', '2024-13-01', '2024-1-01', '2024-01-01T00:00:00', '""'],
	DATETIME: ['2024-01-01', '2024-01-01T00:00:00Z', '2024-01-01T00:00:00.000', '2024-01-01T24:00:00'],
};
test('takes values that fit their column and refuses those that do not, naming row and column', async () => {
	for (const [type, values] of Object.entries(good)) {
		const typed = await sandbox.createStream({ name: type, columns: [column('v', type as 'LONG')] });
		const execution = await domo.createExecution(typed.streamId);
		expect((await domo.part(typed.streamId, execution, 1, `${values.join('\n')}\n\n`)).status).toBe(200);
		for (const value of bad[type] ?? []) {
			const answer = await domo.part(typed.streamId, execution, 1, `${values[0]}\n${value}\n`);
			expect([value, answer.status, answer.json.message]).toEqual([
				value,
				400,
				`Cannot convert value '${value.replaceAll('"', '')}' to type ${type} for column 'v'. Row 2, column 1.`,
			]);
		}
		await domo.commitAndWait(typed.streamId, execution);
		expect((await sandbox.rows(typed.dataSetId)).map(({ v }) => v)).toEqual([...values, null]);
	}
});

test('keeps the last of several bodies under one part id and tells how often it arrived', async () => {
	await domo.gzipPart(streamId, executionId, 1, 'old,1\n');
	expect((await domo.part(streamId, executionId, 1, 'too,many,columns\n')).status).toBe(400);
	await domo.part(streamId, executionId, 1, 'new,22\n');
	const [part] = sandbox.parts(streamId, executionId);
	expect(part).toMatchObject({
		part: 1,
		timesArrived: 2,
		rows: 1,
		rawBytes: 7,
		sentBytes: 7,
		encoding: 'none',
	});
	expect(new Set(part.sha256OfEachArrival).size).toBe(2);
	expect(part.sha256).toBe(part.sha256OfEachArrival[1]);
	await domo.commitAndWait(streamId, executionId);
	expect(await sandbox.rows(dataSetId)).toEqual([{ a: 'new', b: '22' }]);
});

test('judges the rows only after the commit, when told to', async () => {
	sandbox.settings.checkPartsAt = 'commit';
	try {
		expect((await domo.part(streamId, executionId, 1, 'good,1\n')).status).toBe(200);
		expect((await domo.part(streamId, executionId, 2, 'bad\n')).status).toBe(200);
		expect(await domo.commitAndWait(streamId, executionId)).toMatchObject({
			currentState: 'ERROR',
			reason: 'There are too few columns. Expected 2. Row 1, column 2.',
		});
		expect(await sandbox.rows(dataSetId)).toEqual([]);
		const next = await domo.createExecution(streamId);
		await domo.part(streamId, next, 1, 'good,1\n');
		expect(await domo.commitAndWait(streamId, next)).toMatchObject({ currentState: 'SUCCESS', rows: 1 });
	} finally {
		sandbox.settings.checkPartsAt = 'upload';
	}
});

test('counts parts in flight', async () => {
	const before = sandbox.maxPartsInFlight;
	sandbox.faults.add({ operation: 'part', latencyMs: 150, times: 'always' });
	await Promise.all(
		[1, 2, 3, 4, 5, 6].map(async (part) => await domo.part(streamId, executionId, part, 'a,b\n')),
	);
	sandbox.faults.clear();
	expect(before).toBeLessThan(6);
	expect(sandbox.maxPartsInFlight).toBe(6);
});
