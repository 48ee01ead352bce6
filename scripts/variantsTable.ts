import { VARIANTS } from '../sandbox/variants';

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\\N', '`\\N`');

/** The table of docs/reliability.md: each doubt, its variant, and what the package does about it. */
export function variantsTable(): string {
	const rows = VARIANTS.map(
		({ name, doubt, turned, answer }) =>
			`| ${cell(doubt)} | \`${name}\`: ${cell(turned)} | ${cell(answer)} |`,
	);
	return ['| doubt | variant, and what the sandbox then does | the package |', '|---|---|---|', ...rows].join(
		'\n',
	);
}
