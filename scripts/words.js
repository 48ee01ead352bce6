/*
 * Words that a native speaker stumbles over, each with what to write instead.
 *
 *   node scripts/words.js          the documents and the examples' texts
 *   node scripts/words.js --code   the string literals in the published code
 *
 * test/house/words.test.ts enforces both
 */
const { readdirSync, readFileSync } = require('node:fs');
const { extname, join } = require('node:path');
const ts = require('typescript');

const ROOT = join(__dirname, '..');

/** [what is found, what to write instead]. */
const WORDS = [
	[
		/\b(?:unless|where|is|are|was|be|isn't)\s+told\b/gi,
		'name who decides or where it is described: "by default", "is set to", "see"',
	],
	[/\btells how\b/gi, '"explains how", or a plain link'],
	[/\banew\b/gi, '"again", "from the beginning"'],
	[/\b(?:by itself|by themselves|of itself)\b/gi, '"automatically", or leave it out'],
	[/\b(?:in|takes?)\s+the\s+place\s+of\b/gi, '"replaces"'],
	[/\ball the same\b/gi, '"anyway", "still"'],
	[/\bmend(?:s|ed|ing)?\b/gi, '"fix", "correct"'],
	[/\bfor ever\b/gi, '"forever", "permanently", "every time"'],
	[/\btook up\b/gi, '"started", "resumed"'],
	[/\b(?:sent|taken|treated|uploaded) as one\b(?! [a-z])/gi, '"together", "as one upload"'],
	[/\bstands\b|\bstand (?:in|on|under|there|as|behind)\b/gi, '"is", "contains", "means"'],
	[/\bis nothing to be\b/gi, '"there is nothing to …", "can\'t be"'],
	[/\bof your choice first\b/gi, '"choose … first"'],
	[
		/\btells? (?:more|which|what|how|whether|of|no|somebody)\b/gi,
		'"says", "explains", "shows", or a plain link',
	],
	[/\bfor good\b/gi, '"permanently"'],
	[/\blog-in\b/gi, '"login", "authentication"'],
	[/\bforetold\b|\bforetell\b/gi, '"predicted"'],
	[/\btwo readings\b|\breads? two ways\b/gi, '"can mean two things"'],
	[
		/\b(?:makes?|made|making) (?:an?|the|its|both|such|new) (?:new )?(?:DataSet|Stream|credential|execution)s?\b/gi,
		'"creates"',
	],
	[
		/\bwhere there (?:is|are) (?:none|some|any)\b|\bif there is none\b/gi,
		'"if it does not exist", "if there are any"',
	],
	[/\bwithout a word\b/gi, '"silently"'],
	[/\bsurely\b/gi, '"certainly", "it is certain that"'],
	[/\bgives? (?:its|one|no|an?) items?\b|\bgiv(?:es?|en) out\b/gi, '"returns", "reports"'],
	[/\b(?:was|were|is) not (?:tried|run)\b/gi, '"was not tested"'],
	[/\bnothing of (?:it|them|this|that)\b/gi, '"none of it"'],
	[/\b(?:put|comes?|add|node) (?:[\w*]+ )?behind\b|\bbehind (?:it|them|reading|a node)\b/gi, '"after"'],
	[/\b(?:takes?|taken) (?:as|for) (?:one|left|new|going)\b/gi, '"counts as", "is treated as"'],
];

/** Made from the code's texts, which checkCodeWords checks. */
const LEFT_OUT = new Set(['docs/messages.md']);

const filesIn = (folder, extension) =>
	readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
		const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
		if (entry.isDirectory()) return folder === '.' ? [] : filesIn(path, extension);
		return extname(path) === extension ? [path] : [];
	});

const documents = () =>
	[
		...filesIn('.', '.md'),
		...filesIn('docs', '.md'),
		...filesIn('examples', '.md'),
		...filesIn('examples', '.json'),
		'sandbox/README.md',
		'bench/RESULTS.md',
	].filter((path) => !LEFT_OUT.has(path));

/** What of a text is on the list, with its line in the file. */
function wordsIn(text, path = '', firstLine = 1) {
	return WORDS.flatMap(([pattern, instead]) =>
		[...text.matchAll(pattern)].map((match) => {
			const line = firstLine + text.slice(0, match.index).split('\n').length - 1;
			return `${path}:${line}: "${match[0]}": write ${instead}`;
		}),
	);
}

/** The string literals and templates of a TypeScript file; comments and imports are none. */
function textsOf(source, path) {
	const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
	const texts = [];
	const visit = (node) => {
		if (ts.isImportDeclaration(node)) return;
		if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
			texts.push({ text: node.text, line: file.getLineAndCharacterOfPosition(node.getStart()).line + 1 });
		ts.forEachChild(node, visit);
	};
	visit(file);
	return texts;
}

const read = (path) => readFileSync(join(ROOT, path), 'utf8');
const checkWords = () => documents().flatMap((path) => wordsIn(read(path), path));
const checkCodeWords = () =>
	['nodes', 'transfer', 'domo', 'credentials', 'contract', 'sandbox', 'examples']
		.flatMap((folder) => filesIn(folder, '.ts'))
		.flatMap((path) => textsOf(read(path), path).flatMap(({ text, line }) => wordsIn(text, path, line)));

module.exports = { checkCodeWords, checkWords, textsOf, wordsIn };

if (require.main === module) {
	const found = process.argv.includes('--code') ? checkCodeWords() : checkWords();
	for (const line of found) console.log(line);
	process.exitCode = found.length > 0 ? 1 : 0;
}
