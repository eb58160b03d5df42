import { startStoreProxy } from '../../test/support/store-proxy.ts';
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
  let armed: Armed | undefined;
  const proxy = await startStoreProxy(target, ({ client, upstream, breakOff }) => {
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
  return {
    url: `redis://${user}@127.0.0.1:${proxy.port}`,
    arm: (sent, when, onHit) => {
      armed = { mark: markOf(sent), when, onHit };
    },
    disarm: () => {
      armed = undefined;
    },
    close: () => proxy.close(),
  };
}
