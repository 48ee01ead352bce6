// Reads CHANGELOG.md. `node scripts/changelog.js 1.2.3` prints what stands under that version: the release's own text.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const UNRELEASED = 'Unreleased';

/** The sections from the top: `## [1.2.3] - 2026-01-31`. */
function sectionsOf(changelog) {
	return changelog
		.split(/^(?=## )/m)
		.filter((section) => section.startsWith('## '))
		.map((section) => {
			const end = section.indexOf('\n');
			const heading = end === -1 ? section : section.slice(0, end);
			const [, name, date] = /^## \[([^\]]+)\](?: - (.+))?$/.exec(heading) ?? [];
			return { heading, name, date, text: end === -1 ? '' : section.slice(end + 1).trim() };
		});
}

const numbersOf = (version) => version.split('.').map(Number);

/** Semantic versions' order, as `Array.sort` wants it. */
function compare(one, other) {
	const [a, b] = [numbersOf(one), numbersOf(other)];
	const at = a.findIndex((number, i) => number !== b[i]);
	return at === -1 ? 0 : a[at] - b[at];
}

/**
 * What is wrong with the changelog of a package in `version`.
 *
 * @param release at a release: `version` has its section, and nothing is left unreleased
 * @param tag of the release, if it has one by now
 */
function checkChangelog(changelog, version, { release = false, tag } = {}) {
	const problems = [];
	const [unreleased, ...released] = sectionsOf(changelog);
	if (unreleased?.name !== UNRELEASED) return [`CHANGELOG.md: its first section is not '## [${UNRELEASED}]'`];

	for (const { heading, name, date } of released) {
		if (!/^\d+\.\d+\.\d+$/.test(name ?? '') || !/^\d{4}-\d\d-\d\d$/.test(date ?? ''))
			problems.push(`CHANGELOG.md: '${heading}' is not like '## [1.2.3] - 2026-01-31'`);
	}
	if (problems.length > 0) return problems;
	released.slice(1).forEach(({ name }, i) => {
		if (compare(name, released[i].name) >= 0)
			problems.push(`CHANGELOG.md: ${name} stands below ${released[i].name}`);
	});

	const newest = released[0]?.name;
	if (release) {
		if (tag !== undefined && tag !== `v${version}`)
			problems.push(`The tag is ${tag}, package.json's version ${version}`);
		if (newest !== version)
			problems.push(`CHANGELOG.md: the newest version is ${newest ?? 'none'}, package.json's ${version}`);
		else if (released[0].text === '') problems.push(`CHANGELOG.md: nothing stands under [${version}]`);
		if (unreleased.text !== '')
			problems.push(`CHANGELOG.md: [${UNRELEASED}] must be empty at a release: move it to [${version}]`);
	} else if (newest !== version) {
		// Between releases the version in package.json is the last one or the one to come.
		if (newest !== undefined && compare(version, newest) < 0)
			problems.push(`CHANGELOG.md has a version ${newest}, package.json is still at ${version}`);
		else if (unreleased.text === '')
			problems.push(`CHANGELOG.md: neither [${version}] nor [${UNRELEASED}] says what is new in ${version}`);
	}
	return problems;
}

module.exports = { checkChangelog, sectionsOf };

if (require.main === module) {
	const wanted = process.argv[2];
	const section = sectionsOf(readFileSync(join(__dirname, '..', 'CHANGELOG.md'), 'utf8')).find(
		({ name }) => name === wanted,
	);
	if (!section) throw new Error(`CHANGELOG.md has no section [${wanted}]`);
	console.log(section.text);
}
