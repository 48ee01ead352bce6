/* eslint-disable no-console, @n8n/community-nodes/no-restricted-globals */
/** Installs every n8n that the tests need, before their own time-outs begin to run: `npm run e2e` starts with it. */
import { installN8n, N8N_VERSIONS } from './n8nInstall';

async function main(): Promise<void> {
	for (const version of N8N_VERSIONS) {
		const install = async () => await installN8n(console.log, { version });
		// A registry that hiccups among thousands of packages gets a second chance.
		await install().catch(async (error: Error) => {
			console.log(`${error.message}. Once more:`);
			await install();
		});
	}
}

main().catch((error: Error) => {
	console.error(error.message);
	process.exitCode = 1;
});
