// Lets a child process of a test require this package's sources as they are, without a build: node -r <this file>.
const { readFileSync } = require('node:fs');

const { ModuleKind, ScriptTarget, transpileModule } = require('typescript');

const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, esModuleInterop: true };

function loadTypeScript(module, fileName) {
	module._compile(
		transpileModule(readFileSync(fileName, 'utf8'), { compilerOptions, fileName }).outputText,
		fileName,
	);
}

// Looked for first: beside a DomoStream.node.ts stands its codex, DomoStream.node.json.
const others = Object.entries(require.extensions);
for (const [extension] of others) delete require.extensions[extension];
require.extensions['.ts'] = loadTypeScript;
for (const [extension, load] of others) require.extensions[extension] = load;
