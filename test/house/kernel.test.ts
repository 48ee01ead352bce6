/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/** The WebAssembly that is published is what its sources say, byte for byte, and can do nothing but compute. */
import { readFileSync } from 'node:fs';

import { CARRIER, carrierOf, compile } from '../../scripts/kernel';
import { GZIP_KERNEL_BASE64 } from '../../transfer/parts/gzipKernelBytes';

it('kernel/gzip.ts compiles to the bytes that transfer/parts carries', () => {
	expect(readFileSync(CARRIER, 'utf8')).toBe(carrierOf(compile('kernel/gzip.ts')));
});

it('it imports nothing: no function of ours or of n8n can be called from it', () => {
	const module = new WebAssembly.Module(Buffer.from(GZIP_KERNEL_BASE64, 'base64'));
	expect(WebAssembly.Module.imports(module)).toEqual([]);
});
