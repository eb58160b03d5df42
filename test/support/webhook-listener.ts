/** A maker's program that is told what happens to accounts and devices. */
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from './eventually.ts';

interface HeardWebhook {
  /** Which receiver it is. */
  path: string;
  /** What it was answered; 0: nothing yet. */
  status: number;
  headers: Record<string, string>;
  body: string;
  type: string;
  data: Record<string, unknown>;
  /** Milliseconds from what happened to when it was heard. */
  lag: number;
  /** When it came, milliseconds since 1970. */
  at: number;
}

export class WebhookListener {
  readonly heard: HeardWebhook[] = [];
  /** What is answered at a path, 204 unless it is said; `never`: until it is hung up; 204 `after` so many milliseconds. */
  answers: Record<string, number | 'never' | { readonly after: number }> = {};
  /** Is called once: when the next request has come, or when its answer has left. */
  onNext: { readonly when: 'asked' | 'taken'; readonly call: () => void } | undefined;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const body = await text(request);
      const path = (request.url ?? '').slice(1);
      const at = Date.now();
      const given = this.answers[path] ?? 204;
      const answer = typeof given === 'object' ? 204 : given;
      const told = JSON.parse(body) as Pick<HeardWebhook, 'type' | 'data'> & { timestamp: string };
      const { type, data, timestamp } = told;
      const headers = request.headers as Record<string, string>;
      this.heard.push({
        path,
        status: answer === 'never' ? 0 : answer,
        headers,
        body,
        type,
        data,
        lag: at - Date.parse(timestamp),
        at,
      });
      this.#reach('asked');
      if (typeof given === 'object') await sleep(given.after);
      if (answer !== 'never') response.writeHead(answer).end(() => this.#reach('taken'));
    });
  }

  static async start(): Promise<WebhookListener> {
    const listener = new WebhookListener();
    await new Promise<void>((resolve) => listener.#server.listen(0, '127.0.0.1', resolve));
    return listener;
  }

  #reach(when: 'asked' | 'taken'): void {
    const next = this.onNext;
    if (next?.when !== when) return;
    this.onNext = undefined;
    next.call();
  }

  /** An entry of the webhooks file, with a key of its own unless one is given. */
  receiver<More extends object>(id: string, more?: More) {
    const { port } = this.#server.address() as AddressInfo;
    return { id, url: `http://127.0.0.1:${port}/${id}`, secrets: [webhookKey()], ...more };
  }

  /** What a receiver has taken, once it is so many. */
  taken(path: string, count: number): Promise<HeardWebhook[]> {
    return eventually(`${count} webhooks to ${path}`, () => {
      const taken = this.heard.filter((one) => one.path === path && one.status >= 200 && one.status < 300);
      return taken.length >= count ? taken : undefined;
    });
  }

  /** Requests to a receiver, taken or not, once they are so many. */
  asked(path: string, count: number): Promise<HeardWebhook[]> {
    return eventually(`${count} requests to ${path}`, () => {
      const asked = this.heard.filter((one) => one.path === path);
      return asked.length >= count ? asked : undefined;
    });
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** As Standard Webhooks writes one. */
export const webhookKey = () => `whsec_${randomBytes(32).toString('base64')}`;
