/** What kernel/records.ts takes, held to the functions of transfer/columns that say the same of one value. */
import * as fc from 'fast-check';

import { InPlaceField } from '../../transfer/columns/inPlaceField';
import { endOfPlain, PlainField } from '../../transfer/columns/plainField';
import { FIRST_WINDOW_BYTES } from '../../transfer/csv/byteWindow';
import { type PlainRecordField, PlainRecords, type RecordPlaces } from '../../transfer/csv/plainRecords';

const LF = 0x0a;
const SEMICOLON = 0x3b;
const COMMA = 0x2c;
const ENDS = [LF, 0x0d, 0x22, SEMICOLON];
const WINDOW_BYTES = FIRST_WINDOW_BYTES;

type Form = PlainField | InPlaceField;

const opened: PlainRecords[] = [];
afterEach(() => {
	while (opened.length > 0) opened.pop()!.close();
});

function open(
	fields: Array<Partial<PlainRecordField> & { form: () => Form }>,
	delimiter = COMMA,
	isEditing = true,
): PlainRecords {
	const all = fields.map((field) => ({ mayBeEmpty: true, mayBeNullText: true, ...field }));
	const plain = PlainRecords.open(all, delimiter, isEditing)!;
	opened.push(plain);
	plain.refresh();
	return plain;
}

function places(rows = 4096, noted = 0): RecordPlaces {
	return {
		rows: 0,
		lines: 0,
		rowStarts: new Int32Array(rows),
		rowEnds: new Int32Array(rows),
		rowLines: new Int32Array(rows),
		isPlain: new Uint8Array(rows),
		fieldBegins: new Int32Array(rows * noted),
		isAscii: true,
	};
}

/** Reads bytes from a place in the window on. */
function read(plain: PlainRecords, bytes: Buffer, at = 0, found = places()): RecordPlaces {
	bytes.copy(plain.bytes, at);
	plain.bytes[at + bytes.length] = LF;
	let from = at;
	for (;;) {
		const { rows } = found;
		from = plain.read(found, from, at + bytes.length);
		if (found.rows === rows) return found;
	}
}

/** What the window has from a place on. */
function text(plain: PlainRecords, length: number, at = 0): string {
	return plain.bytes.toString('latin1', at, at + length);
}

const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 22 });
const number = fc.oneof(
	digits,
	fc.tuple(fc.constantFrom('', '-', '+', '--'), digits).map((parts) => parts.join('')),
	fc
		.tuple(fc.constantFrom('', '-'), digits, fc.constantFrom('.', ',', '..', ''), digits)
		.map((parts) => parts.join('')),
	fc
		.tuple(digits, fc.constantFrom('.', ','), digits, fc.constantFrom('.', ',', 'e'), digits)
		.map((parts) => parts.join('')),
);
const two = (most: number) => fc.integer({ min: 0, max: most }).map((part) => String(part).padStart(2, '0'));
const day = fc
	.tuple(two(99), two(99), two(13), two(32), fc.constantFrom('-', '.', '/', '-'))
	.chain(([century, year, month, date, sign]) =>
		fc.constantFrom(
			`${century}${year}-${month}-${date}`,
			`${date}${sign}${month}${sign}${century}${year}`,
			`${month}${sign}${date}${sign}${century}${year}`,
		),
	);
const time = fc
	.tuple(day, fc.constantFrom('T', ' ', 't', '_'), two(25), two(61), two(61))
	.map(([date, between, hour, minute, second]) => `${date}${between}${hour}:${minute}:${second}`);
const near = fc.string({ unit: fc.constantFrom(...'0123456789.,-/ :T+'), maxLength: 24 });
const anything = fc.oneof(number, day, time, near);

/** Mostly in the form, or close to it; one byte may be any that does not end a field. */
function valueFor(form: Form): fc.Arbitrary<Buffer> {
	const isNumber = form < PlainField.Date || form > InPlaceField.TurnedDateTime;
	const isDate = form === PlainField.Date || form === InPlaceField.TurnedDate;
	const own = isNumber ? number : isDate ? day : time;
	return fc
		.tuple(
			fc.oneof({ weight: 4, arbitrary: own }, { weight: 1, arbitrary: anything }),
			fc.nat(99),
			fc.nat(255).filter((byte) => !ENDS.includes(byte)),
		)
		.map(([value, at, byte]) => {
			const bytes = Buffer.from(value, 'latin1');
			if (at < bytes.length) bytes[at] = byte;
			return bytes;
		})
		.filter(({ length }) => length > 0);
}

