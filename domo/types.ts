/**
 * The Domo API's nouns as TypeScript types. Field names are Domo's own, taken from Domo's OpenAPI
 * files (DataSet API, Stream API) and the official SDKs.
 */

/** The column types Domo knows. There is no boolean type. */
export const COLUMN_TYPES = ['STRING', 'DECIMAL', 'LONG', 'DOUBLE', 'DATE', 'DATETIME'] as const;
export type ColumnType = (typeof COLUMN_TYPES)[number];

export interface Column {
	name: string;
	type: ColumnType;
}

export interface Schema {
	columns: Column[];
}

/** Domo treats a missing, lower-case or unknown update method as REPLACE, so only these two may ever be sent. */
export const UPDATE_METHODS = ['APPEND', 'REPLACE'] as const;
export type UpdateMethod = (typeof UPDATE_METHODS)[number];

export interface DataSet {
	/** UUID */
	id: string;
	name: string;
	description?: string;
	rows?: number;
	columns?: number;
	schema?: Schema;
	owner?: { id: number; name: string };
	createdAt?: string;
	updatedAt?: string;
	dataCurrentAt?: string;
	pdpEnabled?: boolean;
	policies?: Policy[];
	/** A deleted DataSet may still answer 200, with this set. */
	deleted?: boolean;
}

export interface Stream {
	id: number;
	dataSet: DataSet;
	updateMethod: UpdateMethod | 'UPSERT';
	keyColumnNames?: string[];
	createdAt?: string;
	modifiedAt?: string;
}

/** Which execution of which Stream. */
export interface ExecutionRef {
	streamId: number;
	executionId: number;
}

export interface Execution {
	id: number;
	startedAt?: string;
	endedAt?: string;
	/** No official list exists; see executionStates in domo/executions.ts. */
	currentState: string;
	createdAt?: string;
	modifiedAt?: string;
	updateMethod?: string;
	rows?: number;
	bytes?: number;
}

export const POLICY_OPERATORS = [
	'BEGINS_WITH',
	'BETWEEN',
	'CONTAINS',
	'ENDS_WITH',
	'EQUALS',
	'GREATER_THAN',
	'GREATER_THAN_EQUAL',
	'LESS_THAN',
	'LESS_THAN_EQUAL',
	'LIKE',
] as const;
export type PolicyOperator = (typeof POLICY_OPERATORS)[number];

export interface PolicyFilter {
	column: string;
	operator: PolicyOperator;
	values: string[];
	not: boolean;
}

/** A PDP (personalized data permissions) policy. */
export interface Policy {
	id?: number;
	name: string;
	type: 'user' | 'system';
	filters: PolicyFilter[];
	users: number[];
	groups: number[];
}

/** A person in Domo. Further fields are the same people's addresses and titles. */
export interface User {
	id: number;
	name?: string;
	email?: string;
	role?: string;
}

export interface Group {
	id: number;
	name?: string;
	memberCount?: number;
}

export interface QueryResult {
	datasource: string;
	columns: string[];
	metadata: Array<{
		type: string;
		dataSourceId?: string;
		maxLength?: number;
		minLength?: number;
		periodIndex?: number;
	}>;
	rows: unknown[][];
	numRows: number;
	numColumns: number;
	fromcache: boolean;
}
