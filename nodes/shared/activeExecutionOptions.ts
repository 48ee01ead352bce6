import type { INodeProperties } from 'n8n-workflow';

/** What to do with an execution that is already running on the Stream. */
export const activeExecutionField: INodeProperties = {
	displayName: 'Active Execution',
	name: 'activeExecution',
	type: 'options',
	default: 'fail',
	description:
		'What to do when the Stream already has a running execution. It may be uploading, or Domo may be indexing it. Domo aborts it when a new one is created.',
	options: [
		{ name: 'Abort It', value: 'abortIt', description: 'Its rows are lost, if they were not indexed yet' },
		{ name: 'Refuse', value: 'fail', description: 'Send nothing and say which execution is running' },
		{ name: 'Wait', value: 'wait', description: 'Wait until it has ended' },
	],
};

export const staleAfterHoursField: INodeProperties = {
	displayName: 'Stale After (Hours)',
	name: 'staleAfterHours',
	type: 'number',
	default: 6,
	typeOptions: { minValue: 1 },
	description: 'An execution that has been running for longer is taken as left behind by a crash, and is aborted',
};

export const ACTIVE_EXECUTION_DEFAULTS = { activeExecution: 'fail' as 'fail' | 'abortIt' | 'wait', staleAfterHours: 6 };
