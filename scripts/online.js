// Asks the addresses that the documents point at. Needs the internet, so CI does it at a release only.
const TIMEOUT_MS = 20_000;
const TRIES = 3;
/** Some sites answer no machine: the page may well be there. */
const REFUSALS = new Set([401, 403, 405, 429, 999]);

async function ask(address, method) {
	const response = await fetch(address, {
		method,
		headers: { 'user-agent': 'Mozilla/5.0 (link check)' },
		signal: AbortSignal.timeout(TIMEOUT_MS),
	});
	await response.body?.cancel();
	return response.status;
}

/** @returns `{ address, status }`, or `{ address, fault }` of one that does not answer */
async function answerOf(address) {
	for (let attempt = 1; ; attempt++) {
		try {
			let status = await ask(address, 'HEAD');
			if (status >= 400) status = await ask(address, 'GET');
			if (status < 500 || attempt === TRIES) return { address, status };
		} catch (error) {
			if (attempt === TRIES)
				return { address, fault: error.cause?.code ?? error.cause?.message ?? error.message };
		}
	}
}

/** What is wrong with addresses elsewhere; `say` is told of each. */
async function checkOnline(addresses, say) {
	const problems = [];
	for (const answer of await Promise.all(addresses.map(answerOf))) {
		const { address, status, fault } = answer;
		const refused = REFUSALS.has(status);
		say(`  ${fault ?? status}${refused ? ' (answers, but no machine)' : ''} ${address}`);
		if (fault || (status >= 400 && !refused))
			problems.push(`does not answer (${fault ?? status}): ${address}`);
	}
	return problems;
}

module.exports = { checkOnline };
