import type { IDataObject, INodeProperties, IPollFunctions } from 'n8n-workflow';

import type { DomoClient } from '../../domo/client';

/** What every event is given. */
export interface PollContext {
	node: IPollFunctions;
	client: DomoClient;
}

/** What one look found. */
export interface Found {
	/** What is to be emitted, one output item each, oldest first. */
	changes: IDataObject[];
	/** What the next look has to know, as plain JSON. */
	seen: IDataObject;
}

/** One event on what the user chose. */
export interface Watch {
	/** Names what is watched: while it stays the same, `seen` is of use. */
	target: string;
	/** What test mode shows. @throws InputError when there is nothing to show; DomoError */
	sample: () => Promise<IDataObject>;
	/**
	 * Looks for what is new. It may be called again with the same `seen` after it threw.
	 *
	 * @param seen what the last look returned; undefined at the first one, which finds no changes
	 * @throws InputError, ExportError, DomoError
	 */
	look: (seen: IDataObject | undefined) => Promise<Found>;
}

/** One file per event exports these two. */
export interface TriggerEvent {
	/** The event's fields; the node adds which event they belong to. */
	description: INodeProperties[];
	/** Reads the parameters. @throws InputError for one that can't be used; DomoError */
	watch: (context: PollContext) => Promise<Watch>;
}
