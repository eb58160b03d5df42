import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import { markOf, type Sent } from './steps.ts';

/** Stands in front of a Redis, and says when a command is on its way that was asked for. */
export interface KillingProxy {
  readonly url: string;
  /**
   * The next such command: `onHit` is called before Redis sees it, which it then never does, or once Redis has done it,
   * before the reply is through.
   */
  arm(sent: Sent, when: 'before' | 'after', onHit: () => void): void;
  disarm(): void;
  close(): Promise<void>;
}

interface Armed {
  readonly mark: string;
  readonly when: 'before' | 'after';
  readonly onHit: () => void;
}

export async function startKillingProxy(
  target: { host: string; port: number },
  user: string,
): Promise<KillingProxy> {
  const sockets = new Set<Socket>();
  let armed: Armed | undefined;
  const server = createServer((client) => {
    const upstream = createConnection(target);
    const breakOff = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', breakOff).on('close', breakOff);
    }
    let onReply: (() => void) | undefined;
    client.on('data', (bytes) => {
      const hit = armed;
      if (hit && bytes.toString('latin1').toLowerCase().includes(hit.mark)) {
        armed = undefined;
        if (hit.when === 'before') {
          hit.onHit();
          return breakOff();
        }
        onReply = hit.onHit;
      }
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (!onReply) return void client.write(bytes);
      onReply();
      breakOff();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `redis://${user}@127.0.0.1:${(server.address() as AddressInfo).port}`,
    arm: (sent, when, onHit) => {
      armed = { mark: markOf(sent), when, onHit };
    },
    disarm: () => {
      armed = undefined;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
