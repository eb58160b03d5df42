/** A receiver to which security events are pushed, and what it answers. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { eventually } from './eventually.ts';

interface Pushed {
  readonly path: string;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}
type Answer = readonly [status: number, body?: string];

export class EventReceiver {
  readonly pushed: Pushed[] = [];
  /** What is answered at a path, one after the other; then 202. */
  readonly answers: Record<string, Answer[]> = {};
  /** What is answered at a path, as long as it stands here. */
  readonly always: Record<string, number> = {};
  readonly #server = createServer(async (request, response) => {
    const path = (request.url ?? '').slice(1);
    this.pushed.push({ path, headers: request.headers, body: await text(request) });
    const [status, body] = this.answers[path]?.shift() ?? [this.always[path] ?? 202];
    response.writeHead(status).end(body);
  });

  static async start(): Promise<EventReceiver> {
    const receiver = new EventReceiver();
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  url(path: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${path}`;
  }

  at(path: string): Pushed[] {
    return this.pushed.filter((one) => one.path === path);
  }

  /** Waits for so many of them. */
  pushedTo(path: string, count: number): Promise<Pushed[]> {
    return eventually(`${count} events to ${path}`, () => {
      const found = this.at(path);
      return found.length >= count ? found : undefined;
    });
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
