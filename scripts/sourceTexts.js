// Reads texts off this package's own sources: what an expression can say, with what is filled in shown in ‹ ›.
const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const ts = require('typescript');

const ROOT = join(__dirname, '..');
const FOLDERS = ['credentials', 'domo', 'nodes', 'transfer'];
/** A text with fewer letters of its own is made of others, which are then put in. */
const OWN_LETTERS = 8;
const MAX_DEPTH = 4;
const MAX_ALTERNATIVES = 16;

function* sourceFiles(folder) {
	for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
		const path = `${folder}/${entry.name}`;
		if (entry.isDirectory()) yield* sourceFiles(path);
		else if (path.endsWith('.ts')) yield path;
	}
}

const sources = FOLDERS.flatMap((folder) => [...sourceFiles(folder)].sort()).map((path) =>
	ts.createSourceFile(path, readFileSync(join(ROOT, path), 'utf8'), ts.ScriptTarget.ES2022, true),
);

/** Everything that has a name at a file's top, and every call by the name of what is called. */
const declared = new Map();
const calls = new Map();
const methods = new Map();
const add = (map, name, value) => map.set(name, [...(map.get(name) ?? []), value]);

function walk(node, visit) {
	visit(node);
	ts.forEachChild(node, (child) => walk(child, visit));
}

for (const source of sources) {
	for (const statement of source.statements) {
		if (ts.isFunctionDeclaration(statement) && statement.name) add(declared, statement.name.text, statement);
		if (ts.isVariableStatement(statement)) {
			for (const declaration of statement.declarationList.declarations)
				add(declared, declaration.name.getText(), declaration);
		}
	}
	walk(source, (node) => {
		if (ts.isCallExpression(node) || ts.isNewExpression(node)) add(calls, calledName(node), node);
		if (ts.isMethodDeclaration(node)) add(methods, node.name.getText(), node);
	});
}

function calledName(call) {
	return call.expression.getText().split('.').at(-1).replace(/[!?]$/, '');
}

function bare(node) {
	let inner = node;
	while (
		ts.isParenthesizedExpression(inner) ||
		ts.isAsExpression(inner) ||
		ts.isAwaitExpression(inner) ||
		ts.isSatisfiesExpression(inner)
	)
		inner = inner.expression;
	return inner;
}

const isFunction = (node) =>
	ts.isFunctionDeclaration(node) ||
	ts.isArrowFunction(node) ||
	ts.isMethodDeclaration(node) ||
	ts.isFunctionExpression(node);

const functionAround = (node) => ts.findAncestor(node.parent, isFunction);

function functionName(node) {
	if (node.name) return node.name.text;
	if (node.parent && (ts.isVariableDeclaration(node.parent) || ts.isPropertyDeclaration(node.parent)))
		return node.parent.name.getText();
	return undefined;
}

/** What an identifier was set to: a constant around it, or one at a file's top. */
function initializerOf(identifier) {
	for (let scope = identifier.parent; scope; scope = scope.parent) {
		if (!ts.isBlock(scope) && !ts.isSourceFile(scope)) continue;
		for (const statement of scope.statements) {
			if (!ts.isVariableStatement(statement)) continue;
			for (const { name, initializer } of statement.declarationList.declarations) {
				if (name.getText() === identifier.text) return initializer;
			}
		}
	}
	if (isParameter(identifier)) return undefined;
	const [found] = declared.get(identifier.text) ?? [];
	return found && ts.isVariableDeclaration(found) ? found.initializer : undefined;
}

function parameterIndex(identifier, aroundFunction) {
	return aroundFunction.parameters.findIndex(({ name }) => name.getText() === identifier.text);
}

function isParameter(identifier) {
	for (let around = functionAround(identifier); around; around = functionAround(around)) {
		if (parameterIndex(identifier, around) !== -1) return true;
	}
	return false;
}

/** What a function gives back. */
function returnsOf(aFunction) {
	if (!aFunction.body) return [];
	if (!ts.isBlock(aFunction.body)) return [aFunction.body];
	const found = [];
	const visit = (node) => {
		if (ts.isReturnStatement(node) && node.expression) found.push(node.expression);
		if (!isFunction(node)) ts.forEachChild(node, visit);
	};
	ts.forEachChild(aFunction.body, visit);
	return found;
}

function functionCalled(call) {
	const name = calledName(call);
	const own = call.getSourceFile();
	const local = ts.isIdentifier(call.expression) ? initializerOf(call.expression) : undefined;
	if (local && isFunction(local)) return local;
	if (ts.isPropertyAccessExpression(call.expression)) {
		const named = methods.get(name) ?? [];
		return named.length === 1 ? named[0] : undefined;
	}
	const found = (declared.get(name) ?? []).filter(ts.isFunctionDeclaration);
	return (
		found.find((node) => node.getSourceFile() === own) ??
		found.find(({ modifiers }) => modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword))
	);
}

const ownLetters = (text) => text.replace(/‹[^›]*›/g, '').replace(/[^\p{L}]/gu, '').length;

function nameOf(expression) {
	if (ts.isBinaryExpression(expression) && ts.isTemplateExpression(bare(expression.right))) return '…';
	if (ts.isCallExpression(expression)) {
		const [first] = expression.arguments;
		return first && ts.isIdentifier(first) ? first.text : '…';
	}
	const names = expression.getText().match(/[A-Za-z]+/g) ?? [];
	return ts.isConditionalExpression(expression) ? '…' : (names.at(-1) ?? '…');
}

