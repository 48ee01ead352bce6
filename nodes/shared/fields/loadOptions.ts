/** Every option of the operations that load rows, one row each: see optionTable.ts. */
import type { Column } from '../../../domo/types';
import type { LoadColumnKind } from '../../../transfer/columns/loadColumns';
import { CHECK_OPTIONS } from './checkOptions';
import {
	MAX_WAIT_SECONDS,
	type AnyRow,
	type ChoiceRow,
	type ChoicesRow,
	type ListRow,
	type NumberRow,
	type OptionChoice,
	type OptionOperation,
	type TextRow,
	type ToggleRow,
} from './optionTable';

const LOADS = ['uploadInParallel', 'uploadPart', 'import'] as const satisfies OptionOperation[];
const UPLOADS = ['uploadInParallel', 'uploadPart'] as const satisfies OptionOperation[];
const UPLOAD = ['uploadInParallel'] as const satisfies OptionOperation[];
const OPENS = ['uploadInParallel', 'createExecution'] as const satisfies OptionOperation[];
const COMMITS = ['uploadInParallel', 'commit'] as const satisfies OptionOperation[];

const toggle = (row: Omit<ToggleRow, 'kind'>): ToggleRow => ({ kind: 'toggle', ...row });
const number = (row: Omit<NumberRow, 'kind'>): NumberRow => ({ kind: 'number', ...row });
const text = (row: Omit<TextRow, 'kind' | 'default'>): TextRow => ({ kind: 'text', default: '', ...row });
const choice = <Value extends string>(
	row: Omit<ChoiceRow<Value>, 'kind' | 'choices'> & { choices: Array<OptionChoice & { value: Value }> },
): ChoiceRow<Value> => ({ kind: 'choice', ...row });

