export const CARRIER: string;
export function compile(entry: string): Buffer;
export function carrierOf(wasm: Buffer): string;
