import type { Locator, Page } from 'playwright-core';

import { eventually } from './eventually';
import { OWNER } from './n8nApi';

/** A busy machine is slow: waits end at once when what they wait for is there. */
const PATIENCE_MS = 90_000;

/** n8n's editor, by what a person does in it. Only this file knows n8n's markup. */
export class EditorPage {
	constructor(
		readonly page: Page,
		private readonly url: string,
	) {
		page.setDefaultTimeout(PATIENCE_MS);
	}

	/** An element by n8n's own test id. */
	part(testId: string): Locator {
		return this.page.locator(`[data-test-id="${testId}"]`);
	}

	async logIn(): Promise<void> {
		await this.page.goto(`${this.url}/signin`);
		await this.page.locator('input[type=email], input[autocomplete=email]').first().fill(OWNER.email);
		await this.page.locator('input[type=password]').fill(OWNER.password);
		await this.page.getByRole('button', { name: 'Sign in' }).click();
		await this.page.waitForURL((url) => !url.pathname.includes('signin'));
	}

	async openNewCredential(type: string): Promise<void> {
		await this.page.goto(`${this.url}/home/credentials/create`);
		await this.part('new-credential-type-select').locator('input').fill(type);
		await this.part('new-credential-type-select-option').filter({ hasText: type }).click();
		await this.part('new-credential-type-button').click();
		await this.credentialDialog.waitFor();
	}

	get credentialDialog(): Locator {
		return this.part('credential-edit-dialog');
	}

	/** Saves, which also tests; waits for the answer to be shown. */
	async saveCredential(shows: string): Promise<void> {
		await this.part('credential-save-button').click();
		await this.credentialDialog.getByText(shows).waitFor();
	}

	async fillField(name: string, text: string): Promise<void> {
		await this.part(`parameter-input-${name}`).locator('input').fill(text);
	}

	async openNewWorkflow(): Promise<void> {
		await this.page.goto(`${this.url}/workflow/new`);
		await this.part('canvas-wrapper').waitFor();
	}

	async openWorkflow(id: string): Promise<void> {
		await this.page.goto(`${this.url}/workflow/${id}`);
		await this.part('execute-workflow-button').first().waitFor();
	}

	/** Opens the panel of nodes and looks for one. @returns the nodes found */
	async searchNodes(text: string): Promise<Locator> {
		await this.part('node-creator-plus-button').first().click();
		await this.part('node-creator').locator('input').first().fill(text);
		const found = this.part('node-creator-item-name');
		await found.filter({ hasText: text }).first().waitFor();
		return found;
	}

	async addAction(nodeName: string, action: string): Promise<void> {
		await this.addFoundAction(await this.searchNodes(nodeName), nodeName, action);
	}

	/** @param found the nodes found, the wanted one among them */
	async addFoundAction(found: Locator, nodeName: string, action: string): Promise<void> {
		await found.getByText(nodeName, { exact: true }).first().click();
		await this.part('node-creator').getByText(action, { exact: true }).click();
		await this.nodeView.waitFor();
	}

	nodeOnCanvas(name: string): Locator {
		return this.part('canvas-node').filter({ hasText: name });
	}

	/** A node's parameters, input and output. */
	get nodeView(): Locator {
		return this.part('ndv');
	}

	async openNode(name: string): Promise<void> {
		await this.nodeOnCanvas(name).first().dblclick();
		await this.nodeView.waitFor();
	}

	/** Opens a node and lets its columns arrive: they change the node, and n8n calls a run that began before stale. */
	async openNodeWithColumns(name: string): Promise<void> {
		const columnsArrived = this.page.waitForResponse((response) => response.url().includes('/resource-mapper-fields'));
		await Promise.all([columnsArrived, this.openNode(name)]);
	}

	async closeNode(): Promise<void> {
		await this.part('ndv-close-button').click();
		await this.nodeView.waitFor({ state: 'hidden' });
	}

