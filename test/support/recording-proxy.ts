import { once } from 'node:events';
import { createConnection, createServer, type Server } from 'node:net';

export interface RecordingProxy {
  /** Of each connection, all that the client has written. */
  written(): Buffer[];
  /** Both of the loopback addresses are listened at, on this port. */
  readonly port: number;
  forget(): void;
  close(): Promise<void>;
}

/**
 * Passes everything on to the port, and keeps what clients write: what stands on the wire is seen, not believed.
 * @param unseen the address of who is no client
 */
export async function startRecordingProxy(
  port: number,
  target: number,
  unseen: string,
): Promise<RecordingProxy> {
  const connections: Buffer[][] = [];
  const servers = ['127.0.0.1', '::1'].map((host) => listen(host));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  return {
    port,
    // One that was made and not written to yet says nothing.
    written: () => connections.map((pieces) => Buffer.concat(pieces)).filter(({ length }) => length > 0),
    forget: () => void connections.splice(0),
    close: async () => {
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };

  function listen(host: string): Server {
    const server = createServer((client) => {
      const isSeen = client.remoteAddress !== unseen;
      const bytesOf: Buffer[] = [];
      if (isSeen) connections.push(bytesOf);
      const upstream = createConnection({ host: '127.0.0.1', port: target });
      client.on('data', (bytes) => bytesOf.push(bytes));
      for (const [from, to] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        from.on('error', () => to.destroy()).on('close', () => to.destroy());
        from.pipe(to);
      }
    });
    return server.listen({ port, host, ipv6Only: host === '::1' });
  }
}
