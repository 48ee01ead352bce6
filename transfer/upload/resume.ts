import { counted } from '../shownNumber';
import { CodedError } from '../../domo/codedError';
import { areLoadValues, type LoadValues } from '../loadValues';
import { InputError } from '../inputError';
import type { LandedPart } from '../uploadError';

/** No upload is cut into more; the plan of a resume holds an entry for each. */
const MAX_PARTS = 1_000_000;

/** What a kept-open upload reports, to be handed to the run that ends it. */
export interface ResumePoint {
	streamId: number;
	executionId: number;
	/** The greatest part id the earlier run may have sent: Domo can hold parts whose answer was lost. */
	partsCut: number;
	updateMethod?: string;
	/** How the earlier run cut; the rest is cut alike. */
	partSizeBytes?: number;
	/** 0 for no such cap. */
	rowsPerPart?: number;
	/** What the earlier run wrote into 'Load Columns'. */
	loadValues?: LoadValues;
	landedParts: LandedPart[];
}

/** A resume that was cut into fewer parts than the earlier run: Domo may hold parts beyond its last one. */
export class FewerParts extends CodedError {
	override readonly name = 'FewerParts';

	constructor(parts: number, earlierParts: number) {
		super(
			'UPLOAD_RESUME_INPUT_CHANGED',
			`this run has ${counted(parts, 'part')}, but the one that was kept open had ${earlierParts}, and Domo may hold those beyond`,
			{},
		);
	}
}

/** Domo can hold no part beyond the last one. @throws FewerParts */
export function requireAllParts(parts: number, resume: ResumePoint | undefined): void {
	const earlier = resume?.partsCut ?? 0;
	if (parts < earlier) throw new FewerParts(parts, earlier);
}

/** The rows each part must have so that the parts that landed are cut again as they were. */
export function planOf(resume: ResumePoint): (partId: number) => number | undefined {
	const landed = [...resume.landedParts].sort((a, b) => a.part - b.part);
	const plan = new Map<number, number>();
	let nextPart = 1;
	let nextRow = 0;
	for (const part of landed) {
		// Parts between two that landed share the rows between them.
		const missing = part.part - nextPart;
		for (let i = 0; i < missing; i++) {
			const rows = Math.ceil((part.firstRow - nextRow) / (missing - i));
			plan.set(nextPart + i, rows);
			nextRow += rows;
		}
		plan.set(part.part, part.rows);
		nextPart = part.part + 1;
		nextRow = part.firstRow + part.rows;
	}
	return (partId) => plan.get(partId);
}

/**
 * What a kept-open run reported under `details`: the object itself, or its JSON text.
 *
 * @returns undefined where there is none
 * @throws InputError for a 'Resume' that is unusable
 */
export function readResumePoint(value: unknown): ResumePoint | undefined {
	if (value === '' || value === undefined || value === null) return undefined;
	const unusable = () =>
		new InputError(
			'UPLOAD_RESUME_UNREADABLE',
			"'Resume' does not hold the details of an upload that was kept open. Nothing was sent.",
			"Give it the 'details' field of the earlier run's output item, or leave it empty.",
		);
	let details: unknown = value;
	if (typeof value === 'string') {
		try {
			details = JSON.parse(value);
		} catch {
			throw unusable();
		}
	}
	const point = (details ?? {}) as Partial<ResumePoint>;
	const whole = (number: unknown) => Number.isSafeInteger(number);
	const usable =
		whole(point.streamId) &&
		whole(point.executionId) &&
		whole(point.partsCut) &&
		(point.partSizeBytes === undefined ||
			(Number.isFinite(point.partSizeBytes) && point.partSizeBytes > 0)) &&
		(point.rowsPerPart === undefined || (whole(point.rowsPerPart) && point.rowsPerPart >= 0)) &&
		(point.loadValues === undefined || areLoadValues(point.loadValues)) &&
		Array.isArray(point.landedParts) &&
		point.landedParts.every(
			(part) =>
				whole(part?.part) && whole(part?.firstRow) && whole(part?.rows) && typeof part?.sha256 === 'string',
		);
	if (!usable || !areOneInput(point as ResumePoint)) throw unusable();
	return point as ResumePoint;
}

/** Whether an input can have been cut so: each part has rows, and stands where the one before it ends. */
function areOneInput({ landedParts, partsCut }: ResumePoint): boolean {
	if (partsCut < 0 || partsCut > MAX_PARTS) return false;
	let nextPart = 1;
	let nextRow = 0;
	for (const { part, firstRow, rows } of [...landedParts].sort((a, b) => a.part - b.part)) {
		const missing = part - nextPart;
		const missingRows = firstRow - nextRow;
		const fits = missing === 0 ? missingRows === 0 : missing > 0 && missingRows >= missing;
		if (!fits || rows < 1) return false;
		nextPart = part + 1;
		nextRow = firstRow + rows;
	}
	return nextPart <= partsCut + 1;
}

/** @throws InputError for a resume of another Stream, or of any where the Stream is yet to be made */
export function requireSameStream(resume: ResumePoint | undefined, streamId: number | undefined): void {
	if (!resume || resume.streamId === streamId) return;
	const chosen =
		streamId === undefined ? 'no DataSet has the name given' : `the Stream ${streamId} is chosen`;
	throw new InputError(
		'UPLOAD_RESUME_OTHER_STREAM',
		`'Resume' holds the details of an upload to the Stream ${resume.streamId}, but ${chosen}. Nothing was sent.`,
		"Choose the Stream of the earlier run, or leave 'Resume' empty.",
	);
}
