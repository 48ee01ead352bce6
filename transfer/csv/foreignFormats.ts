/** Files that are no CSV, known by their first bytes. */

export interface ForeignFormat {
	/** "an Excel workbook (xlsx)" */
	what: string;
	advice: string;
}

const EXTRACT =
	"Read it with n8n's node 'Extract From File', and load the items it gives: set 'Input Source' to 'Input Items'";
const UNPACK = "Unpack it with n8n's node 'Compression' before this node";
const EXPORT = 'No node of n8n reads it: export the data as CSV, plain or gzipped';
const UNPACK_ELSEWHERE =
	'No node of n8n unpacks it: unpack it before n8n gets it, or compress the CSV with gzip instead';
const CHECK_THE_DOWNLOAD =
	"It may be a login page or an error page of the server that the file came from: check the download. A table in a page is read by n8n's node 'Extract From File'";

/** By the bytes at a file's beginning, in hexadecimal. Longer ones before their own beginnings. */
const BINARY: ReadonlyArray<readonly [hex: string, what: string, advice: string]> = [
	['d0cf11e0a1b11ae1', 'an old Excel workbook (xls)', EXTRACT],
	['50415231', 'a Parquet file', EXPORT],
	['50415245', 'an encrypted Parquet file', EXPORT],
	['4f626a01', 'an Avro file', EXPORT],
	['28b52ffd', 'a file compressed with zstd', UNPACK_ELSEWHERE],
	['fd377a585a00', 'a file compressed with xz', UNPACK_ELSEWHERE],
	['377abcaf271c', 'a 7z archive', UNPACK_ELSEWHERE],
	['526172211a07', 'a RAR archive', UNPACK_ELSEWHERE],
	['04224d18', 'a file compressed with LZ4', UNPACK_ELSEWHERE],
	['53514c69746520666f726d6174203300', 'an SQLite database', EXPORT],
	['255044462d', 'a PDF', EXTRACT],
	['7b5c727466', 'an RTF document', EXTRACT],
];

/** bzip2's mark is `BZh`, a digit, and the first digits of pi. */
const BZIP2 = /^425a683[1-9]314159265359/;
const ZIP = /^504b(?:0304|0506)/;

/**
 * @param start the file's first bytes as they are, some kB where there are so many
 * @returns what the file is, where its bytes are no text
 */
export function binaryFormatOf(start: Uint8Array): ForeignFormat | undefined {
	const bytes = Buffer.from(start.buffer, start.byteOffset, start.length);
	const hex = bytes.toString('hex', 0, 16);
	const known = BINARY.find(([mark]) => hex.startsWith(mark));
	if (known) return { what: known[1], advice: known[2] };
	if (BZIP2.test(hex)) return { what: 'a file compressed with bzip2', advice: UNPACK_ELSEWHERE };
	return ZIP.test(hex) ? zipOf(bytes.toString('latin1')) : undefined;
}

/** Office files are zips; the names of their entries tell which. */
function zipOf(start: string): ForeignFormat {
	if (start.includes('opendocument.spreadsheet')) {
		return { what: 'a LibreOffice spreadsheet (ods)', advice: EXTRACT };
	}
	if (start.includes('word/')) return { what: 'a Word document (docx)', advice: EXPORT };
	if (start.includes('xl/') || start.includes('[Content_Types].xml')) {
		return { what: 'an Excel workbook (xlsx)', advice: EXTRACT };
	}
	return { what: 'a zip archive', advice: UNPACK };
}

const JSON_START = /^\s*(?:\{\s*"|\[\s*[{[])/;
const HTML_START = /^\s*<(?:!doctype html|html|head|body|table|meta|div|script|title)\b/i;
const XML_START = /^\s*<(?:\?xml\b|!doctype\b|[a-z_][\w.:-]*(?:\s[^<>]*)?>)/i;

/**
 * @param start the file's first characters, some kB where there are so many
 * @returns what the file is, where its text is no CSV
 */
export function textFormatOf(start: string): ForeignFormat | undefined {
	if (JSON_START.test(start)) return { what: 'a JSON file', advice: EXTRACT };
	const isMarkup = XML_START.test(start);
	if (HTML_START.test(start) || (isMarkup && /<html\b/i.test(start))) {
		return { what: 'an HTML page', advice: CHECK_THE_DOWNLOAD };
	}
	if (!isMarkup) return undefined;
	return {
		what: 'an XML file',
		advice:
			"Turn it into items with n8n's nodes 'Extract From File' (as text) and 'XML', and set 'Input Source' to 'Input Items'",
	};
}