const OPTIONS = {
	activeExecution: choice<'fail' | 'wait' | 'abortIt'>({
		displayName: 'Active Execution',
		group: 'options',
		operations: OPENS,
		default: 'fail',
		description:
			'What to do if the Stream has an execution that has not ended. It may be uploading, or Domo may be indexing it. Domo aborts it when a new one is created.',
		choices: [
			{
				name: 'Abort It',
				value: 'abortIt',
				description: 'Its rows are lost unless they are indexed already',
			},
			{ name: 'Refuse', value: 'fail', description: 'Send nothing and say which execution it is' },
			{ name: 'Wait', value: 'wait', description: 'Wait until it has ended' },
		],
	}),
	allowEmptyReplace: toggle({
		displayName: 'Allow Empty Replace',
		group: 'options',
		operations: ['uploadInParallel', 'import'],
		default: false,
		description:
			'Whether a REPLACE without any row may empty the DataSet. This has not been tried on a live Domo.',
	}),
	commitTooSoon: choice<'try' | 'fail' | 'wait'>({
		displayName: 'Commit Too Soon',
		group: 'options',
		operations: UPLOAD,
		default: 'try',
		description:
			'What to do if the Stream was committed only minutes ago. By default, Domo takes one commit per 15 minutes and Stream.',
		choices: [
			{ name: 'Refuse', value: 'fail', description: 'Send nothing and say when Domo takes the next commit' },
			{
				name: 'Try',
				value: 'try',
				description: 'Commit anyway. If Domo refuses, the execution stays open and can be committed later.',
			},
			{ name: 'Wait', value: 'wait', description: 'Upload the parts and wait with the commit' },
		],
	}),
	compression: choice<'gzip' | 'gzipContentType' | 'none' | 'auto'>({
		displayName: 'Compression',
		group: 'options',
		operations: UPLOADS,
		default: 'gzip',
		description: 'How the CSV is sent',
		choices: [
			{
				name: 'Auto',
				value: 'auto',
				description: 'Gzip while the network is the slower part, plain while compressing is',
				only: UPLOAD,
			},
			{
				name: 'Gzip',
				value: 'gzip',
				description:
					'As text/csv with Content-Encoding gzip. Upload in Parallel compresses harder while the network is the slower part.',
			},
			{
				name: 'Gzip as Content Type',
				value: 'gzipContentType',
				description: 'As application/gzip, in case your Domo needs it',
			},
			{ name: 'None', value: 'none', description: 'Plain CSV' },
		],
	}),
	dryRun: toggle({
		displayName: 'Dry Run',
		group: 'options',
		operations: UPLOAD,
		default: false,
		description:
			'Whether to read and check everything without sending anything. The output Columns shows how each column would be read.',
	}),
	loadColumns: {
		kind: 'choices',
		displayName: 'Load Columns',
		group: 'options',
		operations: LOADS,
		default: [],
		description:
			'Columns to fill with where each row comes from. Upload in Parallel adds those that the DataSet lacks.',
		choices: [
			{
				name: 'File Name',
				value: 'fileName',
				description: '_file_name, a STRING: the CSV file; NULL for input items',
			},
			{
				name: 'Load Time (UTC)',
				value: 'loadTime',
				description: '_load_time, a DATETIME: when the node began',
			},
			{
				name: 'N8n Execution ID',
				value: 'executionId',
				description: '_execution_id, a STRING: the execution of the workflow',
			},
			{
				name: 'Row Number in the Input',
				value: 'rowNumber',
				description: '_row_number, a LONG: from 1 in each file and target; rows left out count',
			},
		],
	} satisfies ChoicesRow<LoadColumnKind> as ChoicesRow<LoadColumnKind>,
	maxConcurrentUploads: number({
		displayName: 'Max Concurrent Uploads',
		group: 'options',
		operations: UPLOAD,
		default: 4,
		least: 1,
		most: 16,
		whole: true,
		description:
			'How many parts are uploaded at once. The node uses fewer while Domo is busy. Of many targets, this many are checked or indexed at once.',
	}),
	maxImportMb: number({
		displayName: 'Max Import Size (MB)',
		group: 'options',
		operations: ['import'],
		default: 64,
		least: 0.001,
		most: Infinity,
		whole: false,
		unit: 'MB',
		description:
			'Refuses more CSV than this, in millions of bytes: an import is one request that cannot be resumed. For larger data, use Upload in Parallel of the Domo Stream node.',
	}),
	maxTries: number({
		displayName: 'Max Tries per Part',
		group: 'options',
		operations: UPLOADS,
		default: 5,
		least: 1,
		most: 20,
		whole: true,
		description: 'How often a part is sent before the node gives up',
	}),
	memoryBudgetMb: number({
		displayName: 'Memory Budget (MB)',
		group: 'options',
		operations: UPLOAD,
		default: 96,
		least: 8,
		most: Infinity,
		whole: false,
		unit: 'MB',
		description:
			'How much memory an upload may use, whatever the size of the input. Half of it is for parts, which are cut small enough for all that are uploaded at once.',
	}),
	minMinutesBetweenCommits: number({
		displayName: 'Min Minutes Between Commits',
		group: 'options',
		operations: UPLOAD,
		default: 15,
		least: 0,
		most: Math.floor(MAX_WAIT_SECONDS / 60),
		whole: false,
		unit: 'minutes',
		description: "How often Domo takes a commit of one Stream in your instance, for 'Commit Too Soon'",
	}),
	missingColumns: choice<'fail' | 'null'>({
		displayName: 'Missing Columns',
		group: 'options',
		operations: LOADS,
		default: 'fail',
		description: 'What to do if the input has no field at all for a column of the DataSet',
		choices: [
			{ name: 'Load as NULL', value: 'null' },
			{ name: 'Refuse', value: 'fail', description: 'Send nothing and say which columns are missing' },
		],
	}),
	nullText: choice<'' | '\\N'>({
		displayName: 'Null Text',
		group: 'options',
		operations: LOADS,
		default: '',
		description: 'How NULL is written in the CSV that is sent to Domo',
		choices: [
			{ name: 'Empty', value: '', description: "Nothing between two commas, as in Domo's documentation" },
			{ name: '\\N', value: '\\N', description: "As Domo's R client writes it" },
		],
	}),
	onFailure: choice<'abort' | 'keepOpen'>({
		displayName: 'On Failure',
		group: 'options',
		operations: UPLOAD,
		default: 'abort',
		description:
			'What to do with the execution if a part cannot be uploaded. Nothing is committed in either case.',
		choices: [
			{ name: 'Abort', value: 'abort' },
			{ name: 'Keep Open', value: 'keepOpen', description: 'So that a later run can resume it' },
		],
	}),
	partSizeMb: number({
		displayName: 'Part Size (MB)',
		group: 'options',
		operations: UPLOAD,
		default: 32,
		least: 0.001,
		most: 1000,
		whole: false,
		unit: 'MB',
		description:
			'The most CSV a part holds before compression, in millions of bytes. The first parts are smaller so that sending begins sooner, unless Domo is far away, and so are all parts if the memory budget requires it.',
	}),
	refuseShrinkBelowPercent: number({
		displayName: 'Refuse Shrink Below (%)',
		group: 'options',
		operations: UPLOAD,
		default: 0,
		least: 0,
		most: 100,
		whole: false,
		unit: '%',
		description:
			'Refuses a REPLACE that has less than this share of the rows in the DataSet. 0 switches the check off.',
	}),
	repeatedKeys: choice<'refuse' | 'keepLast' | 'keepFirst'>({
		displayName: 'Repeated Keys',
		group: 'options',
		operations: UPLOADS,
		default: 'refuse',
		description:
			'What to do in an upsert with rows that share their key. For CSV files, the other choices take up to 128 MB of memory more.',
		choices: [
			{ name: 'Keep the First', value: 'keepFirst', description: 'Leave out later rows with the same key' },
			{
				name: 'Keep the Last',
				value: 'keepLast',
				description: 'Leave out earlier rows with the same key. CSV files are read twice.',
			},
			{
				name: 'Refuse',
				value: 'refuse',
				description: 'Load nothing. In CSV files, Domo finds them after the commit.',
			},
		],
	}),
	requestTimeoutSeconds: number({
		displayName: 'Request Timeout (Seconds)',
		group: 'options',
		operations: UPLOADS,
		default: 900,
		least: 0.001,
		most: MAX_WAIT_SECONDS,
		whole: false,
		unit: 'seconds',
		description: 'How long the upload of one part may take',
	}),
	resume: {
		kind: 'any',
		displayName: 'Resume',
		group: 'options',
		operations: UPLOAD,
		default: '',
		placeholder: 'e.g. {{ $json.details }}',
		description:
			"The details of an earlier run that was kept open ('On Failure'), to send only what is missing. The input must be the same.",
	} satisfies AnyRow as AnyRow,
	rowsPerPart: number({
		displayName: 'Rows per Part',
		group: 'options',
		operations: UPLOAD,
		default: 0,
		least: 0,
		most: Infinity,
		whole: true,
		description: 'The most rows a part holds. 0 means no limit.',
	}),
	staleAfterHours: number({
		displayName: 'Stale After (Hours)',
		group: 'options',
		operations: OPENS,
		default: 6,
		least: 0,
		most: Infinity,
		whole: false,
		unit: 'hours',
		description:
			'An execution that has not ended after this time is considered left over from a crash, and is aborted',
	}),
	trustExecutionUpdateMethod: toggle({
		displayName: 'Trust Execution Update Method',
		group: 'options',
		operations: OPENS,
		default: false,
		description:
			'Whether to go on even if Domo does not confirm that the execution uses the chosen update method. An APPEND could then become a REPLACE.',
	}),
	unknownFields: choice<'fail' | 'ignore' | 'addColumns'>({
		displayName: 'Unknown Fields',
		group: 'options',
		operations: LOADS,
		default: 'fail',
		description: 'What to do with a field of the input that is not a column of the DataSet',
		choices: [
			{
				name: 'Add Columns',
				value: 'addColumns',
				description: 'Add them to the DataSet as new columns, with types that fit the values',
				only: UPLOAD,
			},
			{ name: 'Ignore', value: 'ignore', description: 'Leave the field out' },
			{ name: 'Refuse', value: 'fail', description: 'Send nothing and say which fields are unknown' },
		],
	}),
	waitForCompletion: toggle({
		displayName: 'Wait for Completion',
		group: 'options',
		operations: COMMITS,
		default: true,
		description: 'Whether to wait until Domo has indexed the rows, which takes seconds to about 15 minutes',
	}),
	waitTimeoutSeconds: number({
		displayName: 'Wait Timeout (Seconds)',
		group: 'options',
		operations: [...COMMITS, 'createExecution'],
		default: 1200,
		least: 0,
		most: MAX_WAIT_SECONDS,
		whole: false,
		unit: 'seconds',
		description: 'How long to wait for Domo to index the rows, or for another execution to end',
	}),
};

