import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { type Config, readConfig } from '../../src/config/config.ts';
import type { PlainAnswers } from '../../src/net/plain-answer.ts';
import { parseClients } from '../../src/oidc/clients.ts';
import { ownResourcesOf } from '../../src/oidc/own-resources.ts';
import { createProtocol, type Protocol } from '../../src/oidc/protocol.ts';
import { parseResources } from '../../src/oidc/resources-file.ts';
import type { SigningKeys } from '../../src/oidc/signing-keys.ts';
import { protocolCookies } from '../../src/web/middleware/cookies.ts';
import { testSigningKeys } from './signing-keys.ts';
import { type LimitChanges, testLimiter } from './test-limits.ts';
import { randomId, type TestStores, testStores } from './test-stores.ts';

export const TEST_CLIENTS = [
  { client_id: 'tv', client_name: 'Telly' },
  { client_id: 'speaker', client_name: 'Boombox' },
  {
    client_id: 'api',
    client_name: 'The API',
    grant_types: [],
    token_endpoint_auth_method: 'client_secret_basic',
    client_secret: 'a secret of the API for its tests, 40 chars',
  },
  {
    client_id: 'notes',
    client_name: 'Notes',
    redirect_uris: ['https://notes.example.com/signed-in'],
    post_logout_redirect_uris: ['https://notes.example.com/signed-out'],
    token_endpoint_auth_method: 'client_secret_basic',
    client_secret: 'a secret of the notes for their tests, 40 chars',
  },
  { client_id: 'reader', client_name: 'Reader', redirect_uris: ['https://reader.example.com/cb'] },
  {
    client_id: 'desktop',
    client_name: 'Desktop',
    redirect_uris: ['http://127.0.0.1/cb', 'http://[::1]/cb', 'com.example.desktop:/cb'],
    grant_lifetime_days: 30,
  },
  { client_id: 'no-device', client_name: 'No device', grant_types: ['refresh_token'] },
];

export interface TestProtocol extends Protocol {
  issuer: string;
  /** Where this instance listens; the issuer's, unless a test lets two instances serve one issuer. */
  address: string;
  stores: TestStores;
  close(): Promise<void>;
}

export type TestProtocolOptions = Parameters<typeof testStores>[0] & {
  environment?: Record<string, string>;
  clients?: object[];
  /** Of the resources file; absent: there is none. */
  resources?: object[];
  /** Clients that read the tokens of resources may be in the store. */
  readersMayBeStored?: boolean;
  keys?: SigningKeys;
  limits?: LimitChanges;
  /** In milliseconds; longer than settings allow, where a test asks for it. */
  lifetimes?: Partial<Config['lifetimes']>;
  /** Handles each request; sees it first. */
  around?: (request: IncomingMessage, handle: () => void) => void;
};

/** The protocol alone, without pages, on a port of its own and the real stores. */
export async function testProtocol(options: TestProtocolOptions = {}): Promise<TestProtocol> {
  const stores = await testStores(options);
  const app = new Koa();
  const { around = (_request, handle) => handle() } = options;
  const server = createServer((request, response) =>
    around(request, () => void answerOne(request, response)),
  );
  let inFront: PlainAnswers = () => undefined;
  const answerOne = async (request: IncomingMessage, response: ServerResponse) => {
    const answer = await inFront(request, randomId());
    if (!answer) return app.callback()(request, response);
    const { status, headers, body } = answer;
    const type = ['Content-Type', 'application/json; charset=utf-8'];
    response.writeHead(status, [...headers, ...type, 'Content-Length', `${Buffer.byteLength(body)}`]);
    response.end(body);
    request.resume();
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { config: read } = readConfig({ ISSUER: address, ...options.environment });
  const config = { ...read, lifetimes: { ...read.lifetimes, ...options.lifetimes } };
  const errors: Error[] = [];
  const started = createProtocol(
    {
      config,
      ...parseResources(
        options.resources && JSON.stringify(options.resources),
        parseClients(JSON.stringify(options.clients ?? TEST_CLIENTS)),
        options.readersMayBeStored,
        ownResourcesOf(config.issuer),
      ),
      product: 'Latchkey',
      keys: options.keys ?? (await testSigningKeys()),
      accounts: stores.accounts,
      stores: {
        ...stores,
        limiter: testLimiter(stores, options.limits),
        lifetimes: config.lifetimes,
      },
      cookies: protocolCookies(config.issuer),
      renderError: (ctx, out) => {
        ctx.body = out;
      },
      renderFormPost: (ctx, post) => {
        ctx.body = post;
      },
      renderHeldAnswer: (ctx, held) => {
        ctx.body = held;
      },
    },
    (error) => errors.push(error),
  );
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await stores.connection.close();
  };
  const protocol = await started.catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  app.use(protocol.middleware);
  ({ inFront } = protocol);
  const close = async () => {
    await stop();
    if (errors.length > 0) throw new AggregateError(errors, 'the library met server errors');
  };
  return { ...protocol, issuer: config.issuer, address, stores, close };
}
