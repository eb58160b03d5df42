import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import type { TestRedis } from './redis-standalone.ts';

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
  const sockets = new Set<Socket>();
  const exchanges: string[][] = [];
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = createConnection({ host: target.host, port: target.port, noDelay: true });
    const breakOff = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', breakOff).on('close', breakOff);
    }
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
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const proxy: DelayingProxy = {
    url: target.applicationUrl.replace(`:${target.port}`, `:${port}`),
    delay: 0,
    exchanges,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
