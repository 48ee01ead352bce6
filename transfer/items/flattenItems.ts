/** 'Nested Fields: Flatten': the fields within an item's objects as fields of their own, such as `address.city`. */

import { looseName } from '../columns/looseName';
import { NOT_WRAPPED, unwrapped } from '../columns/wrappedValues';
import { InputError } from '../inputError';
import type { Stretch } from '../stretch';
import { ITEMS_PER_LOOK, type Item } from './itemFields';

export interface FlattenOptions {
	/** Between two names. */
	separator: string;
	/** How many levels of objects become columns; an object below them stays JSON. Infinity for all. */
	depth: number;
}

/** Objects within objects beyond this are no table; the call stack has an end, too. */
const MAX_LEVELS = 100;

/** The field of what wraps one value. */
const WRAPPED_FIELD = 'value';

type Fields = Record<string, unknown>;

/** Fields without a prototype, so that a field `__proto__` is one like any other; a class of its own keeps V8 fast. */
const FlatFields = function () {} as unknown as new () => Fields;
FlatFields.prototype = Object.create(null);

/** A field, or one within an object, in any of the items. */
class Place {
	readonly inner = new Map<string, Place>();
	/** Whether an item has a value here that stays as it is. */
	hasValue = false;
	/** Whether an item has an object of only `value` here: one value, unless others have further fields beside it. */
	hasWrapped = false;
	/** Whether that is an object like the others' here. */
	opensWrapped = false;
	/** The fields that NULL here is NULL in: undefined until it is asked for. */
	blankNames: string[] | undefined;

	constructor(
		/** The column's. */
		readonly name: string,
		readonly path: readonly string[],
		readonly firstItem: number,
	) {}
}

/**
 * Flattens items. Arrays, dates and what wraps a single value (BigQuery's `{ value }`) are values; where other items, or
 * the DataSet, have fields of an object there, it is an object, too. NULL, or an empty
 * object, where other items have an object is NULL in each of its columns.
 *
 * @param columnNames the DataSet's, where it exists: NULL in all items is then still known for an object's
 * @returns as many items in the same order; those without an object are the same objects
 * @throws InputError for two fields that get one name, an object that holds itself, or too many levels
 */
export async function flattenItems(
	items: readonly Item[],
	options: FlattenOptions,
	columnNames: readonly string[],
	stretch: Stretch,
	signal?: AbortSignal,
): Promise<readonly Item[]> {
	const survey = new NestedSurvey(options);
	for (let index = 0; index < items.length; index++) {
		survey.add(items[index].json, index);
		if (index % ITEMS_PER_LOOK === 0 && stretch.isLong()) await stretch.rest(signal);
	}
	survey.openWrapped(columnNames);
	const names = survey.checkedNames();
	const flattener = new Flattener(survey, options, columnNames, names);
	const flat: Item[] = [];
	for (let index = 0; index < items.length; index++) {
		const item = items[index];
		flat.push(flattener.changes(item.json) ? { json: flattener.flatten(item.json) } : item);
		if (index % ITEMS_PER_LOOK === 0 && stretch.isLong()) await stretch.rest(signal);
	}
	return flat;
}

/** Learns which fields there are, before any name is given. */
class NestedSurvey {
	readonly root = new Place('', [], 0);
	private readonly ancestors: object[] = [];

	constructor(private readonly options: FlattenOptions) {}

	add(json: Fields, item: number): void {
		this.addFields(json, this.root, item);
	}

	/** Decides once all is known: a field of an object has one column, also where an item has no other field in it. */
	openWrapped(columnNames: readonly string[]): void {
		const columns = new Set(columnNames.map(looseName));
		const { separator, depth } = this.options;
		const open = (place: Place) => {
			for (const child of place.inner.values()) {
				open(child);
				if (!child.hasWrapped) continue;
				const inner = `${child.name}${separator}${WRAPPED_FIELD}`;
				const isColumn = columns.has(looseName(inner)) && !columns.has(looseName(child.name));
				child.opensWrapped = child.inner.size > 0 || (isColumn && child.path.length <= depth);
				if (child.opensWrapped) this.placeWithin(child, WRAPPED_FIELD, child.firstItem).hasValue = true;
				else child.hasValue = true;
			}
		};
		open(this.root);
	}

	/** @returns all names that values go under @throws InputError where two fields share one */
	checkedNames(): Set<string> {
		const placeByName = new Map<string, Place>();
		const check = (place: Place) => {
			for (const child of place.inner.values()) {
				// NULL alone, too: it would be written over the other's value.
				if (child.hasValue || child.inner.size === 0) {
					const other = placeByName.get(child.name);
					if (other !== undefined) throw sameName(other, child);
					placeByName.set(child.name, child);
				}
				check(child);
			}
		};
		check(this.root);
		return new Set(placeByName.keys());
	}

	private addFields(fields: Fields, at: Place, item: number): void {
		const { ancestors, options } = this;
		if (ancestors.includes(fields)) throw holdsItself(at, item);
		if (ancestors.length > MAX_LEVELS) throw tooDeep(at, item);
		ancestors.push(fields);
		for (const name of Object.keys(fields)) {
			const child = this.placeWithin(at, name, item);
			const value = fields[name];
			if (isNested(value) && ancestors.length <= options.depth) {
				if (Object.keys(value).length > 0) this.addFields(value, child, item);
			} else if (wrapsValue(value)) {
				child.hasWrapped = true;
			} else if (value !== null && value !== undefined) {
				child.hasValue = true;
			}
		}
		ancestors.pop();
	}