/** The encodings people meet, by their names in the WHATWG's Encoding standard. */
const ENCODINGS: Array<OptionChoice & { value: string }> = [
	{ name: 'Auto', value: 'auto', description: 'UTF-8, or UTF-16 where the file shows it' },
	{ name: 'Arabic (Windows-1256)', value: 'windows-1256' },
	{ name: 'Baltic (Windows-1257)', value: 'windows-1257' },
	{ name: 'Central European (ISO 8859-2)', value: 'iso-8859-2' },
	{ name: 'Central European (Windows-1250)', value: 'windows-1250' },
	{ name: 'Chinese (Big5)', value: 'big5' },
	{ name: 'Chinese (GB18030)', value: 'gb18030' },
	{ name: 'Cyrillic (KOI8-R)', value: 'koi8-r' },
	{ name: 'Cyrillic (Windows-1251)', value: 'windows-1251' },
	{ name: 'Greek (Windows-1253)', value: 'windows-1253' },
	{ name: 'Hebrew (Windows-1255)', value: 'windows-1255' },
	{ name: 'Japanese (EUC-JP)', value: 'euc-jp' },
	{ name: 'Japanese (Shift JIS)', value: 'shift_jis' },
	{ name: 'Korean (EUC-KR)', value: 'euc-kr' },
	{ name: 'Mac Roman', value: 'macintosh' },
	{ name: 'Turkish (Windows-1254)', value: 'windows-1254' },
	{ name: 'UTF-16 BE', value: 'utf-16be' },
	{ name: 'UTF-16 LE', value: 'utf-16le' },
	{ name: 'UTF-8', value: 'utf-8' },
	{ name: 'Western European (ISO 8859-15)', value: 'iso-8859-15' },
	{
		name: 'Western European (Windows-1252)',
		value: 'windows-1252',
		description: 'Also for Latin-1 (ISO 8859-1)',
	},
];

