/* eslint-disable @n8n/community-nodes/no-restricted-imports, no-console */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { parse } from 'csv-parse/sync';
import type { Browser } from 'playwright-core';

import { writeFlightsCsv } from '../examples/demo/sources';
import { startSandbox, type Sandbox } from '../sandbox';
import { createDemoStreams, type DemoStream } from '../sandbox/demoStreams';
import { areaOf, openBrowser, openPage, takeScreenshots, VIEWPORT, type Area } from './browser';
import { EditorPage } from './editorPage';
import { eventually } from './eventually';
import { N8nApi, type WorkflowJson } from './n8nApi';
import { keptFile, keptLog } from './kept';
import { installN8n } from './n8nInstall';
import { freePort } from './freePort';
import { removeFolder, startN8n, type RunningN8n } from './n8nServer';
import { installPackedPackage, repository } from './packedPackage';
import { workflowChain } from './workflowChain';

const TIMEOUT_MS = 600_000;
const AIRPORTS_CSV = join(repository, 'node_modules', 'vega-datasets', 'data', 'airports.csv');
const FLIGHTS = 1_000_000;
/** As a spreadsheet of a German office writes it; the last day is none. */
const PEOPLE_CSV =
	'id;name;born\r\n1;Grace Hopper;09.12.1906\r\n2;Barbara Liskov;07.11.1939\r\n3;Radia Perlman;31.11.1951\r\n';

