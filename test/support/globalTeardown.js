/** Fails the run where a test left a temporary file behind; nothing of them stays in any case. */
const { readdirSync, rmSync } = require('node:fs');

module.exports = () => {
	const folder = globalThis.TEMPORARY_FOLDER;
	const left = readdirSync(folder);
	rmSync(folder, { recursive: true, force: true });
	if (left.length > 0) throw new Error(`Tests left temporary files behind: ${left.join(', ')}`);
};
