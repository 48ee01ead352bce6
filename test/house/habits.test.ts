/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @typescript-eslint/no-require-imports */
/** What test/support has is made nowhere else; and the check of the commits' subjects. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';

const { subjectProblems } = require('../../scripts/commitSubjects.js') as {
	subjectProblems: (subjects: string[]) => string[];
};

const TESTS = join(__dirname, '..');
const filesIn = (folder: string, ending: string): string[] =>
	readdirSync(join(TESTS, folder), { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith(ending))
		.map((name) => join(folder, name));

const read = (file: string) => readFileSync(join(TESTS, file), 'utf8');

/** The functions declared at a file's top level, by name; only the exported ones where that is asked for. */
function functionsOf(file: string, exportedOnly = false): string[] {
	const { statements } = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest);
	return statements.flatMap((statement) => {
		const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
		if (exportedOnly && !modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
		if (ts.isFunctionDeclaration(statement)) return statement.name ? [statement.name.text] : [];
		if (!ts.isVariableStatement(statement)) return [];
		return statement.declarationList.declarations.flatMap(({ name, initializer }) =>
			ts.isIdentifier(name) && initializer && ts.isArrowFunction(initializer) ? [name.text] : [],
		);
	});
}

const testFiles = filesIn('.', '.test.ts').filter((file) => file !== join('house', 'habits.test.ts'));
const ownSupport = new Set(filesIn('support', '.ts').flatMap((file) => functionsOf(file, true)));

it('no test file redefines a function of test/support', () => {
	const twins = testFiles.flatMap((file) =>
		functionsOf(file)
			.filter((name) => ownSupport.has(name))
			.map((name) => `${file}: ${name}`),
	);
	expect(twins).toEqual([]);
});

it.each([
	// Its start, its failure to start and its end are what closing.test.ts is about.
	[
		'starts a sandbox of its own: useSandbox, withSandbox',
		/\bstartSandbox\(/,
		[join('sandbox', 'closing.test.ts')],
	],
	['writes a resource locator by hand: byId and its like', /\b__rl\b/, []],
	['changes how long the package waits: shortWaits, setWaits', /\b(RETRY|DEFAULT)_TIMING(\.\w+ = |, \{)/, []],
])('no test file %s', (_, pattern, allowed) => {
	expect(testFiles.filter((file) => !allowed.includes(file) && pattern.test(read(file)))).toEqual([]);
});

it('a commit subject may have 72 characters, as people count them', () => {
	expect(subjectProblems(['a'.repeat(72), `${'😀'.repeat(72)}`])).toEqual([]);
	expect(subjectProblems(['short', 'a'.repeat(73)])).toEqual([
		expect.stringMatching(/^73 characters, at most 72/),
	]);
});
