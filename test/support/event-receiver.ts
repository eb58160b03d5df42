/** A receiver to which security events are pushed, and what it answers. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { eventually } from './eventually.ts';

interface Pushed {
  readonly path: string;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
  /** When it came, milliseconds since 1970. */
  readonly at: number;
}
type Answer = readonly [status: number | 'never', body?: string];

export class EventReceiver {
  readonly pushed: Pushed[] = [];
  /** What is answered at a path, one after the other; then 202. */
  readonly answers: Record<string, Answer[]> = {};
  /** What is answered at a path, as long as it stands here; `never`: nothing. */
  readonly always: Record<string, number | 'never'> = {};
  /** Is called once: when the next event has come, or when its answer has left. */
  onNext: { readonly when: 'asked' | 'taken'; readonly call: () => void } | undefined;
  readonly #server = createServer(async (request, response) => {
    const path = (request.url ?? '').slice(1);
    this.pushed.push({ path, headers: request.headers, body: await text(request), at: Date.now() });
    const [status, body] = this.answers[path]?.shift() ?? [this.always[path] ?? 202];
    if (status === 'never') return;
    this.#reach('asked');
    response.writeHead(status).end(body, () => this.#reach('taken'));
  });

  static async start(): Promise<EventReceiver> {
    const receiver = new EventReceiver();
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  #reach(when: 'asked' | 'taken'): void {
    const next = this.onNext;
    if (next?.when !== when) return;
    this.onNext = undefined;
    next.call();
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
