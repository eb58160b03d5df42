/** Apps that register themselves, on an unmodified `openid-client`, and over HTTP as a test writes it. */
import * as client from 'openid-client';
import type { PageClient } from '../web/page-client.ts';
import { request } from './http.ts';

export const SITE = 'https://newcomer.example.com/cb';

interface Server {
  readonly issuer: string;
}

export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

/** A request to the registration endpoints, as JSON. */
export async function register(
  server: Server,
  metadata: unknown = { redirect_uris: [SITE] },
  headers: Record<string, string> = {},
): Promise<Answer> {
  return answerTo(`${server.issuer}/register`, 'POST', metadata, headers);
}

/** What a client does with the address and the token that it was given. */
export async function manage(
  { body }: Pick<Answer, 'body'>,
  method: 'GET' | 'PUT' | 'DELETE',
  metadata?: unknown,
  token = String(body['registration_access_token']),
): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}` };
  return answerTo(String(body['registration_client_uri']), method, metadata, headers);
}

export async function answerTo(
  url: string,
  method: string,
  metadata: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const answer = await request(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(metadata !== undefined && {
      body: typeof metadata === 'string' ? metadata : JSON.stringify(metadata),
    }),
  });
  const text = await answer.text();
  const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
  return { status: answer.status, headers: answer.headers, body };
}

/** An app that has registered itself, and signs people in at the pages. */
export class RegisteredApp {
  readonly config: client.Configuration;
  readonly redirectUri: string;

  constructor(config: client.Configuration, redirectUri: string) {
    this.config = config;
    this.redirectUri = redirectUri;
  }

  static async at(
    server: Server,
    metadata: Record<string, unknown> = {},
    auth: client.ClientAuth = client.None(),
    initialAccessToken?: string,
  ): Promise<RegisteredApp> {
    const asked = {
      redirect_uris: [SITE],
      client_name: 'Newcomer',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      ...metadata,
    };
    const config = await client.dynamicClientRegistration(new URL(server.issuer), asked, auth, {
      execute: [client.allowInsecureRequests],
      ...(initialAccessToken !== undefined && { initialAccessToken }),
    });
    return new RegisteredApp(config, asked.redirect_uris[0] ?? '');
  }

  get id(): string {
    return this.config.clientMetadata().client_id;
  }

  /** Its entry, as the registration was answered. */
  get registered(): Answer {
    const body = this.config.clientMetadata() as unknown as Record<string, unknown>;
    return { status: 201, headers: new Headers(), body };
  }

  /** As its owner's browser is sent away: the address, and what redeems the answer. */
  async begin(parameters: Record<string, string> = {}) {
    const verifier = client.randomPKCECodeVerifier();
    const state = client.randomState();
    const url = client.buildAuthorizationUrl(this.config, {
      redirect_uri: this.redirectUri,
      scope: 'openid profile offline_access',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      ...parameters,
    });
    return { url, verifier, state };
  }

  /** The consent page that a signed-in browser is shown, and where its form goes. */
  async consentPage(pages: PageClient, parameters: Record<string, string> = {}) {
    const attempt = await this.begin(parameters);
    const { location } = await pages.get(attempt.url.pathname + attempt.url.search);
    if (!location.startsWith('/interaction/')) throw new Error(`no page: ${location}`);
    return { attempt, action: location, page: await pages.get(location) };
  }

  /** The owner allows it all that it asks. */
  async signIn(pages: PageClient, parameters: Record<string, string> = {}) {
    const { attempt, action, page } = await this.consentPage(pages, parameters);
    const ticks = [...page.text.matchAll(/name="(allow:[^"]+)"/g)].map(([, name = '']) => [name, 'on']);
    const fields = { csrf: page.field('csrf'), decision: 'allow', ...Object.fromEntries(ticks) };
    const next = await pages.post(action, fields as Record<string, string>);
    const { location } = await pages.get(next.onward);
    return client.authorizationCodeGrant(this.config, new URL(location), {
      pkceCodeVerifier: attempt.verifier,
      expectedState: attempt.state,
      idTokenExpected: true,
    });
  }

  refresh(token: string) {
    return client.refreshTokenGrant(this.config, token);
  }

  /** Status of userinfo. */
  async me(token: string, server: Server): Promise<number> {
    const answer = await request(`${server.issuer}/me`, { headers: { authorization: `Bearer ${token}` } });
    return answer.status;
  }
}
