/** Made-up tables of several shapes: the same rows each time, as n8n items and as CSV. */

import type { Column, ColumnType } from '../domo/types';

export type Shape = 'narrow' | 'medium' | 'columns60' | 'wide' | 'text';

/** The columns of one narrow table; medium and wide ones repeat them. */
const MIXED: Array<[name: string, type: ColumnType]> = [
	['id', 'LONG'],
	['customer', 'STRING'],
	['amount', 'DECIMAL'],
	['day', 'DATE'],
	['soldAt', 'DATETIME'],
	['note', 'STRING'],
];

const COLUMN_COUNT: Record<Shape, number> = { narrow: 6, medium: 30, columns60: 60, wide: 200, text: 3 };

const NAMES = [
	'Ada Lovelace',
	'Grace Hopper',
	'Jürgen Weiß',
	'Ng, Andrew',
	'Edsger "Dijkstra"',
	'Barbara Liskov',
	'Alan Turing',
	'Radia Perlman',
];
const NOTES = [
	'paid',
	'open, second reminder',
	'',
	null,
	'returned',
	'gift',
	'paid in cash',
	'see order 1182',
];
const WORDS =
	'the parcel was left with a neighbour, who "signed" for it on Monday and called back\nlater about the invoice; nothing else is known'.split(
		' ',
	);

export function columnsOf(shape: Shape): Column[] {
	if (shape === 'text') {
		return [
			{ name: 'id', type: 'LONG' },
			{ name: 'title', type: 'STRING' },
			{ name: 'body', type: 'STRING' },
		];
	}
	return Array.from({ length: COLUMN_COUNT[shape] }, (_, index) => {
		const [name, type] = MIXED[index % MIXED.length];
		const turn = Math.floor(index / MIXED.length);
		return { name: turn === 0 ? name : `${name}${turn}`, type };
	});
}

/** A deterministic random number generator (mulberry32). */
function randomFrom(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
	};
}

const twoDigits = (number: number) => (number < 10 ? `0${number}` : String(number));

function mixedValue(index: number, row: number, random: () => number): unknown {
	const draw = random();
	switch (index % MIXED.length) {
		case 0:
			return row * 7 + 1_000_000;
		case 1:
			return `${NAMES[(draw * NAMES.length) | 0]} ${(draw * 100_000) | 0}`;
		case 2:
			return Math.round(draw * 1_000_000) / 100;
		case 3:
			return `20${10 + ((draw * 15) | 0)}-${twoDigits(1 + (((draw * 144) | 0) % 12))}-${twoDigits(1 + (((draw * 2800) | 0) % 28))}`;
		case 4:
			return `2024-${twoDigits(1 + (((draw * 144) | 0) % 12))}-15T${twoDigits(((draw * 2400) | 0) % 24)}:${twoDigits(((draw * 6000) | 0) % 60)}:30`;
		default:
			return NOTES[(draw * NOTES.length) | 0];
	}
}

function text(words: number, random: () => number): string {
	let joined = '';
	for (let i = 0; i < words; i++) joined += (i === 0 ? '' : ' ') + WORDS[(random() * WORDS.length) | 0];
	return joined;
}

/** Rows as n8n items: objects with the columns' names in their order, one shape for all. */
export function makeItems(shape: Shape, count: number): Array<{ json: Record<string, unknown> }> {
	const names = columnsOf(shape).map(({ name }) => name);
	const random = randomFrom(7);
	const items: Array<{ json: Record<string, unknown> }> = new Array(count);
	for (let row = 0; row < count; row++) {
		const json: Record<string, unknown> = {};
		if (shape === 'text') {
			json.id = row;
			json.title = text(8, random);
			json.body = text(120, random);
		} else {
			for (let index = 0; index < names.length; index++) json[names[index]] = mixedValue(index, row, random);
		}
		// As items come to a node: texts made by joining would be put together only when they are first read.
		items[row] = { json: JSON.parse(JSON.stringify(json)) as Record<string, unknown> };
	}
	return items;
}
