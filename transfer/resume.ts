import type { LandedPart } from './uploadError';

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
	landedParts: LandedPart[];
}

/** A resume that was cut into fewer parts than the earlier run: Domo may hold parts beyond its last one. */
export class FewerParts extends Error {
	override readonly name = 'FewerParts';

	constructor(parts: number, earlierParts: number) {
		super(
			`this run has ${parts} parts, but the one that was kept open had ${earlierParts}, and Domo may hold those beyond`,
		);
	}
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
