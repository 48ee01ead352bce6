import type { Locator, Page } from 'playwright-core';

import { areaOf, type Area } from './browser';
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

	/** Where the whole dialog is. */
	async credentialArea(): Promise<Area> {
		return await areaOf(
			[this.credentialDialog, this.part('credential-name'), this.part('credential-save-button')],
			24,
		);
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

	/** Puts a node without actions onto the canvas of a new workflow. */
	async addFirstNode(nodeName: string): Promise<void> {
		await (await this.searchNodes(nodeName)).getByText(nodeName, { exact: true }).first().click();
		await this.part('node-creator').waitFor({ state: 'hidden' });
	}

	nodeOnCanvas(name: string): Locator {
		return this.part('canvas-node').filter({ hasText: name });
	}

	/** Clicks on the canvas where nothing is: the next node is then linked to none. */
	async clickCanvas(): Promise<void> {
		await this.part('canvas-wrapper').click({ position: { x: 200, y: 150 } });
	}

	/** Drags a node with the mouse, and sees it there. @param right how far from where it is, in pixels */
	async dragNode(name: string, right: number, down: number): Promise<void> {
		const node = this.nodeOnCanvas(name).first();
		const from = (await node.boundingBox())!;
		const [x, y] = middle(from);
		await this.dragMouse([x, y], [x + right, y + down]);
		await eventually(`'${name}' where it was dragged`, async () => {
			const to = (await node.boundingBox())!;
			// The first few pixels don't count as a drag, and n8n has a grid.
			const isThere = (moved: number, wanted: number) =>
				Math.abs(moved - wanted) < 40 && (moved !== 0 || wanted === 0);
			return isThere(to.x - from.x, right) && isThere(to.y - from.y, down);
		});
	}

	/** Draws a link from a node's output to another's input with the mouse. */
	async linkNodes(from: string, to: string): Promise<void> {
		const handle = async (name: string, end: string) =>
			middle(
				(await this.nodeOnCanvas(name).locator(`[data-handleid="${end}/main/0"]`).first().boundingBox())!,
			);
		await this.dragMouse(await handle(from, 'outputs'), await handle(to, 'inputs'));
		await this.page
			.locator(`[data-test-id="edge"][data-source-node-name="${from}"][data-target-node-name="${to}"]`)
			.waitFor({ state: 'attached' });
	}

	/** Sees a node marked as done. */
	async seeDone(name: string): Promise<void> {
		await this.nodeOnCanvas(name).locator('[data-test-id="canvas-node-status-success"]').first().waitFor();
	}

	/** All nodes as large as the canvas allows. */
	async zoomToNodes(): Promise<void> {
		await this.part('zoom-to-fit').click();
		let before = '';
		await eventually('the canvas at rest', async () => {
			const last = before;
			before = JSON.stringify(await this.part('canvas-node').first().boundingBox());
			return before === last;
		});
	}

	private async dragMouse(from: [number, number], to: [number, number]): Promise<void> {
		const { mouse } = this.page;
		await mouse.move(...from);
		await mouse.down();
		await mouse.move(...to, { steps: 20 });
		await mouse.up();
	}

	/** A node's parameters, input and output. */
	get nodeView(): Locator {
		return this.part('ndv');
	}

	async openNode(name: string): Promise<void> {
		await this.nodeOnCanvas(name).first().dblclick();
		await this.nodeView.waitFor();
	}

	/** Picks a Stream and lets its columns arrive: they change the node, and n8n calls a run that began before stale. */
	async pickStreamWithColumns(name: string): Promise<void> {
		const columnsArrived = this.page.waitForResponse((response) =>
			response.url().includes('/resource-mapper-fields'),
		);
		await Promise.all([columnsArrived, this.pickFromList(name)]);
	}

	/** Types what a Code node runs, and lets n8n save it: it takes up what is typed only after a while. */
	async fillCode(code: string): Promise<void> {
		const isSaved = (text: string | null) => text?.includes(JSON.stringify(code).slice(1, -1)) === true;
		const saved = this.page.waitForRequest(
			(request) => request.url().includes('/rest/workflows') && isSaved(request.postData()),
		);
		await Promise.all([saved, this.nodeView.locator('.cm-content').first().fill(code)]);
	}

	/** Chooses one of the credentials that the node's list offers, and sees it chosen. */
	async chooseCredential(name: string): Promise<void> {
		const list = this.part('node-credentials-select');
		await list.click();
		await this.page
			.locator('[data-test-id^="node-credentials-select-item-"]')
			.filter({ hasText: name })
			.locator('visible=true')
			.click();
		await eventually(
			`the credential '${name}' chosen`,
			async () => (await list.locator('input').first().inputValue()) === name,
		);
	}

	/** Where the parameters and what is beside them are seen, without the rest of the node's view. */
	async areaWith(side: 'input' | 'output'): Promise<Area> {
		const beside =
			side === 'output' ? this.output : this.part('ndv-input-panel').or(this.part('input-panel')).first();
		return await areaOf([beside, this.part('node-parameters')]);
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

	/** Opens the searchable list that was added last. @returns its field */
	async openLastList(): Promise<Locator> {
		const picker = this.nodeView.locator('[data-test-id="rlc-input"]').last();
		await picker.click();
		return picker;
	}

	/** Looks for a text in the searchable list that was added last, picks the only one found, and sees it picked. */
	async searchLastList(search: string, text: string): Promise<void> {
		const picker = await this.openLastList();
		await this.part('rlc-search').locator('visible=true').fill(search);
		await eventually(
			`'${text}' alone`,
			async () => (await this.part('rlc-item').locator('visible=true').count()) === 1,
		);
		await this.part('rlc-item').locator('visible=true').filter({ hasText: text }).click();
		await eventually(`'${text}' picked`, async () => (await picker.inputValue()).includes(text));
	}

	/** Adds an entry to a list of fields. */
	async addEntry(button: string): Promise<void> {
		await this.nodeView.getByText(button, { exact: true }).click();
	}

	/** Chooses from a list of a few, and sees it chosen. */
	async chooseOption(field: string, text: string): Promise<void> {
		const list = this.part(`parameter-input-${field}`);
		await list.click();
		await this.page.getByText(text, { exact: true }).locator('visible=true').last().click();
		await eventually(
			`'${text}' chosen`,
			async () => (await list.locator('input').first().inputValue()) === text,
		);
	}

	/** Opens the list of the options that can be added. */
	async openOptions(): Promise<void> {
		await this.nodeView
			.locator('[data-test-id="collection-parameter-add"]')
			.locator('visible=true')
			// Those of files and values come before.
			.last()
			.click();
		await this.page
			.getByText('Max Concurrent Uploads', { exact: true })
			.locator('visible=true')
			.last()
			.waitFor();
	}

	/** Adds an option by its title in the list, and sees its field. */
	async addOption(displayName: string, name: string): Promise<void> {
		await this.openOptions();
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

	/** What the parameters say in boxes of their own. */
	get notices(): Locator {
		return this.nodeView.locator('[class*="notice"]:not([class*="notice"] *)').locator('visible=true');
	}

	/** The columns of a column mapper. */
	get mapper(): Locator {
		return this.part('mapping-fields-container');
	}

	async mapByHand(): Promise<void> {
		await this.part('mapping-mode-select').click();
		await this.page
			.getByText('Map Each Column Manually', { exact: true })
			.locator('visible=true')
			.last()
			.click();
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
		await this.output
			.locator(mode === 'table' ? 'table tr' : '[data-test-id="run-data-schema-item"]')
			.first()
			.waitFor();
	}

	/** Shows one of several outputs. */
	async showOutput(name: string): Promise<void> {
		const tab = new RegExp(`^\\s*${name} Branch`);
		await this.output.getByText(tab).first().click();
	}

	/** Whether an element is in the window as it is, without scrolling. */
	async isInView(element: Locator): Promise<boolean> {
		const box = await element.boundingBox();
		const { width, height } = this.page.viewportSize()!;
		return (
			box !== null && box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height
		);
	}

	/** Closes a branch of the output's schema. */
	async foldOutput(name: string): Promise<void> {
		const item = this.output
			.locator('[data-test-id="run-data-schema-item"]')
			.filter({ has: this.page.locator(`[data-path=".${name}"]`) });
		await item.locator('.toggle').click();
		const below = this.output.locator(`[data-path^=".${name}."]`).first();
		// What is not shown n8n keeps for later, high above the window.
		await eventually(
			`'${name}' folded`,
			async () => ((await below.boundingBox({ timeout: 1000 }).catch(() => null))?.y ?? -1) < 0,
		);
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

const middle = ({ x, y, width, height }: Area): [number, number] => [x + width / 2, y + height / 2];
