/** As far as it is needed: TypeScript knows it of browsers only. */
declare namespace WebAssembly {
	class Module {
		constructor(bytes: Uint8Array);
		static imports(module: Module): unknown[];
	}
	class Instance {
		constructor(module: Module);
		readonly exports: unknown;
	}
}
