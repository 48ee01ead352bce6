/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { chromium, type Browser, type Page } from 'playwright-core';

import { repository } from './packedPackage';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];
const QUIET = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];
/** n8n's passing messages, and the empty boxes that its expression inputs leave in a corner. */
const LEFT_OUT = '.el-notification, [class*="ͼ"]:empty { display: none !important; }';
const SCREENSHOTS = join(repository, 'docs', 'screenshots');

/** Starts the system's Chromium without a window. @throws when there is none */
export async function openBrowser(): Promise<Browser> {
	const executablePath = process.env.CHROMIUM_PATH ?? PLACES.find((place) => existsSync(place));
	if (executablePath === undefined) {
		throw new Error('No Chromium was found: install one (apt-get install chromium), or name it in CHROMIUM_PATH');
	}
	return await chromium.launch({ executablePath, args: QUIET });
}

/** Takes the page twice, as `NAME-light.png` and `NAME-dark.png`; n8n follows the browser's colour scheme. */
export async function takeScreenshots(page: Page, name: string): Promise<void> {
	await mkdir(SCREENSHOTS, { recursive: true });
	// A tooltip under the mouse would hide what is to be seen.
	await page.mouse.move(1, 1);
	for (const colorScheme of ['dark', 'light'] as const) {
		await page.emulateMedia({ colorScheme });
		await page.screenshot({ path: join(SCREENSHOTS, `${name}-${colorScheme}.png`), animations: 'disabled', style: LEFT_OUT });
	}
}
