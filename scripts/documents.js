// What the documents point at must be there: files, headings, pages of this repository, commands.
const { existsSync, readFileSync, readdirSync, statSync } = require('node:fs');
const { dirname, join, relative } = require('node:path');

const NOT_OURS = new Set(['node_modules', 'dist', 'dist-dev', 'coverage', '.git']);
const MAIN_BRANCH = 'main';
/** Of npm's own commands, those that make sense here. */
const NPM_COMMANDS = new Set([
	'ci',
	'exec',
	'i',
	'install',
	'login',
	'pack',
	'publish',
	'rebuild',
	'run',
	'test',
	'uninstall',
	'update',
	'version',
]);

function* filesIn(folder) {
	for (const name of readdirSync(folder)) {
		if (NOT_OURS.has(name)) continue;
		const path = join(folder, name);
		if (statSync(path).isDirectory()) yield* filesIn(path);
		else yield path;
	}
}

const FENCE = /^( *)(```+|~~~+)[^\n]*\n([\s\S]*?)^\1\2[`~]* *$/gm;
const CODE_SPAN = /(`+)(?!`)((?:(?!\n\s*\n)[\s\S])*?[^`])\1(?!`)/g;

/** A document's code: blocks and spans. */
function codeIn(text) {
	const blocks = [...text.matchAll(FENCE)].map(([, , , code]) => code);
	const spans = [...text.replace(FENCE, '').matchAll(CODE_SPAN)].map(([, , code]) => code);
	return [...blocks, ...spans].join('\n');
}

/** What a document points at: links, references, pictures in HTML. Code holds examples, not links. */
function* linksIn(text) {
	const prose = text.replace(FENCE, '').replace(CODE_SPAN, '`…`');
	for (const [, bracketed, bare] of prose.matchAll(/\]\((?:<([^>]+)>|([^)\s]+))(?: +"[^"]*")?\)/g))
		yield bracketed ?? bare;
	for (const [, target] of prose.matchAll(/^ *\[[^\]]+\]: +(\S+)/gm)) yield target;
	for (const [, target] of prose.matchAll(/<(?:img|source|a)\b[^>]*? (?:src|srcset|href)="([^"]+)"/g))
		yield target;
	// An address that stands by itself is a link on GitHub.
	for (const [target] of prose.matchAll(/(?<![("[]|\]: +)\bhttps?:\/\/[^\s<>")\]]+/g))
		yield target.replace(/[.,:;!?]+$/, '');
}

/** How GitHub names the headings: a second one of the same text gets a number. */
function anchorsOf(text) {
	const seen = new Map();
	return [...text.replace(FENCE, '').matchAll(/^#{1,6} +(.+?)(?: +#+)?$/gm)].map(([, heading]) => {
		const shown = heading.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1');
		const anchor = shown
			.toLowerCase()
			.replace(/[^\p{L}\p{N}_ -]/gu, '')
			.replaceAll(' ', '-');
		const times = seen.get(anchor) ?? 0;
		seen.set(anchor, times + 1);
		return times === 0 ? anchor : `${anchor}-${times}`;
	});
}

/** Why an address elsewhere can't be right, if so. */
function faultOf(address) {
	if (/^mailto:[^@\s]+@[^@\s]+\.[^@\s]+$/.test(address)) return undefined;
	if (!URL.canParse(address)) return 'not an address';
	const { protocol, hostname, username } = new URL(address);
	if (protocol !== 'https:') return 'not https';
	return /^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}$/.test(hostname) && username === ''
		? undefined
		: 'no such host can be';
}

/**
 * Checks all documents below `root`, and the addresses that the package gives to n8n.
 *
 * @returns problems, and the addresses elsewhere that were found well-formed
 */
