export interface Field {
	text: string;
	quoted: boolean;
}

/** The records of a CSV text (RFC 4180), each field with whether it was quoted: so are NULL and '' told apart. */
export function readCsv(text: string): Field[][] {
	// A mark before the first field is none of its letters.
	const csv = text.replace(/^\ufeff/, '');
	const records: Field[][] = [];
	let record: Field[] = [];
	let at = 0;
	const end = (field: Field): void => {
		record.push(field);
		if (csv[at] === ',') {
			at++;
			if (at >= csv.length) record.push({ text: '', quoted: false });
			else return;
		} else if (csv[at] === '\r' && csv[at + 1] === '\n') at += 2;
		else at++;
		records.push(record);
		record = [];
	};
	while (at < csv.length) {
		if (csv[at] === '"') {
			let inner = '';
			for (at++; at < csv.length; at++) {
				if (csv[at] === '"') {
					if (csv[at + 1] !== '"') break;
					at++;
				}
				inner += csv[at];
			}
			at++;
			end({ text: inner, quoted: true });
		} else {
			const start = at;
			while (
				at < csv.length &&
				csv[at] !== ',' &&
				csv[at] !== '\n' &&
				!(csv[at] === '\r' && csv[at + 1] === '\n')
			)
				at++;
			end({ text: csv.slice(start, at), quoted: false });
		}
	}
	return records;
}

/** A text as JSON, what is invisible escaped, too. */
const asJson = (text: string) =>
	JSON.stringify(text).replace(
		/[\u007f-\u00a0\u200b-\u200f\u2028-\u202f\ufeff]/g,
		(character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);

/** A field as a report shows it: what was quoted, and what can't be seen otherwise, as a JSON text. */
export function show({ text, quoted }: Field): string {
	if (text === '') return quoted ? '""' : 'an empty field';
	const isPlain = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text);
	return quoted ? asJson(text) : isPlain ? text : `${asJson(text)} without quotes`;
}
