/**
 * Another OpenID provider on loopback: `oidc-provider` itself, and a front before it that alters one answer at a time, as a
 * hostile or a broken provider would.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, type JWK, type JWTHeaderParameters, SignJWT } from 'jose';
import Provider, { type Configuration } from 'oidc-provider';
import { ask, type HttpAnswer } from './http.ts';

const CLIENT_ID = 'latchkey';
const CLIENT_SECRET = 'a secret of latchkey at its provider, for tests';

type Json = Record<string, unknown>;

/** Alters what the provider answers at a path. */
type Alteration = (path: string, answer: HttpAnswer) => HttpAnswer | Promise<HttpAnswer>;

/** A person who has an account there. */
interface Person {
  sub: string;
  email?: string;
  email_verified?: boolean;
  name?: string;
}

export class UpstreamProvider {
  readonly issuer: string;
  /** Who signs in next. */
  person: Person = { sub: 'ada-there', email: 'ada@there.example', email_verified: true, name: 'Ada There' };
  /** By default nothing. */
  alter: Alteration = (_path, answer) => answer;
  /** Paths that were asked for. */
  readonly asked: string[] = [];
  /** Parameters of the newest request for sign-in. */
  requested = new URLSearchParams();
  readonly #key: Parameters<SignJWT['sign']>[0];
  readonly #servers: Server[];

  private constructor(issuer: string, key: Parameters<SignJWT['sign']>[0], servers: Server[]) {
    this.issuer = issuer;
    this.#key = key;
    this.#servers = servers;
  }

  /** @param callbacks where it may send its people back to; `changes` of its configuration */
  static async start(callbacks: string[], changes: Partial<Configuration> = {}): Promise<UpstreamProvider> {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const jwk: JWK = { ...(await exportJWK(privateKey)), kid: 'there', alg: 'RS256', use: 'sig' };
    const front = await listening();
    const issuer = originOf(front);
    const inside = await listening();
    const upstream = new UpstreamProvider(issuer, privateKey, [front, inside]);
    const provider = new Provider(issuer, upstream.#configuration(callbacks, jwk, changes));
    provider.proxy = true;
    const callback = provider.callback();
    inside.on('request', (request, response) => {
      const uid = /^\/interaction\/([^/?]+)/.exec(request.url ?? '')?.[1];
      if (uid === undefined) return void callback(request, response);
      const result = { login: { accountId: upstream.person.sub } };
      void provider.interactionFinished(request, response, result);
    });
    front.on('request', async (request, response) => {
      const { method = 'GET', url: path = '/', headers } = request;
      upstream.asked.push(`${method} ${path.split('?')[0]}`);
      if (path.startsWith('/auth?')) upstream.requested = new URLSearchParams(path.slice('/auth?'.length));
      const sent = Object.fromEntries(
        ['cookie', 'authorization', 'content-type', 'accept'].flatMap((name) => {
          const value = headers[name];
          return typeof value === 'string' ? [[name, value]] : [];
        }),
      );
      const body = await text(request);
      const own = { ...sent, 'x-forwarded-host': new URL(issuer).host, 'x-forwarded-proto': 'http' };
      const told = await ask(originOf(inside), { method, path, headers: own, ...(body && { body }) });
      const { status, headers: given, text: answer } = await upstream.alter(path.split('?')[0] ?? '', told);
      const { 'content-length': _length, 'transfer-encoding': _encoding, ...kept } = given;
      response.writeHead(status, kept as Record<string, string>).end(answer);
    });
    return upstream;
  }

  /** The entry of UPSTREAM_FILE for it. */
  entry(id: string, name: string, more: Json = {}): Json {
    return { id, name, issuer: this.issuer, client_id: CLIENT_ID, client_secret: CLIENT_SECRET, ...more };
  }

  /** From now on the ID token is another one, signed with the provider's own key unless `sign` does it otherwise. */
  forgeIdToken(
    change: (claims: Json) => Json,
    sign = (claims: Json, header: JWTHeaderParameters) => this.sign(claims, header),
  ): void {
    this.alterJson('/token', async (body) => {
      const token = String(body['id_token']);
      const [header = '', claims = ''] = token.split('.');
      const parts = [header, claims].map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
      return { ...body, id_token: await sign(change(parts[1] as Json), parts[0] as JWTHeaderParameters) };
    });
  }

  sign(claims: Json, header: JWTHeaderParameters = { alg: 'RS256', kid: 'there' }): Promise<string> {
    return new SignJWT(claims).setProtectedHeader(header).sign(this.#key);
  }

  /** From now on the JSON of this path is another one. */
  alterJson(at: string, change: (body: Json) => Json | Promise<Json>): void {
    this.alter = async (path, answer) =>
      path === at && answer.status === 200
        ? { ...answer, text: JSON.stringify(await change(JSON.parse(answer.text) as Json)) }
        : answer;
  }

  honest(): void {
    this.alter = (_path, answer) => answer;
  }

  #configuration(callbacks: string[], jwk: JWK, changes: Partial<Configuration>): Configuration {
    return {
      clients: [
        {
          client_id: CLIENT_ID,
          client_secret: CLIENT_SECRET,
          redirect_uris: callbacks,
          response_types: ['code'],
          grant_types: ['authorization_code'],
        },
      ],
      jwks: { keys: [jwk as NonNullable<Configuration['jwks']>['keys'][number]] },
      cookies: { keys: ['cookies of the provider'] },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
      conformIdTokenClaims: false,
      findAccount: (_ctx, sub) => ({
        accountId: sub,
        claims: async () => ({ ...this.person, sub }),
      }),
      // Everybody there lets this server know who they are.
      loadExistingGrant: async (ctx) => {
        const { client, session, provider } = ctx.oidc;
        const grant = new provider.Grant({
          clientId: client?.clientId ?? '',
          accountId: session?.accountId ?? '',
        });
        grant.addOIDCScope('openid email profile');
        await grant.save();
        return grant;
      },
      ...changes,
    };
  }

  async close(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

async function listening(): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const originOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