/** Whether such a day exists, by JavaScript's calendar. */
function exists(year: string, month: string, date: string): boolean {
	const at = new Date(`${year}-${month}-${date}T00:00:00Z`);
	return (
		year !== '0000' &&
		at.getTime() === at.getTime() &&
		at.toISOString().startsWith(`${year}-${month}-${date}`)
	);
}

const DATE_TIME = /^(.{10})([T ])([01]\d|2[0-3]):([0-5]\d):([0-5]\d)$/s;

/** A number whose decimal sign, if any, is a comma; groups of three digits could be behind it. */
function isCommaNumber(written: string, takesGroups: boolean): boolean {
	const [, whole, fraction] = /^(-?(?:0|[1-9]\d*))(?:,(\d+))?$/.exec(written) ?? [];
	if (whole === undefined || written.length > 32 || written === '-0') return false;
	return takesGroups || !/^-?[1-9]\d{0,2}$/.test(whole) || fraction?.length !== 3;
}

/** @returns yyyy-MM-dd, or undefined where these are no day. With points, the day is first. */
function dayOf(written: string, order: number): string | undefined {
	const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(written) ?? [];
	if (year) return exists(year, month, date) ? written : undefined;
	const [, first, sign, second, ofYear] = /^(\d\d)([./-])(\d\d)\2(\d{4})$/.exec(written) ?? [];
	const isDayFirst = sign === '.' || order === 2;
	if (!first || (!isDayFirst && order === 0)) return undefined;
	const [inMonth, onDate] = isDayFirst ? [second, first] : [first, second];
	return exists(ofYear, inMonth, onDate) ? `${ofYear}-${inMonth}-${onDate}` : undefined;
}

/** @returns what becomes of a value that is taken as a form, or undefined where it is not taken */
function expected(bytes: Buffer, form: Form, order: number): string | undefined {
	const written = bytes.toString('latin1');
	const [, day, , ...time] = DATE_TIME.exec(written) ?? [];
	switch (form) {
		case InPlaceField.Comma:
		case InPlaceField.DecimalComma:
			return isCommaNumber(written, form === InPlaceField.DecimalComma)
				? written.replace(',', '.')
				: undefined;
		case InPlaceField.TurnedDate:
			return dayOf(written, order);
		case InPlaceField.TurnedDateTime: {
			const turned = day === undefined ? undefined : dayOf(day, order);
			// A day that is turned has a space behind it.
			if (turned === undefined || (turned !== day && written[10] === 'T')) return undefined;
			return `${turned}T${time.join(':')}`;
		}
		default:
			if (endOfPlain(Buffer.concat([bytes, Buffer.from('\n')]), 0, form) !== bytes.length) return undefined;
			return form === PlainField.SpacedDateTime ? written.replace(' ', 'T') : written;
	}
}

const FORMS: Form[] = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
const valuesOfForm = fc
	.constantFrom(...FORMS)
	.chain((form) => fc.tuple(fc.constant(form), fc.array(valueFor(form), { minLength: 1, maxLength: 4 })));

