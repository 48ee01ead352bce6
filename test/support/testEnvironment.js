/**
 * Jest's Node environment, with two promises kept for each test file: n8n has a folder of its own, which is gone
 * afterwards, and nothing that the file opened is left to keep the process alive.
 */
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');

const { TestEnvironment } = require('jest-environment-node');

/** How long what was closed may take to be gone, on a busy machine. */
const GRACE_MS = 10_000;

/** What keeps the event loop alive, by kind. Unlike Node's own list, libuv's also has what native modules opened. */
function openHandles() {
	process.report.excludeNetwork = true;
	const open = {};
	for (const { type, is_active, is_referenced } of process.report.getReport().libuv)
		if (is_active && is_referenced) open[type] = (open[type] ?? 0) + 1;
	return open;
}

/*
 * Nothing keeps a worker alive once it gets here, but V8 then frees the memory of all test files, object by object: up
 * to a second and more, and after half a second Jest says that the worker failed to exit gracefully. exit() leaves that
 * to the system.
 */
if (process.send) process.once('beforeExit', () => process.exit());

module.exports = class extends TestEnvironment {
	constructor(config, context) {
		super(config, context);
		this.openBefore = openHandles();
		this.folder = mkdtempSync(join(tmpdir(), 'n8n-test-'));
		Object.assign(this.global.process.env, {
			N8N_USER_FOLDER: this.folder, // InstanceSettings writes <folder>/.n8n/config
			N8N_ENCRYPTION_KEY: 'test-encryption-key',
			N8N_LOG_LEVEL: 'silent',
		});
	}

	async teardown() {
		await super.teardown();
		rmSync(this.folder, { recursive: true, force: true });
		const untilMs = Date.now() + GRACE_MS;
		let left = this.leftOpen();
		while (left.length > 0 && Date.now() < untilMs) {
			await sleep(20);
			left = this.leftOpen();
		}
		if (left.length > 0)
			throw new Error(
				`The file's tests left something open that keeps the process alive: ${left.join(', ')} ` +
					`(${process.getActiveResourcesInfo().join(', ')})`,
			);
	}

	leftOpen() {
		return Object.entries(openHandles()).flatMap(([type, count]) => {
			const more = count - (this.openBefore[type] ?? 0);
			return more > 0 ? [`${more} × ${type}`] : [];
		});
	}
};