const FILE_OPTIONS = {
	delimiter: choice<'auto' | ',' | ';' | '\t' | '|'>({
		displayName: 'Delimiter',
		group: 'fileOptions',
		operations: LOADS,
		default: 'auto',
		description: 'What separates two fields of a CSV file',
		choices: [
			{ name: 'Auto', value: 'auto', description: 'Found from the header and the first rows' },
			{ name: 'Comma', value: ',' },
			{ name: 'Pipe', value: '|' },
			{ name: 'Semicolon', value: ';' },
			{ name: 'Tab', value: '\t' },
		],
	}),
	fileEncoding: choice<string>({
		displayName: 'File Encoding',
		group: 'fileOptions',
		operations: LOADS,
		default: 'auto',
		description: 'How a CSV file writes its characters',
		choices: ENCODINGS,
	}),
	fileHasHeader: toggle({
		displayName: 'File Has Header',
		group: 'fileOptions',
		operations: LOADS,
		default: true,
		description:
			"Whether a CSV file begins with a row of column names. They are matched to the DataSet's columns; without a header, columns are taken in order.",
	}),
	linesAfterLastRow: number({
		displayName: 'Lines After Last Row',
		group: 'fileOptions',
		operations: LOADS,
		default: 0,
		least: 0,
		most: 1000,
		whole: true,
		description:
			'How many lines to leave out at the end, such as totals or notes. Blank lines at the end do not count.',
	}),
	linesBeforeHeader: number({
		displayName: 'Lines Before Header',
		group: 'fileOptions',
		operations: LOADS,
		default: 0,
		least: 0,
		most: 10_000,
		whole: true,
		description: 'How many lines to leave out above the header, blank ones included',
	}),
	shortRows: choice<'refuse' | 'null'>({
		displayName: 'Short Rows',
		group: 'fileOptions',
		operations: LOADS,
		default: 'refuse',
		description: 'What to do with a row that has too few fields',
		choices: [
			{ name: 'Fill with NULL', value: 'null' },
			{ name: 'Refuse', value: 'refuse', description: 'Stop and name the line' },
		],
	}),
};