/** Each of the one with each of the other, unless that would be too many. */
function joined(parts) {
	return parts.reduce(
		(texts, next) =>
			texts.length * next.length > MAX_ALTERNATIVES
				? texts.map((text) => `${text}‹…›`)
				: texts.flatMap((text) => next.map((more) => text + more)),
		[''],
	);
}

/**
 * Every text that an expression can be, with what is filled in shown as its name in ‹ ›; none where it is no text.
 *
 * @param given what the parameters of the function around it are at one of its calls
 */
function textsOf(expression, given = new Map(), depth = 0) {
	const node = bare(expression);
	if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return [node.text];
	if (ts.isConditionalExpression(node))
		return [...textsOf(node.whenTrue, given, depth), ...textsOf(node.whenFalse, given, depth)];
	if (ts.isBinaryExpression(node)) {
		const [left, right] = [node.left, node.right].map((side) => textsOf(side, given, depth));
		if (node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken) return [...left, ...right];
		if (node.operatorToken.kind !== ts.SyntaxKind.PlusToken || left.length + right.length === 0) return [];
		return joined([left, right].map((texts) => (texts.length === 0 ? ['‹…›'] : texts)));
	}
	if (ts.isTemplateExpression(node)) {
		// What is the same wherever it is filled in, or at this call, is put in.
		const givenTexts = (each) => {
			if (!ts.isIdentifier(each)) return [];
			if (given.has(each.text)) return textsOf(each, given, depth);
			const initializer = initializerOf(each);
			const isConstant = initializer && (ts.isStringLiteral(initializer) || ts.isNumericLiteral(initializer));
			return isConstant ? [initializer.text] : [];
		};
		const plain = joined([
			[node.head.text],
			...node.templateSpans.flatMap(({ expression: each, literal }) => {
				const texts = givenTexts(each);
				return [texts.length > 0 ? texts : [`‹${nameOf(each)}›`], [literal.text]];
			}),
		]);
		if (ownLetters(plain[0]) >= OWN_LETTERS || depth >= MAX_DEPTH) return plain;
		return joined([
			[node.head.text],
			...node.templateSpans.flatMap((span) => {
				const texts = textsOf(span.expression, given, depth + 1);
				// What a call words in a few letters is a value as it is shown.
				const filled = bare(span.expression);
				const isValue = ts.isCallExpression(filled) && calledName(filled) !== 'join';
				const least = isValue ? OWN_LETTERS - 1 : 1;
				const own = texts.filter((text) => text === '' || ownLetters(text) >= least);
				return [
					own.some((text) => text !== '') ? own : [`‹${nameOf(span.expression)}›`],
					[span.literal.text],
				];
			}),
		]);
	}
	if (depth >= MAX_DEPTH) return [];
	if (ts.isIdentifier(node)) {
		if (given.has(node.text)) return textsOf(given.get(node.text), new Map(), depth + 1);
		const initializer = initializerOf(node);
		return initializer ? textsOf(initializer, given, depth + 1) : [];
	}
	if (ts.isElementAccessExpression(node) && ts.isIdentifier(node.expression)) {
		const table = initializerOf(node.expression);
		const entries = table && ts.isObjectLiteralExpression(bare(table)) ? bare(table).properties : [];
		return entries.flatMap(({ initializer }) => (initializer ? textsOf(initializer, given, depth + 1) : []));
	}
	if (ts.isCallExpression(node)) {
		if (ts.isPropertyAccessExpression(node.expression)) {
			const method = node.expression.name.text;
			const of = node.expression.expression;
			if (['trim', 'trimEnd'].includes(method)) return textsOf(of, given, depth);
			if (method === 'join') return listTexts(of, given, depth + 1);
		}
		const called = functionCalled(node);
		return called ? returnsOf(called).flatMap((each) => textsOf(each, given, depth + 1)) : [];
	}
	return [];
}

/** The texts that are put into a list. */
function listTexts(expression, given, depth) {
	const node = bare(expression);
	if (ts.isArrayLiteralExpression(node))
		return node.elements.flatMap((element) =>
			ts.isSpreadElement(element) ? [] : textsOf(element, given, depth),
		);
	if (ts.isCallExpression(node) && calledName(node) === 'map' && node.arguments.length === 1) {
		const each = bare(node.arguments[0]);
		return isFunction(each) ? returnsOf(each).flatMap((one) => textsOf(one, given, depth)) : [];
	}
	if (!ts.isIdentifier(node)) return [];
	const initializer = initializerOf(node);
	if (initializer && !ts.isArrayLiteralExpression(initializer)) return listTexts(initializer, given, depth);
	const around = functionAround(node);
	const pushed = (calls.get('push') ?? []).filter(
		(call) => call.expression.getText() === `${node.text}.push` && functionAround(call) === around,
	);
	return pushed.flatMap((call) => call.arguments.flatMap((each) => textsOf(each, given, depth)));
}

const isText = (text) => /\s/.test(text);

module.exports = {
	bare,
	calledName,
	calls,
	declared,
	functionAround,
	functionCalled,
	functionName,
	isFunction,
	isText,
	listTexts,
	nameOf,
	ownLetters,
	OWN_LETTERS,
	returnsOf,
	sources,
	textsOf,
	walk,
};
