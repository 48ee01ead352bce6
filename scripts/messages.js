// Lists every message of this package in docs/messages.md, read off the code itself: `npm run docs:messages`.
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const ts = require('typescript');

const {
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
} = require('./sourceTexts');

const ROOT = join(__dirname, '..');
const HINTS = 'Hints';
const LEFT = 'What is left in Domo';
/** Functions that say it. */
const SAY_LEFT = /^(undo|stays|discardMade|left|nothingSent)$/;
const CODES_FILE = 'domo/codes.ts';
/** Words a refused request. */
const ANSWERING = 'describeAnswer';
/** Begins every message about a file. */
const FILE = '‹file, and its line› ';

/** Group → codes, as domo/codes.ts has them. */
const CODES = (() => {
	const compiled = ts.transpileModule(readFileSync(join(ROOT, CODES_FILE), 'utf8'), {
		compilerOptions: { module: ts.ModuleKind.CommonJS },
	});
	const loaded = { exports: {} };
	new Function('module', 'exports', compiled.outputText)(loaded, loaded.exports);
	return loaded.exports.CODES;
})();
const ALL_CODES = new Set(Object.values(CODES).flat());

/** The codes an expression can be. */
function codesOf(expression) {
	const node = bare(expression);
	if (ts.isConditionalExpression(node)) return [...codesOf(node.whenTrue), ...codesOf(node.whenFalse)];
	return ts.isStringLiteral(node) && ALL_CODES.has(node.text) ? [node.text] : [];
}

function propertyOf(object, ...names) {
	for (const property of object.properties) {
		if (!property.name || !names.includes(property.name.getText())) continue;
		if (ts.isPropertyAssignment(property)) return property.initializer;
		if (ts.isShorthandPropertyAssignment(property)) return property.name;
	}
	return undefined;
}

/** Where a message is made: its code, and the expressions of its text and of what to do. */
function* places(source) {
	if (source.fileName === CODES_FILE) return;
	const found = [];
	walk(source, (node) => {
		if (ts.isCallExpression(node) || ts.isNewExpression(node) || ts.isArrayLiteralExpression(node)) {
			const parts = [...(node.arguments ?? node.elements ?? [])];
			const at = parts.findIndex((part) => codesOf(part).length > 0);
			if (at === -1 || parts.length < at + 2) return;
			const [message, ...more] = parts.slice(at + 1);
			const details = more
				.map(bare)
				.find((part) => ts.isObjectLiteralExpression(part) && propertyOf(part, 'advice'));
			const isOfFile = ts.isArrayLiteralExpression(node)
				? source.fileName.endsWith('csvFileFaults.ts')
				: calledName(node) === 'refuse';
			found.push({
				codes: codesOf(parts[at]),
				before: isOfFile ? FILE : '',
				message,
				advice: details ? propertyOf(details, 'advice') : more[0],
				node,
			});
		}
		if (ts.isObjectLiteralExpression(node)) {
			const code = propertyOf(node, 'code');
			const message = propertyOf(node, 'message', 'reason');
			const advice = propertyOf(node, 'advice');
			if (!code || codesOf(code).length === 0) return;
			const isMeaning = functionName(functionAround(node) ?? node) === 'meaningOfRefusal';
			if (message || isMeaning) found.push({ codes: codesOf(code), message, advice, node });
		}
	});
	yield* found;
}

/** The texts of a message; of one that is another's words alone, its name. */
function ownTexts(message, given) {
	const texts = textsOf(message, given).filter(isText);
	return texts.length > 0 ? texts : [`‹${nameOf(message)}›`];
}

/** The rows of one place: one for each call of the function around it where that says more. */
function rowsOf({ codes, before = '', message, advice, node }) {
	const messagesAt = (given) =>
		message
			? ownTexts(message, given).map((text) => before + text)
			: (declared.get(ANSWERING) ?? []).flatMap((each) => returnsOf(each).flatMap((one) => textsOf(one)));
	const adviceAt = (given) => (advice ? textsOf(advice, given).filter(isText) : []);
	const row = (given) => ({ messages: messagesAt(given), advice: adviceAt(given) });
	const around = functionAround(node);
	const plain = row(new Map());
	const says = ({ messages }) =>
		messages.length > 0 && messages.every((text) => ownLetters(text) >= OWN_LETTERS);
	const lacksAdvice = plain.advice.length === 0 && advice && ts.isIdentifier(bare(advice));
	let rows = [plain];
	if (around && (!says(plain) || lacksAdvice)) {
		const name = functionName(around);
		const own = (calls.get(name) ?? []).filter((call) => functionCalled(call) === around);
		const atCalls = own.map((call) => {
			const given = new Map();
			around.parameters.forEach(({ name: parameter }, index) => {
				const argument = call.arguments?.[index];
				if (argument && ts.isIdentifier(parameter)) given.set(parameter.text, argument);
			});
			return row(given);
		});
		if (atCalls.length > 0) rows = atCalls;
	}
	return rows.flatMap(({ messages, advice: texts }) =>
		messages.flatMap((text, index) =>
			codes
				.filter((_, at) => codes.length !== messages.length || at === index)
				.map((code) => ({
					code,
					message: text,
					advice: texts.length === messages.length ? texts[index] : texts.join(' / '),
				})),
		),
	);
}