const DATE_ORDERS: Array<OptionChoice & { value: 'auto' | 'monthFirst' | 'dayFirst' | 'yearFirst' }> = [
	{ name: 'Auto', value: 'auto', description: 'Found from the values of the column' },
	{ name: 'Day First', value: 'dayFirst', description: '31/01/2024' },
	{ name: 'Month First', value: 'monthFirst', description: '01/31/2024' },
	{ name: 'Year First', value: 'yearFirst', description: '24/01/31, for years of two digits' },
];
const DECIMAL_SIGNS: Array<OptionChoice & { value: 'auto' | 'point' | 'comma' }> = [
	{ name: 'Auto', value: 'auto', description: 'Found from the values of the column' },
	{ name: 'Comma', value: 'comma', description: '1.234,50' },
	{ name: 'Point', value: 'point', description: '1,234.50' },
];
const DATE_FORMAT = {
	displayName: 'Date Format',
	placeholder: 'e.g. dd/MM/yyyy HH:mm',
	description:
		"How dates and times are written, in Luxon's tokens. Only this form and Domo's own are read then.",
};
const READ_AS_NULL = {
	displayName: 'Read as NULL',
	placeholder: 'e.g. N/A, NULL, -',
	description: 'Words that mean NULL, separated by commas. Upper and lower case do not matter.',
};
const TYPES: Array<Column['type']> = ['DATE', 'DATETIME', 'DECIMAL', 'DOUBLE', 'LONG', 'STRING'];

const FLATTEN_SEPARATOR: TextRow = {
	kind: 'text',
	displayName: 'Flatten Separator',
	group: 'valueOptions',
	operations: LOADS,
	default: '.',
	description: "What is between two names, for 'Nested Fields: Flatten'",
	check: (separator) =>
		separator.length >= 1 && separator.length <= 10 ? undefined : 'It must have 1 to 10 characters.',
};