describe('in the editor of the full n8n', { timeout: 30 * 60_000 }, () => {
	let userFolder: string;
	let fileServer: Server;
	let fileServerUrl: string;
	let sandbox: Sandbox;
	let n8n: RunningN8n;
	let api: N8nApi;
	let browser: Browser;
	let editor: EditorPage;
	let airports: DemoStream;
	let flights: DemoStream;
	let flightsCsv: string;
	let people: DemoStream;
	let credential: { id: string; name: string };

	before(
		async () => {
			userFolder = await mkdtemp(join(tmpdir(), 'n8n-domo-e2e-'));
			const installed = await installN8n((line) => console.log(line));
			await installPackedPackage(userFolder);
			// Its own pause would only be seen in the times that the pictures show.
			sandbox = await startSandbox({ port: await freePort(), indexingMs: 0 });
			const streams = await createDemoStreams(sandbox);
			[airports, flights, people] = ['Airports', 'Flights (demo)', 'People (demo)'].map((name) =>
				streams.find((each) => each.name === name)!,
			);
			flightsCsv = join(userFolder, 'flights.csv');
			await writeFlightsCsv(sandbox, flightsCsv, FLIGHTS);
			fileServer = createServer((request, response) => {
				response.writeHead(200, { 'content-type': 'text/csv' });
				if (request.url!.endsWith('people.csv')) response.end(PEOPLE_CSV);
				else
					createReadStream(request.url!.endsWith('flights.csv') ? flightsCsv : AIRPORTS_CSV).pipe(response);
			});
			await once(fileServer.listen(0, '127.0.0.1'), 'listening');
			fileServerUrl = `http://127.0.0.1:${(fileServer.address() as AddressInfo).port}`;
			const env = { N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem' };
			n8n = await startN8n(installed, { userFolder, logPath: keptLog(userFolder), env });
			api = new N8nApi(n8n.url);
			await api.setUpOwner();
			browser = await openBrowser();
			editor = new EditorPage(await openPage(browser), n8n.url);
			await editor.logIn();
		},
		{ timeout: TIMEOUT_MS },
	);

	after(
		async () => {
			await browser?.close();
			await n8n?.stop();
			await sandbox?.close();
			fileServer?.close();
			await removeFolder(userFolder);
		},
		{ timeout: TIMEOUT_MS },
	);

	/** A workflow that ends in one Domo node, with its credential. */
	const domoWorkflow = async (
		name: string,
		source: WorkflowJson['nodes'],
		parameters: Record<string, unknown>,
		node = 'Domo Stream',
		withCredential = credential,
	): Promise<string> => {
		const nodes = [
			{
				id: '1',
				name: 'Start',
				type: 'n8n-nodes-base.manualTrigger',
				typeVersion: 1,
				position: [0, 0],
				parameters: {},
			},
			...source,
			{
				id: '9',
				name: node,
				type: `n8n-nodes-domo.${node.replace('Domo ', 'domo')}`,
				typeVersion: 1,
				position: [220 * (source.length + 1), 0],
				parameters,
				credentials: { domoOAuth2Api: withCredential },
			},
		];
		return await api.createWorkflow(workflowChain(name, nodes));
	};

	/** An address that everybody can read, whatever the file server's port is: it is reached as a proxy. */
	const downloadNode = (name: string, file: string) => ({
		id: '2',
		name,
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		position: [220, 0],
		parameters: {
			url: `http://files.example.com/${file}`,
			options: { proxy: fileServerUrl, response: { response: { responseFormat: 'file' } } },
		},
		notes: file,
		notesInFlow: true,
	});

	const download = async (name: string, file: string): Promise<void> => {
		await editor.openNode(name);
		await editor.executeStep();
		await editor.output.getByText(file).first().waitFor();
		await editor.closeNode();
	};

	/** A picture of an area, at a height of the window that leaves little of it empty. */
	const picture = async (
		name: string,
		height: number,
		area: () => Promise<Area>,
		width = VIEWPORT.width,
	): Promise<void> => {
		await editor.page.setViewportSize({ width, height });
		await takeScreenshots(editor.page, name, await area());
		await editor.page.setViewportSize(VIEWPORT);
	};

	const codeNode = (name: string, jsCode: string) => ({
		id: '2',
		name,
		type: 'n8n-nodes-base.code',
		typeVersion: 2,
		position: [220, 0],
		parameters: { jsCode },
	});

	/** One thing a person does; when it does not work out, what they would see is kept as a picture. */
	const person = (does: string, steps: () => Promise<void>) =>
		it(does, { timeout: TIMEOUT_MS }, async () => {
			let isDone = false;
			try {
				await steps();
				isDone = true;
			} finally {
				if (!isDone) {
					const path = keptFile(`${does.replace(/\W+/g, '-')}.png`);
					await editor.page.screenshot({ path });
					console.error(`Failed: ${does}. What is seen: ${path}; n8n's log: ${keptLog(userFolder)}`);
				}
			}
		});

	person('tells a wrong client secret, and tests a right credential well', async () => {
		await editor.openNewCredential('Domo OAuth2 API');
		await editor.fillField('clientId', 'b7d1f6c1-5b0a-4c1d-9a57-3b1d1c2f9e40');
		await editor.fillField('clientSecret', 'not the secret');
		await editor.page.locator(':focus').blur();
		await picture('credential', 1000, async () => await editor.credentialArea(), 1100);
		await editor.fillField('clientId', sandbox.clientId);
		await editor.fillField('baseUrl', sandbox.url);
		await editor.saveCredential('Couldn’t connect with these settings');
		assert.equal(sandbox.tokensIssued, 0);

		await editor.fillField('clientSecret', sandbox.clientSecret);
		await editor.saveCredential('Connection tested successfully');
		assert.equal(sandbox.tokensIssued, 1);
		const [stored] = await api.call<Array<{ id: string; name: string; type: string }>>(
			'GET',
			'/rest/credentials',
		);
		assert.equal(stored.type, 'domoOAuth2Api');
		credential = { id: stored.id, name: stored.name };
	});

	// n8n's panel lets only nodes without actions be dragged out of it (2.39: its items say draggable="false" and "").
	// So these come by a click, and are dragged on the canvas.
	person('finds the nodes in the node panel, and drags them to their places on the canvas', async () => {
		await editor.openNewWorkflow();
		await editor.addFirstNode('Trigger manually');
		// As high as the panel with our nodes.
		const size = { width: 1100, height: 425 };
		await editor.page.setViewportSize(size);
		await editor.zoomToNodes();
		const found = await editor.searchNodes('Domo');
		for (const name of ['Domo DataSet', 'Domo Stream']) await found.filter({ hasText: name }).waitFor();
		await picture(
			'node-panel',
			size.height,
			async () => {
				const { x } = await areaOf([editor.part('canvas-node').first()], 110);
				return { x, y: 0, width: size.width - x, height: size.height };
			},
			size.width,
		);
		await editor.addFoundAction(found, 'Domo DataSet', 'Get many datasets');
		await editor.executeStep();
		await editor.output.getByText('Flights (demo)').first().waitFor();
		await editor.closeNode();

		await editor.addAction('Domo Stream', 'Upload rows in parallel');
		await editor.pickFromList('People (demo)');
		await editor.closeNode();
		await editor.dragNode('Get many datasets', 0, -160);
		await editor.dragNode('Upload rows in parallel', 0, 160);
	});

	person('sees the main job and its fields without scrolling, on a small screen', async () => {
		const size = { width: 1366, height: 768 };
		await editor.page.setViewportSize(size);
		await editor.openNewWorkflow();
		await editor.addFirstNode('Trigger manually');
		const found = await editor.searchNodes('Domo');
		await found.getByText('Domo Stream', { exact: true }).first().click();
		const action = editor.part('node-creator').getByText('Upload rows in parallel', { exact: true });
		await action.waitFor();
		// The panel slides in.
		await eventually('the action in the window', async () => await editor.isInView(action));
		await picture(
			'actions',
			size.height,
			async () => await areaOf([editor.part('node-creator')]),
			size.width,
		);
		await editor.page.setViewportSize(size);
		await action.click();
		await editor.nodeView.waitFor();
		await editor.pickStreamWithColumns('People (demo)');
		for (const field of ['streamId', 'updateMethod', 'inputSource'])
			assert.ok(
				await editor.isInView(editor.part(`parameter-input-${field}`).first()),
				`'${field}' is below the window`,
			);
		assert.ok((await editor.notices.count()) <= 1, 'notices are stacked');
		await picture('first-minute', size.height, async () => ({ x: 0, y: 0, ...size }), size.width);
		await editor.closeNode();
	});

	person('looks at a file first, with a Dry Run', async () => {
		const id = await domoWorkflow('A look at a file', [downloadNode('Download People', 'people.csv')], {
			resource: 'stream',
			operation: 'uploadInParallel',
			inputSource: 'binary',
			options: { dryRun: true },
		});
		await editor.openWorkflow(id);
		await download('Download People', 'people.csv');
		await editor.openNode('Domo Stream');
		await editor.pickFromList('People (demo)');
		await editor.executeStep();
		await editor.output.getByText('wouldUpload').first().waitFor();
		await editor.showOutput('Columns');
		await editor.showOutputAs('table');
		const [names, ...rows] = await editor.outputTable();
		const column = (name: string) => rows.map((row) => row[names.indexOf(name)]);
		assert.deepEqual(column('column'), ['id', 'name', 'born']);
		assert.deepEqual(column('type'), ['LONG', 'STRING', 'DATE']);
		assert.deepEqual(column('misfits'), ['0', '0', '1']);
		await picture('dry-run-columns', 1240, async () => await editor.areaWith('output'), 1700);
		assert.deepEqual(sandbox.executions(people.streamId), []);
		await editor.closeNode();
	});

	person('uploads a CSV file in parallel, and says what has landed', async () => {
		const id = await domoWorkflow('Airports to Domo', [downloadNode('Download Airports', 'airports.csv')], {
			resource: 'stream',
			operation: 'uploadInParallel',
			options: { rowsPerPart: 1000 },
		});
		await editor.openWorkflow(id);
		await download('Download Airports', 'airports.csv');
		await editor.openNode('Domo Stream');
		await editor.pickFromList('Airports');
		await editor.chooseOption('inputSource', 'CSV File');
		await editor.addOption('Max Concurrent Uploads', 'maxConcurrentUploads');
		await editor.executeStep();
		await editor.output.getByText('all rows are in Domo').waitFor();

		const expected = parse(await readFile(AIRPORTS_CSV), {
			columns: true,
			cast: (text) => (text === '' ? null : text),
		}) as unknown[];
		assert.equal(expected.length, 3376);
		assert.deepEqual(await sandbox.rows(airports.dataSetId), expected);
		const [execution] = sandbox.executions(airports.streamId);
		assert.equal(execution.currentState, 'SUCCESS');
		assert.equal(execution.parts.length, 4);
		await editor.closeNode();
	});

	person('uploads a CSV file of a million rows', async () => {
		const id = await domoWorkflow('Flights to Domo', [downloadNode('Download Flights', 'flights.csv')], {
			resource: 'stream',
			operation: 'uploadInParallel',
			options: {},
		});
		await editor.openWorkflow(id);
		await download('Download Flights', 'flights.csv');
		await editor.openNode('Domo Stream');
		await editor.pickFromList('Flights (demo)');
		await editor.chooseOption('inputSource', 'CSV File');
		await editor.openOptions();
		await picture('upload-in-parallel', 760, async () => await editor.areaWith('input'));
		await editor.page.keyboard.press('Escape');
		await editor.executeStep();
		await editor.output.getByText('all rows are in Domo').waitFor();
		await editor.showOutputAs('schema');
		await picture('result', 760, async () => await editor.areaWith('output'));

		assert.equal(sandbox.dataSet(flights.dataSetId).rows, FLIGHTS);
		const { textView } = sandbox.dataSet(flights.dataSetId);
		const file = `(SELECT * FROM read_csv('${flightsCsv}', all_varchar = true))`;
		const [{ lost, added }] = await sandbox.sql(
			`SELECT (SELECT count(*) FROM (FROM ${file} EXCEPT ALL SELECT * FROM ${textView}))::INT AS lost,
				(SELECT count(*) FROM (SELECT * FROM ${textView} EXCEPT ALL FROM ${file}))::INT AS added`,
		);
		assert.deepEqual({ lost, added }, { lost: 0, added: 0 });
		await editor.closeNode();
		await editor.zoomToNodes();
		await editor.clickCanvas();
		await picture(
			'canvas',
			VIEWPORT.height,
			async () => await areaOf(await editor.part('canvas-node').all(), 110),
		);
	});

	person('asks a DataSet with SQL and a parameter', async () => {
		const id = await domoWorkflow(
			'Airports of a state',
			[],
			{ resource: 'dataSet', operation: 'query' },
			'Domo DataSet',
		);
		await editor.openWorkflow(id);
		await editor.openNode('Domo DataSet');
		await editor.pickFromList('Airports');
		await editor.fillText('sql', 'SELECT iata, city FROM table WHERE name = $1');
		await editor.addFirstEntry('queryParameters', 'Add Parameter', "Chicago O'Hare International");
		await editor.executeStep();
		await editor.output.getByText('ORD', { exact: true }).waitFor();
		await editor.output.getByText('1 item', { exact: true }).waitFor();
		assert.deepEqual(await editor.outputTable(), [
			['iata', 'city'],
			['ORD', 'Chicago'],
		]);
		await editor.closeNode();
	});

	person('chooses the users and groups of a policy by name', async () => {
		const name = 'Domo with the scope user';
		const { url: baseUrl, clientId, clientSecret } = sandbox;
		const data = { clientId, clientSecret, baseUrl, scope: 'data user' };
		const withUsers = { id: await api.createCredential(name, 'domoOAuth2Api', data), name };
		const { dataSetId } = people;
		const parameters = {
			resource: 'policy',
			operation: 'create',
			dataSetId: { __rl: true, mode: 'id', value: dataSetId },
			name: 'Everything',
			showAllRows: true,
			// As workflows have them from before the lists.
			users: ['27'],
		};
		const policyWorkflow = async (title: string, chosen: typeof withUsers) => {
			const id = await domoWorkflow(title, [], parameters, 'Domo DataSet', chosen);
			await editor.openWorkflow(id);
			await editor.openNode('Domo DataSet');
			await editor.addEntry('Add User');
		};
		await policyWorkflow('Who sees what, without names', credential);
		await editor.openLastList();
		await editor.page.getByText("scope 'user' seems to be missing").first().waitFor();
		await editor.page.keyboard.press('Escape');
		await editor.closeNode();

		await policyWorkflow('Who sees what', withUsers);
		await editor.searchLastList('hopper', 'Grace Hopper');
		await editor.addEntry('Add Group');
		await editor.searchLastList('west', 'Sales West');
		await editor.executeStep();
		await editor.output.getByText('Everything').first().waitFor();
		const [policy] = sandbox.dataSet(dataSetId).policies;
		assert.deepEqual([policy.users, policy.groups], [[29, 27], [2]]);
		await editor.closeNode();
	});

	person('finds the trigger in the node panel and fetches a test event', async () => {
		await editor.openNewWorkflow();
		// The panel leaves the word Trigger out of a trigger's name.
		await editor.addFoundAction(await editor.searchNodes('Domo'), 'Domo', 'On DataSet updated');
		await editor.pickFromList('Airports');
		await editor.executeStep();
		await editor.output.getByText(airports.dataSetId).waitFor();
		await editor.showOutputAs('schema');
		await editor.foldOutput('schema');
		await picture('trigger', 660, async () => await editor.areaWith('output'));
		const [names, values] = await editor.outputTable();
		const event = Object.fromEntries(names.map((name, index) => [name, values[index]]));
		assert.deepEqual([event.id, event.name, event.rows], [airports.dataSetId, 'Airports', '3376']);
		await editor.closeNode();
	});

	person('says which field has no column, before anything is sent', async () => {
		const rows = codeNode(
			'Two People',
			"return [{ id: 3, name: 'Katherine', birthday: '1918-08-26' }, { id: 4, name: 'Radia', birthday: '1951-12-18' }];",
		);
		const id = await domoWorkflow('A field too many', [rows], {
			resource: 'stream',
			operation: 'uploadInParallel',
		});
		await editor.openWorkflow(id);
		await editor.openNode('Domo Stream');
		await editor.pickStreamWithColumns('People (demo)');
		// n8n goes on asking for a Stream, as it did when none was chosen, until the node is opened anew.
		await editor.closeNode();
		await editor.openNode('Domo Stream');
		await editor.executeStep();
		await editor.output.getByText("'birthday'").first().waitFor();
		await editor.page.getByText('Problem in node').waitFor();
		await picture('refusal', 800, async () => await editor.areaWith('output'));
		assert.deepEqual(sandbox.executions(people.streamId), []);
		await editor.closeNode();
	});

	person('aborts the execution in Domo when the person presses Stop', async () => {
		const rows = codeNode(
			'Many People',
			"return Array.from({ length: 20000 }, (_, id) => ({ id, name: 'Name ' + id, born: '1990-01-01' }));",
		);
		const id = await domoWorkflow('A long upload', [rows], {
			resource: 'stream',
			operation: 'uploadInParallel',
			streamId: { __rl: true, mode: 'id', value: String(people.streamId) },
			options: { rowsPerPart: 1000 },
		});
		sandbox.faults.add({ operation: 'part', after: 2, hang: true, times: 'always' });
		await editor.openWorkflow(id);
		await editor.executeWorkflow();
		await eventually('a part that is under way', () => sandbox.faults.hits > 0);
		await editor.stopWorkflow();
		await eventually(
			'the execution aborted',
			() => sandbox.executions(people.streamId)[0]?.currentState === 'ABORTED',
		);
		sandbox.faults.clear();
		assert.equal(sandbox.executions(people.streamId).length, 1);
		assert.deepEqual(await sandbox.rows(people.dataSetId), []);
		await editor.part('execute-workflow-button').first().waitFor();
		const stopped = await eventually('the end noted by n8n', async () => {
			const { results } = await api.call<{
				results: Array<{ status: string; workflowId: string; stoppedAt?: string }>;
			}>('GET', '/rest/executions');
			return results[0]?.stoppedAt ? results[0] : undefined;
		});
		assert.deepEqual({ id: stopped.workflowId, status: stopped.status }, { id, status: 'canceled' });
	});

	person('builds a workflow on the canvas, maps columns by expressions, and runs it', async () => {
		const name = 'Upload rows in parallel';
		await editor.openNewWorkflow();
		await editor.addFirstNode('Trigger manually');
		await editor.addAction('Code', 'Code in JavaScript');
		await editor.fillCode(`return [
	{ number: '9007199254740993', first: 'Grace', last: 'Hopper', birthday: '1906-12-09' },
	{ number: 8, first: 'Barbara', last: 'Liskov', birthday: '1939-11-07' },
];`);
		await editor.executeStep();
		await editor.output.getByText('Hopper').first().waitFor();
		await editor.closeNode();
		await editor.clickCanvas();
		await editor.addAction('Domo Stream', name);
		await editor.chooseCredential(credential.name);
		await editor.pickStreamWithColumns('People (demo)');
		await editor.closeNode();
		await editor.dragNode(name, 120, 60);
		await editor.linkNodes('Code in JavaScript', name);

		await editor.openNode(name);
		await editor.mapByHand();
		for (const column of ['id (LONG)', 'name (STRING)', 'born (DATE)'])
			await editor.mapper.getByText(column, { exact: true }).waitFor();
		await editor.mapColumn('id', '{{ $json.number }}', '9007199254740993');
		await editor.mapColumn('name', '{{ $json.first }} {{ $json.last }}', 'Grace Hopper');
		await editor.mapColumn('born', '{{ $json.birthday }}', '1906-12-09');
		// So that all columns are in the picture.
		await picture('column-mapper', 1040, async () => {
			await editor.part('credentials-label').scrollIntoViewIfNeeded();
			return await editor.areaWith('input');
		});
		await editor.closeNode();
		await editor.executeWorkflow();
		await editor.seeDone(name);
		assert.deepEqual(await sandbox.rows(people.dataSetId), [
			{ id: '9007199254740993', name: 'Grace Hopper', born: '1906-12-09' },
			{ id: '8', name: 'Barbara Liskov', born: '1939-11-07' },
		]);
		await editor.openNode(name);
		await editor.output.getByText('all rows are in Domo').waitFor();
		await editor.closeNode();
	});
});
