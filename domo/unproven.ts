/**
 * The sentence for messages that rest on a fact nobody has tried on a live Domo: what the reader can send us.
 * docs/first-live-run.md says how.
 *
 * @param fact 'how Domo counts parts'
 */
export function pleaseReport(fact: string): string {
	return `Please report this message, if you can with the report of 'npm run contract': ${fact} has not been tried on a live Domo.`;
}
