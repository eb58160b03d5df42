import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import type { TestRedis } from './redis-standalone.ts';

export interface DelayingProxy {
  /** As the application's user. */
  url: string;
  /** Milliseconds that each reply is held back from now on; 0: none. */
  delay: number;
  close(): Promise<void>;
}

/** Stands in front of a Redis that works, at the end of a line that is slow. */
export async function startDelayingProxy(target: TestRedis): Promise<DelayingProxy> {
  const sockets = new Set<Socket>();
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
    client.on('data', (bytes) => void upstream.write(bytes));
    // Replies keep their order, also while the delay changes: each waits for the one before it.
    let before = Promise.resolve();
    upstream.on('data', (bytes) => {
      const due = performance.now() + proxy.delay;
      before = before.then(async () => {
        const wait = due - performance.now();
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
        client.write(bytes);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const proxy: DelayingProxy = {
    url: target.applicationUrl.replace(`:${target.port}`, `:${port}`),
    delay: 0,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
