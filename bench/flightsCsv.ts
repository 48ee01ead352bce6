/** CSV with the columns of the flights, made as it is read: a file of any size without a disk. */

const AIRPORTS = [
	'ATL',
	'ORD',
	'DFW',
	'DEN',
	'LAX',
	'PHX',
	'IAH',
	'LAS',
	'DTW',
	'SFO',
	'MSP',
	'SLC',
	'JFK',
	'BOS',
];
const CHUNK_BYTES = 1024 * 1024;
/** Different chunks that are handed out in turn: making rows is not to be what is measured. */
const CHUNK_COUNT = 16;

export const FLIGHTS_HEADER = 'date,delay,distance,origin,destination\n';

function chunk(number: number): Buffer {
	let text = '';
	let seed = number * 7919 + 17;
	while (text.length < CHUNK_BYTES) {
		seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
		const day = 1 + ((seed >>> 8) % 28);
		const minute = (seed >>> 13) % 60;
		const delay = ((seed >>> 5) % 400) - 40;
		const from = AIRPORTS[(seed >>> 16) % AIRPORTS.length];
		const to = AIRPORTS[(seed >>> 20) % AIRPORTS.length];
		text += `2001-01-${day < 10 ? '0' : ''}${day}T13:${minute < 10 ? '0' : ''}${minute}:00,${delay},${(seed >>> 10) % 2500},${from},${to}\n`;
	}
	return Buffer.from(text);
}

/** @param bytes about so many are made */
export function* flightsCsv(bytes: number): Generator<Buffer> {
	const chunks = Array.from({ length: CHUNK_COUNT }, (_, number) => chunk(number));
	yield Buffer.from(FLIGHTS_HEADER);
	for (let made = 0, number = 0; made < bytes; number++) {
		const next = chunks[number % CHUNK_COUNT];
		made += next.length;
		yield next;
	}
}

/** How many rows flightsCsv gives. */
export function flightsCsvRows(bytes: number): number {
	const chunks = Array.from({ length: CHUNK_COUNT }, (_, number) => chunk(number));
	const rows = chunks.map((each) => each.toString('latin1').split('\n').length - 1);
	let count = 0;
	for (let made = 0, number = 0; made < bytes; number++) {
		made += chunks[number % CHUNK_COUNT].length;
		count += rows[number % CHUNK_COUNT];
	}
	return count;
}
