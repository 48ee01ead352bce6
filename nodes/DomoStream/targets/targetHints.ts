import type { OperationContext } from '../../shared/run/operation';
import { listedTargets } from './targetFaults';

/** More lines than this are counted; all are in n8n's log. */
const MAX_LINES = 20;

/** Hints of many targets: the same words of several are one line that names them. */
export class TargetHints {
	private readonly targets = new Map<string, string[]>();

	constructor(private readonly context: OperationContext) {}

	/** The context for one target: its hints are kept until all are shown, and logged at once. */
	contextFor(target: string): OperationContext {
		const log = (message: string) => this.context.log(`${target}: ${message}`);
		return {
			...this.context,
			log,
			hint: (message) => {
				log(message);
				const targets = this.targets.get(message) ?? [];
				this.targets.set(message, targets);
				if (!targets.includes(target)) targets.push(target);
			},
		};
	}

	/** Shows what has come together. */
	show(): void {
		const lines = [...this.targets];
		for (const [message, targets] of lines.slice(0, MAX_LINES))
			this.context.hint(`${listedTargets(targets)}: ${message}`);
		const more = lines.length - MAX_LINES;
		if (more > 0) this.context.hint(`${more} more such lines are in n8n's log.`);
		this.targets.clear();
	}
}