function checkDocuments(root) {
	const problems = [];
	const external = new Set();
	const {
		homepage,
		name: packageName,
		repository,
		scripts,
		version,
	} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
	const all = [...filesIn(root)];
	const documents = all.filter((path) => path.endsWith('.md'));
	const textOf = (path) => readFileSync(path, 'utf8');
	const blame = (path, problem) => problems.push(`${relative(root, path)}: ${problem}`);

	function checkFile(path, found, anchor, target) {
		if (!existsSync(found)) blame(path, `no such file: ${target}`);
		else if (anchor && found.endsWith('.md') && !anchorsOf(textOf(found)).includes(anchor))
			blame(path, `no such heading: ${target}`);
	}

	/** An address of this repository on GitHub leads to what will be there: the checkout. */
	function checkOwnPage(path, target) {
		const [page, anchor] = decodeURIComponent(target.slice(homepage.length)).split('#');
		const [, , branch, file] = /^\/(blob|tree)\/([^/]+)\/(.+)$/.exec(page) ?? [];
		if (file !== undefined) {
			if (branch !== MAIN_BRANCH) blame(path, `not a page of the branch ${MAIN_BRANCH}: ${target}`);
			else checkFile(path, join(root, file), anchor, target);
		} else if (page === '' || page === '/') checkFile(path, join(root, 'README.md'), anchor, target);
		else if (!/^(\.git|\/(actions|discussions|issues|pulls|releases|security)(\/.*)?)$/.test(page))
			blame(path, `no such page of this repository: ${target}`);
	}

	function checkTarget(path, target) {
		if (target.startsWith(homepage) && /^($|[/#.])/.test(target.slice(homepage.length)))
			return checkOwnPage(path, target);
		if (/^[a-z][a-z0-9+.-]*:/i.test(target)) {
			const fault = faultOf(target);
			if (fault) blame(path, `${fault}: ${target}`);
			else if (target.startsWith('https:')) external.add(target);
			return undefined;
		}
		const [file, anchor] = decodeURIComponent(target).split('#');
		return checkFile(path, file === '' ? path : join(dirname(path), file), anchor, target);
	}

	for (const path of documents) for (const target of linksIn(textOf(path))) checkTarget(path, target);

	// What the package gives to n8n and npm: there they stand alone, so a relative one leads nowhere.
	const packageJson = join(root, 'package.json');
	for (const target of [homepage, repository.url]) checkTarget(packageJson, target);
	for (const path of all) {
		const place = relative(root, path);
		const given = /^nodes\/.+\.node\.json$/.test(place)
			? [...textOf(path).matchAll(/"url": *"([^"]*)"/g)]
			: /^(nodes|credentials)\/.+\.ts$/.test(place)
				? [
						...textOf(path).matchAll(/documentationUrl *[:=] *['"]([^'"]*)['"]/g),
						...textOf(path).matchAll(/href=\\?["']([^"'\\]+)/g),
					]
				: [];
		for (const [, target] of given) {
			if (faultOf(target)) blame(path, `${faultOf(target)}: '${target}'`);
			else checkTarget(path, target);
		}
	}

	// A page that the README does not name is not found by anybody.
	const named = new Set(linksIn(textOf(join(root, 'README.md'))));
	for (const path of documents) {
		const place = relative(root, path);
		if (dirname(place) === 'docs' && !named.has(place)) problems.push(`README.md does not name ${place}`);
	}

	/** The source of a file that a command runs: what is built lies in dist-dev or dist. */
	function hasSource(file) {
		const source = file.replace(/^\.\//, '').replace(/^(dist-dev|dist)\/(.*)\.js$/, '$2.ts');
		if (!source.includes('*')) return existsSync(join(root, source));
		const pattern = new RegExp(`^${source.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*')}$`);
		return all.some((path) => pattern.test(relative(root, path)));
	}

	function checkCommands(path, code) {
		for (const [, name] of code.matchAll(/\bnpm run (?:--?[a-z-]+ )*([a-zA-Z][\w:.-]*)/g)) {
			if (!scripts[name]) blame(path, `no such command: npm run ${name}`);
		}
		for (const [, name] of code.matchAll(/\bnpm (?:--?[a-z-]+ )*([a-z][a-z-]*)/g)) {
			if (!NPM_COMMANDS.has(name)) blame(path, `no such command: npm ${name}`);
			else if (name === 'test' && !scripts.test) blame(path, 'no such command: npm test');
			else if (name === 'ci' && !existsSync(join(root, 'package-lock.json')))
				blame(path, 'npm ci needs a package-lock.json');
		}
		for (const [, name] of code.matchAll(/\bnpx (?:--?[a-z-]+ )*([@a-z][\w@/.-]*)/g)) {
			if (!existsSync(join(root, 'node_modules', '.bin', name))) blame(path, `no such command: npx ${name}`);
		}
		for (const [, args] of code.matchAll(
			/(?<![\w./-])node ((?:-[^ \n]+ +(?:\.\/[^ \n]+ +)?)*[\w./*-]+\.js)\b/g,
		)) {
			for (const file of args.split(/ +/).filter((part) => part.endsWith('.js') && !part.startsWith('-'))) {
				if (!hasSource(file)) blame(path, `no such file to run: ${file}`);
			}
		}
		const tarballs = new RegExp(`\\b${packageName}-([\\w.<>-]+)\\.tgz`, 'g');
		for (const [tarball, ofVersion] of code.matchAll(tarballs)) {
			if (ofVersion !== version && ofVersion !== '<version>')
				blame(path, `${tarball}: the version is ${version}`);
		}
	}

	for (const path of documents) checkCommands(path, codeIn(textOf(path)));
	for (const path of all) {
		const place = relative(root, path);
		if (/^(\.ci\/.+|\.github\/workflows\/.+\.yml)$/.test(place))
			checkCommands(path, textOf(path).replace(/^ *#.*$/gm, ''));
	}
	for (const command of Object.values(scripts)) checkCommands(packageJson, command);

	return { problems, external: [...external].sort() };
}

module.exports = { checkDocuments };
