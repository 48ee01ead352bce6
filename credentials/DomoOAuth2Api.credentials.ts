import type { ICredentialTestRequest, ICredentialType, INodeProperties, Icon } from 'n8n-workflow';

import { baseUrlExpression, DEFAULT_BASE_URL } from '../domo/baseUrl';

/** Domo's OAuth: client credentials over HTTP Basic; a token lives 3,599 s and n8n renews it on a 401. */
export class DomoOAuth2Api implements ICredentialType {
	name = 'domoOAuth2Api';

	extends = ['oAuth2Api'];

	displayName = 'Domo OAuth2 API';

	icon: Icon = { light: 'file:../icons/domo.svg', dark: 'file:../icons/domo.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-domo/n8n-nodes-domo#create-a-domo-client';

	properties: INodeProperties[] = [
		{
			displayName: 'Grant Type',
			name: 'grantType',
			type: 'hidden',
			default: 'clientCredentials',
		},
		{
			displayName: 'Client ID',
			name: 'clientId',
			type: 'string',
			default: '',
			required: true,
			description: "From Domo's developer portal: My Account, New Client, with the scope 'data'",
		},
		{
			displayName: 'Client Secret',
			name: 'clientSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'Shown beside the client ID. If a new secret was created in Domo, enter it here too.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: DEFAULT_BASE_URL,
			required: true,
			description:
				"Where Domo's API is. Leave it as it is, unless you work with the sandbox or a private host.",
		},
		{
			displayName: 'Allow HTTP',
			name: 'allowHttp',
			type: 'boolean',
			default: false,
			displayOptions: { show: { baseUrl: [{ _cnd: { startsWith: 'http://' } }] } },
			description:
				'Whether the base URL may begin with http:// on another machine. The client secret and your rows then travel unencrypted. Addresses of this machine (localhost, 127.0.0.1) are always allowed.',
		},
		{
			displayName: 'Domo Instance',
			name: 'instanceName',
			type: 'string',
			default: '',
			placeholder: 'acme',
			description:
				'The first part of your Domo address, acme in acme.domo.com. Only used for links to your DataSets.',
		},
		{
			displayName: 'Access Token URL',
			name: 'accessTokenUrl',
			type: 'hidden',
			default: baseUrlExpression('$self', '/oauth/token'),
		},
		{
			displayName: 'Scope',
			name: 'scope',
			type: 'options',
			default: 'data',
			options: [
				{ name: 'Data', value: 'data' },
				{ name: 'Data and User', value: 'data user' },
			],
			description:
				"What n8n asks Domo for. The client in Domo needs the same. 'User' is only for choosing the users and groups of a PDP policy by name.",
		},
		{
			displayName: 'Authentication',
			name: 'authentication',
			type: 'hidden',
			default: 'header',
		},
	];

	test: ICredentialTestRequest = {
		request: {
			baseURL: baseUrlExpression('$credentials', ''),
			url: '/v1/datasets',
			qs: { limit: 1 },
		},
		rules: [
			{
				type: 'responseCode',
				properties: {
					value: 401,
					message: "Domo does not take the access token. Check 'Client ID' and 'Client Secret'.",
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 403,
					message:
						"The client may not see DataSets: its scope 'data' or its user's grant 'Manage DataSet' is missing. The scope is chosen in Domo's developer portal, under My Account.",
				},
			},
			{
				type: 'responseCode',
				properties: { value: 404, message: "Domo's API is not at this 'Base URL'." },
			},
		],
	};
}
