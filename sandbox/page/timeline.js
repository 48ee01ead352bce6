import { bytes, draw, duration, make } from './dom.js';

const LANE = 14;
const GAP = 3;
const MAX_LANES = 12;
const LEFT = 8;
const RIGHT = 40;
const AXIS = 18;
/** A request that failed at once must still be seen. */
const LEAST_BAR = 2;
const LEAST_BAD_BAR = 6;

/** What became of one request, as a class and in words. */
function outcome({ status, closedMs }, isAgain) {
	if (closedMs === undefined) return ['flying', 'in flight'];
	if (status === undefined) return ['unanswered', 'no answer'];
	if (status >= 300) return ['failed', `answered ${status}`];
	return isAgain ? ['again', 'sent again, taken'] : ['part', 'taken'];
}

/** The width that a bar has at least. */
const least = (kind) => (['failed', 'unanswered'].includes(kind) ? LEAST_BAD_BAR : LEAST_BAR);

/**
 * Puts each request into the first lane that is free when it begins.
 *
 * @param leastMs how long it takes at least, as it is drawn: nothing lies over a bar that is wider than its request
 */
function inLanes(attempts, nowMs, leastMs) {
	const freeAt = [];
	return attempts.map((attempt) => {
		let lane = freeAt.findIndex((ms) => ms <= attempt.atMs);
		if (lane < 0) lane = Math.min(freeAt.length, MAX_LANES - 1);
		freeAt[lane] = Math.max(freeAt[lane] ?? 0, attempt.closedMs ?? nowMs, attempt.atMs + leastMs(attempt));
		return { ...attempt, lane };
	});
}

/** A step of 1, 2 or 5 times a power of ten that divides the time into about six. */
function tickMs(spanMs) {
	const rough = spanMs / 6;
	const power = 10 ** Math.floor(Math.log10(rough));
	return power * ([1, 2, 5].find((step) => step * power >= rough) ?? 10);
}

/** Draws an execution: a bar for each request of a part, one beneath the other while they are in flight together. */
export function timeline(execution, nowMs, width) {
	const { attempts, createdMs, indexingMs, endedMs, leftOut } = execution;
	const closed = attempts.map((attempt) => attempt.closedMs ?? nowMs);
	const startMs = leftOut > 0 ? Math.min(...attempts.map(({ atMs }) => atMs)) : createdMs;
	const endMs = Math.max(startMs + 1, endedMs ?? nowMs, ...closed);
	const x = (ms) => LEFT + ((ms - startMs) / (endMs - startMs)) * (width - LEFT - RIGHT);
	const msOf = (pixels) => (pixels / (width - LEFT - RIGHT)) * (endMs - startMs);
	const parts = inLanes(
		attempts.filter(({ operation }) => operation === 'part'),
		nowMs,
		(attempt) => msOf(least(outcome(attempt, false)[0])),
	);
	const lanes = 1 + Math.max(0, ...parts.map(({ lane }) => lane));
	const lastLane = lanes * (LANE + GAP);
	// Of its own: a commit's answer may come when indexing has begun, or is over.
	const indexingLane = lastLane + LANE + GAP;
	const height = (indexingMs === undefined ? lastLane : indexingLane) + LANE + AXIS;
	const bar = (fromMs, toMs, y, kind, words) =>
		draw(
			'rect',
			{
				x: x(fromMs),
				y,
				width: Math.max(least(kind), x(toMs) - x(fromMs)),
				height: LANE,
				rx: 2,
				class: kind,
			},
			draw('title', {}, words),
		);
	const shapes = [];
	const step = tickMs(endMs - startMs);
	for (let ms = 0; ms <= endMs - startMs; ms += step) {
		const at = x(startMs + ms);
		shapes.push(
			draw('line', { x1: at, x2: at, y1: 0, y2: height - AXIS, class: 'grid' }),
			draw('text', { x: at, y: height - 4, 'text-anchor': ms === 0 ? 'start' : 'middle' }, duration(ms)),
		);
	}
	const sent = new Set();
	for (const attempt of parts) {
		const { part, lane, atMs, closedMs = nowMs, status } = attempt;
		const [kind, words] = outcome(attempt, sent.has(part));
		const size = bytes(attempt.bytes);
		const y = lane * (LANE + GAP);
		shapes.push(
			bar(atMs, closedMs, y, kind, `Part ${part}: ${words}, ${size}, ${duration(closedMs - atMs)}`),
		);
		const room = x(closedMs) - x(atMs);
		const label = kind === 'failed' && room > 50 ? `${part}: ${status}` : String(part);
		if (room > 8 + 7 * label.length)
			shapes.push(
				draw(
					'text',
					{ x: x(atMs) + 4, y: y + 11, class: ['flying', 'unanswered'].includes(kind) ? '' : 'inBar' },
					label,
				),
			);
		sent.add(part);
	}
	for (const attempt of attempts.filter(({ operation }) => operation !== 'part')) {
		const { atMs, closedMs = nowMs, operation } = attempt;
		const [kind, words] = outcome(attempt, false);
		shapes.push(bar(atMs, closedMs, lastLane, kind === 'part' ? 'commit' : kind, `${operation}: ${words}`));
	}
	if (indexingMs !== undefined)
		shapes.push(bar(indexingMs, endedMs ?? nowMs, indexingLane, 'indexing', 'Committed, and being indexed'));
	return draw(
		'svg',
		{
			viewBox: `0 0 ${width} ${height}`,
			height,
			role: 'img',
			'aria-label': 'Timeline of the requests of this upload',
		},
		shapes,
	);
}

/** Explains the colours that are in a timeline. */
export function key({ attempts, indexingMs, leftOut }) {
	const seen = new Set();
	const found = new Set();
	for (const attempt of attempts) {
		const isPart = attempt.operation === 'part';
		const [kind] = outcome(attempt, isPart && seen.has(attempt.part));
		if (isPart) seen.add(attempt.part);
		found.add(!isPart && kind === 'part' ? 'commit' : kind);
	}
	if (indexingMs !== undefined) found.add('indexing');
	const words = {
		part: 'part taken',
		again: 'sent again, taken',
		flying: 'in flight',
		failed: 'refused',
		unanswered: 'no answer',
		commit: 'commit or abort',
		indexing: 'indexing',
	};
	const entries = Object.entries(words)
		.filter(([kind]) => found.has(kind))
		.map(([kind, word]) =>
			make(
				'span',
				{},
				draw(
					'svg',
					{ 'aria-hidden': true },
					draw('rect', { x: 0.5, y: 0.5, width: 11, height: 8, rx: 2, class: kind }),
				),
				word,
			),
		);
	return make('p', { class: 'key' }, entries, leftOut > 0 && `${leftOut} earlier requests are not drawn`);
}
