import type { ColumnType } from '../../domo/types';
import { ColumnEvidence } from '../../transfer/columns/columnEvidence';
import { ColumnReader } from '../../transfer/columns/columnReader';
import { ColumnSettingsByName } from '../../transfer/columns/columnSettings';
import { endOfPlain } from '../../transfer/columns/plainField';
import { Misfit } from '../../transfer/columns/misfit';
import { settleColumns } from '../../transfer/columns/settleColumns';
import { DEFAULT_VALUE_OPTIONS, type ValueOptions } from '../../transfer/columns/valueOptions';

/** A file's column: some fields decide, then others come. */
function column(
	deciding: string[],
	type: ColumnType,
	{ options = {}, scope = 'input' as 'input' | 'slice', besides = [] as string[] } = {},
): ColumnReader {
	const names = new ColumnSettingsByName({ ...DEFAULT_VALUE_OPTIONS, ...(options as Partial<ValueOptions>) });
	const columns = [
		{ name: 'c', type, fields: deciding },
		{ name: 'd', type: 'DECIMAL' as const, fields: besides },
	].map(({ name, type: own, fields }) => {
		const settings = names.of(name);
		const evidence = new ColumnEvidence(own, settings);
		fields.forEach((text, line) => {
			const bytes = Buffer.from(text);
			if (!evidence.takes(bytes, 0, bytes.length, line)) evidence.addField(text, false, line);
		});
		return { name, type: own, settings, evidence };
	});
	const { readings, refusals } = settleColumns(columns, (line) => `line ${line}`, scope);
	expect(refusals).toEqual([]);
	return new ColumnReader(readings[0]);
}

/** As a file's fields are read: by their bytes where they are in Domo's form, else by their text. */
function read(reader: ColumnReader, fields: string[]): Array<string | null> {
	return fields.map((text) => {
		const bytes = Buffer.from(text);
		if (endOfPlain(bytes, 0, reader.plainField) === bytes.length) {
			return reader.reading.type === 'DATETIME' ? text.replace(' ', 'T') : text;
		}
		const result = reader.readField(text, false);
		if (!(result instanceof Misfit)) return result;
		return result.alwaysRefused ? `refused: ${result.reason}` : `misfit: ${result.reason}`;
	});
}

const refused = (option: string): unknown => expect.stringMatching(new RegExp(`^refused: .*'${option}'`));
const misfit: unknown = expect.stringMatching(/^misfit/);

