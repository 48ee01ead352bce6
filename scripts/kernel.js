// `npm run build:kernel` compiles kernel/ to WebAssembly, and writes it into the file that carries it. The same sources give
// the same bytes: a test (test/house/kernel.test.ts) compiles them again and compares.
const { spawnSync } = require('node:child_process');
const { mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const ROOT = join(__dirname, '..');
const CARRIER = join(ROOT, 'transfer/parts/gzipKernelBytes.ts');

/** @param entry a source file @returns the WebAssembly module's bytes */
function compile(entry) {
	const folder = mkdtempSync(join(tmpdir(), 'kernel-'));
	const wasm = join(folder, 'kernel.wasm');
	// No run time: all memory is laid out when the module is compiled.
	const flags = ['-O3', '--converge', '--noAssert', '--runtime', 'stub', '--outFile', wasm];
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
function carrierOf(wasm) {
	return `/**
 * kernel/gzip.ts as WebAssembly, in base64: a verified node may read no files. Made by \`npm run build:kernel\`; a test compiles
 * the sources again and compares.
 */
export const GZIP_KERNEL_BASE64 =
	'${wasm.toString('base64')}';
`;
}

if (require.main === module) writeFileSync(CARRIER, carrierOf(compile('kernel/gzip.ts')));

module.exports = { CARRIER, carrierOf, compile };
