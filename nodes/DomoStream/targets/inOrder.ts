/**
 * Does one piece of work for each entry. The next one begins when the one before passes on, or has ended.
 *
 * @param atOnce how many may be under way, those that have passed on included
 * @param begin calls `passOn` where the next may begin before its own end
 * @param isOver asked before each; true where no other is to begin
 * @throws the first error of `begin`, once all that began has ended
 */
export async function inOrder<T>(
	entries: readonly T[],
	atOnce: number,
	begin: (entry: T, position: number, passOn: () => void) => Promise<void>,
	isOver: () => boolean,
): Promise<void> {
	const underWay = new Set<Promise<void>>();
	let failure: { cause: unknown } | undefined;
	const run = async (entry: T, position: number, passOn: () => void) => {
		try {
			await begin(entry, position, passOn);
		} catch (cause) {
			failure ??= { cause };
		}
	};
	for (const [position, entry] of entries.entries()) {
		while (underWay.size >= atOnce) await Promise.race(underWay);
		if (failure || isOver()) break;
		await new Promise<void>((passOn) => {
			const work = run(entry, position, passOn).then(() => {
				underWay.delete(work);
				passOn();
			});
			underWay.add(work);
		});
	}
	await Promise.all(underWay);
	if (failure) throw failure.cause;
}
