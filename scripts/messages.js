// Lists every message of this package in docs/messages.md, read off the code itself: `npm run docs:messages`.
const { readdirSync, readFileSync, writeFileSync } = require('node:fs');
const { join, relative } = require('node:path');
const ts = require('typescript');

const ROOT = join(__dirname, '..');
const FOLDERS = ['credentials', 'domo', 'nodes', 'transfer'];
/** Constructors and functions of this package whose first text is shown to a person. */
const SPEAKERS = new Set(['DomoError', 'ExportError', 'InputError', 'NodeOperationError', 'SendFailure', 'UploadError', 'error', 'explainUnknown', 'hint', 'refuse', 'refused']);

function* sourceFiles(folder) {
	for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
		const path = join(folder, entry.name);
		if (entry.isDirectory()) yield* sourceFiles(path);
		else if (path.endsWith('.ts')) yield path;
	}
}

/** The text of a literal, with what is filled in shown as its name in angle brackets. */
function textOf(node, source) {
	if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
	if (ts.isParenthesizedExpression(node)) return textOf(node.expression, source);
	if (ts.isConditionalExpression(node)) {
		const branches = [textOf(node.whenTrue, source), textOf(node.whenFalse, source)].filter((text) => text !== undefined);
		return branches.length > 0 ? branches.join('  /  ') : undefined;
	}
	if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
		const sides = [textOf(node.left, source), textOf(node.right, source)];
		return sides.every((side) => side === undefined) ? undefined : sides.map((side) => side ?? '…').join('');
	}
	if (ts.isTemplateExpression(node)) {
		return node.head.text + node.templateSpans.map((span) => `‹${nameOf(span.expression, source)}›${span.literal.text}`).join('');
	}
	return undefined;
}

function nameOf(expression, source) {
	const names = expression.getText(source).match(/[A-Za-z]+/g) ?? [];
	return ts.isConditionalExpression(expression) || ts.isCallExpression(expression) ? '…' : (names.at(-1) ?? '…');
}

function messagesIn(path) {
	const source = ts.createSourceFile(path, readFileSync(join(ROOT, path), 'utf8'), ts.ScriptTarget.ES2022, true);
	const messages = [];
	const visit = (node) => {
		if (ts.isNewExpression(node) || ts.isCallExpression(node)) {
			const speaker = node.expression.getText(source).split('.').at(-1);
			if (SPEAKERS.has(speaker)) {
				const [message, advice] = (node.arguments ?? []).map((argument) => textOf(argument, source)).filter((text) => text !== undefined && /\s/.test(text));
				if (message !== undefined) messages.push({ message, advice: speaker === 'UploadError' || speaker === 'error' ? adviceIn(node, source) : advice });
			}
		}
		ts.forEachChild(node, visit);
	};
	visit(source);
	return messages;
}

/** `advice: '…'` in an object that is handed over beside the message. */
function adviceIn(node, source) {
	for (const argument of node.arguments ?? []) {
		if (!ts.isObjectLiteralExpression(argument)) continue;
		for (const property of argument.properties) {
			if (ts.isPropertyAssignment(property) && property.name.getText(source) === 'advice') return textOf(property.initializer, source);
		}
	}
	return undefined;
}

const cell = (text) => (text ?? '').replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('<', '&lt;');

function render() {
	const sections = FOLDERS.flatMap((folder) => [...sourceFiles(folder)].sort()).map((path) => ({ path: relative('.', path), messages: messagesIn(path) }));
	const lines = [
		'# Messages',
		'',
		'Everything this package says when it stops, refuses or wants you to look at something. Made from the code by',
		'`npm run docs:messages`; ‹…› is filled in. Answers of Domo are shown in Domo\'s own words, with the HTTP status and',
		"Domo's reference (`toe`), and with what to do where that is known.",
		'',
	];
	for (const { path, messages } of sections.filter((section) => section.messages.length > 0)) {
		lines.push(`## ${path}`, '', '| message | what to do |', '|---|---|');
		for (const { message, advice } of messages) lines.push(`| ${cell(message)} | ${cell(advice)} |`);
		lines.push('');
	}
	return `${lines.join('\n').trimEnd()}\n`;
}

module.exports = { render };
if (require.main === module) writeFileSync(join(ROOT, 'docs', 'messages.md'), render());
