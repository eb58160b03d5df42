import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import compose from 'koa-compose';
import { emptySecretIsNone } from '../../src/oidc/empty-secret.ts';
import type { TestProtocol } from './test-protocol.ts';

export interface LibraryAlone {
  address: string;
  close(): Promise<void>;
}

/** The library of a protocol on a port of its own, without the fast paths in front of it. */
export async function libraryAlone({ provider }: TestProtocol): Promise<LibraryAlone> {
  const app = new Koa();
  app.use(emptySecretIsNone(provider));
  app.use(compose(provider.middleware) as unknown as Koa.Middleware);
  const server = createServer((request, response) => void app.callback()(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
