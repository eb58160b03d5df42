/** An owner, a thief in the owner's account and a neighbour behind the same router, on a whole server. */

import { randomBytes } from 'node:crypto';
import { type AccountServices, createAccountServices } from '../../src/account-changes/services.ts';
import type { AccountId } from '../../src/accounts/account.ts';
import { Passwords } from '../../src/accounts/passwords.ts';
import type { Session } from '../../src/accounts/session.ts';
import { DisputeTickets } from '../../src/alerts/dispute-tickets.ts';
import { readConfig } from '../../src/config/config.ts';
import type { EventKind } from '../../src/events/event.ts';
import { TextCountries } from '../../src/limits/text-countries.ts';
import { OutgoingMail } from '../../src/mail/outgoing-mail.ts';
import type { Visit } from '../../src/net/visit.ts';
import { protocolCookies } from '../../src/web/middleware/cookies.ts';
import { SOMEONE } from '../accounts/account-world.ts';
import { contentsUnder } from '../redis/keyspace-contents.ts';
import { SAME_STEP, TestApp } from '../support/authenticator-app.ts';
import { CHEAP } from '../support/cheap-hashing.ts';
import { DeviceClient, type Tokens } from '../support/device-client.ts';
import { eventually } from '../support/eventually.ts';
import { codesOf, type DeviceCodes, tokensOf } from '../support/linked-device.ts';
import { serviceAt } from '../support/service.ts';
import { testLimiter } from '../support/test-limits.ts';
import { newBrowser, randomId } from '../support/test-stores.ts';
import { PASSWORD, startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { PageClient } from '../web/page-client.ts';

/** Six digits that are no part of an address. */
const CODE = /(?<![\w-])\d{6}(?![\w-])/;

export const BROWSER_TIMES = { idle: 3_600_000, absolute: 86_400_000 };

/** What the thief has done in an account, and what the owner has beside it. */
export interface Victim {
  readonly accountId: AccountId;
  readonly email: string;
  /** The first three numbers of their addresses. */
  readonly network: string;
  readonly place: { readonly address: string; readonly userAgent: string };
  /** In which the owner is signed in; and the thief. */
  readonly owner: Session;
  thief: Session;
  /** The owner's device, which nothing here is about. */
  readonly kept: Tokens;
  /** A code that was entered in the owner's browser, and one that was approved there; both wait. */
  readonly entered: DeviceCodes;
  readonly approved: DeviceCodes;
  /** A device that the thief has linked. */
  stolen?: Tokens;
}

export class DisputeWorld {
  readonly server: WholeServer;
  readonly services: AccountServices;
  readonly passwords: Passwords;
  readonly device: DeviceClient;
  #networks = 0;

  private constructor(server: WholeServer, passwords: Passwords) {
    this.server = server;
    this.passwords = passwords;
    this.device = new DeviceClient(server.issuer, 'tv');
    const { config } = readConfig({});
    this.services = createAccountServices({
      ...server.stores,
      service: serviceAt('https://link.example.net'),
      signUp: 'open',
      textCountries: TextCountries.all,
      proofAges: config.proofAges,
      recoveryWait: config.recoveryWait,
      browserTimes: BROWSER_TIMES,
      limiter: testLimiter(server.stores),
      sealing: server.stores.keyring,
      passwords,
      mail: new OutgoingMail({ send: async (mail) => void server.mails.push(mail) }, () => undefined),
      texts: undefined,
    });
  }

  static async start(): Promise<DisputeWorld> {
    const server = await startWholeServer({ LIMIT_CODE_NETWORK: '1000/10m 5s..1m' });
    const { installationSecrets } = server.stores;
    const pepper = await installationSecrets.readOrMake('pepper', async () =>
      randomBytes(32).toString('base64url'),
    );
    return new DisputeWorld(
      server,
      await Passwords.create(Buffer.from(pepper, 'base64url'), { cost: CHEAP }),
    );
  }

  close(): Promise<void> {
    return this.server.close();
  }

  /** An account with a device, in a network of its own; its password is `PASSWORD`, which the thief knows. */
  async victim(): Promise<Victim> {
    const { stores } = this.server;
    this.#networks += 1;
    const network = `93.184.${this.#networks}`;
    const accountId = randomId() as AccountId;
    const email = `${accountId.toLowerCase()}@example.org`;
    const credentials = { passwordHash: await this.passwords.hash(PASSWORD, SOMEONE), standsAlone: true };
    const profile = { name: 'Ada', email, emailVerified: true, createdAt: Date.now() };
    await stores.accounts.create(accountId, profile, credentials);
    const browser = newBrowser(accountId, 1);
    await stores.browsers.insert(browser, BROWSER_TIMES);
    const owner = { ...browser, profile };
    const kept = await this.link(owner, network);
    const [entered, approved] = [await this.code(network), await this.code(network)];
    await this.enter(owner, network, entered);
    await this.enter(owner, network, approved, 'approve');
    const place = { address: `${network}.66`, userAgent: 'the thief’s' };
    const victim = { accountId, email, network, place, owner, kept, entered, approved };
    return { ...victim, thief: await this.signIn(victim) };
  }

  visit(network: string, of: Partial<Visit> = {}): Visit {
    const address = `${network}.66`;
    return { address, userAgent: 'thief', knownBrowser: undefined, sessionId: undefined, ...of };
  }

  /** The thief signs in with the password alone. */
  async signIn({ email, network }: Pick<Victim, 'email' | 'network'>): Promise<Session> {
    const request = { email, password: PASSWORD, returnTo: '/', visit: this.visit(network) };
    const entering = await this.services.signIn.signIn(request);
    if (entering.outcome !== 'signed-in') throw new Error(`the thief hears ${entering.outcome}`);
    return entering.browser;
  }

  /** The ticket for the second step. */
  async firstStep({ email, network }: Victim): Promise<string> {
    const request = { email, password: PASSWORD, returnTo: '/', visit: this.visit(network) };
    const entering = await this.services.signIn.signIn(request);
    if (entering.outcome !== 'second-step') throw new Error(`the thief hears ${entering.outcome}`);
    return entering.ticket;
  }

  /** An authenticator app of the thief's. @returns a code of it that works yet */
  async addApp({ thief, email, place }: Victim): Promise<() => Promise<string>> {
    const { seed } = this.services.addApp.setup(email);
    const app = new TestApp(seed);
    const code = await app.code(-1, SAME_STEP);
    const added = await this.services.addApp.add(thief, { seed, code, name: 'Phone' }, place);
    if (added !== 'added') throw new Error(added);
    return () => app.code(0, SAME_STEP);
  }

  pagesOf(browser: Session, network: string): PageClient {
    const pages = this.server.visitor(`${network}.20`);
    pages.cookies.set(protocolCookies(this.server.issuer).session, browser.sessionId);
    return pages;
  }

  /** A device of this network asks for a code. */
  async code(network: string, fields: Record<string, string> = {}): Promise<DeviceCodes> {
    const form = { client_id: 'tv', scope: 'openid offline_access', ...fields };
    return codesOf(await this.device.post('/device/auth', form, { 'x-forwarded-for': `${network}.30` }));
  }

  /** It is entered in a signed-in browser, and decided or not. */
  async enter(browser: Session, network: string, { userCode }: DeviceCodes, decision?: 'approve') {
    const pages = this.pagesOf(browser, network);
    const page = await pages.submit('/device', '/device', { user_code: userCode });
    const [csrf, ticket] = [page.field('csrf'), page.field('ticket')];
    if (ticket === '') throw new Error(`the code led to ${page.status} ${page.location}`);
    if (!decision) return;
    const decided = await pages.post('/device/confirm', { csrf, ticket, decision, user_code: userCode });
    if (!decided.location.startsWith('/device/waiting'))
      throw new Error(`approving led to ${decided.status} ${decided.location}`);
  }

  async link(browser: Session, network: string, fields = {}): Promise<Tokens> {
    const codes = await this.code(network, fields);
    await this.enter(browser, network, codes, 'approve');
    return tokensOf(await this.device.poll(codes.deviceCode));
  }

  /** The newest event of a kind, and the address of its button. */
  async button(accountId: AccountId, kind: EventKind, to?: 'former' | 'page'): Promise<string> {
    const entries = await this.server.stores.activity.list(accountId, { most: 50 });
    const entry = entries.find(({ event }) => event.kind === kind);
    if (!entry) throw new Error(`there is no ${kind} among ${entries.map(({ event }) => event.kind)}`);
    const alert = { accountId, entryId: entry.id, ...(to && { to }) };
    return `/not-me/${new DisputeTickets(this.server.stores.keyring).issue(alert)}`;
  }

  /** Everything that is kept of an account, but how far its owner has been mailed: mails go by themselves. */
  async slotOf(accountId: AccountId): Promise<Record<string, unknown>> {
    const { connection, prefix } = this.server.stores;
    const contents = await contentsUnder(connection.redis, `${prefix}{${accountId}}:`);
    const record = contents[`${prefix}{${accountId}}:account`] as Record<string, unknown>;
    for (const field of ['told', 'mailed', 'mailing', 'mailedop', 'paced']) delete record[field];
    return contents;
  }

  /** The code in the newest mail to an address that has one. */
  async code6(email: string): Promise<string> {
    const { mails } = this.server;
    const look = () => mails.findLast(({ to, text }) => to === email && CODE.test(text));
    return CODE.exec((await eventually('a mailed code', look)).text)?.[0] ?? '';
  }
}
