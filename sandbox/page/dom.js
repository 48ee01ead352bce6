/** Makes an element. Texts only ever become text nodes: what rows and names hold is never read as HTML. */
export function make(tag, attributes = {}, ...children) {
	return fill(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function draw(tag, attributes = {}, ...children) {
	return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function fill(element, attributes, children) {
	for (const [name, value] of Object.entries(attributes)) {
		if (value === undefined || value === false) continue;
		if (typeof value === 'function') element.addEventListener(name, value);
		else element.setAttribute(name, value === true ? '' : String(value));
	}
	element.append(...children.flat().filter((child) => child !== undefined && child !== false));
	return element;
}

export const byId = (id) => document.getElementById(id);

const drawn = new WeakMap();

/** Puts new children into an element, only where what they show has changed; focus stays where it was. */
export function show(element, shown, children) {
	const now = JSON.stringify(shown);
	if (drawn.get(element) === now) return;
	drawn.set(element, now);
	const focused = element.contains(document.activeElement) ? document.activeElement.id : '';
	element.replaceChildren(...[children()].flat().filter(Boolean));
	if (focused) byId(focused)?.focus({ preventScroll: true });
}

export const count = (number) => Number(number).toLocaleString('en-US');

export function plural(number, one) {
	return `${count(number)} ${one}${number === 1 ? '' : 's'}`;
}

export function bytes(number) {
	if (number < 1000) return `${number} B`;
	// From there on, it would be rounded to 1000.0 of the smaller unit.
	if (number < 999_950) return `${(number / 1e3).toFixed(1)} kB`;
	return number < 999_950_000 ? `${(number / 1e6).toFixed(1)} MB` : `${(number / 1e9).toFixed(2)} GB`;
}

export function duration(ms) {
	if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
	if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
	const seconds = Math.round(ms / 1000);
	return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A name within a sentence: its letters must not turn the words around it (bidirectional text). */
export const isolated = (text) => `\u2068${text}\u2069`;

/** The beginning of a text, no half of a character of two units at its end. */
export function clipped(text, length) {
	if (text.length <= length) return text;
	return `${text.slice(0, /[\ud800-\udbff]/.test(text[length - 1]) ? length - 1 : length)}…`;
}

/** The time of day of an ISO time, here. */
export const timeOfDay = (iso) => new Date(iso).toLocaleTimeString('en-GB');

/** Makes a list of tabs work with the mouse and the arrow keys. */
export function tabs(list) {
	const all = [...list.querySelectorAll('[role=tab]')];
	const choose = (chosen) => {
		for (const tab of all) {
			const isChosen = tab === chosen;
			tab.setAttribute('aria-selected', String(isChosen));
			tab.tabIndex = isChosen ? 0 : -1;
			byId(tab.getAttribute('aria-controls')).hidden = !isChosen;
		}
	};
	list.addEventListener('click', (event) => {
		const tab = event.target.closest('[role=tab]');
		if (tab) choose(tab);
	});
	list.addEventListener('keydown', (event) => {
		const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
		if (!step) return;
		const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
		choose(next);
		next.focus();
	});
	choose(all[0]);
}