/** What is only shown: it carries no code. */
function hintsIn(source) {
	const texts = [];
	walk(source, (node) => {
		if (ts.isCallExpression(node) && node.arguments.length > 0) {
			const said = node.expression.getText();
			if (calledName(node) === 'hint' || said === 'hints.push') texts.push(...textsOf(node.arguments[0]));
		}
		if (isFunction(node) && /(Hint|^hintLines)$/.test(functionName(node) ?? ''))
			returnsOf(node).forEach((each) => texts.push(...textsOf(each), ...listTexts(each, new Map(), 0)));
		if (
			ts.isObjectLiteralExpression(node) &&
			/ColumnHint/.test(functionAround(node)?.type?.getText() ?? '')
		) {
			const text = propertyOf(node, 'text');
			if (text) texts.push(...textsOf(text));
		}
	});
	return texts
		.filter((text) => isText(text) && ownLetters(text) > 0)
		.map((message) => ({ message, advice: '' }));
}

/** What a message goes on with: what has become of what was begun. */
function leftIn(source) {
	const texts = [];
	walk(source, (node) => {
		if (ts.isPropertyAssignment(node) && node.name.getText() === 'said')
			texts.push(...textsOf(node.initializer));
		if (ts.isCallExpression(node) && calledName(node) === 'withMore' && node.arguments.length === 2)
			texts.push(...textsOf(node.arguments[1]));
		if (isFunction(node) && SAY_LEFT.test(functionName(node) ?? ''))
			returnsOf(node).forEach((each) => texts.push(...textsOf(each)));
	});
	return texts
		.filter((text) => isText(text) && ownLetters(text) > 0)
		.map((text) => ({ message: text.replace(/ ‹…›$/, '').trim(), advice: '' }));
}

/** @returns every message, in the page's order: its group, its code (none for a hint), its text and what to do */
function entries() {
	const found = sources.flatMap((source) => [...places(source)].flatMap(rowsOf));
	const coded = Object.entries(CODES).flatMap(([group, codes]) =>
		codes.flatMap((code) =>
			merged(found.filter((entry) => entry.code === code)).map((entry) => ({ group, ...entry })),
		),
	);
	const left = merged(sources.flatMap(leftIn)).map((entry) => ({ group: LEFT, ...entry }));
	const hints = merged(sources.flatMap(hintsIn)).map((entry) => ({ group: HINTS, ...entry }));
	return [...coded, ...left, ...hints];
}

/** One row for each text. */
function merged(rows) {
	const byMessage = new Map();
	for (const row of rows) {
		const earlier = byMessage.get(row.message);
		if (!earlier) byMessage.set(row.message, { ...row });
		else if (row.advice && !earlier.advice.includes(row.advice))
			earlier.advice = earlier.advice ? `${earlier.advice} / ${row.advice}` : row.advice;
	}
	return [...byMessage.values()];
}

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('<', '&lt;');

const HEAD = readFileSync(join(__dirname, 'messagesHead.md'), 'utf8').trimEnd();

const WITHOUT_CODE = {
	[LEFT]: 'What a message goes on with once something was begun in Domo.',
	[HINTS]: 'Shown in the output panel beside a result.',
};

function render() {
	const all = entries();
	const lines = [HEAD, ''];
	for (const group of [...Object.keys(CODES), ...Object.keys(WITHOUT_CODE)]) {
		const rows = all.filter((entry) => entry.group === group);
		const hasCodes = group in CODES;
		lines.push(`## ${group}`, '');
		if (!hasCodes) lines.push(WITHOUT_CODE[group], '');
		lines.push(...(hasCodes ? ['| code | message | what to do |', '|---|---|---|'] : ['| text |', '|---|']));
		let last;
		for (const { code, message, advice } of rows) {
			const name = code === last ? '' : `\`${code}\``;
			lines.push(hasCodes ? `| ${name} | ${cell(message)} | ${cell(advice)} |` : `| ${cell(message)} |`);
			last = code;
		}
		lines.push('');
	}
	return `${lines.join('\n').trimEnd()}\n`;
}

module.exports = { entries, ownLetters, render };
if (require.main === module) writeFileSync(join(ROOT, 'docs', 'messages.md'), render());
