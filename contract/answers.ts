import { confirmed, contradicted, notObservable, unseen } from './verdict';
import type { Verdict } from './verdict';
import type { Answer } from './wire';

export type Fields = Record<string, unknown>;

/** An answer's JSON as an object; empty where it is none. */
export const fieldsOf = (value: unknown): Fields =>
	typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

/** An answer's JSON as a list of objects. @throws Ends where it is none */
export function listOf(answer: Answer): Fields[] {
	const { json } = answer;
	if (Array.isArray(json)) return json.map(fieldsOf);
	throw unseen(`a list was expected, and came: ${shapeOf(answer)}`);
}

/** Which fields came. A good answer is not quoted: it may hold the names of what others have in Domo. */
const shapeOf = (answer: Answer): string =>
	isGood(answer)
		? `${describe(answer)}, fields ${Object.keys(fieldsOf(answer.json)).join(', ') || 'none'}`
		: describe(answer);

export const isGood = ({ status }: Answer): boolean => status >= 200 && status < 300;

/** Whether it is a page for people, of Domo or of something before it. */
export const isPage = ({ headers, text }: Answer): boolean =>
	/^text\/html\b/i.test(headers['content-type'] ?? '') || /^\ufeff?\s*<(!doctype\s+html|html)\b/i.test(text);

export const clipped = (text: string, length = 160): string => {
	const line = text.replace(/\s+/g, ' ').trim();
	return line.length > length ? `${line.slice(0, length)}…` : line;
};

/** An answer in a few words: status, Domo's message, toe. */
export function describe({ status, json, text }: Answer): string {
	const { message, error, error_description: description, toe } = fieldsOf(json);
	const words = [message, error, description].filter((word) => typeof word === 'string');
	const said = words.length > 0 ? ` "${clipped(words.join(': '))}"` : '';
	if (said === '' && status >= 400 && text !== '') return `HTTP ${status} ${clipped(text)}`;
	return `HTTP ${status}${said}${typeof toe === 'string' ? ` (toe ${toe})` : ''}`;
}

/** Whether a token lacks a grant, or is taken for dead. */
const isUngranted = (status: number) => status === 401 || status === 403;

/** Whether a status says nothing about the fact: a missing grant, or a limit where the check looks at one. */
const saysNothing = (status: number) => isUngranted(status) || status === 429;

/** The same answer. @throws Ends where a grant is missing, unless that is what is looked at */
export function granted(answer: Answer, lookedAt: number[] = []): Answer {
	if (isUngranted(answer.status) && !lookedAt.includes(answer.status)) throw unseen(describe(answer));
	return answer;
}

/** The verdict on a request that Domo is said to answer with one of these statuses. */
export function answeredWith(statuses: number[], answer: Answer, seen = describe(answer)): Verdict {
	if (statuses.includes(answer.status)) return confirmed(seen);
	return saysNothing(answer.status) ? notObservable(seen) : contradicted(seen);
}

/** The verdict on a request that Domo is said to answer with an array. */
export function answeredWithList(answer: Answer): Verdict {
	if (!isGood(answer)) return taken(answer);
	return Array.isArray(answer.json) ? confirmed(`HTTP ${answer.status}`) : contradicted(shapeOf(answer));
}

/** The verdict on fields that all are said to be there. @param there said where they are */
export function hasFields(fields: Fields, names: readonly string[], there = 'all there'): Verdict {
	const missing = names.filter((name) => fields[name] === undefined);
	return missing.length === 0 ? confirmed(there) : contradicted(`missing: ${missing.join(', ')}`);
}

/** The verdict on a list asked for with a limit that is larger than Domo is said to take. @param of what is listed */
export function atMost(most: number, answer: Answer, asked: string, of: string): Verdict {
	if (!isGood(answer)) return refused(answer);
	const { length } = listOf(answer);
	const seen = `${asked} was answered 200 with ${length} ${of}`;
	if (length < most) return notObservable(`${seen}: there may be no more`);
	return length === most ? confirmed(seen) : contradicted(seen);
}

/** The verdict on a list asked for without a limit, of which 50 are said to come. @param of what is listed */
export function fiftyCame(count: number, of: string): Verdict {
	if (count < 50) return notObservable(`there are only ${count} ${of}`);
	return count === 50 ? confirmed(`${count} came`) : contradicted(`${count} came`);
}

/** The verdict on a request that Domo is said to take. */
export function taken(answer: Answer, seen = describe(answer)): Verdict {
	if (isGood(answer)) return confirmed(seen);
	return saysNothing(answer.status) ? notObservable(seen) : contradicted(seen);
}

/** The verdict on a request that Domo is said to refuse. */
export function refused(answer: Answer): Verdict {
	const seen = describe(answer);
	if (isGood(answer)) return contradicted(`accepted: ${seen}`);
	return saysNothing(answer.status) ? notObservable(seen) : confirmed(seen);
}

/** @throws Ends unless Domo has taken a request that checks need */
export function must(what: string, answer: Answer): Answer {
	if (!isGood(answer)) throw unseen(`could not ${what}: ${describe(answer)}`);
	return answer;
}

/** The fields of a good answer. @throws Ends unless Domo has taken the request */
export const fieldsIn = (answer: Answer): Fields => fieldsOf(must('ask for what is looked at', answer).json);

/** An ID as Domo's paths take it, whether it came as a number or as text. */
export const idOf = (value: unknown): string | undefined =>
	typeof value === 'number' || (typeof value === 'string' && value !== '') ? String(value) : undefined;
