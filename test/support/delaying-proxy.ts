import type { TestRedis } from './redis-standalone.ts';
import { startStoreProxy } from './store-proxy.ts';

export interface DelayingProxy {
  /** As the application's user. */
  url: string;
  /** Milliseconds that each reply is held back from now on; 0: none. */
  delay: number;
  /** Of each connection the first things sent, in turns: what was sent before a reply had come through is one. */
  readonly exchanges: readonly (readonly string[])[];
  close(): Promise<void>;
}

/** Turns of each connection that are kept. */
const KEPT = 10;

/** Stands in front of a Redis that works, at the end of a line that is slow. */
export async function startDelayingProxy(
  target: Pick<TestRedis, 'host' | 'port' | 'applicationUrl'>,
): Promise<DelayingProxy> {
  const exchanges: string[][] = [];
  const proxied = await startStoreProxy(target, ({ client, upstream }) => {
    const exchange: string[] = [];
    exchanges.push(exchange);
    let answered = true;
    client.on('data', (bytes) => {
      if (answered && exchange.length < KEPT) exchange.push('');
      if (exchange.length < KEPT) exchange.push(`${exchange.pop()}${bytes}`);
      answered = false;
      upstream.write(bytes);
    });
    // Replies keep their order, also while the delay changes: each waits for the one before it.
    let before = Promise.resolve();
    upstream.on('data', (bytes) => {
      const due = performance.now() + proxy.delay;
      before = before.then(async () => {
        const wait = due - performance.now();
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
        answered = true;
        client.write(bytes);
      });
    });
  });
  const proxy: DelayingProxy = {
    url: target.applicationUrl.replace(`:${target.port}`, `:${proxied.port}`),
    delay: 0,
    exchanges,
    close: () => proxied.close(),
  };
  return proxy;
}
