export interface KernelSource {
	entry: string;
	carrier: string;
	name: string;
}
export const MODULES: KernelSource[];
export function compile(entry: string): Buffer;
export function carrierOf(module: KernelSource, wasm: Buffer): string;
