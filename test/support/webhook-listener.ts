/** A maker's program that is told what happens to accounts and devices. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from './eventually.ts';
import { ListeningServer } from './listening-server.ts';

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

export class WebhookListener extends ListeningServer {
  readonly heard: HeardWebhook[] = [];
  /** What is answered at a path, 204 unless it is said; `never`: until it is hung up; 204 `after` so many milliseconds. */
  answers: Record<string, number | 'never' | { readonly after: number }> = {};

  static async start(): Promise<WebhookListener> {
    const listener = new WebhookListener();
    await listener.listen();
    return listener;
  }

  protected async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
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
    this.reach('asked');
    if (typeof given === 'object') await sleep(given.after);
    if (answer !== 'never') response.writeHead(answer).end(() => this.reach('taken'));
  }

  /** An entry of the webhooks file, with a key of its own unless one is given. */
  receiver<More extends object>(id: string, more?: More) {
    return { id, url: this.url(id), secrets: [webhookKey()], ...more };
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
}

/** As Standard Webhooks writes one. */
export const webhookKey = () => `whsec_${randomBytes(32).toString('base64')}`;
