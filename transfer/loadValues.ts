/** What is the same for all rows of a run; a resume writes the first run's. */
export interface LoadValues {
	/** As Domo has a DATETIME: UTC, whole seconds. */
	loadTime: string;
	/** n8n's. */
	executionId: string;
}

/** @returns the values of a run that began at a time */
export function loadValuesAt(startedAt: Date, executionId: string): LoadValues {
	return { loadTime: startedAt.toISOString().slice(0, 19), executionId };
}

/** Whether a value, such as a part of 'Resume', is what a run wrote. */
export function areLoadValues(value: unknown): value is LoadValues {
	if (typeof value !== 'object' || value === null) return false;
	const { loadTime, executionId } = value as Partial<Record<keyof LoadValues, unknown>>;
	return (
		typeof executionId === 'string' &&
		typeof loadTime === 'string' &&
		/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(loadTime)
	);
}
