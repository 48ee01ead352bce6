import type { SandboxOptions } from './options';

/** One thing nobody says for sure about Domo, and the sandbox that does otherwise than the usual one. */
export interface Variant {
	name: string;
	/** What is in doubt, as a question. */
	doubt: string;
	/** What the sandbox does under this variant. */
	turned: string;
	options: SandboxOptions;
	/** What the package does about it, in the table of docs/reliability.md. */
	answer: string;
}

/** Every doubt in one list: `--variant NAME`, the matrix in test/engine/variants.test.ts, and docs/reliability.md. */
export const VARIANTS: Variant[] = [
	{
		name: 'datetime-strict',
		doubt: 'Does DATETIME take a space for the T?',
		turned: 'only the T',
		options: { datetimeForms: 'T' },
		answer: 'always sends the T',
	},
	{
		name: 'datetime-any-form',
		doubt: 'Does DATETIME take fractions, Z and offsets?',
		turned: 'takes them',
		options: { datetimeForms: 'any' },
		answer: 'always sends UTC, to the second',
	},
	{
		name: 'datetime-written-with-space',
		doubt: 'How are times written in exports and queries?',
		turned: 'with a space',
		options: { datetimeWritten: 'space' },
		answer: 'passes texts on as they come',
	},
	{
		name: 'part-ids-from-1',
		doubt: 'May part IDs begin at 0?',
		turned: '0 is refused',
		options: { firstPartId: 1 },
		answer: 'begins at 1',
	},
	{
		name: 'part-ids-from-0',
		doubt: 'Must part IDs begin at 0?',
		turned: 'a commit without part 0 is refused',
		options: { firstPartId: 0 },
		answer:
			"fails at the commit with Domo's words and keeps the rows out; every SDK but Python's begins at 1",
	},
	{
		name: 'part-gaps-land',
		doubt: 'What does a commit with a missing part do?',
		turned: 'what is there lands',
		options: { partGaps: 'land' },
		answer: 'never commits unless every part was answered 200',
	},
	{
		name: 'gzip-by-encoding',
		doubt: 'Is Content-Type: application/gzip taken?',
		turned: 'only Content-Encoding: gzip is',
		options: { partGzipLabels: 'encoding' },
		answer: 'sends Content-Encoding: gzip',
	},
	{
		name: 'gzip-by-type',
		doubt: 'Is Content-Encoding: gzip taken?',
		turned: 'only Content-Type: application/gzip is',
		options: { partGzipLabels: 'type' },
		answer: "fails before a commit and names the option 'Compression'",
	},
	{
		name: 'gzip-members',
		doubt: 'May a body be several gzip members?',
		turned: 'it may',
		options: { gzipMembers: 'any' },
		answer: 'sends one member a part',
	},
	{
		name: 'gzip-import',
		doubt: 'May an import be gzipped?',
		turned: 'it may',
		options: { importGzip: 'taken' },
		answer: 'sends imports uncompressed',
	},
	{
		name: 'header-left-out',
		doubt: 'Is a header record detected?',
		turned: 'a first record that equals the column names is left out',
		options: { headerRecord: 'left out' },
		answer: 'sends no header',
	},
	{
		name: 'backslash-n-is-text',
		doubt: 'Is \\N NULL?',
		turned: 'it is text',
		options: { backslashN: 'text' },
		answer: 'writes NULL as nothing, and the text \\N in quotes',
	},
	{
		name: 'null-written-as-backslash-n',
		doubt: 'How does an export write NULL?',
		turned: 'as \\N',
		options: { nullWritten: '\\N' },
		answer: 'reads \\N and nothing as NULL',
	},
	{
		name: 'empty-commit-refused',
		doubt: 'What does a commit without parts do?',
		turned: 'it is refused',
		options: { emptyCommit: 'refused' },
		answer: "commits without parts only with 'Allow Empty Replace', and says that Domo refused it",
	},
	{
		name: 'judged-at-commit',
		doubt: 'When are the rows of a part judged?',
		turned: 'after the commit',
		options: { checkPartsAt: 'commit' },
		answer: 'checks values before it sends them, and waits for the end of the execution',
	},
	...([400, 403, 409, 429] as const).map((status) => ({
		name: `too-soon-${status}`,
		doubt: 'What is a commit within 15 minutes answered with?',
		turned: `${status}`,
		options: { minMinutesBetweenCommits: 15, tooSoonStatus: status },
		answer: 'says that the commit was refused, and that the execution is still open with its parts',
	})),
	{
		name: 'execution-method-ignored',
		doubt: "Does an execution's updateMethod override its Stream's?",
		turned: 'it is ignored',
		options: { executionUpdateMethod: 'ignore' },
		answer: 'compares what the new execution shows, refuses and aborts it where that differs',
	},
	{
		name: 'execution-method-unreported',
		doubt: 'Is the updateMethod of an execution shown?',
		turned: 'it is obeyed, but not shown',
		options: { executionUpdateMethod: 'honourUnreported' },
		answer: "refuses an update method other than the Stream's, and aborts the execution: it can't be sure",
	},
	{
		name: 'states-queued',
		doubt: 'What is an execution called while it is indexed?',
		turned: 'QUEUED',
		options: { indexingState: 'QUEUED' },
		answer: 'every state that is no known end is still going on',
	},
	{
		name: 'states-indexing',
		doubt: 'What is an execution called while it is indexed?',
		turned: 'INDEXING, which no document knows',
		options: { indexingState: 'INDEXING' },
		answer: 'every state that is no known end is still going on',
	},
	{
		name: 'abort-of-ended-200',
		doubt: 'What is an abort of an ended execution answered with?',
		turned: '200',
		options: { abortOfEnded: 200 },
		answer: 'never aborts after a commit',
	},
	{
		name: 'executions-newest-first',
		doubt: 'In which order are executions listed?',
		turned: 'newest first',
		options: { executionOrder: 'newest first' },
		answer: 'goes by their IDs',
	},
	{
		name: 'limits-cut',
		doubt: 'Is a limit out of range refused?',
		turned: 'it is cut',
		options: { limitOutOfRange: 'cut' },
		answer: 'stays in range',
	},
	{
		name: 'created-200',
		doubt: 'Is a new Stream or execution answered 200 or 201?',
		turned: '200',
		options: { createdStatus: 200 },
		answer: 'takes any 2xx',
	},
	{
		name: 'upserts-by-UPSERT',
		doubt: 'Is a Stream for upserts asked for by APPEND with keys?',
		turned: 'by UPSERT alone',
		options: { upserts: 'UPSERT only' },
		answer: 'creates it by APPEND with keys; where that is refused it says why. Streams that are there work',
	},
	{
		name: 'upserts-disabled',
		doubt: 'Are upserts enabled?',
		turned: 'they are not',
		options: { upserts: 'disabled' },
		answer: "passes on Domo's refusal of the new Stream",
	},
	{
		name: 'deleted-404',
		doubt: 'What is a deleted DataSet answered with?',
		turned: '404',
		options: { deletedDataSetStatus: 404 },
		answer: 'takes both as deleted',
	},
	{
		name: 'dead-token-401',
		doubt: 'What does a dead token get where CSV is asked for?',
		turned: '401',
		options: { deadTokenCsvStatus: 401 },
		answer: 'renews on both',
	},
	{
		name: 'query-integers-as-text',
		doubt: 'How does a query write large integers?',
		turned: 'as text',
		options: { queryIntegers: 'text' },
		answer: 'keeps every digit either way',
	},
	{
		name: 'no-data-current-at',
		doubt: 'Do DataSets show dataCurrentAt?',
		turned: 'they do not',
		options: { dataCurrentAt: 'not shown' },
		answer: 'the trigger then goes by updatedAt',
	},
];

/** @throws Error for a name that no variant has */
export function optionsOf(names: string[]): SandboxOptions {
	const found = names.map((name) => {
		const variant = VARIANTS.find((one) => one.name === name);
		if (!variant)
			throw new Error(
				`No variant is called '${name}'. There are: ${VARIANTS.map((one) => one.name).join(', ')}`,
			);
		return variant.options;
	});
	return Object.assign({}, ...found) as SandboxOptions;
}
