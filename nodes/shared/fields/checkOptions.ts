/** The rows of the options table for 'Checks Before Commit': see optionTable.ts. */
import { LABELS } from '../../../transfer/checks/labels';
import { CHECK_NAMES, type CheckName } from '../../../transfer/checks/check';
import type {
	ChoiceRow,
	ChoicesRow,
	ColumnsRow,
	ListRow,
	NumberRow,
	OptionOperation,
	TextRow,
	ToggleRow,
} from './optionTable';

const CHECKED = {
	group: 'checks',
	operations: ['uploadInParallel', 'import'] satisfies OptionOperation[],
} as const;

const COLUMN_NAME = {
	kind: 'text',
	displayName: 'Column Name',
	default: '',
	description: "The column's name in the DataSet",
} as const;

const choices = (Object.entries(LABELS) as Array<[CheckName, string]>)
	.filter(([value]) => CHECK_NAMES.includes(value))
	.map(([value, name]) => ({ name, value }))
	.sort((one, other) => one.name.localeCompare(other.name));

export const CHECK_OPTIONS = {
	minRows: {
		kind: 'number',
		displayName: LABELS.minRows,
		...CHECKED,
		default: 0,
		least: 0,
		most: Infinity,
		whole: true,
		description: 'How many rows there must be at least. 0 switches the check off.',
	} satisfies NumberRow as NumberRow,
	maxRows: {
		kind: 'number',
		displayName: LABELS.maxRows,
		...CHECKED,
		default: 0,
		least: 0,
		most: Infinity,
		whole: true,
		description: 'How many rows there may be at most. 0 switches the check off.',
	} satisfies NumberRow as NumberRow,
	maxRowChangePercent: {
		kind: 'number',
		displayName: LABELS.maxRowChangePercent,
		...CHECKED,
		default: 0,
		least: 0,
		most: Infinity,
		whole: false,
		unit: '%',
		description:
			'By how much the number of rows of a REPLACE may differ from what the DataSet has, unless it is empty. 0 switches the check off.',
	} satisfies NumberRow as NumberRow,
	notNullColumns: {
		kind: 'columns',
		displayName: LABELS.notNullColumns,
		...CHECKED,
		default: [],
		description:
			"Columns in which every row must have a value. An empty text is a value: see 'Empty Text' to load it as NULL.",
	} satisfies ColumnsRow as ColumnsRow,
	uniqueColumns: {
		kind: 'columns',
		displayName: LABELS.uniqueColumns,
		...CHECKED,
		default: [],
		description:
			'Columns in which no value may come twice in the input. Rows with NULL in them are not compared.',
	} satisfies ColumnsRow as ColumnsRow,
	uniqueTogether: {
		kind: 'toggle',
		displayName: 'Unique Together',
		...CHECKED,
		default: false,
		description:
			'Whether only the values of all unique columns together must differ, such as order and position',
	} satisfies ToggleRow as ToggleRow,
	uniqueMemoryMb: {
		kind: 'number',
		displayName: 'Memory for Unique Columns (MB)',
		...CHECKED,
		default: 128,
		least: 0.001,
		most: Infinity,
		whole: false,
		unit: 'MB',
		description:
			'How much memory the check of unique columns may use beside the memory budget: about 20 bytes for each different value. Beyond it the check cannot be made.',
	} satisfies NumberRow as NumberRow,
	newestColumn: {
		kind: 'text',
		displayName: 'Newest Date Column',
		...CHECKED,
		default: '',
		description: "The column of type DATE or DATETIME for 'Newest Date Within (Hours)'",
	} satisfies TextRow as TextRow,
	newestWithinHours: {
		kind: 'number',
		displayName: LABELS.newestWithinHours,
		...CHECKED,
		default: 0,
		least: 0,
		most: Infinity,
		whole: false,
		unit: 'hours',
		description:
			"How old the newest date may be. A day counts to its end in 'Time Zone of Values'; dates more than a day ahead do not count. 0 switches the check off.",
	} satisfies NumberRow as NumberRow,
	sameInput: {
		kind: 'toggle',
		displayName: LABELS.sameInput,
		...CHECKED,
		default: false,
		description:
			'Whether to refuse the very rows that this node loaded last into the DataSet, or sent without learning whether Domo took them. n8n remembers them for production executions only, not for manual ones.',
	} satisfies ToggleRow as ToggleRow,
	allowedValues: {
		kind: 'list',
		displayName: LABELS.allowedValues,
		...CHECKED,
		default: {},
		description: 'The only values that a column may have, beside NULL',
		entries: {
			name: 'rule',
			displayName: 'Rule',
			buttonText: 'Add Column',
			rows: {
				column: COLUMN_NAME,
				values: {
					kind: 'any',
					displayName: 'Values',
					default: '',
					placeholder: 'e.g. open, paid, cancelled',
					description:
						'The values, separated by commas. An expression can give a list, whose texts are taken as they are.',
				},
			},
		},
	} satisfies ListRow as ListRow,
	bounds: {
		kind: 'list',
		displayName: LABELS.bounds,
		...CHECKED,
		default: {},
		description: 'Between which values a column must be. NULL is not compared.',
		entries: {
			name: 'rule',
			displayName: 'Rule',
			buttonText: 'Add Column',
			rows: {
				column: COLUMN_NAME,
				least: {
					kind: 'text',
					displayName: 'Least',
					default: '',
					placeholder: 'e.g. 0 or 2024-01-01',
					description: 'The least value that is allowed. Leave empty for none.',
				},
				greatest: {
					kind: 'text',
					displayName: 'Greatest',
					default: '',
					placeholder: 'e.g. 100 or 2024-12-31',
					description: 'The greatest value that is allowed. Leave empty for none.',
				},
			},
		},
	} satisfies ListRow as ListRow,
	whenViolated: {
		kind: 'choice',
		displayName: 'When Violated',
		...CHECKED,
		default: 'refuse',
		description: 'What to do if a check does not hold',
		choices: [
			{ name: 'Refuse', value: 'refuse', description: 'Load nothing, and name the first ten places' },
			{ name: 'Warn', value: 'warn', description: 'Load the rows, and say what does not hold' },
		],
	} satisfies ChoiceRow<'refuse' | 'warn'> as ChoiceRow<'refuse' | 'warn'>,
	warnOnly: {
		kind: 'choices',
		displayName: 'Only Warn',
		...CHECKED,
		default: [],
		description: 'Checks that do not stop the load',
		choices,
	} satisfies ChoicesRow<CheckName> as ChoicesRow<CheckName>,
};
