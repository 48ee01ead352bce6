/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { Bench } from './bench';
import { exportRows } from './groups/exports';
import { files, gigabyte } from './groups/files';
import { growth } from './groups/growth';
import { items } from './groups/items';
import { memory } from './groups/memory';
import { peers } from './groups/peers';
import { report, sectionText } from './report';
import type { Group, Section } from './section';
import { Sink } from './sink';

const GROUPS: Record<string, Group> = { files, items, peers, exports: exportRows, growth, memory, gigabyte };

const USAGE = `Measures this package against the machine's limits and its peers. Flags:
  --only files,items     some of: ${Object.keys(GROUPS).join(', ')}
  --rounds 5             runs of each variant
  --quick                a small subset, 1 run each, in about a minute; RESULTS.md stays as it is
PYDOMO_PATH names a checkout of Domo's Python SDK; python3 needs pandas, requests and requests-toolbelt.`;

const RESULTS = join(__dirname, '..', '..', 'bench', 'RESULTS.md');

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			help: { type: 'boolean', default: false },
			only: { type: 'string', default: Object.keys(GROUPS).join(',') },
			quick: { type: 'boolean', default: false },
			rounds: { type: 'string' },
		},
	});
	if (values.help) return console.log(USAGE);
	const names = values.only.split(',');
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
			if (!values.quick) await writeFile(RESULTS, `${report(sections, rounds, command, minutes)}\n`);
		}
		console.log(`${minutes.toFixed(1)} minutes in all.${values.quick ? '' : ' Written to bench/RESULTS.md.'}`);
	} finally {
		sink.close();
		await rm(folder, { recursive: true, force: true });
	}
}

main().catch((error: Error) => {
	console.error(error.message);
	process.exitCode = 1;
});
