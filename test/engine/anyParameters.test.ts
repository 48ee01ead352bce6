/**
 * Parameters as expressions and imported workflows can give them: of every kind, in every field of every operation.
 * Whatever comes, no message is one of JavaScript's own, and a refusal leaves Domo as it was.
 */
import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { DomoDataSet } from '../../nodes/DomoDataSet/DomoDataSet.node';
import { DomoStream } from '../../nodes/DomoStream/DomoStream.node';
import { DomoTrigger } from '../../nodes/DomoTrigger/DomoTrigger.node';
import { credentialsFor, type NodeResult } from '../support/engine';
import { makeTarget, OPERATIONS, runOnOneRow, type Target } from '../support/everyOperation';
import { byId, byMode } from '../support/locators';
import { ActiveTrigger } from '../support/poll';
import { runs } from '../support/runs';
import { useSandbox } from '../support/useSandbox';
import { shortWaits } from '../support/waits';

shortWaits();
const sandbox = useSandbox({ indexingMs: 1 });

/** As expressions, so that undefined and NaN come, too. `}}` would end one. */
const EXPRESSIONS = [
	'undefined',
	'null',
	'NaN',
	'0',
	'-1.5',
	'3',
	'true',
	'false',
	"''",
	"' '",
	"'text'",
	'[]',
	'[null]',
	"['a', 1, true]",
	'[[[1]], { a: [1] } ]',
	'{}',
	'{ a: { b: null } }',
	'{ value: null }',
	'{ mode: null, value: { a: 1 } }',
	"{ mode: 'name', value: [] }",
	`{ ...${JSON.stringify(byMode('id', ''))}, value: undefined }`,
	'{ column: null, filter: null }',
	"{ column: [null, 'x', 3, {} ], filter: [null, 'x', 3, {} ] }",
	"{ filter: { column: 'region', values: null } }",
	"{ mappingMode: 'defineBelow', value: null, schema: null }",
].map((value) => `={{ (${value}) }}`);

/** The same without an expression, as JSON can hold them. */
const RAW: unknown[] = [
	null,
	0,
	true,
	'',
	[],
	[null, {}],
	{},
	{ value: null },
	{ column: null, filter: [null] },
];

