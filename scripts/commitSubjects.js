/*
 * The subjects of new commits have at most 72 characters: `node scripts/commitSubjects.js`, as CI does.
 *
 * As a hook, it looks at one message before it is taken: `node scripts/commitSubjects.js .git/COMMIT_EDITMSG`
 */
const { spawnSync } = require('node:child_process');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const MAX_LENGTH = 72;
/** Commits up to this one are from before the rule. */
const BEFORE_THE_RULE = 'fe0a613';

/** @returns what is wrong with these subjects, one line each */
function subjectProblems(subjects) {
	return subjects
		.map((subject) => [subject, [...subject].length])
		.filter(([, length]) => length > MAX_LENGTH)
		.map(([subject, length]) => `${length} characters, at most ${MAX_LENGTH} are allowed: ${subject}`);
}

const firstLine = (message) =>
	message.split('\n').find((line) => line.trim() !== '' && !line.startsWith('#')) ?? '';

/** The subjects since the rule; of a clone without history only the newest one's. */
function newSubjects() {
	const log = (...range) =>
		spawnSync('git', ['log', '--format=%s', ...range], { cwd: join(__dirname, '..'), encoding: 'utf8' });
	const since = log(`${BEFORE_THE_RULE}..HEAD`);
	const { status, stdout, stderr } = since.status === 0 ? since : log('-1');
	if (status !== 0) throw new Error(`The commits cannot be read: ${stderr}`);
	return stdout.split('\n').filter((subject) => subject !== '');
}

module.exports = { subjectProblems };

if (require.main === module) {
	const [messageFile] = process.argv.slice(2);
	const subjects = messageFile ? [firstLine(readFileSync(messageFile, 'utf8'))] : newSubjects();
	const problems = subjectProblems(subjects);
	for (const problem of problems) console.error(problem);
	if (problems.length > 0) process.exitCode = 1;
	else console.log(`${subjects.length} commit subjects checked`);
}
