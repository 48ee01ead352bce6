/** One load as people have it: what goes in, how the node is set, and what must come of it. See test/messy/README.md. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Column } from '../../domo/types';
import type { Sandbox } from '../../sandbox';
import { credentialsFor, fileItem, itemsOf, runNode, type NodeResult } from './engine';
import { byId, byName } from './locators';

/** Words that a text must hold, in any case; a list among them: any one of it. */
export type Words = Array<string | string[]>;

export interface MessyInput {
	items?: IDataObject[];
	text?: string;
	base64?: string;
	fileName?: string;
	files?: MessyInput[];
	generate?: { header: string; row: string; rows: number; pad: number; at?: Record<string, string> };
}

export interface MessyCase {
	about: string;
	kind: 'items' | 'csv';
	input: MessyInput;
	columns: Column[] | null;
	/** The Stream's key columns. */
	keyColumns?: string[];
	parameters: {
		operation: 'uploadInParallel' | 'import' | 'uploadPart';
		updateMethod?: 'APPEND' | 'REPLACE';
		fileOptions?: IDataObject;
		valueOptions?: IDataObject;
		options?: IDataObject;
	};
	want: {
		rows?: Array<Array<string | null>>;
		columns?: Column[];
		badRows?: number;
		leftOut?: IDataObject[];
		hints?: Words[];
		/** The last output's items in their order, each with at least these fields. */
		profile?: IDataObject[];
		/** Fields of the summary. */
		summary?: IDataObject;
		refused?: Words;
		notSaid?: string[];
		late?: boolean;
	};
}

export interface MessyOutcome {
	result: NodeResult;
	/** Message and description of the refusal. */
	refusal?: string;
	/** The DataSet's rows that were not there before, in the order of its columns. */
	rows?: Array<Array<string | null>>;
	columns?: Column[];
	/** Whether the rows that were there before still are. */
	earlierRowsAreThere: boolean;
	executionStates: string[];
}

const TIME_ZONE = 'Asia/Kolkata';

/** Runs the case in n8n's engine against a DataSet of its own. */
export async function runMessyCase(
	sandbox: Sandbox,
	{ kind, input, columns, keyColumns, parameters }: MessyCase,
): Promise<MessyOutcome> {
	const name = `messy ${Math.random().toString(36).slice(2)}`;
	const earlier =
		columns === null || parameters.updateMethod === 'REPLACE'
			? []
			: [Object.fromEntries(columns.map((column) => [column.name, EARLIER[column.type]]))];
	const items = itemsFor(kind, input);
	const { operation, updateMethod, ...collections } = parameters;
	const shared = { ...collections, inputSource: kind === 'csv' ? 'binary' : 'items' };
	const credentials = credentialsFor(sandbox);
	const run = async (type: 'domoStream' | 'domoDataSet', more: IDataObject, input_ = items) =>
		await runNode(type, more, credentials, input_, { timeZone: TIME_ZONE });

	let dataSetId: string | undefined;
	let streamId: number | undefined;
	let result: NodeResult;
	if (operation === 'import') {
		dataSetId = await sandbox.createDataSet({ name, columns: columns ?? [], rows: earlier });
		const target = byId(dataSetId);
		result = await run('domoDataSet', {
			resource: 'dataSet',
			operation,
			dataSetId: target,
			updateMethod: updateMethod ?? 'APPEND',
			...shared,
		} as IDataObject);
	} else {
		if (columns)
			({ streamId, dataSetId } = await sandbox.createStream({
				name,
				columns,
				rows: earlier,
				...(keyColumns ? { keyColumnNames: keyColumns } : {}),
			}));
		const target = streamId === undefined ? byName(name) : byId(streamId);
		if (operation === 'uploadInParallel') {
			result = await run('domoStream', {
				resource: 'stream',
				operation,
				streamId: target,
				updateMethod: updateMethod ?? 'APPEND',
				...shared,
			} as IDataObject);
		} else {
			const execution = { resource: 'execution', streamId: target };
			const opened = await run('domoStream', { ...execution, operation: 'create' }, [{ json: {} }]);
			const executionId = byId(opened.json[0].executionId ?? opened.json[0].id);
			result = await run('domoStream', {
				...execution,
				operation,
				executionId,
				partId: 1,
				...shared,
			} as IDataObject);
			if (!result.error) {
				const committed = await run('domoStream', { ...execution, operation: 'commit', executionId }, [
					{ json: {} },
				]);
				if (committed.error) throw new Error(committed.error.message);
			}
		}
		if (dataSetId === undefined) {
			const made = result.json[0];
			dataSetId = made?.dataSetId as string | undefined;
			streamId = made?.streamId as number | undefined;
		}
	}
	const { error } = result;
	const all = dataSetId === undefined ? undefined : await sandbox.rows(dataSetId);
	const dataSet = dataSetId === undefined ? undefined : sandbox.dataSet(dataSetId);
	const asLists = all?.map((row) => dataSet!.columns.map((column) => row[column.name]));
	const states =
		streamId === undefined ? [] : sandbox.executions(streamId).map(({ currentState }) => currentState);
	return {
		result,
		...(error ? { refusal: `${error.message} — ${error.description ?? ''}` } : {}),
		...(asLists ? { rows: asLists.slice(earlier.length), columns: dataSet!.columns } : {}),
		earlierRowsAreThere: earlier.length === 0 || (asLists?.length ?? 0) >= earlier.length,
		executionStates: states,
	};
}

const EARLIER: Record<Column['type'], string> = {
	STRING: 'was there',
	LONG: '-1',
	DECIMAL: '-1',
	DOUBLE: '-1',
	DATE: '1999-12-31',
	DATETIME: '1999-12-31T00:00:00',
};

function itemsFor(kind: MessyCase['kind'], input: MessyInput): INodeExecutionData[] {
	if (kind === 'items') return itemsOf(input.items ?? []);
	return (input.files ?? [input]).map((file) => fileItem(bytesOf(file), file.fileName ?? 'rows.csv'));
}

function bytesOf({ text, base64, generate }: MessyInput): Buffer {
	if (text !== undefined) return Buffer.from(text);
	if (base64 !== undefined) return Buffer.from(base64, 'base64');
	if (!generate) throw new Error('the case has no input');
	const pattern = generate.row.replaceAll('{pad}', 'x'.repeat(generate.pad));
	const lines = [generate.header];
	for (let n = 1; n <= generate.rows; n++) {
		lines.push(generate.at?.[String(n)] ?? pattern.replaceAll('{n}', String(n)));
	}
	return Buffer.from(`${lines.join('\n')}\n`);
}

/** The words that a text lacks. A number is not found inside a longer one. */
export function missingWords(text: string, words: Words): Words {
	return words.filter((word) => ![word].flat().some((one) => holds(text, one)));
}

export function holds(text: string, word: string): boolean {
	const pattern = word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
	const before = /^\d/.test(word) ? '(?<!\\d)' : '';
	const after = /\d$/.test(word) ? '(?!\\d)' : '';
	return new RegExp(before + pattern + after, 'i').test(text);
}

/** A number's text in one form, so that two texts are the same where the numbers are. */
export function exactNumber(text: string): string {
	const [, sign, whole, fraction = '', exponent = '0'] =
		/^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
	if (whole === undefined) return text;
	const digits = (whole + fraction).replace(/^0+/, '');
	const kept = digits.replace(/0+$/, '');
	if (kept === '') return '0';
	const power = Number(exponent) - fraction.length + (digits.length - kept.length);
	return `${sign === '-' ? '-' : ''}${kept}e${power}`;
}
