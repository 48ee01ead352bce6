/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { Bench } from './bench';
import { checks } from './groups/checks';
import { exportRows } from './groups/exports';
import { files, gigabyte } from './groups/files';
import { growth } from './groups/growth';
import { items } from './groups/items';
import { memory } from './groups/memory';
import { n8n } from './groups/n8n';
import { peers } from './groups/peers';
import { targets } from './groups/targets';
import { conversions, values } from './groups/values';
import { report, sectionText } from './report';
import type { Group, Section } from './section';
import { Sink } from './sink';

const GROUPS: Record<string, Group> = {
	files,
	items,
	peers,
	exports: exportRows,
	growth,
	memory,
	values,
	conversions,
	targets,
	checks,
	n8n,
	gigabyte,
};

const USAGE = `Measures this package against the machine's limits and its peers. Flags:
  --only files,items     written to RESULTS-files-items.md; some of: ${Object.keys(GROUPS).join(', ')}
  --rounds 5             runs of each variant
  --quick                a small subset, 1 run each, in about a minute; no file is written
BENCH_EARLIER names the dist-dev of an earlier build, for the group values.
PYDOMO_PATH names a checkout of Domo's Python SDK; python3 needs pandas, requests and requests-toolbelt.`;

/** Where the figures go: those of some groups do not overwrite those of all. */
function resultsFile(only: string | undefined): string {
	const name = only === undefined ? 'RESULTS.md' : `RESULTS-${only.replaceAll(',', '-')}.md`;
	return join(__dirname, '..', '..', 'bench', name);
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			help: { type: 'boolean', default: false },
			only: { type: 'string' },
			quick: { type: 'boolean', default: false },
			rounds: { type: 'string' },
		},
	});
	if (values.help) return console.log(USAGE);
	const names = values.only?.split(',') ?? Object.keys(GROUPS);
	const results = resultsFile(values.only);
	const unknown = names.find((name) => !Object.hasOwn(GROUPS, name));
	if (unknown !== undefined) throw new Error(`No group is called ${unknown}.\n${USAGE}`);
	const rounds = Number(values.rounds ?? (values.quick ? 1 : 5));
	const startedAt = performance.now();
	const folder = await mkdtemp(join(tmpdir(), 'domo-bench-'));
	const sink = await Sink.start({ keepRows: false, indexingMs: 1 });
	try {
		const bench = new Bench(sink, folder, rounds, values.quick);
		const sections: Section[] = [];
		const command = `npm run bench${process.argv.length > 2 ? ` -- ${process.argv.slice(2).join(' ')}` : ''}`;
		let minutes = 0;
		for (const name of names) {
			console.log(name);
			const made = await GROUPS[name](bench);
			for (const section of made) console.log(`\n${sectionText(section)}`);
			sections.push(...made);
			minutes = (performance.now() - startedAt) / 60_000;
			// After each group: a run that is stopped keeps what it has measured.
			if (!values.quick) await writeFile(results, `${report(sections, rounds, command, minutes)}\n`);
		}
		console.log(`${minutes.toFixed(1)} minutes in all.${values.quick ? '' : ` Written to ${results}.`}`);
	} finally {
		sink.close();
		await rm(folder, { recursive: true, force: true });
	}
}

main().catch((error: Error) => {
	console.error(error.message);
	process.exitCode = 1;
});
