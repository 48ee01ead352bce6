import { byId, make, show } from './dom.js';

const OPERATIONS = [
	['part', 'Parts of an upload'],
	['commit', 'Commits'],
	['createExecution', 'New executions'],
	['getExecution', 'Questions after an execution'],
	['abort', 'Aborts'],
	['import', 'Imports'],
	['export', 'Exports'],
	['query', 'Queries'],
	['token', 'Tokens'],
	['getStream', 'Questions after a Stream'],
	['getDataSet', 'Questions after a DataSet'],
	['', 'Any request'],
];

const EFFECTS = [
	['Answer 503, and ask for 1 s of patience', { status: 503, retryAfterSeconds: 1 }],
	['Answer 429, and ask for 1 s of patience', { status: 429, retryAfterSeconds: 1 }],
	['Answer 500', { status: 500 }],
	['Answer 400', { status: 400 }],
	['Answer 403', { status: 403 }],
	['Answer 404, as if it were deleted', { gone: true }],
	['Break the connection', { resetBeforeBody: true }],
	['Take effect, then break the connection', { resetAfterEffect: true }],
	['Take effect, then answer 503', { status: 503, afterEffect: true }],
	['Never answer', { hang: true }],
	['Wait 3 s', { latencyMs: 3000 }],
	['Read slowly (100 kB a second)', { slowBodyBytesPerSecond: 100_000 }],
	['Answer 200 with a maintenance page', { html200: true }],
	['Answer half of the JSON', { truncateJson: true }],
	['Expire all tokens first', { expireToken: true }],
];

async function send(method, path, body) {
	byId('said').textContent = '';
	const answer = await fetch(path, {
		method,
		headers: { 'content-type': 'application/json' },
		body: body === undefined ? undefined : JSON.stringify(body),
	}).catch(() => undefined);
	if (answer?.ok) return;
	const said = await answer?.json().catch(() => undefined);
	byId('said').textContent = said?.message ?? 'The sandbox did not take this.';
}

/** A fault in words; one from a test may be of a kind that the form doesn't have. */
function inWords({ operation, part, times, after, ...effect }) {
	const known = EFFECTS.find(([, each]) => JSON.stringify(each) === JSON.stringify(effect));
	const requests = OPERATIONS.find(([name]) => name === (operation ?? ''))?.[1] ?? operation;
	return [
		part === undefined ? requests : `Part ${part}`,
		known ? known[0] : JSON.stringify(effect),
		after > 0 && `after ${after}`,
	]
		.filter(Boolean)
		.join(': ');
}

export function wireSwitches(refresh) {
	byId('operation').append(...OPERATIONS.map(([value, words]) => make('option', { value }, words)));
	byId('effect').append(...EFFECTS.map(([words], index) => make('option', { value: index }, words)));
	const act = async (...what) => {
		await send(...what);
		await refresh();
	};
	byId('fault').addEventListener('submit', (event) => {
		event.preventDefault();
		const times = byId('times').value;
		void act('POST', '/_sandbox/faults', {
			operation: byId('operation').value || undefined,
			part: byId('part').value === '' ? undefined : Number(byId('part').value),
			times: times === 'always' ? times : Number(times),
			...EFFECTS[Number(byId('effect').value)][1],
		});
	});
	byId('clear').addEventListener('click', () => void act('DELETE', '/_sandbox/faults'));
	byId('expire').addEventListener('click', () => void act('POST', '/_sandbox/expireTokens', {}));
	byId('speed').addEventListener('submit', (event) => {
		event.preventDefault();
		const names = ['latencyMs', 'indexingMs', 'bandwidthBytesPerSecond'];
		void act(
			'POST',
			'/_sandbox/page/speed',
			Object.fromEntries(names.map((name) => [name, Number(byId(name).value)])),
		);
	});
	byId('variants').addEventListener(
		'change',
		({ target }) => void act('POST', '/_sandbox/page/variant', { name: target.value, on: target.checked }),
	);
}

export function showSwitches({ faults, variants, speed }) {
	const left = ({ fault, hits }) => (fault.times === 'always' ? Infinity : (fault.times ?? 1) - hits);
	const waiting = faults.filter((each) => left(each) > 0).length;
	byId('tab-faults').textContent = waiting > 0 ? `Faults (${waiting})` : 'Faults';
	show(byId('faults'), faults, () =>
		faults.map((each) =>
			make(
				'li',
				{},
				make('span', {}, inWords(each.fault)),
				make(
					'span',
					{ class: 'quiet' },
					`struck ${each.hits}`,
					left(each) === Infinity ? ', always' : left(each) > 0 ? `, ${left(each)} to come` : ', done',
				),
			),
		),
	);
	const on = variants.filter(({ isOn }) => isOn).length;
	byId('tab-variants').textContent = on > 0 ? `Variants (${on})` : 'Variants';
	show(byId('variants'), variants, () =>
		variants.map(({ name, doubt, turned, isOn }) =>
			make(
				'li',
				{ class: isOn && 'on' },
				make(
					'label',
					{},
					make('input', { type: 'checkbox', id: `variant-${name}`, value: name, checked: isOn }),
					make('b', {}, doubt),
					make('small', {}, `On: ${turned} (${name})`),
				),
			),
		),
	);
	for (const [name, value] of Object.entries(speed)) {
		const input = byId(name);
		// What is being typed is left alone.
		if (input.dataset.shown === String(value)) continue;
		input.dataset.shown = String(value);
		input.value = String(value);
	}
}
