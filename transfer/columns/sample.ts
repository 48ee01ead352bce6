/** Where a value is: the caller's own number for it, such as an item's index or a line. */
export type Place = number;

/** A value that shows how its column is written. */
export interface Sample {
	text: string;
	place: Place;
}

/** Samples are kept while a whole file goes by. */
const MAX_SAMPLE_LENGTH = 200;

export function sample(text: string, place: Place): Sample {
	return { text: text.length > MAX_SAMPLE_LENGTH ? text.slice(0, MAX_SAMPLE_LENGTH) : text, place };
}
