/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A web server on this machine: what workflows read from, and send files to. */
export class WebServer {
	/** By path, what is answered to GET. */
	readonly pages = new Map<string, string | Buffer>();
	private readonly bodies = new Map<string, Buffer[]>();

	private constructor(private readonly server: Server) {}

	static async open(): Promise<WebServer> {
		const server = createServer();
		const web = new WebServer(server);
		server.on('request', async (request, response) => {
			const chunks: Buffer[] = [];
			for await (const chunk of request) chunks.push(chunk as Buffer);
			const path = request.url ?? '';
			if (request.method === 'PUT') web.bodies.set(path, [...web.received(path), Buffer.concat(chunks)]);
			const page = request.method === 'PUT' ? '{}' : web.pages.get(path);
			response.writeHead(page === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(page);
		});
		await once(server.listen(0, '127.0.0.1'), 'listening');
		return web;
	}

	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	/** What was PUT to a path, in order. */
	received(path: string): Buffer[] {
		return this.bodies.get(path) ?? [];
	}

	close(): void {
		this.server.closeAllConnections();
		this.server.close();
	}
}
