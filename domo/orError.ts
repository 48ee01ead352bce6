/**
 * The value of a promise, or the error it was rejected with if that is of the kind expected here. Any other error is a
 * defect of this package and goes on up.
 */
export async function orError<T, E extends Error>(
	promise: Promise<T>,
	kind: abstract new (...args: never[]) => E,
): Promise<T | E> {
	return await promise.catch((error: unknown) => {
		if (error instanceof kind) return error;
		throw error;
	});
}
