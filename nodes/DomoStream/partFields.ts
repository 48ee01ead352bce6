import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

/** How a part is sent; see PartEncoding in domo/executions.ts. */
export const PART_ENCODINGS: INodePropertyOptions[] = [
	{ name: 'Gzip', value: 'gzip', description: 'As text/csv with Content-Encoding gzip' },
	{ name: 'Gzip as Content Type', value: 'gzipContentType', description: 'As application/gzip, should Domo want it so' },
	{ name: 'None', value: 'none', description: 'Plain CSV' },
];

export const maxTriesField: INodeProperties = {
	displayName: 'Max Tries per Part',
	name: 'maxTries',
	type: 'number',
	default: 5,
	typeOptions: { minValue: 1, maxValue: 20 },
	description: 'How often a part is sent before it is given up',
};

export const requestTimeoutField: INodeProperties = {
	displayName: 'Request Timeout (Seconds)',
	name: 'requestTimeoutSeconds',
	type: 'number',
	default: 900,
	typeOptions: { minValue: 1 },
	description: 'How long one part may take to upload',
};