	private placeWithin(at: Place, name: string, item: number): Place {
		let child = at.inner.get(name);
		if (child === undefined) {
			const path = [...at.path, name];
			child = new Place(path.join(this.options.separator), path, item);
			at.inner.set(name, child);
		}
		return child;
	}
}

class Flattener {
	/** With the name that each is matched by. */
	private readonly columns: ReadonlyArray<{ name: string; loose: string }>;
	private readonly looseNames: ReadonlySet<string>;

	/** @param names all that values go under */
	constructor(
		private readonly survey: NestedSurvey,
		private readonly options: FlattenOptions,
		columnNames: readonly string[],
		names: ReadonlySet<string>,
	) {
		this.columns = columnNames.map((name) => ({ name, loose: looseName(name) }));
		this.looseNames = new Set([...names].map(looseName));
	}

	/** Whether an item has anything to flatten. */
	changes(json: Fields): boolean {
		for (const name of Object.keys(json)) {
			const value = json[name];
			if (isNested(value)) return true;
			if (wrapsValue(value) && placeIn(this.survey.root, name).opensWrapped) return true;
			if (isBlank(value) && this.blankNames(placeIn(this.survey.root, name)).length > 0) return true;
		}
		return false;
	}

	flatten(json: Fields): Fields {
		const flat = new FlatFields();
		this.write(json, this.survey.root, 1, flat);
		return flat;
	}

	private write(fields: Fields, at: Place, level: number, flat: Fields): void {
		for (const name of Object.keys(fields)) {
			const value = fields[name];
			const place = placeIn(at, name);
			const isObject =
				(isNested(value) || (place.opensWrapped && wrapsValue(value))) && level <= this.options.depth;
			if (isObject && Object.keys(value).length > 0) {
				this.write(value, place, level + 1, flat);
				continue;
			}
			const blankNames = isObject || isBlank(value) ? this.blankNames(place) : [];
			if (blankNames.length === 0) flat[place.name] = value;
			for (const blank of blankNames) flat[blank] = null;
		}
	}

	/** The columns that NULL in an object's place is NULL in; none where no object is known there. */
	private blankNames(place: Place): string[] {
		return (place.blankNames ??= place.inner.size > 0 ? leafNames(place) : this.columnsWithin(place));
	}

	private columnsWithin({ name, hasValue }: Place): string[] {
		const { columns, looseNames, options } = this;
		if (hasValue || columns.some(({ loose }) => loose === looseName(name))) return [];
		// With a letter behind it, as a separator at the end can be a space.
		const start = looseName(`${name}${options.separator}x`).slice(0, -1);
		return columns
			.filter(({ loose }) => loose.startsWith(start) && !looseNames.has(loose))
			.map((column) => column.name);
	}
}

/** The survey has seen every field of every item. */
function placeIn(at: Place, name: string): Place {
	return at.inner.get(name) as Place;
}

function leafNames(place: Place): string[] {
	return [...place.inner.values()].flatMap((child) =>
		child.inner.size === 0 ? [child.name] : [...(child.hasValue ? [child.name] : []), ...leafNames(child)],
	);
}

function isBlank(value: unknown): boolean {
	return value === null || value === undefined;
}

/**
 * Whether a value is a plain object with fields of its own: no list, no date, nothing that wraps one value.
 *
 * @param levels of objects within one another that are looked at
 */
function isNested(value: unknown, levels = MAX_LEVELS): value is Fields {
	if (typeof value !== 'object' || value === null) return false;
	const prototype: unknown = Object.getPrototypeOf(value);
	// Objects from another realm, such as a Code node's, have another Object.prototype.
	if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return false;
	if (Object.hasOwn(value, 'toJSON') && typeof (value as Fields).toJSON === 'function') return false;
	const inner = unwrapped(value);
	return inner === NOT_WRAPPED || (levels > 0 ? isNested(inner, levels - 1) : true);
}

/** Whether a value is an object of only `value`, with one value in it. */
function wrapsValue(value: unknown): value is Fields {
	return (
		typeof value === 'object' &&
		value !== null &&
		Object.hasOwn(value, WRAPPED_FIELD) &&
		!isNested(value) &&
		unwrapped(value) !== NOT_WRAPPED
	);
}

function sameName(one: Place, other: Place): InputError {
	const item = Math.max(one.firstItem, other.firstItem);
	return new InputError(
		'COLUMN_FLATTENED_TWICE',
		`item ${item}: two fields flatten to the column '${one.name}': ${shownPath(one)} and ${shownPath(other)}`,
		"Rename or remove one of the two, or choose another 'Flatten Separator'.",
		item,
	);
}

function holdsItself(place: Place, item: number): InputError {
	return new InputError(
		'VALUE_NOT_JSON',
		`item ${item}: the object in the field ${shownPath(place)} contains itself, so it can't be flattened`,
		'Remove that field before this node.',
		item,
	);
}

function tooDeep({ path }: Place, item: number): InputError {
	return new InputError(
		'VALUE_NOT_JSON',
		`item ${item}: the field '${path[0]}' has more than ${MAX_LEVELS} levels of objects, so it can't be flattened`,
		"Set 'Flatten Depth': objects below that level stay JSON.",
		item,
	);
}

/** "'city' in 'address'" */
function shownPath({ path }: Place): string {
	return [...path]
		.reverse()
		.map((name) => `'${name}'`)
		.join(' in ');
}
