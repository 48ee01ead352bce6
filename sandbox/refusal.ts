/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { randomBytes } from 'node:crypto';
import { STATUS_CODES } from 'node:http';

/** A request Domo would turn down: becomes `{status, statusReason, message, toe}` with that status. */
export class Refusal extends Error {
	/** @param message what Domo says; left out of the body where Domo says nothing (its 403) */
	constructor(
		readonly status: number,
		message = '',
	) {
		super(message);
	}

	body(): Record<string, unknown> {
		if (this.status === 403 && this.message === '') return { status: 403, toe: newToe() };
		return {
			status: this.status,
			statusReason: STATUS_CODES[this.status],
			...(this.message ? { message: this.message } : {}),
			toe: newToe(),
		};
	}
}

const TOE_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** A fresh reference in the form Domo Support asks for, such as CA6JIHTO46-28C5D-UEQ7I. */
export function newToe(): string {
	const letters = [...randomBytes(20)].map((byte) => TOE_LETTERS[byte % TOE_LETTERS.length]).join('');
	return `${letters.slice(0, 10)}-${letters.slice(10, 15)}-${letters.slice(15)}`;
}

export const MAINTENANCE_PAGE =
	'<!DOCTYPE html><html><head><title>Domo Maintenance</title></head><body><h1>Domo is down for maintenance</h1></body></html>';
