import type { Check } from './check';
import type { Outcome, Verdict } from './verdict';

export interface CheckResult {
	name: string;
	fact: string;
	outcome: Outcome;
	seen?: string;
}

/** What `--json FILE` writes. */
export interface Report {
	/** `sandbox`, or the address. */
	target: string;
	/** ISO 8601, UTC. */
	startedAt: string;
	checks: CheckResult[];
}

export const resultOf = ({ name, fact }: Check, { outcome, seen }: Verdict): CheckResult => ({
	name,
	fact,
	outcome,
	...(seen === undefined ? {} : { seen }),
});

const WORDS: Record<Outcome, string> = {
	confirmed: 'confirmed',
	contradicted: 'CONTRADICTED',
	notObservable: 'not observable',
	notTried: 'not tried',
};

export const count = (report: Report, outcome: Outcome): number =>
	report.checks.filter((check) => check.outcome === outcome).length;

/** One line of plain output. */
export const lineOf = ({ name, outcome, seen }: CheckResult): string =>
	`${WORDS[outcome].padEnd(14)}  ${name}${seen ? `: ${seen}` : ''}`;

export const summaryOf = (report: Report): string =>
	(Object.keys(WORDS) as Outcome[])
		.map((outcome) => `${count(report, outcome)} ${WORDS[outcome].toLowerCase()}`)
		.join(', ');

/** One page for a GitHub issue: what contradicts the documents first, then the answers to open questions, then the rest. */
export function markdownOf(report: Report, checks: Check[]): string {
	const questions = new Set(checks.filter(({ kind }) => kind === 'question').map(({ name }) => name));
	const of = (outcome: Outcome, isQuestion?: boolean) =>
		report.checks.filter(
			(check) =>
				check.outcome === outcome && (isQuestion === undefined || questions.has(check.name) === isQuestion),
		);
	return [
		`# Contract report`,
		'',
		`Target: ${code(report.target)}. Started: ${report.startedAt}. ${summaryOf(report)}.`,
		'',
		...section('Contradicted', 'The server does otherwise than the documents say.', of('contradicted')),
		...section(
			'Open questions',
			'The documents do not say, or say both; this is what the server does.',
			of('confirmed', true),
		),
		...section('Not observable', 'Nothing could be seen.', of('notObservable')),
		...section('Not tried', '', of('notTried')),
		...section('Confirmed', '', of('confirmed', false), true),
	].join('\n');
}

function section(title: string, about: string, checks: CheckResult[], folded = false): string[] {
	if (checks.length === 0) return [];
	const rows = checks.map(({ name, fact, seen = '' }) => `| ${code(name)} | ${cell(fact)} | ${cell(seen)} |`);
	const table = ['| check | fact | seen |', '|---|---|---|', ...rows, ''];
	if (folded)
		return [`<details><summary>${title}: ${checks.length}</summary>`, '', ...table, '</details>', ''];
	return [`## ${title}: ${checks.length}`, '', ...(about ? [about, ''] : []), ...table];
}

const code = (text: string) => `\`${text.replaceAll('`', "'").replace(/[|\r\n]/g, ' ')}\``;

/** Text that neither ends a table's cell nor becomes HTML, a link or a mention. */
const cell = (text: string) =>
	text
		.replace(/[\r\n]+/g, ' ')
		.replace(/[\\`*_[\]<>|#]/g, (character) => `\\${character}`)
		.replace(/@/g, '@\u200b');
