import { createHash } from 'crypto';

import type { Finding } from './check';
import type { InputForm } from './inputForm';

/** What was loaded last into a DataSet. */
export interface LastInput {
	/** Of the rows in the form of InputForm, hex. */
	sha256: string;
	/** When it was loaded, ISO 8601. */
	at: string;
	/** Whether it is not known that Domo took it. */
	isUnknown?: true;
}

/** Whether an input is the one that was loaded last. */
export class SameInput {
	private readonly hash = createHash('sha256');
	private hasRows = false;
	private digest: string | undefined;

	/** @param last undefined where nothing was loaded yet */
	constructor(
		private readonly last: () => LastInput | undefined,
		private readonly form: InputForm,
	) {}

	/** Adds rows, in their order. */
	add(bytes: Buffer): void {
		this.hasRows = true;
		this.form.write(bytes, (piece) => this.hash.update(piece));
	}

	/** After the last row; undefined where there was none. */
	get sha256(): string | undefined {
		if (!this.hasRows) return undefined;
		return (this.digest ??= this.hash.digest('hex'));
	}

	finding(): Finding {
		const last = this.last();
		const held = last === undefined || last.sha256 !== this.sha256;
		if (held) return { check: 'sameInput', held };
		const reason = last.isUnknown
			? `the input has the very rows that this node sent on ${last.at}, and it is not known whether Domo took them. Look at the DataSet`
			: `the input has the very rows that this node loaded on ${last.at}`;
		return { check: 'sameInput', held, reason };
	}
}
