import { setTimeout as sleep } from 'node:timers/promises';

/** Asks as its client, with a token of its own. @throws where there is no answer, or none of 2xx */
export type Asks = (method: string, path: string, body?: object) => Promise<unknown>;

/** Milliseconds before the next poll, where a server is away. */
const PAUSE = 100;

/** Polls until it is stopped, whatever becomes of servers, and takes what it gets. */
export class PollingReceiver {
  readonly heard: { readonly jti: string; readonly body: string; readonly at: number }[] = [];
  readonly #ask: Asks;
  readonly #path: string;
  #isStopped = false;

  constructor(ask: Asks, path: string) {
    this.#ask = ask;
    this.#path = path;
  }

  async run(): Promise<void> {
    let ack: readonly string[] = [];
    while (!this.#isStopped) {
      try {
        const { sets } = (await this.#ask('POST', this.#path, { ack })) as { sets: Record<string, string> };
        const at = Date.now();
        for (const [jti, body] of Object.entries(sets)) this.heard.push({ jti, body, at });
        ack = Object.keys(sets);
      } catch {
        // What was not acknowledged for sure is acknowledged once more.
        await sleep(PAUSE);
      }
    }
  }

  stop(): void {
    this.#isStopped = true;
  }
}