describe('values after those that decide', () => {
	it.each<[string, string[], ColumnType, string[], unknown[]]>([
		['agree with a decimal comma', ['12,5'], 'DECIMAL', ['1.234', '7', '1,234'], ['1234', '7', '1.234']],
		['contradict a decimal comma', ['12,5'], 'DECIMAL', ['0.5'], [refused('Decimal Sign')]],
		[
			'contradict a decimal point',
			['0.5'],
			'DECIMAL',
			['12,5', '1.234.567'],
			[refused('Decimal Sign'), refused('Decimal Sign')],
		],
		[
			'are all there is',
			['7'],
			'DECIMAL',
			['12,5', '1,234', '0.5'],
			['12.5', '1.234', refused('Decimal Sign')],
		],
		['have two readings', ['7'], 'DECIMAL', ['1,234'], [refused('Decimal Sign')]],
		[
			'have two readings in a LONG',
			['7'],
			'LONG',
			['5,000', '1,234', '5,000'],
			[refused('Decimal Sign'), '1234', '5000'],
		],
		[
			'stand beside points that could group',
			['1.234'],
			'DECIMAL',
			['2.500', '12,5', '1,234', '0.5', '1,234'],
			['2.500', refused('Decimal Sign'), refused('Decimal Sign'), '0.5', '1234'],
		],
		[
			'are of another currency',
			['$5'],
			'DECIMAL',
			['$6', '€7'],
			['6', expect.stringMatching(/^refused: .*currency/)],
		],
		['agree with the day first', ['13/01/2024'], 'DATE', ['01/02/2024'], ['2024-02-01']],
		[
			'contradict the day first',
			['13/01/2024'],
			'DATE',
			['01/14/2024', '31/31/2024'],
			[refused('Date Order'), misfit],
		],
		[
			'are the first with slashes',
			['2024-01-31'],
			'DATE',
			['13/01/2024', '01/02/2024', '01/14/2024'],
			['2024-01-13', '2024-02-01', refused('Date Order')],
		],
		[
			'have two days',
			['2024-01-31'],
			'DATE',
			['05/05/2024', '01/02/2024'],
			['2024-05-05', refused('Date Order')],
		],
		[
			'are no day, among points',
			['15.01.24'],
			'DATE',
			['31.04.24', '16.01.24', '99/01/31', '17.02.24'],
			[misfit, '2024-01-16', refused('Date Order'), '2024-02-17'],
		],
		[
			'have points beside years that are first',
			['99/01/31'],
			'DATE',
			['24/02/28', '24.02.28'],
			['2024-02-28', refused('Date Order')],
		],
		[
			'may have the year first',
			['2024-01-31'],
			'DATE',
			['24-01-31', '24-02-28', '15/01/24'],
			['2031-01-24', refused('Date Order'), refused('Date Order')],
		],
		[
			'have the day first, whatever the years are',
			['2024-01-31'],
			'DATE',
			['15/01/24', '16/01/23', '17/02/22', '31/12/99'],
			['2024-01-15', '2023-01-16', '2022-02-17', '1999-12-31'],
		],
		[
			'are a slip among days with the day first',
			[],
			'DATE',
			['32/12/23', '15/01/24', '16/02/24'],
			['2032-12-23', '2015-01-24', refused('Date Order')],
		],
		[
			'have the year first, and later ones could have it last',
			['95/01/31', '96/02/28'],
			'DATE',
			['97/03/01', '00/01/15', '01/02/28', '24/03/31', '32/04/01'],
			['1997-03-01', '2000-01-15', '2001-02-28', '2024-03-31', '2032-04-01'],
		],
		[
			'are times with a space',
			[],
			'DATETIME',
			['2024-01-31 10:15:00', '2024-01-31T10:15:00'],
			['2024-01-31T10:15:00', '2024-01-31T10:15:00'],
		],
	])('%s', (_, deciding, type, later, wanted) => {
		expect(read(column(deciding, type), later)).toEqual(wanted);
	});

	it('with points are refused where another column has a decimal comma', () => {
		const reader = column(['7'], 'DECIMAL', { besides: ['12,5'] });
		expect(read(reader, ['1.234', '0.5', '1.234'])).toEqual([refused('Decimal Sign'), '0.5', '1.234']);
	});

	it('settle nothing in a slice of a table', () => {
		const reader = column(['7'], 'DECIMAL', { scope: 'slice' });
		expect(read(reader, ['0.5', '1,234', '12,5', '1,234.5'])).toEqual([
			'0.5',
			refused('Decimal Sign'),
			refused('Decimal Sign'),
			'1234.5',
		]);
		const days = column([], 'DATE', { scope: 'slice' });
		expect(read(days, ['13/01/2024', '01/02/2024'])).toEqual(['2024-01-13', refused('Date Order')]);
	});

	it('that an option has settled are misfits where they do not agree', () => {
		const reader = column([], 'DECIMAL', { options: { decimalSign: 'comma' } });
		expect(read(reader, ['0.5', '1.234', '1,5'])).toEqual([misfit, '1234', '1.5']);
		const days = column([], 'DATE', { options: { dateOrder: 'dayFirst' } });
		expect(read(days, ['01/14/2024', '01/02/2024'])).toEqual([misfit, '2024-02-01']);
	});

	it('keep the hint that points could group only while all could', () => {
		const reader = column(['1.234'], 'DECIMAL');
		read(reader, ['2.500']);
		expect(reader.groupablePoint).toBe('1.234');
		read(reader, ['0.5']);
		expect(reader.groupablePoint).toBeNull();
	});
});

describe('fields of a file', () => {
	it('are NULL where they are empty and not quoted, and a quoted empty text is kept in a STRING', () => {
		const text = column([], 'STRING');
		expect([text.readField('', false), text.readField('', true), text.readField(' ', false)]).toEqual([
			null,
			'',
			' ',
		]);
		const number = column([], 'LONG');
		expect([number.readField('', false), number.readField('', true), number.readField(' ', false)]).toEqual([
			null,
			null,
			null,
		]);
	});

	it.each<[Partial<ValueOptions>, string, string | null]>([
		[{ readAsNull: 'n/a' }, 'N/A', null],
		[{ emptyText: 'null' }, ' ', null],
		[{ trimText: true }, ' a ', 'a'],
	])('of a STRING with %j are not copied unseen', (options, text, wanted) => {
		const reader = column([], 'STRING', { options });
		expect(reader.copiesAll).toBe(false);
		expect(read(reader, [text])).toEqual([wanted]);
	});

	it('in the form of a word for NULL are not taken as they are', () => {
		const reader = column(['5'], 'LONG', { options: { readAsNull: '-999' } });
		expect(read(reader, ['-999', '7'])).toEqual([null, '7']);
	});
});