	/** Picks from a searchable list, such as the Streams of the credential's account, and sees it picked. */
	async pickFromList(text: string): Promise<void> {
		const picker = this.nodeView.locator('[data-test-id="rlc-input"]').first();
		await picker.click();
		await this.part('rlc-item').filter({ hasText: text }).click();
		await eventually(`'${text}' picked`, async () => (await picker.inputValue()).includes(text));
	}

	/** Chooses from a list of a few, and sees it chosen. */
	async chooseOption(field: string, text: string): Promise<void> {
		const list = this.part(`parameter-input-${field}`);
		await list.click();
		await this.page.getByText(text, { exact: true }).locator('visible=true').last().click();
		await eventually(`'${text}' chosen`, async () => (await list.locator('input').first().inputValue()) === text);
	}

	/** Adds an option by its title in the list, and sees its field. */
	async addOption(displayName: string, name: string): Promise<void> {
		await this.nodeView.locator('[data-test-id="collection-parameter-add"]').locator('visible=true').first().click();
		await this.page.getByText(displayName, { exact: true }).locator('visible=true').last().click();
		await this.part(`parameter-input-${name}`).waitFor();
	}

	/** Types into a field of several lines. */
	async fillText(name: string, text: string): Promise<void> {
		await this.part(`parameter-input-${name}`).locator('textarea').fill(text);
	}

	/** Adds an entry to a list of texts that is empty so far. */
	async addFirstEntry(name: string, button: string, text: string): Promise<void> {
		await this.nodeView.getByText(button, { exact: true }).click();
		await this.fillField(name, text);
	}

	/** The columns of a column mapper. */
	get mapper(): Locator {
		return this.part('mapping-fields-container');
	}

	async mapByHand(): Promise<void> {
		await this.part('mapping-mode-select').click();
		await this.page.getByText('Map Each Column Manually', { exact: true }).locator('visible=true').last().click();
		await this.mapper.waitFor();
	}

	/** Gives a column an expression, and sees what that makes of the first item. */
	async mapColumn(name: string, expression: string, shows: string): Promise<void> {
		const input = this.page.locator(`[data-test-id="parameter-input-${name}"]`);
		const column = this.mapper.locator('[data-test-id="input-label"]').filter({ has: input }).last();
		// The switch shows only under the mouse.
		await column.hover();
		await column.locator('[data-test-id="radio-button-expression"]').click();
		await input.locator('.cm-content').fill(expression);
		// As long as it is being edited, its result lies over the next column.
		await this.nodeView.getByText('Values to Send', { exact: true }).click();
		await this.part(`parameter-expression-preview-${name}`).getByText(shows, { exact: true }).waitFor();
	}

	async executeStep(): Promise<void> {
		await this.part('node-execute-button').first().click();
	}

	async executeWorkflow(): Promise<void> {
		await this.part('execute-workflow-button').first().click();
	}

	async stopWorkflow(): Promise<void> {
		await this.part('stop-execution-button').first().click();
	}

	get output(): Locator {
		return this.part('output-panel').or(this.part('ndv-output-panel')).first();
	}

	/** n8n remembers how the last output was shown, so it is chosen where it matters. */
	async showOutputAs(mode: 'schema' | 'table'): Promise<void> {
		await this.output.locator(`[data-test-id="radio-button-${mode}"]`).click();
		await this.output.locator(mode === 'table' ? 'table tr' : '[data-test-id="run-data-schema-item"]').first().waitFor();
	}

	/** The output as a table: the names of its columns, then its rows. */
	async outputTable(): Promise<string[][]> {
		await this.showOutputAs('table');
		const rows = await this.output.locator('table tr').all();
		const texts = await Promise.all(rows.map(async (row) => await row.locator('th, td').allInnerTexts()));
		// The last cell of a row is a margin.
		return texts.map((cells) => cells.slice(0, -1).map((text) => text.trim()));
	}
}
