import { byId, clipped, count, make } from './dom.js';

const PAGE = 100;
const NUMBERS = ['LONG', 'DECIMAL', 'DOUBLE'];

let offset = 0;
let shownFor = '';
let wanted = 0;
let current;

/** One value: NULL and an empty text can't be mistaken for each other, nor for these words. */
function cell(text, type, maxCharacters) {
	const attributes = { class: NUMBERS.includes(type) ? 'number' : undefined };
	if (text === null) return make('td', attributes, make('i', { class: 'null' }, 'NULL'));
	if (text === '') return make('td', attributes, make('i', { class: 'empty' }, "''"));
	const shown = clipped(text, maxCharacters);
	return make('td', { ...attributes, title: shown.length > 40 && shown }, shown);
}

function table({ schema, columns }, page) {
	const head = schema.map(({ name, type }) =>
		make('th', { scope: 'col', class: NUMBERS.includes(type) && 'number' }, name, make('small', {}, type)),
	);
	if (columns > schema.length) head.push(make('th', { scope: 'col' }, `${columns - schema.length} more`));
	const rows = page.rows.map((row, index) =>
		make(
			'tr',
			{},
			make('td', { class: 'place' }, count(page.offset + index + 1)),
			row.map((text, column) => cell(text, schema[column]?.type, page.maxCharacters)),
		),
	);
	return make(
		'table',
		{},
		make('thead', {}, make('tr', {}, make('th', { class: 'place', scope: 'col' }, '#'), head)),
		make('tbody', {}, rows),
	);
}

/** Shows a page of the DataSet's rows, anew only when they, the columns or the page have changed. */
export async function showRows(dataSet, keepsRows = true) {
	if (current?.id !== dataSet.id) offset = 0;
	current = dataSet;
	offset = Math.min(offset, Math.max(0, Math.floor((dataSet.rows - 1) / PAGE) * PAGE));
	const signature = JSON.stringify([dataSet.id, dataSet.rows, dataSet.landings, dataSet.schema, offset]);
	if (signature === shownFor) return;
	shownFor = signature;
	const mine = ++wanted;
	const asked = await fetch(`/_sandbox/page/rows/${dataSet.id}?offset=${offset}`).catch(() => undefined);
	if (mine !== wanted) return;
	if (!asked?.ok) {
		shownFor = '';
		return;
	}
	const page = await asked.json();
	if (mine !== wanted) return;
	const last = page.offset + page.rows.length;
	byId('range').textContent =
		dataSet.rows === 0
			? 'No rows'
			: `Rows ${count(page.offset + 1)} to ${count(last)} of ${count(dataSet.rows)}`;
	enable(page.offset > 0, last < dataSet.rows);
	byId('rows').replaceChildren(
		table(dataSet, page),
		...(page.rows.length > 0
			? []
			: [
					make(
						'p',
						{ class: 'nothing' },
						keepsRows
							? 'This DataSet has no rows yet.'
							: 'This sandbox counts parts and keeps no rows (--sink).',
					),
				]),
	);
}

/** Buttons that lead nowhere are switched off; one that has the focus hands it to its opposite. */
function enable(hasBefore, hasBehind) {
	const focused = document.activeElement?.id;
	byId('first').disabled = byId('previous').disabled = !hasBefore;
	byId('next').disabled = byId('last').disabled = !hasBehind;
	if (['next', 'last'].includes(focused) && !hasBehind) byId('previous').focus();
	if (['first', 'previous'].includes(focused) && !hasBefore) byId('next').focus();
}

/** There is no DataSet any more. */
export function clearRows() {
	current = undefined;
	shownFor = '';
	wanted++;
	byId('range').textContent = '';
	enable(false, false);
	byId('rows').replaceChildren();
}

function turnTo(to) {
	if (!current) return;
	offset = Math.max(0, Math.min(to, Math.floor(Math.max(0, current.rows - 1) / PAGE) * PAGE));
	byId('rows').scrollTop = 0;
	void showRows(current);
}

export function wireRows() {
	byId('first').addEventListener('click', () => turnTo(0));
	byId('previous').addEventListener('click', () => turnTo(offset - PAGE));
	byId('next').addEventListener('click', () => turnTo(offset + PAGE));
	byId('last').addEventListener('click', () => turnTo(Infinity));
	byId('goTo').addEventListener('change', ({ target }) => {
		const row = Math.floor(Number(target.value));
		if (row >= 1) turnTo(Math.floor((row - 1) / PAGE) * PAGE);
	});
}
