// `npm run build:kernel` compiles kernel/ to WebAssembly, and writes each module into the file that carries it. The same sources
// give the same bytes: a test (test/house/kernel.test.ts) compiles them again and compares.
const { spawnSync } = require('node:child_process');
const { mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const ROOT = join(__dirname, '..');

/** Each module: its sources, the file that carries it, and by what name. */
const MODULES = [
	{ entry: 'kernel/gzip.ts', carrier: 'transfer/parts/gzipKernelBytes.ts', name: 'GZIP_KERNEL_BASE64' },
	{ entry: 'kernel/records.ts', carrier: 'transfer/csv/recordKernelBytes.ts', name: 'RECORD_KERNEL_BASE64' },
].map((module) => ({ ...module, carrier: join(ROOT, module.carrier) }));

/** @param entry a source file @returns the WebAssembly module's bytes */
function compile(entry) {
	const folder = mkdtempSync(join(tmpdir(), 'kernel-'));
	const wasm = join(folder, 'kernel.wasm');
	// No run time: all memory is laid out when the module is compiled.
	const flags = [
		'-O3',
		'--converge',
		'--noAssert',
		'--runtime',
		'stub',
		'--enable',
		'simd',
		'--outFile',
		wasm,
	];
	try {
		const asc = require.resolve('assemblyscript/bin/asc.js');
		const { status, stderr } = spawnSync(process.execPath, [asc, entry, ...flags], {
			cwd: ROOT,
			encoding: 'utf8',
		});
		if (status !== 0) throw new Error(`${entry} can't be compiled:\n${stderr}`);
		return readFileSync(wasm);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** @returns the text of the file that carries the module */
function carrierOf({ entry, name }, wasm) {
	return `/**
 * ${entry} as WebAssembly, in base64: a verified node may read no files. Made by \`npm run build:kernel\`; a test compiles
 * the sources again and compares.
 */
export const ${name} =
	'${wasm.toString('base64')}';
`;
}

if (require.main === module) {
	for (const each of MODULES) writeFileSync(each.carrier, carrierOf(each, compile(each.entry)));
}

module.exports = { MODULES, carrierOf, compile };
