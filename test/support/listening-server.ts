/** A program that is told by requests, on this machine. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

type When = 'asked' | 'taken';

export abstract class ListeningServer {
  /** Is called once: when the next request has come, or when its answer has left. */
  onNext: { readonly when: When; readonly call: () => void } | undefined;
  readonly #server = createServer((request, response) => this.answer(request, response));

  protected abstract answer(...asked: Parameters<RequestListener>): void;

  protected listen(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  protected reach(when: When): void {
    const next = this.onNext;
    if (next?.when !== when) return;
    this.onNext = undefined;
    next.call();
  }

  url(path: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${path}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
