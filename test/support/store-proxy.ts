import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';

/** Stands in front of a Redis, on a port of its own. */
interface StoreProxy {
  readonly port: number;
  close(): Promise<void>;
}

/** One connection through it: what comes from either side is passed on, or not, by the one who listens to it. */
interface ProxiedConnection {
  readonly client: Socket;
  readonly upstream: Socket;
  /** Ends both sides. */
  breakOff(): void;
}

/** @param pass says what becomes of what each side of a new connection sends */
export async function startStoreProxy(
  { host, port }: { readonly host: string; readonly port: number },
  pass: (connection: ProxiedConnection) => void,
): Promise<StoreProxy> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = createConnection({ host, port, noDelay: true });
    const breakOff = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', breakOff).on('close', breakOff);
    }
    pass({ client, upstream, breakOff });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
