/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/**
 * The first sheet of an .xlsx file as SheetJS's `sheet_to_json` gives it, which n8n's Extract From File calls: an object
 * a row, keys from the first one, numbers as JavaScript numbers (dates are serial numbers), blank cells as `''`.
 * Knows what the workbooks of `examples/` hold: numbers, and texts that stand in their cells.
 */
import { inflateRawSync } from 'node:zlib';

import type { IDataObject } from 'n8n-workflow';

export function readWorkbook(file: Buffer): IDataObject[] {
	const sheet = zipEntry(file, 'xl/worksheets/sheet1.xml').toString('utf8');
	const [header = new Map<string, string>(), ...rows] = [...sheet.matchAll(/<row .*?<\/row>/gs)].map(
		([row]) => cellsOf(row),
	);
	return rows.map((row) =>
		Object.fromEntries([...header].map(([column, name]) => [String(name), row.get(column) ?? ''])),
	);
}

/** By its column's letters, each cell that is not blank. */
function cellsOf(row: string): Map<string, string | number> {
	const cells = row.matchAll(/<c r="([A-Z]+)\d+"([^>]*)>(.*?)<\/c>/gs);
	return new Map(
		[...cells].map(([, column, attributes, content]) => {
			const text = content.replaceAll(/<[^>]+>/g, '');
			return [column, attributes.includes('t="inlineStr"') ? unescaped(text) : Number(text)];
		}),
	);
}

const unescaped = (text: string) => text.replaceAll('&lt;', '<').replaceAll('&amp;', '&');

/** One file of a ZIP archive, found by the archive's directory. */
function zipEntry(archive: Buffer, wanted: string): Buffer {
	const end = archive.lastIndexOf('PK\x05\x06', undefined, 'latin1');
	if (end < 0) throw new Error('The file is no ZIP archive');
	let at = archive.readUInt32LE(end + 16);
	for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
		const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) =>
			archive.readUInt16LE(at + offset),
		);
		if (archive.toString('utf8', at + 46, at + 46 + nameLength) === wanted) {
			const local = archive.readUInt32LE(at + 42);
			const data = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
			return inflateRawSync(archive.subarray(data, data + archive.readUInt32LE(at + 20)));
		}
		at += 46 + nameLength + extraLength + commentLength;
	}
	throw new Error(`The archive has no ${wanted}`);
}
