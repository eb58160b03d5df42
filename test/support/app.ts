import * as client from 'openid-client';
import type { Session } from '../../src/accounts/session.ts';
import { ask } from './http.ts';
import type { TestProtocol } from './test-protocol.ts';

const SECRET = 'a secret of the notes for their tests, 40 chars';
const PLACE = { address: '127.0.0.1', userAgent: 'test' };

export interface Step {
  status: number;
  location: string;
  text: string;
}

/** What a browser does between an app and the protocol: keeps cookies by their path, follows nothing by itself. */
export class Agent {
  readonly cookies = new Map<string, string>();
  readonly browser: Session | undefined;
  readonly #paths = new Map<string, string>();

  constructor(browser?: Session) {
    this.browser = browser;
    if (browser) this.cookies.set('latchkey_session', browser.sessionId);
  }

  async get(url: string | URL): Promise<Step> {
    const { origin, href, pathname } = new URL(url);
    const sent = [...this.cookies].filter(([name]) => pathname.startsWith(this.#paths.get(name) ?? '/'));
    const cookie = sent.map(([name, value]) => `${name.split('@')[0]}=${value}`).join('; ');
    const path = href.slice(origin.length);
    const { status, headers, text } = await ask(origin, { method: 'GET', path, headers: { cookie } });
    for (const line of [headers['set-cookie'] ?? []].flat()) {
      const [, plain = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      const scope = /; path=([^;]*)/i.exec(line)?.[1] ?? '/';
      const name = scope === '/' ? plain : `${plain}@${scope}`;
      this.#paths.set(name, scope);
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return { status, location: String(headers['location'] ?? ''), text };
  }
}

export interface Attempt {
  url: URL;
  verifier: string;
  state: string;
  nonce: string;
}

/** Where the app goes; without pages, their part is played through `appSignIn`. */
type Server = Pick<TestProtocol, 'issuer'> & Partial<Pick<TestProtocol, 'appSignIn'>>;

/** An app on an unmodified `openid-client`. */
export class TestApp {
  readonly protocol: Server;
  readonly config: client.Configuration;
  readonly redirectUri: string;

  private constructor(protocol: Server, config: client.Configuration, redirectUri: string) {
    this.protocol = protocol;
    this.config = config;
    this.redirectUri = redirectUri;
  }

  static async notes(protocol: Server, id = 'notes'): Promise<TestApp> {
    const auth = client.ClientSecretBasic(SECRET);
    return TestApp.of(protocol, id, 'https://notes.example.com/signed-in', auth);
  }

  static async of(
    protocol: Server,
    id: string,
    redirectUri: string,
    auth: client.ClientAuth = client.None(),
  ): Promise<TestApp> {
    const options = { execute: [client.allowInsecureRequests] };
    const config = await client.discovery(new URL(protocol.issuer), id, undefined, auth, options);
    return new TestApp(protocol, config, redirectUri);
  }

  async begin(parameters: Record<string, string> = {}): Promise<Attempt> {
    const verifier = client.randomPKCECodeVerifier();
    const [state, nonce] = [client.randomState(), client.randomNonce()];
    const url = client.buildAuthorizationUrl(this.config, {
      redirect_uri: this.redirectUri,
      scope: 'openid profile email',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
      ...parameters,
    });
    return { url, verifier, state, nonce };
  }

  /** Where the app hears the answer, once its owner has allowed what `allowed` says (all of it, unless given). */
  async authorize(
    agent: Agent,
    { url }: Pick<Attempt, 'url'> & Partial<Attempt>,
    allowed?: readonly string[],
  ): Promise<URL> {
    const { appSignIn, issuer } = this.protocol;
    if (!appSignIn) throw new Error('a real server has pages');
    let step = await agent.get(url);
    for (let pages = 0; pages < 3 && step.location.startsWith('/interaction/'); pages += 1) {
      const uid = step.location.slice('/interaction/'.length);
      const waiting = await appSignIn.find(uid, agent.browser);
      if (!agent.browser || waiting?.step !== 'consent') throw new Error('the owner has to sign in first');
      const scopes = allowed ?? waiting.scopes.map(({ scope }) => scope);
      const next = await appSignIn.allow(uid, agent.browser, scopes, PLACE);
      if (typeof next === 'string') throw new Error(next);
      step = await agent.get(issuer + next.path);
    }
    return new URL(step.location || `error:${step.status}`);
  }

  /** @param attempt without a nonce where none was sent, and where no ID token is expected */
  redeem(answer: URL, { verifier, state, nonce }: Omit<Attempt, 'nonce'> & Partial<Attempt>) {
    return client.authorizationCodeGrant(this.config, answer, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      ...(nonce && { expectedNonce: nonce, idTokenExpected: true }),
    });
  }

  async signIn(agent: Agent, parameters: Record<string, string> = {}, allowed?: readonly string[]) {
    const attempt = await this.begin(parameters);
    return this.redeem(await this.authorize(agent, attempt, allowed), attempt);
  }

  async isActive(token: string): Promise<boolean> {
    return (await client.tokenIntrospection(this.config, token)).active;
  }

  refresh(token: string) {
    return client.refreshTokenGrant(this.config, token);
  }

  /** What userinfo tells the app. */
  async claimsOf(token: string): Promise<string[]> {
    return Object.keys(await client.fetchUserInfo(this.config, token, client.skipSubjectCheck));
  }
}
