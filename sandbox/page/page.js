import { byId, bytes, count, isolated, make, plural, show, tabs, timeOfDay } from './dom.js';
import { clearRows, showRows, wireRows } from './rows.js';
import { showSwitches, wireSwitches } from './switches.js';
import { key, timeline } from './timeline.js';
import { badge, stateOf, steps } from './upload.js';

const EVERY_MS = 500;

/** What the person chose; without it the latest upload is followed. */
const chosen = { dataSet: undefined, execution: undefined };
let latest;

function choose(dataSet, execution) {
	Object.assign(chosen, { dataSet, execution });
	byId('follow').setAttribute('aria-pressed', String(dataSet === undefined));
	void refresh();
}

function streamWords(stream) {
	if (!stream) return 'no Stream';
	const keys = stream.keys.length > 0 ? `, key ${stream.keys.map(isolated).join(', ')}` : '';
	return `Stream ${stream.id}, ${stream.updateMethod}${keys}`;
}

function showDataSets({ dataSets, dataSetsMade, dataSet: shown }) {
	const wanted = byId('search').value.toLowerCase();
	const found = dataSets.filter(({ name, id }) => name.toLowerCase().includes(wanted) || id === wanted);
	show(byId('dataSets'), [found, shown?.id, wanted], () => [
		...found.map((dataSet) =>
			make(
				'li',
				{},
				make(
					'button',
					{
						type: 'button',
						id: `dataSet-${dataSet.id}`,
						title: dataSet.name,
						'aria-current': dataSet.id === shown?.id && 'true',
						click: () => choose(dataSet.id),
					},
					make('b', {}, dataSet.name),
					make('span', { class: 'rowCount' }, count(dataSet.rows)),
					make('small', {}, streamWords(dataSet.stream)),
					dataSet.state && badge(dataSet.state),
				),
			),
		),
		found.length === 0 && make('li', { class: 'nothing' }, 'No DataSet'),
		dataSetsMade > dataSets.length &&
			make('li', { class: 'nothing' }, `${dataSetsMade - dataSets.length} older ones are not listed`),
	]);
}

function showUpload({ dataSet, nowMs }) {
	const { executions, execution, executionsMade } = dataSet;
	const names = executions.map((one) => [one.id, stateOf(one)]);
	show(byId('executions'), [dataSet.id, names, execution?.id], () => [
		...names.map(([id, state]) =>
			make(
				'button',
				{
					type: 'button',
					id: `execution-${id}`,
					'aria-pressed': String(id === execution.id),
					click: () => choose(dataSet.id, id),
				},
				`Execution ${id}`,
				badge(state),
			),
		),
		executionsMade > executions.length &&
			make('span', { class: 'quiet' }, `and ${executionsMade - executions.length} before`),
	]);
	const isRunning = execution?.currentState === 'ACTIVE';
	const width = Math.max(300, byId('timeline').clientWidth - 28);
	const moment = isRunning ? nowMs : 0;
	show(byId('steps'), [execution, moment], () => (execution ? steps(execution, nowMs) : []));
	show(byId('timeline'), [execution, moment, width], () =>
		execution ? [timeline(execution, nowMs, width), key(execution)] : [],
	);
}

function policy({ name, type, filters, users = [], groups = [] }) {
	const rule = ({ column, operator, values, not }) =>
		`${isolated(column)} ${not ? 'not ' : ''}${operator} ${values.map((value) => `'${isolated(value)}'`).join(', ')}`;
	return make(
		'div',
		{ class: 'policy' },
		make('b', {}, name),
		' ',
		make('span', { class: 'quiet' }, type),
		filters.length > 0 ? filters.map((filter) => make('p', {}, rule(filter))) : make('p', {}, 'All rows'),
		make(
			'p',
			{ class: 'quiet' },
			`Users ${users.join(', ') || 'none'}; groups ${groups.join(', ') || 'none'}`,
		),
	);
}

