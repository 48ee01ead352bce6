/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/** The WebAssembly that is published is what its sources say, byte for byte, and can do nothing but compute. */
import { readFileSync } from 'node:fs';

import { MODULES, carrierOf, compile } from '../../scripts/kernel';
import { RECORD_KERNEL_BASE64 } from '../../transfer/csv/recordKernelBytes';
import { GZIP_KERNEL_BASE64 } from '../../transfer/parts/gzipKernelBytes';

it.each(MODULES)('$entry compiles to the bytes that are carried', (module) => {
	expect(readFileSync(module.carrier, 'utf8')).toBe(carrierOf(module, compile(module.entry)));
});

it.each([
	['gzip', GZIP_KERNEL_BASE64],
	['records', RECORD_KERNEL_BASE64],
])('%s imports nothing: no function of ours or of n8n can be called from it', (_, base64) => {
	const module = new WebAssembly.Module(Buffer.from(base64, 'base64'));
	expect(WebAssembly.Module.imports(module)).toEqual([]);
});
