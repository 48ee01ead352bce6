/** Every failure carries a code that a workflow can branch on, wherever n8n hands it over. */
import type { IDataObject } from 'n8n-workflow';

import { credentialsFor, fileItem, itemsOf } from '../support/engine';
import { BINARY, COLUMNS, tryUpload, type UploadRun } from '../support/uploads';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

const sandbox = useSandbox();
shortWaits();

const BAD = itemsOf([
	{ id: 1, name: 'a', amount: 1, day: '2024-01-01' },
	{ id: 'x', name: 'b', amount: 1, day: '2024-13-01' },
]);
const FAULTY = fileItem('id,name,amount,day\n1,a,1,2024-01-01\n2,"b,1,2024-01-01\n', 'sales.csv');
const GOOD = itemsOf([{ id: 1, name: 'a', amount: 1, day: '2024-01-01' }]);

interface Failure {
	code: string;
	details: IDataObject;
	run: Omit<UploadRun, 'streamId'>;
	/** Of the credential, where it is what can't be used. */
	baseUrl?: string;
	/** Makes Domo refuse, too. */
	fault?: Parameters<typeof sandbox.faults.add>[0];
}

const FAILURES: Array<[string, Failure]> = [
	[
		'values, each with its place and its own code',
		{
			code: 'VALUE_MISFIT',
			details: {
				itemIndex: 1,
				values: [
					{ item: 1, column: 'id', code: 'VALUE_NOT_OF_TYPE', reason: expect.stringContaining("'x'") },
					{
						item: 1,
						column: 'day',
						code: 'VALUE_NO_SUCH_DAY',
						reason: expect.stringContaining('2024-13-01'),
					},
				],
			},
			run: { items: BAD },
		},
	],
	[
		'a file, with its name and line',
		{
			code: 'CSV_OPEN_QUOTE',
			details: { itemIndex: 0, file: 'sales.csv', line: 3 },
			run: { items: [FAULTY], more: BINARY },
		},
	],
	['an option', { code: 'OPTION_INVALID', details: {}, run: { items: GOOD, options: { maxTries: 0 } } }],
	[
		'a credential',
		{ code: 'DOMO_BASE_URL', details: {}, run: { items: GOOD }, baseUrl: 'ftp://api.domo.com' },
	],
	[
		'a part that Domo refuses, with the code of its answer',
		{
			code: 'UPLOAD_PART_FAILED',
			details: { cause: 'DOMO_FORBIDDEN', part: 1, fate: 'aborted', effect: 'none', toe: 'T-1' },
			run: { items: GOOD },
			fault: { operation: 'part', status: 403, body: { message: 'Forbidden', toe: 'T-1' } },
		},
	],
	[
		"a read that Domo refuses, with Domo's reference",
		{
			code: 'DOMO_NOT_FOUND',
			details: { status: 404, effect: 'none', toe: 'T-2' },
			run: { items: GOOD },
			fault: { operation: 'getStream', status: 404, body: { message: 'Not Found', toe: 'T-2' } },
		},
	],
];

describe.each(FAILURES)('of %s', (_, { code, details, run, baseUrl, fault }) => {
	const failed = async (onError?: 'continueRegularOutput' | 'continueErrorOutput') => {
		const { streamId } = await sandbox.createStream({ name: 'Sales', columns: COLUMNS });
		if (fault) sandbox.faults.add(fault);
		const credentials = credentialsFor(sandbox, baseUrl === undefined ? {} : { baseUrl });
		return await tryUpload(sandbox, {
			streamId,
			credentials,
			...run,
			...(onError ? { run: { onError } } : {}),
		});
	};

	afterEach(() => sandbox.faults.clear());

	it("is in the error's context, as an error workflow gets it", async () => {
		const { error, run: ended } = await failed();
		expect(error?.context?.code).toBe(code);
		expect(error?.context?.toe).toBe(details.toe);
		const handedOver = JSON.parse(JSON.stringify(ended.data.resultData.error)) as IDataObject;
		expect(handedOver.context).toMatchObject({ code });
	});

	it.each([
		['the error output', 'continueErrorOutput', 1],
		['the output, with Continue', 'continueRegularOutput', 0],
	] as const)("is in the details of %s's item", async (_where, onError, output) => {
		const { outputs } = await failed(onError);
		expect(outputs[output]).toHaveLength(1);
		expect(outputs[output][0].json.details).toMatchObject({ code, ...details });
	});
});
