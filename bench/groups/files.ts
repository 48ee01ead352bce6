/** CSV files against pigz, gzip and curl on the same bytes. */
import { FLIGHT_COLUMNS } from '../../examples/demo/sources';
import type { Bench } from '../bench';
import { flightsFile, gigabyteFile, type InputFile } from '../inputs';
import { faster, memoryWithin, noLongStretch, type Group, type Section } from '../section';

/** Budget and what n8n, Node.js and the engine may need beside it. */
export const FILE_MEMORY_MB = 96 + 40;

export const PUT = `curl -sf -o /dev/null -X PUT -H "$AUTHORIZATION" -H 'Expect:' -H 'Content-Type: text/csv'`;
export const PUT_GZIP = `${PUT} -H 'Content-Encoding: gzip'`;

const OURS = { gzip: 'ours, gzip', auto: 'ours, auto', none: 'ours, plain' } as const;
const PIGZ = 'pigz -6 -p2, piped to curl';
const PIGZ_FAST = 'pigz -1 -p2, piped to curl';
const CURL = 'curl -T of the whole file';

export const files: Group = async (bench) => [
	await section(bench, await flightsFile(bench), 'Files: 3 million flights'),
];

/** Takes as long as all the other groups together, so it stands for itself. */
export const gigabyte: Group = async (bench) =>
	bench.isQuick ? [] : [await section(bench, await gigabyteFile(bench), 'Files: 1 GB')];

async function section(bench: Bench, file: InputFile, title: string): Promise<Section> {
	const { path, rows, megabytes, binary } = file;
	const ours = (Object.keys(OURS) as Array<keyof typeof OURS>).map((compression) =>
		bench.job(OURS[compression], { runner: 'node', binary, options: { compression }, expectedRows: rows }),
	);
	const isSmall = megabytes < 500;
	const outcomes = await bench.compare(title, FLIGHT_COLUMNS, [
		...ours,
		bench.shell(PIGZ, ['pigz', 'curl'], `pigz -6 -p2 -c '${path}' | ${PUT_GZIP} -T - "$URL"`),
		bench.shell(PIGZ_FAST, ['pigz', 'curl'], `pigz -1 -p2 -c '${path}' | ${PUT_GZIP} -T - "$URL"`),
		...(isSmall
			? [
					bench.shell(
						'gzip -6, piped to curl',
						['gzip', 'curl'],
						`gzip -6 -c '${path}' | ${PUT_GZIP} -T - "$URL"`,
					),
				]
			: []),
		bench.shell(CURL, ['curl'], `${PUT} -T '${path}' "$URL"`),
		...(isSmall && !bench.isQuick ? [bench.pydomo('pandas.read_csv + pydomo', path, 'file')] : []),
	]);
	const names = Object.values(OURS);
	return {
		title: `${title}, ${Math.round(megabytes)} MB`,
		about:
			"Ours: Upload in Parallel in n8n's engine, the file in n8n's binary store, from the start of the workflow to the answer to the commit. The others send the whole file as one part; their token and execution are there before the clock starts.",
		outcomes,
		work: { amount: megabytes, unit: 'MB/s' },
		goals: [
			faster(outcomes, OURS.gzip, PIGZ, 1.7),
			faster(outcomes, OURS.gzip, PIGZ_FAST, 0.5),
			faster(outcomes, OURS.none, CURL, 0.5),
			...(isSmall && !bench.isQuick
				? [
						faster(outcomes, OURS.gzip, 'pandas.read_csv + pydomo', 3.5),
						faster(outcomes, OURS.auto, 'pandas.read_csv + pydomo', 6),
					]
				: []),
			...memoryWithin(outcomes, names, FILE_MEMORY_MB),
			...noLongStretch(outcomes, names),
		],
	};
}
