import { startStoreProxy } from './store-proxy.ts';

export interface ReplyDroppingProxy {
  url: string;
  /** How many replies were swallowed so far. */
  readonly dropped: number;
  close(): Promise<void>;
}

/**
 * Stands in front of a Redis and loses replies: Redis runs a command that `loses` names, and then the connection
 * breaks before its reply is through. What comes again under the same name goes through.
 *
 * @param loses names a command by its arguments, the command's own name first; `undefined`: its reply is delivered
 * @param seen the names that have come so far; shared where several proxies stand before one store
 */
export async function startReplyDroppingProxy(
  target: { host: string; port: number },
  loses: (command: readonly string[]) => string | undefined,
  seen = new Set<string>(),
): Promise<ReplyDroppingProxy> {
  let dropped = 0;
  const proxy = await startStoreProxy(target, ({ client, upstream, breakOff }) => {
    let losing = false;
    client.on('data', (bytes) => {
      for (const command of commandsIn(bytes.toString('latin1'))) {
        const name = loses(command);
        if (name === undefined || seen.has(name)) continue;
        seen.add(name);
        losing = true;
      }
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (!losing) return void client.write(bytes);
      dropped += 1;
      breakOff();
    });
  });
  return {
    url: `redis://127.0.0.1:${proxy.port}`,
    get dropped() {
      return dropped;
    },
    close: () => proxy.close(),
  };
}

/** The client writes a command with one call, so none is torn as long as it is small. */
function commandsIn(text: string): string[][] {
  const commands = text.split(/(?=\*\d+\r\n\$\d+\r\n)/);
  return commands.map((command) => command.split('\r\n').filter((_, index) => index > 0 && index % 2 === 0));
}
