/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';

import type { Browser, Page } from 'playwright-core';

import { startSandbox, type Sandbox } from '../sandbox';
import { createDemoStreams, type DemoStream } from '../sandbox/demoStreams';
import { openBrowser, takeScreenshots } from './browser';
import { eventually } from './eventually';
import { repository } from './packedPackage';

const TIMEOUT_MS = 120_000;
/** What many laptops show. */
const VIEWPORT = { width: 1366, height: 768 };
const HOSTILE_NAME = '<script>window.hacked = true</script>';
const HOSTILE_TEXT = '<img src="x" onerror="window.hacked = true">';
const FLIGHTS = 3_000_000;

/** The first lines of vega-datasets' airports, without the header, in so many parts. */
async function airportParts(parts: number): Promise<string[]> {
	const path = join(repository, 'node_modules', 'vega-datasets', 'data', 'airports.csv');
	const lines = (await readFile(path, 'utf8')).trim().split(/\r?\n/).slice(1);
	const size = Math.ceil(lines.length / parts);
	return Array.from({ length: parts }, (_, part) =>
		lines
			.slice(part * size, (part + 1) * size)
			.map((line) => `${line}\n`)
			.join(''),
	);
}

describe('the page of the sandbox', { timeout: 10 * 60_000 }, () => {
	let sandbox: Sandbox;
	let browser: Browser;
	let page: Page;
	let airports: DemoStream;
	let people: DemoStream;
	let streams: DemoStream[];

	before(
		async () => {
			browser = await openBrowser();
		},
		{ timeout: TIMEOUT_MS },
	);

	after(async () => await browser?.close(), { timeout: TIMEOUT_MS });

	/** What the page has thrown, or what the browser has said against it. */
	let complaints: string[];

	beforeEach(
		async (test) => {
			await page?.close();
			await sandbox?.close();
			sandbox = await startSandbox();
			streams = await createDemoStreams(sandbox);
			[airports, people] = ['Airports', 'People (demo)'].map((name) =>
				streams.find((each) => each.name === name)!,
			);
			page = await browser.newPage({ viewport: VIEWPORT, deviceScaleFactor: 2, colorScheme: 'light' });
			complaints = [];
			page.on('pageerror', (error) => complaints.push(`${test.name}: ${error.message}`));
			page.on('console', (message) => {
				if (message.type() === 'error') complaints.push(`${test.name}: ${message.text()}`);
			});
		},
		{ timeout: TIMEOUT_MS },
	);

	after(
		async () => {
			await sandbox?.close();
		},
		{ timeout: TIMEOUT_MS },
	);

	const logIn = async (): Promise<string> => {
		const { clientId, clientSecret } = sandbox;
		const answer = await fetch(`${sandbox.url}/oauth/token`, {
			method: 'POST',
			body: new URLSearchParams('grant_type=client_credentials&scope=data'),
			headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
		});
		return ((await answer.json()) as { access_token: string }).access_token;
	};

	/** One upload by hand, as any client makes it. */
	const openUpload = async (streamId: number) => {
		const token = await logIn();
		const ask = async (method: string, path: string, body?: Buffer<ArrayBuffer>) =>
			await fetch(`${sandbox.url}/v1/streams/${streamId}/executions${path}`, {
				method,
				body,
				headers: {
					authorization: `bearer ${token}`,
					...(body ? { 'content-type': 'text/csv', 'content-encoding': 'gzip' } : {}),
				},
			});
		const { id } = (await (await ask('POST', '')).json()) as { id: number };
		return {
			id,
			send: async (part: number, csv: string) =>
				(await ask('PUT', `/${id}/part/${part}`, gzipSync(csv))).status,
			commit: async () => (await ask('PUT', `/${id}/commit`)).status,
			abort: async () => (await ask('PUT', `/${id}/abort`)).status,
		};
	};

	const see = async (text: string | RegExp, within = 'body') =>
		await page.locator(within).getByText(text).first().waitFor();
	const open = async () => {
		await page.goto(sandbox.pageUrl);
		await see('Live', '#connection');
	};
	const chooseDataSet = async (name: string) =>
		await page.locator('#dataSets').getByRole('button', { name }).click();

	it('shows DataSets, columns and rows, NULL and an empty text apart', { timeout: TIMEOUT_MS }, async () => {
		await sandbox.createDataSet({
			name: 'Values',
			columns: [
				{ name: 'id', type: 'LONG' },
				{ name: 'text', type: 'STRING' },
			],
			rows: [
				{ id: '9007199254740993', text: 'NULL' },
				{ id: 2, text: null },
				{ id: 3, text: '' },
				{ id: 4, text: "''" },
			],
		});
		await open();
		await chooseDataSet('Values');
		await see('4 rows × 2 columns', '#head');
		assert.deepEqual(await page.locator('#rows th').allInnerTexts(), ['#', 'id\nLONG', 'text\nSTRING']);
		const cells = page.locator('#rows tbody tr td:last-child');
		await eventually('four rows', async () => (await cells.count()) === 4);
		assert.deepEqual(await cells.evaluateAll((all) => all.map(({ innerHTML }) => innerHTML)), [
			'NULL',
			'<i class="null">NULL</i>',
			'<i class="empty">\'\'</i>',
			"''",
		]);
		assert.equal(await page.locator('#rows tbody tr td').nth(1).innerText(), '9007199254740993');
		assert.deepEqual(complaints, []);
	});

	it('reads nothing that it shows as HTML', { timeout: TIMEOUT_MS }, async () => {
		const columns = [{ name: HOSTILE_TEXT, type: 'STRING' as const }];
		const { dataSetId } = await sandbox.createStream({
			name: HOSTILE_NAME,
			columns,
			keyColumnNames: [HOSTILE_TEXT],
			rows: [{ [HOSTILE_TEXT]: HOSTILE_TEXT }],
		});
		sandbox.dataSet(dataSetId).policies.push({
			id: 1,
			name: HOSTILE_TEXT,
			type: 'user',
			filters: [{ column: HOSTILE_TEXT, operator: 'EQUALS', values: [HOSTILE_TEXT], not: false }],
			users: [],
			groups: [],
		});
		sandbox.faults.add({ operation: 'commit', html: HOSTILE_TEXT, status: 500 });
		await fetch(`${sandbox.url}/v1/${encodeURIComponent(HOSTILE_NAME)}?${HOSTILE_TEXT}=${HOSTILE_TEXT}`);
		await open();
		await chooseDataSet(HOSTILE_NAME);
		await see(HOSTILE_TEXT, '#rows tbody');
		await page.locator('#tab-policies').click();
		// Each stands apart, so that letters from right to left can't turn the words around them.
		const apart = `\u2068${HOSTILE_TEXT}\u2069`;
		await see(`${apart} EQUALS '${apart}'`, '#panel-policies');
		await page.locator('#panel-rows').waitFor({ state: 'hidden' });
		for (const tab of ['tab-faults', 'tab-variants']) await page.locator(`#${tab}`).click();
		await see(HOSTILE_NAME, '#head');
		assert.equal(await page.locator('body img, body script').count(), 0);
		assert.equal(await page.evaluate('window.hacked'), undefined);
		assert.deepEqual(complaints, []);
	});

	it(
		'follows an upload live: parts in flight, a retry, the commit, the rows',
		{ timeout: TIMEOUT_MS },
		async () => {
			const [one, two, three] = await airportParts(3);
			let release: () => void = () => undefined;
			sandbox.faults.add(
				{ operation: 'part', part: 2, status: 503 },
				{ operation: 'part', part: 3, heldUntil: new Promise<void>((resolve) => (release = resolve)) },
			);
			await open();
			const upload = await openUpload(airports.streamId);
			assert.equal(await upload.send(1, one), 200);
			assert.equal(await upload.send(2, two), 503);
			assert.equal(await upload.send(2, two), 200);
			const held = upload.send(3, three);
			await see('2 parts sent', '#steps');
			await see(/1 in flight, 1 sent again/, '#steps');
			await see('Nothing landed yet', '#steps');
			for (const kind of ['part', 'failed', 'again', 'flying'])
				await page.locator(`#timeline svg[role=img] rect.${kind}`).first().waitFor();
			await see('1 part in flight', '#counts');
			release();
			assert.equal(await held, 200);
			assert.equal(await upload.commit(), 200);
			await see('3,376 rows landed', '#steps');
			await see('SUCCESS', '#executions');
			await see('Thigpen', '#rows');
			await see('Rows 1 to 100 of 3,376', '#range');
			assert.equal(await page.locator('#timeline svg[role=img] rect.flying').count(), 0);
			// What a pointer meets in its middle is the bar itself, not another one over it.
			for (const kind of ['part', 'failed', 'again', 'commit', 'indexing'])
				assert.equal(
					await page
						.locator(`#timeline svg[role=img] rect.${kind}`)
						.first()
						.evaluate((bar) => {
							bar.scrollIntoView();
							const { left, right, top, bottom } = bar.getBoundingClientRect();
							return bar.ownerDocument
								.elementsFromPoint((left + right) / 2, (top + bottom) / 2)
								.find((hit: { tagName: string }) => hit.tagName === 'rect')
								?.getAttribute('class');
						}),
					kind,
				);
			assert.deepEqual(complaints, []);
		},
	);

	it('says of an aborted upload that nothing landed', { timeout: TIMEOUT_MS }, async () => {
		const upload = await openUpload(people.streamId);
		await upload.send(1, '1,Grace Hopper,1906-12-09\n');
		await open();
		await see('Nothing landed yet', '#steps');
		await upload.abort();
		await see('the DataSet is as it was', '#steps');
		await see('ABORTED', '#executions');
	});

	it('shows no secret and no token', { timeout: TIMEOUT_MS }, async () => {
		const token = await logIn();
		await fetch(`${sandbox.url}/oauth/token?client_secret=${sandbox.clientSecret}&access_token=${token}`);
		await open();
		await see('client_secret=•••', '#requests');
		const html = await page.content();
		for (const secret of [sandbox.clientSecret, ...token.split('.').slice(1)])
			assert.ok(!html.includes(secret), secret);
	});

	it('its switches act: faults, speed, variants', { timeout: TIMEOUT_MS }, async () => {
		await open();
		await page.locator('#tab-faults').click();
		await page.locator('#effect').selectOption({ label: 'Answer 500' });
		await page.locator('#times').selectOption('2');
		await page.getByRole('button', { name: 'Add the fault' }).click();
		await see('Faults (1)', '#tab-faults');
		const upload = await openUpload(people.streamId);
		assert.equal(await upload.send(1, '1,a,\n'), 500);
		await see('struck 1, 1 to come', '#faults');
		assert.equal(await upload.send(1, '1,a,\n'), 500);
		assert.equal(await upload.send(1, '1,a,\n'), 200);
		await see('struck 2, done', '#faults');
		await page.locator('#clear').click();
		await eventually('no fault', () => sandbox.faults.list().length === 0);

		await page.locator('#indexingMs').fill('77');
		await page.getByRole('button', { name: 'Set the speed' }).click();
		await eventually('the speed', () => sandbox.settings.indexingMs === 77);

		await page.locator('#expire').click();
		await eventually('an expired token', async () => (await upload.send(2, '2,b,\n')) === 401);

		await page.locator('#tab-variants').click();
		await page.locator('#variant-deleted-404').check();
		await eventually('the variant', () => sandbox.settings.deletedDataSetStatus === 404);
		await see('Variants (1)', '#tab-variants');
		await page.locator('#variant-deleted-404').uncheck();
		await eventually('the usual', () => sandbox.settings.deletedDataSetStatus === 200);
		assert.deepEqual(complaints, []);
	});

	it('is used by keyboard alone', { timeout: TIMEOUT_MS }, async () => {
		await sandbox.createDataSet({
			name: 'Many',
			columns: [{ name: 'n', type: 'LONG' }],
			rows: Array.from({ length: 150 }, (_, n) => ({ n })),
		});
		await open();
		const focused = async () => await page.evaluate<string>('document.activeElement.id');
		/** Presses Tab until something has the focus. */
		const tabTo = async (id: string) => {
			for (let presses = 0; presses < 60; presses++) {
				if ((await focused()) === id) return;
				await page.keyboard.press('Tab');
			}
			assert.fail(`Tab does not come to ${id}`);
		};
		const [id] = sandbox.dataSetIds('Many');
		await tabTo(`dataSet-${id}`);
		await page.keyboard.press('Enter');
		await see('150 rows × 1 column', '#head');
		await see('Rows 1 to 100 of 150', '#range');
		assert.equal(await focused(), `dataSet-${id}`);
		await tabTo('next');
		await page.keyboard.press('Enter');
		await see('Rows 101 to 150 of 150', '#range');
		await tabTo('tab-requests');
		await page.keyboard.press('ArrowRight');
		assert.equal(await focused(), 'tab-faults');
		await page.keyboard.press('ArrowRight');
		assert.equal(await focused(), 'tab-variants');
		await tabTo('variant-deleted-404');
		await page.keyboard.press('Space');
		await eventually('the variant', () => sandbox.settings.deletedDataSetStatus === 404);
	});

	it('another web page reaches neither switches nor rows', { timeout: TIMEOUT_MS }, async () => {
		const server = createServer((_request, response) =>
			response.end('<!doctype html><title>Elsewhere</title>'),
		);
		await once(server.listen(0, '127.0.0.1'), 'listening');
		try {
			await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
			const results = await page.evaluate<string[], string>(async (url) => {
				const send = async (path: string, init: RequestInit) =>
					await fetch(url + path, init).then(
						async (answer) => `${answer.type} ${await answer.text()}`,
						() => 'refused',
					);
				const body = JSON.stringify({ operation: 'part', status: 503 });
				return [
					await send('/_sandbox/faults', { method: 'POST', mode: 'no-cors', body }),
					await send('/_sandbox/faults', { method: 'POST', body }),
					await send('/_sandbox/options', { method: 'POST', mode: 'no-cors', body: '{"latencyMs":5}' }),
					await send('/_sandbox/page/state', {}),
				];
			}, sandbox.url);
			assert.deepEqual(results, ['opaque ', 'refused', 'opaque ', 'refused']);
			assert.deepEqual(sandbox.faults.list(), []);
			assert.equal(sandbox.settings.latencyMs, 0);
		} finally {
			server.closeAllConnections();
			server.close();
		}
	});

	it('shows nothing of DataSets that were deleted', { timeout: TIMEOUT_MS }, async () => {
		await open();
		const authorization = `bearer ${await logIn()}`;
		for (const { streamId, dataSetId } of streams) {
			await fetch(`${sandbox.url}/v1/streams/${streamId}`, { method: 'DELETE', headers: { authorization } });
			await fetch(`${sandbox.url}/v1/datasets/${dataSetId}`, {
				method: 'DELETE',
				headers: { authorization },
			});
		}
		await see('No DataSet', '#dataSets');
		for (const id of ['head', 'rows', 'range', 'steps', 'timeline'])
			assert.equal((await page.locator(`#${id}`).textContent())?.trim(), '', id);
	});

	it('stays quick with three million rows', { timeout: TIMEOUT_MS }, async (test) => {
		const id = await sandbox.createDataSet({
			name: 'Three million',
			columns: [
				{ name: 'n', type: 'LONG' },
				{ name: 'text', type: 'STRING' },
			],
		});
		const table = `rows_${id.replaceAll('-', '_')}`;
		await sandbox.sql(
			`INSERT INTO ${table} SELECT range, range::VARCHAR, 'row ' || range FROM range(${FLIGHTS})`,
		);
		sandbox.dataSet(id).rows = FLIGHTS;
		await open();
		await chooseDataSet('Three million');
		await see('Rows 1 to 100 of 3,000,000', '#range');
		const startedMs = performance.now();
		await page.locator('#last').click();
		await see('Rows 2,999,901 to 3,000,000 of 3,000,000', '#range');
		await see('row 2999999', '#rows');
		test.diagnostic(`the last page came within ${Math.round(performance.now() - startedMs)} ms`);
		assert.equal(await page.locator('#rows tbody tr').count(), 100);
		await page.locator('#goTo').fill('1234567');
		await page.keyboard.press('Enter');
		await see('Rows 1,234,501 to 1,234,600', '#range');
		await see('row 1234566', '#rows');
	});

	it('has its picture taken, in light and dark', { timeout: TIMEOUT_MS }, async () => {
		// A line on which parts take as long as one can see.
		sandbox.settings.bandwidthBytesPerSecond = 40_000;
		sandbox.settings.indexingMs = 350;
		sandbox.faults.add(
			{ operation: 'part', part: 5, status: 503 },
			{ operation: 'part', part: 9, resetBeforeBody: true, latencyMs: 150 },
		);
		const parts = await airportParts(12);
		await open();
		const upload = await openUpload(airports.streamId);
		let next = 0;
		const worker = async () => {
			while (next < parts.length) {
				const part = ++next;
				while ((await upload.send(part, parts[part - 1]).catch(() => 0)) !== 200);
			}
		};
		await Promise.all([worker(), worker(), worker(), worker()]);
		await upload.commit();
		await see('3,376 rows landed', '#steps');
		await see('Thigpen', '#rows');
		assert.deepEqual(complaints, []);
		await takeScreenshots(page, 'sandbox', { x: 0, y: 0, ...VIEWPORT });
		for (const width of [1366, 900, 500]) {
			await page.setViewportSize({ width, height: 768 });
			const scrolls = await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth');
			assert.equal(scrolls, false, `${width} px`);
		}
	});
});
