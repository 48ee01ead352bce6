/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import * as fc from 'fast-check';
import { isUtf8 } from 'node:buffer';
import { crc32 as zlibCrc32 } from 'node:zlib';

import { crc32 } from '../../transfer/crc32';
import { PlainRecords } from '../../transfer/csv/plainRecords';
import { invalidUtf8At } from '../../transfer/csv/textEncoding';

const piece = fc.oneof(
	fc.string({ unit: 'binary', maxLength: 12 }).map((text) => Buffer.from(text, 'utf8')),
	fc.string({ unit: 'binary-ascii', maxLength: 40 }).map((text) => Buffer.from(text, 'utf8')),
	fc.uint8Array({ maxLength: 3 }).map((bytes) => Buffer.from(bytes)),
	fc
		.constantFrom(
			'c080',
			'e08080',
			'eda080',
			'f0808080',
			'f4908080',
			'f5808080',
			'efbfbf',
			'f48fbfbf',
			'ee8080',
			'ed9fbf',
		)
		.map((hex) => Buffer.from(hex, 'hex')),
);

describe('invalidUtf8At', () => {
	let plain: PlainRecords;
	beforeAll(() => {
		const field = { form: () => 1 as const, mayBeEmpty: true, mayBeNullText: true };
		plain = PlainRecords.open([field], 0x2c, true)!;
	});
	afterAll(() => plain.close());

	it('agrees with Node about what is UTF-8, at every alignment, and finds the first byte that is not', () => {
		fc.assert(
			fc.property(
				fc.array(piece, { maxLength: 8 }),
				fc.nat({ max: 7 }),
				fc.nat({ max: 7 }),
				(pieces, before, offset) => {
					const content = Buffer.concat(pieces);
					const whole = Buffer.alloc(offset + before + content.length + 8, 0xff).subarray(offset);
					content.copy(whole, before);
					const at = invalidUtf8At(whole, before, before + content.length);
					expect(at === -1).toBe(isUtf8(content));
					if (at >= 0) expect(isUtf8(content.subarray(0, at - before))).toBe(true);
					// As WebAssembly the same, whatever is around.
					whole.copy(plain.bytes);
					expect(plain.invalidUtf8At(before, before + content.length)).toBe(at);
				},
			),
			{ numRuns: 3000 },
		);
	});
});

describe('crc32', () => {
	it('agrees with zlib, in one go and in two', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat({ max: 100 }), (bytes, cut) => {
				expect(crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut)))).toBe(zlibCrc32(bytes));
			}),
			{ numRuns: 1000 },
		);
	});
});
