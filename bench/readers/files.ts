/** Files as people have them, each with the field that shows how a reader took it. */

export interface MessyFile {
	/** What is special about it. */
	about: string;
	bytes: Buffer;
	/** The 0-based data row and the column whose value tells. */
	row: number;
	column: string;
	/** What that value means, in words. */
	means: string;
	/** Texts that say the same: what a reader may make of it without having changed anything. */
	right: string[];
}

const file = (
	about: string,
	text: string | Buffer,
	telling: [row: number, column: string],
	means: string,
	right: string[],
): MessyFile => ({
	about,
	bytes: Buffer.from(text as string),
	row: telling[0],
	column: telling[1],
	means,
	right,
});

export const MESSY_FILES: MessyFile[] = [
	file('leading zeros', 'id,zip\n1,02139\n2,10001\n', [0, 'zip'], 'the ZIP code 02139', ['02139']),
	file(
		'IDs beyond 2^53',
		'id,name\n9007199254740993,a\n9007199254740995,b\n',
		[0, 'id'],
		'9007199254740993',
		['9007199254740993'],
	),
	file('IDs beyond 2^53, one missing', 'name,id\na,9007199254740993\nb,\n', [0, 'id'], '9007199254740993', [
		'9007199254740993',
	]),
	file('`NA` is a country', 'id,country\n1,NA\n2,DE\n', [0, 'country'], 'NA, Namibia', ['NA']),
	file('`null` is a name', 'id,name\n1,Null\n2,Ada\n', [0, 'name'], "the family name 'Null'", ['Null']),
	file('a word among numbers', 'id,stock\n1,10\n2,n/a\n3,30\n', [1, 'stock'], 'unknown, and reported', [
		'n/a',
	]),
	file('day first, as a 13th shows', 'id,day\n1,01/02/2024\n2,13/02/2024\n', [0, 'day'], '1 February 2024', [
		'2024-02-01',
		'01/02/2024',
	]),
	file(
		'dates that can mean two things',
		'id,day\n1,01/02/2024\n2,03/04/2024\n',
		[0, 'day'],
		'unknown, so a text',
		['01/02/2024'],
	),
	file('dates with dots', 'id;day\n1;01.02.2024\n2;03.04.2024\n', [0, 'day'], '1 February 2024', [
		'2024-02-01',
		'01.02.2024',
	]),
	file('decimal commas', 'id;amount\n1;1.234,50\n2;12,5\n', [1, 'amount'], 'twelve and a half', [
		'12.5',
		'12,5',
	]),
	file('grouped numbers', 'id,amount\n1,"1,234,567.5"\n2,"12,000.25"\n', [0, 'amount'], '1234567.5', [
		'1234567.5',
		'1,234,567.5',
	]),
	file('currencies', 'id,price\n1,"$1,250.00"\n2,($40.50)\n', [1, 'price'], 'minus 40.50', [
		'-40.5',
		'-40.50',
		'($40.50)',
	]),
	file(
		'times with an offset',
		'id,at\n1,2024-01-31T10:15:00+02:00\n2,2024-02-01T00:30:00+02:00\n',
		[0, 'at'],
		'08:15 UTC',
		['2024-01-31T08:15:00', '2024-01-31T10:15:00+02:00'],
	),
	file(
		'an empty text and an empty field',
		'id,note\n1,""\n2,\n3,x\n',
		[0, 'note'],
		'an empty text, not NULL',
		[''],
	),
	file('Windows-1252', Buffer.from('id,name\n1,M\xfcller\n2,Ren\xe9e\n', 'latin1'), [0, 'name'], 'Müller', [
		'Müller',
	]),
	file(
		'a title above the header',
		'Sales by customer\n\nid,customer,amount\n1,North,5\n2,South,6\n',
		[0, 'customer'],
		'North',
		['North'],
	),
	file('totals below the rows', 'id,amount\n1,5\n2,6\nTotal,11\n', [0, 'id'], 'the ID 1', ['1']),
	file('Excel’s `sep=;`', 'sep=;\nid;name\n1;a\n2;b\n', [0, 'name'], 'a', ['a']),
	file('a row with an extra field', 'id,name\n1,a\n2,b,c\n3,d\n', [2, 'name'], 'd, and an error in line 3', [
		'd',
	]),
	file('codes such as 1E5', 'id,code\n1,1E5\n2,A7\n', [0, 'code'], 'the code 1E5', ['1E5']),
];
