/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/** Makes docs/options.md from the table of options: `npm run docs:options`. */
import { writeFileSync } from 'node:fs';

import { LOAD_OPTIONS } from '../nodes/shared/fields/loadOptions';
import { GROUPS } from '../nodes/shared/fields/optionFields';
import type {
	EntryRow,
	NumberRow,
	OptionChoice,
	OptionGroup,
	OptionOperation,
	OptionRow,
} from '../nodes/shared/fields/optionTable';

const OPERATIONS: Record<OptionOperation, string> = {
	uploadInParallel: 'Upload in Parallel',
	uploadPart: 'Upload Part',
	import: 'Import',
	createExecution: 'Execution: Create',
	commit: 'Execution: Commit',
};

const ABOUT: Record<OptionGroup, string> = {
	fileOptions: 'How a CSV file is written. Shown where *Input Source* is *CSV File*.',
	valueOptions:
		'How values are read, and what happens to those that do not fit. [Rows and files](rows-and-files.md) has the rules.',
	checks:
		'What must hold of the rows, or nothing is committed. [Checks before the commit](checks.md) has examples.',
	options: 'The upload itself.',
};

const HEAD = `# Options

Every option of the operations that load rows, in the three collections where n8n shows them. The name in
\`code\` is the one that expressions and saved workflows use. A value outside a limit is refused before anything is sent,
also where an expression gives it.

Made from the table in the code by \`npm run docs:options\`.
`;

/** The whole page, in Markdown. */
export function render(): string {
	return [HEAD, ...(Object.keys(GROUPS) as OptionGroup[]).map(section)].join('\n');
}

function section(group: OptionGroup): string {
	const rows = Object.entries(LOAD_OPTIONS as Record<string, OptionRow>)
		.filter(([, row]) => row.group === group)
		.sort(([, a], [, b]) => a.displayName.localeCompare(b.displayName));
	return [
		`## ${GROUPS[group].displayName}`,
		'',
		ABOUT[group],
		'',
		'| Option | Default | What it does | Where |',
		'|---|---|---|---|',
		...rows.map(([name, row]) =>
			line(`${row.displayName}<br>\`${name}\``, standard(row), does(row), where(row)),
		),
		'',
	].join('\n');
}

function line(...cells: string[]): string {
	return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function where({ operations }: OptionRow): string {
	return operations.map((operation) => OPERATIONS[operation]).join(', ');
}

/** The default, with the limits of a number. */
function standard(row: OptionRow): string {
	switch (row.kind) {
		case 'toggle':
			return row.default ? 'on' : 'off';
		case 'number':
			return `${inWords(row.default)} (${limits(row)})`;
		case 'choice':
			return nameOf(row.choices, row.default);
		case 'text':
			return row.default === '' ? '' : `\`${row.default}\``;
		default:
			return '';
	}
}

function limits({ least, most }: NumberRow): string {
	return Number.isFinite(most) ? `${inWords(least)} to ${inWords(most)}` : `${inWords(least)} or more`;
}

const inWords = (number: number) => number.toLocaleString('en-US');

function nameOf(choices: readonly OptionChoice[], value: unknown): string {
	return choices.find((choice) => choice.value === value)?.name ?? '';
}

function does(row: OptionRow): string {
	const parts = [`${row.description.replace(/\.$/, '')}.`];
	if (row.kind === 'choice' || row.kind === 'choices') parts.push(...choicesOf(row.choices));
	if (row.kind === 'list') parts.push(...Object.entries(row.entries.rows).map(entry));
	return parts.join('<br>');
}

/** A line for each choice that says something; only names where none does more. */
function choicesOf(choices: readonly OptionChoice[]): string[] {
	const explained = choices.filter(({ description, only }) => description || only);
	const bare = choices.filter((choice) => !explained.includes(choice)).map(({ name }) => `*${name}*`);
	return [
		...explained.map(({ name, description, only }) => {
			const restricted = only ? ` (only ${only.map((each) => OPERATIONS[each]).join(', ')})` : '';
			return `*${name}*${restricted}${description ? `: ${description.replace(/\.$/, '')}` : ''}`;
		}),
		...(bare.length > 0 ? [bare.join(', ')] : []),
	];
}

function entry([name, row]: [string, EntryRow]): string {
	return `*${row.displayName}* (\`${name}\`): ${row.description.replace(/\.$/, '')}`;
}

if (require.main === module) writeFileSync('docs/options.md', render());
