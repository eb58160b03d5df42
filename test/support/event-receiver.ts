/** A receiver to which security events are pushed, and what it answers. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { eventually } from './eventually.ts';
import { ListeningServer } from './listening-server.ts';

interface Pushed {
  readonly path: string;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
  /** When it came, milliseconds since 1970. */
  readonly at: number;
}
type Answer = readonly [status: number | 'never', body?: string];

export class EventReceiver extends ListeningServer {
  readonly pushed: Pushed[] = [];
  /** What is answered at a path, one after the other; then 202. */
  readonly answers: Record<string, Answer[]> = {};
  /** What is answered at a path, as long as it stands here; `never`: nothing. */
  readonly always: Record<string, number | 'never'> = {};

  static async start(): Promise<EventReceiver> {
    const receiver = new EventReceiver();
    await receiver.listen();
    return receiver;
  }

  protected async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').slice(1);
    this.pushed.push({ path, headers: request.headers, body: await text(request), at: Date.now() });
    const [status, body] = this.answers[path]?.shift() ?? [this.always[path] ?? 202];
    if (status === 'never') return;
    this.reach('asked');
    response.writeHead(status).end(body, () => this.reach('taken'));
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
}