const VALUE_OPTIONS = {
	badValues: choice<'refuse' | 'leaveOut' | 'null'>({
		displayName: 'Bad Values',
		group: 'valueOptions',
		operations: LOADS,
		default: 'refuse',
		description: 'What to do with a value that does not fit its column',
		choices: [
			{
				name: 'Leave Out the Row',
				value: 'leaveOut',
				description: 'Load the other rows, and put the row on the output Left Out Rows',
			},
			{
				name: 'Load as NULL',
				value: 'null',
				description: 'Load NULL instead, and put the value on the output Left Out Rows',
			},
			{ name: 'Refuse', value: 'refuse', description: 'Load nothing and name the first ten values' },
		],
	}),
	columnTypes: {
		kind: 'list',
		displayName: 'Column Types',
		group: 'valueOptions',
		operations: LOADS,
		default: {},
		description: 'The type of a new column, or how a single column is read',
		entries: {
			name: 'column',
			displayName: 'Column',
			buttonText: 'Add Column',
			rows: {
				name: { kind: 'text', displayName: 'Column Name', default: '', description: "The column's name" },
				dateFormat: { kind: 'text', default: '', ...DATE_FORMAT },
				dateOrder: {
					kind: 'choice',
					displayName: 'Date Order',
					default: 'auto',
					description: 'Which number of a date such as 01/02/2024 is the day',
					choices: DATE_ORDERS,
				},
				decimalSign: {
					kind: 'choice',
					displayName: 'Decimal Sign',
					default: 'auto',
					description: 'What separates the decimals in numbers',
					choices: DECIMAL_SIGNS,
				},
				readAsNull: { kind: 'text', default: '', ...READ_AS_NULL },
				type: {
					kind: 'choice',
					displayName: 'Type',
					default: '',
					description: "The column's type in Domo. An existing column keeps its own.",
					choices: [
						{ name: 'Auto', value: '', description: "From the values, or the DataSet's own" },
						...TYPES.map((type) => ({ name: type, value: type })),
					],
				},
			},
		},
	} satisfies ListRow as ListRow,
	dateFormat: text({ group: 'valueOptions', operations: LOADS, ...DATE_FORMAT }),
	dateOrder: choice({
		displayName: 'Date Order',
		group: 'valueOptions',
		operations: LOADS,
		default: 'auto',
		description: 'Which number of a date such as 01/02/2024 is the day',
		choices: DATE_ORDERS,
	}),
	decimalSign: choice({
		displayName: 'Decimal Sign',
		group: 'valueOptions',
		operations: LOADS,
		default: 'auto',
		description: 'What separates the decimals in numbers given as text',
		choices: DECIMAL_SIGNS,
	}),
	emptyText: choice<'keep' | 'null'>({
		displayName: 'Empty Text',
		group: 'valueOptions',
		operations: LOADS,
		default: 'keep',
		description: 'What an empty text becomes in a STRING column',
		choices: [
			{ name: 'Keep', value: 'keep', description: 'An empty text, which Domo keeps apart from NULL' },
			{ name: 'Load as NULL', value: 'null' },
		],
	}),
	flattenDepth: number({
		displayName: 'Flatten Depth',
		group: 'valueOptions',
		operations: LOADS,
		default: 0,
		least: 0,
		most: 100,
		whole: true,
		description:
			"How many levels of objects become columns, for 'Nested Fields: Flatten'; an object below them stays JSON. 0 for all.",
	}),
	flattenSeparator: FLATTEN_SEPARATOR,
	maxBadRows: number({
		displayName: 'Max Bad Rows',
		group: 'valueOptions',
		operations: LOADS,
		default: 1000,
		least: 0,
		most: 100_000,
		whole: true,
		description: "With more bad rows than this, nothing is loaded. For 'Bad Values' other than Refuse.",
	}),
	maxBadRowsPercent: number({
		displayName: 'Max Bad Rows (%)',
		group: 'valueOptions',
		operations: LOADS,
		default: 10,
		least: 0,
		most: 100,
		whole: false,
		unit: '%',
		description: 'With a larger share of bad rows than this, nothing is loaded. Checked from 100 rows on.',
	}),
	nestedFields: choice<'json' | 'flatten'>({
		displayName: 'Nested Fields',
		group: 'valueOptions',
		operations: LOADS,
		default: 'json',
		description:
			'What to do with an object in a field of an input item. Values mapped by hand stay as they are.',
		choices: [
			{ name: 'As JSON', value: 'json', description: 'Load it as one text' },
			{
				name: 'Flatten',
				value: 'flatten',
				description: 'Make a column of each of its fields, such as address.city. Lists stay JSON.',
			},
		],
	}),
	numbersAsDates: choice<'refuse' | 'excel' | 'unixSeconds' | 'unixMilliseconds'>({
		displayName: 'Numbers as Dates',
		group: 'valueOptions',
		operations: LOADS,
		default: 'refuse',
		description: 'How to read a number in a DATE or DATETIME column',
		choices: [
			{ name: 'Excel Serial Numbers', value: 'excel', description: 'Days since 1900, such as 45322' },
			{ name: 'Refuse', value: 'refuse' },
			{ name: 'Unix Milliseconds', value: 'unixMilliseconds', description: 'Such as 1706659200000' },
			{ name: 'Unix Seconds', value: 'unixSeconds', description: 'Such as 1706659200' },
		],
	}),
	percentSigns: choice<'refuse' | 'fraction' | 'number'>({
		displayName: 'Percent Signs',
		group: 'valueOptions',
		operations: LOADS,
		default: 'refuse',
		description: 'How to read a number with a percent sign',
		choices: [
			{ name: 'As a Fraction', value: 'fraction', description: '12.5% becomes 0.125' },
			{ name: 'As a Number', value: 'number', description: '12.5% becomes 12.5' },
			{ name: 'Refuse', value: 'refuse' },
		],
	}),
	readAsNull: text({ group: 'valueOptions', operations: LOADS, ...READ_AS_NULL }),
	timeZone: text({
		displayName: 'Time Zone of Values',
		group: 'valueOptions',
		operations: LOADS,
		placeholder: 'e.g. Europe/Berlin',
		description:
			'The time zone of times without an offset: UTC (the default), workflow for the time zone of the workflow, or a name such as Europe/Berlin',
		check: (name) =>
			name.trim() === '' || name.trim() === 'workflow' || isTimeZone(name.trim())
				? undefined
				: "It must be UTC, workflow, or a time zone's IANA name such as Europe/Berlin.",
	}),
	trimText: toggle({
		displayName: 'Trim Text',
		group: 'valueOptions',
		operations: LOADS,
		default: false,
		description: 'Whether to remove spaces at the beginning and end of texts in STRING columns',
	}),
};

export const LOAD_OPTIONS = { ...OPTIONS, ...FILE_OPTIONS, ...VALUE_OPTIONS, ...CHECK_OPTIONS };

/** Intl's own list lacks UTC and others that it takes. */
function isTimeZone(name: string): boolean {
	try {
		new Intl.DateTimeFormat('en', { timeZone: name });
		return true;
	} catch {
		return false;
	}
}