const RAW_ERROR =
	/TypeError|RangeError|ReferenceError|SyntaxError|is not (a function|iterable|a constructor|defined)|Cannot (read|destructure|set|convert|use|create)|of (undefined|null)\b|\[object |in JSON at|not valid JSON|Unexpected (token|end)|Invalid (time|array|string) |Reduce of|must be of type|The "\w+" argument/;

type Path = readonly string[];

/** Every field of an operation, those within collections and their lists included. */
function pathsOf(fields: readonly INodeProperties[], chosen: IDataObject): Path[] {
	const shown = fields.filter(
		({ displayOptions, type }) =>
			type !== 'notice' &&
			['resource', 'operation', 'event'].every((name) => {
				const values = displayOptions?.show?.[name];
				return (
					chosen[name] === undefined || !Array.isArray(values) || values.includes(chosen[name] as string)
				);
			}),
	);
	return shown.flatMap(({ name, type, options = [] }): Path[] => {
		if (type === 'collection')
			return [[name], ...pathsOf(options as INodeProperties[], {}).map((path) => [name, ...path])];
		if (type === 'fixedCollection')
			return [
				[name],
				...options.flatMap((group) =>
					'values' in group
						? [[name, group.name], ...group.values.map((field) => [name, group.name, '0', field.name])]
						: [],
				),
			];
		if (type === 'resourceLocator') return [[name], [name, 'value'], [name, 'mode']];
		if (type === 'resourceMapper')
			return [[name], [name, 'value'], [name, 'mappingMode'], [name, 'value', 'id']];
		return [[name]];
	});
}

/** A copy with one value in it; lists and objects on the way are made. */
function withValue(base: unknown, [name, ...rest]: Path, value: unknown): unknown {
	if (name === undefined) return value;
	if (name === '0') return [withValue((base as unknown[] | undefined)?.[0], rest, value)];
	return { ...(base as object), [name]: withValue((base as IDataObject | undefined)?.[name], rest, value) };
}

const FIELDS = {
	domoDataSet: new DomoDataSet().description.properties,
	domoStream: new DomoStream().description.properties,
};

/** n8n itself stumbles over some raw values, before the node is started: nothing of that is this package's. */
function stoppedByN8n(error: unknown): Pick<NodeResult, 'error' | 'hints'> {
	const { stack = '' } = error as Error;
	if (/[\\/](nodes|transfer|domo)[\\/](?!.*node_modules)[^\n]*\.ts/.test(stack)) throw error;
	return { error: { message: 'stopped by n8n' }, hints: [] };
}

/** What Domo took of requests that change something. */
const writesSince = (from: number) =>
	sandbox.log
		.slice(from)
		.filter(({ method, operation = '', status = 200 }) => {
			const isReading = method === 'GET' || /token|query/i.test(operation);
			return !isReading && status < 400;
		})
		.map(({ method, path }) => `${method} ${path}`);

const shown = (path: Path, value: unknown) => `${path.join('.')} = ${JSON.stringify(value)}`;
const isNameless = (name: string) => /^\s*(undefined|null|NaN|\[object.*|)\s*$/.test(name);

describe.each(OPERATIONS.map((entry, index) => [index, ...entry] as const))(
	'%i: %s, %s, %s',
	(index, type, resource, operation, base) => {
		const paths = pathsOf(FIELDS[type], { resource, operation });
		const cases = paths.flatMap((path) => [...EXPRESSIONS, ...RAW].map((value) => [path, value] as const));
		it('has fields', () => expect(paths.length).toBeGreaterThan(0));

		it('takes whatever its fields hold, or refuses it in words', async () => {
			const faults: string[] = [];
			let target: Target | undefined;
			let namelessBefore = sandbox.dataSetNames().filter(isNameless).length;
			// Every 24th, or every 4th in CI: together the operations meet every value.
			const every = runs(24, 4);
			for (const [path, value] of cases.filter((_, number) => number % every === index % every)) {
				target ??= await makeTarget(sandbox, resource);
				const parameters = withValue({ resource, operation, ...base(target) }, path, value) as IDataObject;
				const from = sandbox.log.length;
				const { error, hints } = await runOnOneRow(sandbox, type, parameters).catch(stoppedByN8n);
				const words = [error?.message, error?.description, ...hints].filter(Boolean).join(' — ');
				if (RAW_ERROR.test(words)) faults.push(`${shown(path, value)}: ${words}`);
				const writes = writesSince(from);
				if (error && writes.length > 0)
					faults.push(`${shown(path, value)}: ${words}, but after ${writes.join(', ')}`);
				// What was changed is made again, so that each value meets the same DataSet.
				if (writes.length > 0) target = undefined;
				const nameless = sandbox.dataSetNames().filter(isNameless);
				if (nameless.length > namelessBefore)
					faults.push(`${shown(path, value)}: made ${JSON.stringify(nameless.at(-1))}`);
				namelessBefore = nameless.length;
			}
			expect(faults).toEqual([]);
		}, 600_000);
	},
);

describe.each([
	['dataSetUpdated', { includeRows: true, limit: 1 }],
	['executionFinished', { states: [] }],
])('the trigger, %s', (event, others) => {
	const paths = [['event'], ...pathsOf(new DomoTrigger().description.properties, { event })];
	it('takes whatever its fields hold, or refuses it in words', async () => {
		const { dataSetId, streamId } = await makeTarget(sandbox, 'stream');
		const base = { event, dataSetId: byId(dataSetId), streamId: byId(streamId), ...others };
		const faults: string[] = [];
		for (const path of paths) {
			for (const value of [...EXPRESSIONS, ...RAW]) {
				const trigger = new ActiveTrigger(
					credentialsFor(sandbox),
					withValue(base, path, value) as IDataObject,
				);
				for (const mode of ['trigger', 'manual'] as const) {
					const words = await trigger.poll(mode).then(
						() => '',
						({ message, description }: Error & { description?: string }) =>
							`${message} — ${description ?? ''}`,
					);
					if (RAW_ERROR.test(words)) faults.push(`${shown(path, value)}: ${words}`);
				}
			}
		}
		expect(faults).toEqual([]);
	}, 300_000);
});
