/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
/**
 * The pictures of `docs/screenshots` are taken by the tests. A run leaves the documents alone and keeps its pictures
 * in the temporary folder; to renew those of the documents, and look at them:
 *
 *     SCREENSHOTS=1 npm run e2e
 */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { chromium, type Browser, type Locator, type Page } from 'playwright-core';

import { KEPT_FOLDER } from './kept';
import { repository } from './packedPackage';

const PLACES = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const QUIET = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];
/** n8n's passing messages, the empty boxes that its expression inputs leave in a corner, and its neighbour nodes, half cut off. */
const LEFT_OUT =
	'.el-notification, [class*="ͼ"]:empty, [data-test-id="floating-nodes"] { display: none !important; }';
const SCREENSHOTS = process.env.SCREENSHOTS
	? join(repository, 'docs', 'screenshots')
	: join(KEPT_FOLDER, 'screenshots');
/** Wide enough that n8n's panels show all of their heads. */
export const VIEWPORT = { width: 1400, height: 860 };

/** Starts the system's Chromium without a window. @throws when there is none */
export async function openBrowser(): Promise<Browser> {
	const executablePath = process.env.CHROMIUM_PATH ?? PLACES.find((place) => existsSync(place));
	if (executablePath === undefined) {
		throw new Error(
			'No Chromium was found: install one (apt-get install chromium), or name it in CHROMIUM_PATH',
		);
	}
	return await chromium.launch({ executablePath, args: QUIET });
}

/** A page whose pictures are sharp on any screen. */
export async function openPage(browser: Browser): Promise<Page> {
	return await browser.newPage({ viewport: VIEWPORT, deviceScaleFactor: 2, colorScheme: 'light' });
}

export type Area = { x: number; y: number; width: number; height: number };

/** The smallest area with all of these in it. @param margin around it */
export async function areaOf(inIt: Locator[], margin = 0): Promise<Area> {
	const boxes = await Promise.all(inIt.map(async (each) => (await each.boundingBox())!));
	const x = Math.min(...boxes.map((box) => box.x)) - margin;
	const y = Math.min(...boxes.map((box) => box.y)) - margin;
	const right = Math.max(...boxes.map((box) => box.x + box.width)) + margin;
	const bottom = Math.max(...boxes.map((box) => box.y + box.height)) + margin;
	return { x, y, width: right - x, height: bottom - y };
}

/** Takes an area twice, as `NAME-light.png` and `NAME-dark.png`; n8n follows the browser's colour scheme. */
export async function takeScreenshots(page: Page, name: string, area: Area): Promise<void> {
	await mkdir(SCREENSHOTS, { recursive: true });
	// A tooltip under the mouse would hide what is to be seen.
	await page.mouse.move(1, 1);
	for (const colorScheme of ['dark', 'light'] as const) {
		await page.emulateMedia({ colorScheme });
		await page.screenshot({
			path: join(SCREENSHOTS, `${name}-${colorScheme}.png`),
			clip: area,
			animations: 'disabled',
			style: LEFT_OUT,
		});
	}
}