function showDataSet({ dataSet, keepRows }) {
	const { name, rows, columns, stream, updatedAt, policies, pdpEnabled } = dataSet;
	show(byId('head'), [name, rows, columns, stream, updatedAt], () => [
		make('h2', { title: name }, name),
		make('span', { class: 'big' }, `${plural(rows, 'row')} × ${plural(columns, 'column')}`),
		make('p', { class: 'quiet' }, `${streamWords(stream)} · updated ${timeOfDay(updatedAt)}`),
	]);
	byId('tab-policies').textContent = `PDP policies (${policies.length}${pdpEnabled ? ', on' : ''})`;
	show(byId('panel-policies'), [policies, pdpEnabled], () => [
		make(
			'p',
			{ class: 'nothing' },
			`PDP is ${pdpEnabled ? 'on' : 'off'}. The sandbox keeps policies; it does not filter rows by them.`,
		),
		...policies.map(policy),
	]);
	void showRows(dataSet, keepRows);
}

function showNoDataSet() {
	for (const id of ['head', 'executions', 'steps', 'timeline', 'panel-policies'])
		show(byId(id), 'nothing', () => []);
	byId('tab-policies').textContent = 'PDP policies';
	clearRows();
}

function showRequests({ requests }) {
	show(byId('requests'), requests, () =>
		requests.map(({ at, atMs, closedMs, operation, method, path, query, bytes: size, status }) => {
			const isOpen = closedMs === undefined;
			const kind = isOpen ? 'busy' : status === undefined || status >= 400 ? 'bad' : 'good';
			const whole = `${method} ${path}${query ? `?${query}` : ''}`;
			return make(
				'tr',
				{},
				make('td', {}, timeOfDay(at)),
				make(
					'td',
					{ title: whole },
					operation === 'part' ? `part ${path.split('/').at(-1)}` : (operation ?? method),
					make('small', {}, whole),
				),
				make('td', { class: 'number' }, size > 0 ? bytes(size) : ''),
				make('td', { class: 'number' }, isOpen ? '' : String(Math.round(closedMs - atMs))),
				make('td', { class: `number ${kind}` }, isOpen ? '…' : String(status ?? 'none')),
			);
		}),
	);
}

function showAll(state) {
	latest = state;
	byId('counts').textContent = [
		plural(state.requestsMade, 'request'),
		`${plural(state.partsInFlight, 'part')} in flight`,
		plural(state.tokensIssued, 'token'),
	].join(' · ');
	showDataSets(state);
	if (state.dataSet) {
		showDataSet(state);
		showUpload(state);
	} else showNoDataSet();
	showRequests(state);
	showSwitches(state);
}

let asked = 0;

/** Asks the sandbox for all that is shown, and shows it, unless a later answer has come in the meantime. */
async function refresh() {
	const mine = ++asked;
	const query = new URLSearchParams();
	if (chosen.dataSet) query.set('dataSet', chosen.dataSet);
	if (chosen.execution) query.set('execution', chosen.execution);
	const state = await fetch(`/_sandbox/page/state?${query}`)
		.then((answer) => (answer.ok ? answer.json() : undefined))
		.catch(() => undefined);
	if (mine !== asked) return;
	byId('connection').classList.toggle('lost', state === undefined);
	byId('connection').textContent = state ? 'Live' : 'The sandbox has stopped';
	if (state) showAll(state);
}

async function keepLooking() {
	try {
		if (!document.hidden) await refresh();
	} finally {
		setTimeout(() => void keepLooking(), EVERY_MS);
	}
}

for (const list of document.querySelectorAll('[role=tablist]')) tabs(list);
wireRows();
wireSwitches(refresh);
byId('search').addEventListener('input', () => latest && showDataSets(latest));
byId('follow').addEventListener('click', () =>
	chosen.dataSet === undefined ? choose(latest?.dataSet?.id) : choose(undefined),
);
window.addEventListener('resize', () => latest?.dataSet && showUpload(latest));
document.addEventListener('visibilitychange', () => void refresh());
void keepLooking();