describe('records read as WebAssembly', () => {
	it('a value is taken, and put into Domo’s form, as the functions for one value say', () => {
		const taken = new Map<Form, number>();
		fc.assert(
			fc.property(
				valuesOfForm,
				fc.constantFrom(0, 1, 2),
				fc.nat(200),
				fc.boolean(),
				([form, values], order, at, isQuoted) => {
					const plain = open([{ form: () => form, orderOfDays: () => order }], SEMICOLON);
					const quote = isQuoted ? '"' : '';
					const line = (content: string) => Buffer.from(`${quote}${content}${quote}\n`, 'latin1');
					for (const bytes of values) {
						const outcome = expected(bytes, form, order);
						const record = line(bytes.toString('latin1'));
						const { rows, rowEnds } = read(plain, record, at);
						expect({ bytes, form, order, rows }).toEqual({
							bytes,
							form,
							order,
							rows: outcome === undefined ? 0 : 1,
						});
						const now = text(plain, record.length, at);
						// What is not taken stays as it was.
						expect(now).toBe(
							outcome === undefined ? record.toString('latin1') : line(outcome).toString('latin1'),
						);
						if (outcome !== undefined) {
							expect(rowEnds[0]).toBe(at + record.length);
							taken.set(form, (taken.get(form) ?? 0) + 1);
						}
					}
					plain.close();
				},
			),
			{ numRuns: 20_000 },
		);
		for (const form of FORMS) expect(taken.get(form) ?? 0).toBeGreaterThan(100);
	});

	it.each(Object.entries(PlainField).filter(([, form]) => form > 1))(
		'%s: each byte at each place of a value in this form',
		(_, form) => {
			const samples = [
				'0',
				'-7',
				'123456789012345678',
				'1234567890123456789',
				'-12345678',
				'1.5',
				'-123.456',
				'0.125',
				'1.234',
				'2024-02-29',
				'1970-01-01',
				'2024-12-31T23:59:59',
				'2024-12-31 00:00:00',
			];
			const plain = open([{ form: () => form }], SEMICOLON, false);
			for (const sample of samples) {
				for (let at = 0; at < sample.length; at++) {
					for (let byte = 0; byte < 256; byte++) {
						if (ENDS.includes(byte)) continue;
						const bytes = Buffer.from(`${sample}\n`);
						bytes[at] = byte;
						const isTaken = endOfPlain(bytes, 0, form) === sample.length;
						const { rows } = read(plain, bytes);
						if ((rows === 1) !== isTaken) expect({ bytes: bytes.toString('latin1'), rows }).toBe(isTaken);
					}
				}
			}
		},
	);

	it('finds the ends of records and fields as a slow reader does, wherever they lie', () => {
		const content = fc.oneof(
			fc.string({ unit: fc.constantFrom(...'ab,;"\r\n é|\\N'), maxLength: 9 }),
			fc.string({ maxLength: 200 }),
		);
		fc.assert(
			fc.property(
				fc.array(fc.array(fc.tuple(content, fc.boolean()), { minLength: 3, maxLength: 3 }), {
					maxLength: 30,
				}),
				fc.constantFrom(COMMA, SEMICOLON),
				fc.constantFrom('\n', '\r\n'),
				fc.nat(130),
				(table, delimiter, lineEnd, at) => {
					const sign = String.fromCharCode(delimiter);
					const plain = open([{ form: () => 1 }, { form: () => 1 }, { form: () => 1 }], delimiter);
					plain.note([2, 0]);
					const records = table.map((fields) =>
						fields.map(([value, isQuoted]) => {
							const needsQuotes = isQuoted || /[",;\r\n]/.test(value);
							return Buffer.from(needsQuotes ? `"${value.replaceAll('"', '""')}"` : value);
						}),
					);
					const bytes = Buffer.concat(
						records.flatMap(([a, b, c]) => [
							a,
							Buffer.from(sign),
							b,
							Buffer.from(sign),
							c,
							Buffer.from(lineEnd),
						]),
					);
					const found = read(plain, bytes, at, places(64, 2));
					expect(found.rows).toBe(records.length);
					let end = at;
					let line = 0;
					records.forEach(([a, b, c], row) => {
						expect(found.rowStarts[row]).toBe(end);
						expect(found.rowLines[row]).toBe(line);
						expect([...found.fieldBegins.subarray(row * 2, row * 2 + 2)]).toEqual([
							end + a.length + b.length + 2,
							end,
						]);
						end += a.length + b.length + c.length + 2 + lineEnd.length;
						line +=
							1 + [a, b, c].reduce((sum, field) => sum + field.toString('latin1').split('\n').length - 1, 0);
						expect(found.rowEnds[row]).toBe(end);
					});
					expect(found.lines).toBe(line);
					if (bytes.some((byte) => byte >= 0x80)) expect(found.isAscii).toBe(false);
					const written = Buffer.concat(
						records.flatMap(([a, b, c]) => [
							a,
							Buffer.from(','),
							b,
							Buffer.from(','),
							c,
							Buffer.from(lineEnd),
						]),
					);
					expect(Buffer.from(plain.bytes.subarray(at, end)).equals(written)).toBe(true);
					plain.close();
				},
			),
			{ numRuns: 2000 },
		);
	});

	it('never takes a record that is cut off, whatever lies behind it', () => {
		const record = Buffer.from('2024-01-31 10:00:00,"a ""b""\nc",12\r\n');
		for (let cut = 1; cut < record.length; cut++) {
			const plain = open([{ form: () => 8 }, { form: () => 1 }, { form: () => 2 }]);
			record.copy(plain.bytes, 100);
			const found = read(plain, record.subarray(0, cut), 100);
			expect({ cut, rows: found.rows }).toEqual({ cut, rows: 0 });
			plain.close();
		}
	});

	it('where nothing may be changed, nothing is', () => {
		const plain = open([{ form: () => 8 }, { form: () => 12 }], SEMICOLON, false);
		const record = Buffer.from('2024-01-31 10:00:00;1,5\n');
		expect(read(plain, record).rows).toBe(1);
		expect(text(plain, record.length)).toBe(record.toString());
	});

	it('a key column without a value, and \\N in it, are left to others', () => {
		const plain = open([{ form: () => 1, mayBeEmpty: false, mayBeNullText: false }, { form: () => 1 }]);
		for (const [line, rows] of [
			['a,b\n', 1],
			[',b\n', 0],
			['"",b\n', 1],
			['\\N,b\n', 0],
			['"\\N",b\n', 1],
			['\\n,b\n', 1],
			['b,\n', 1],
			['b,\\N\n', 1],
		] as const)
			expect({ line, rows: read(plain, Buffer.from(line)).rows }).toEqual({ line, rows });
	});

	it('counts the values that it converts, field by field', () => {
		const counts = [0, 0, 0];
		const fields = [12, 9, 10].map((form, field) => ({
			form: () => form as Form,
			orderOfDays: () => 1,
			count: (values: number) => {
				counts[field] += values;
			},
		}));
		const plain = open(fields, SEMICOLON);
		read(
			plain,
			Buffer.from('1,5;01/31/2024;31.01.2024 10:00:00\n2;2024-01-31;2024-01-31 10:00:00\n3,5;31.01.2024;x\n'),
		);
		expect(counts).toEqual([1, 1, 1]);
	});

	it('a window that is made larger keeps its bytes', () => {
		const plain = open([{ form: () => 1 }]);
		plain.bytes.fill('abcdefg');
		const before = Buffer.from(plain.bytes);
		plain.grow(WINDOW_BYTES * 4);
		expect(plain.bytes.length).toBe(WINDOW_BYTES * 4);
		expect(plain.bytes.subarray(0, before.length).equals(before)).toBe(true);
		const long = Buffer.concat([Buffer.alloc(WINDOW_BYTES * 3, 'x'), Buffer.from('\n')]);
		expect(read(plain, long).rowEnds[0]).toBe(long.length);
	});

	it('once let go of, it reads nothing and has no memory', () => {
		const plain = open([{ form: () => 1 }]);
		plain.close();
		plain.close();
		expect(plain.bytes.length).toBe(0);
		expect(plain.refresh()).toBe(false);
		expect(plain.read(places(), 0, 10)).toBe(0);
		const one = open([{ form: () => 1 }]);
		const other = open([{ form: () => 1 }]);
		expect(one.bytes.buffer).not.toBe(other.bytes.buffer);
	});

	it('does not note fields that a record does not have, as those that are added to it later', () => {
		const fields = Array.from({ length: 4096 }, () => ({ form: () => 1 as const }));
		const plain = open(fields);
		expect(plain.note([...fields.keys(), 4096, 4097])).toBe(false);
		const row = Buffer.from(`${'a,'.repeat(4095)}a\n`);
		expect(read(plain, row).rows).toBe(1);
		expect(text(plain, 3)).toBe('a,a');
		expect(plain.note([...fields.keys()])).toBe(true);
		const found = read(plain, row, 0, places(8, 4096));
		expect([...found.fieldBegins.subarray(0, 4096)]).toEqual([...fields.keys()].map((field) => field * 2));
		expect(text(plain, 3)).toBe('a,a');
	});

	it('records with more fields than there is memory for are left to others', () => {
		const fields = Array.from({ length: 5000 }, () => ({
			form: () => 1 as Form,
			mayBeEmpty: true,
			mayBeNullText: true,
		}));
		expect(PlainRecords.open(fields, COMMA, true)).toBeUndefined();
	});
});
