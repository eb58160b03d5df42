/** What operators act on, as owners, devices and apps really have it: accounts with a password, linked devices, a client with a secret. */
import { expect } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import { newSeed } from '../../src/mfa/authenticator-app.ts';
import type { OperatorHere } from '../cli/operator-here.ts';
import { newApp } from '../redis/contract/factors.ts';
import { sessionOf } from '../support/aged-proof.ts';
import { DeviceClient, type Tokens } from '../support/device-client.ts';
import { eventually } from '../support/eventually.ts';
import { codesOf, errorOf, tokensOf } from '../support/linked-device.ts';
import type { MailSink } from '../support/mail-sink.ts';
import { randomId } from '../support/test-stores.ts';
import { PASSWORD, type WholeServer } from '../support/whole-server.ts';
import type { PageClient } from '../web/page-client.ts';
import { INSIDE } from './console-world.ts';

const FIRST = { replaces: undefined, less: false, narrow: () => ({}) };
/** A device; an API, which asks about tokens. */
const KINDS = { device: [], api: ['--auth', 'client_secret_basic', '--grant-types', ''] };

interface RealOwner {
  readonly id: AccountId;
  readonly email: string;
  readonly pages: PageClient;
}

/** One that holds its tokens, whatever becomes of them. */
class RealDevice {
  readonly id: string;
  readonly client: DeviceClient;
  #tokens: Tokens;

  constructor(id: string, client: DeviceClient, tokens: Tokens) {
    this.id = id;
    this.client = client;
    this.#tokens = tokens;
  }

  /** What its next refresh comes to: its error, or `undefined` where it goes on. */
  async refreshed(): Promise<unknown> {
    const answer = await this.client.refresh(this.#tokens.refresh_token);
    if (answer.status === 200) this.#tokens = tokensOf(answer);
    return errorOf(answer);
  }
}

export class RealThings {
  readonly server: WholeServer;
  readonly sink: MailSink;
  readonly operator: OperatorHere;

  constructor(server: WholeServer, sink: MailSink, operator: OperatorHere) {
    this.server = server;
    this.sink = sink;
    this.operator = operator;
  }

  async owner(): Promise<RealOwner> {
    const { email, pages } = await this.server.signUp(this.server.visitor(INSIDE));
    const account = await this.server.stores.accounts.findByEmail(email);
    if (!account) throw new Error('there is no account');
    return { id: account.id, email, pages };
  }

  /** Of this owner, linked at a page of theirs. */
  async device({ id, pages }: RealOwner, clientId = 'tv'): Promise<RealDevice> {
    const { stores, inside, issuer } = this.server;
    const client = new DeviceClient(issuer, clientId);
    const { deviceCode, userCode } = codesOf(await client.authorize());
    const browser = await stores.browsers.resume(sessionOf(pages));
    if (!browser) throw new Error('nobody is signed in');
    const owned = { accountId: id, epoch: browser.epoch };
    const before = new Set((await stores.linkedDevices.list(owned)).map((one) => one.id));
    await inside.linking.approve(userCode, browser);
    const tokens = tokensOf(await client.poll(deviceCode));
    const linked = (await stores.linkedDevices.list(owned)).find((one) => !before.has(one.id));
    return new RealDevice(linked?.id ?? '', client, tokens);
  }

  /** An authenticator app, so that a password alone does not sign in. @returns its id */
  async factor({ id }: RealOwner): Promise<string> {
    const { factors, accounts } = this.server.stores;
    const owner = { accountId: id, epoch: (await accounts.find(id))?.epoch ?? 0 };
    const app = { ...newApp(), seed: newSeed(), lastStep: 0 };
    await factors.add(owner, app, { kind: 'factor-added', by: 'owner' });
    return (await factors.list(id))[0]?.id ?? '';
  }

  /** An app that the owner lets act. @returns its id */
  async app({ id }: RealOwner): Promise<string> {
    const { consents, accounts } = this.server.stores;
    const owner = { accountId: id, epoch: (await accounts.find(id))?.epoch ?? 0 };
    await consents.write(owner, { clientId: 'notes', granted: ['openid'], refused: [] }, FIRST);
    return (await consents.list(owner))[0]?.id ?? '';
  }

  async another({ email }: RealOwner): Promise<PageClient> {
    const pages = this.server.visitor(INSIDE);
    await pages.submit('/sign-in', '/sign-in', { email, password: PASSWORD });
    return pages;
  }

  /** Where a new browser stands after the password. */
  async signsIn(
    { email }: Pick<RealOwner, 'email'>,
    password = PASSWORD,
  ): Promise<'in' | 'second step' | 'out'> {
    const pages = this.server.visitor(INSIDE);
    const { status, location } = await pages.submit('/sign-in', '/sign-in', { email, password });
    if (status !== 303) return 'out';
    return location.startsWith('/sign-in') ? 'second step' : 'in';
  }

  isIn = async ({ pages }: Pick<RealOwner, 'pages'>) => (await pages.get('/account/devices')).status === 200;

  /** A path in a mail that came by SMTP. */
  async linkTo(email: string, inMail: RegExp): Promise<string> {
    return eventually(`a link to ${email}`, () =>
      this.sink.mails
        .filter(({ to }) => [to ?? []].flat().some(({ text }) => text.includes(email)))
        .flatMap(({ text = '' }) => inMail.exec(text)?.[0] ?? [])
        .at(-1),
    );
  }

  /** A client in the store; of an API with a secret. */
  async client(kind: keyof typeof KINDS): Promise<{ id: string; secret: string }> {
    const id = `c${randomId()}`;
    const { json } = await this.operator.run('clients', 'create', id, '--name', 'Clock', ...KINDS[kind]);
    return { id, secret: String(json['secret']) };
  }

  /** Whether the token endpoints know the client by this secret. */
  async knows({ id }: { id: string }, secret: string): Promise<boolean> {
    const client = new DeviceClient(this.server.issuer, id, `Basic ${btoa(`${id}:${secret}`)}`);
    return (await client.post('/token/introspection', { token: 'any' })).status === 200;
  }
}

/** What owners read of the newest event. */
export async function toldOf({ server }: RealThings, { id }: RealOwner, kind: string): Promise<void> {
  const events = await server.stores.activity.list(id, { most: 10 });
  expect(events.map(({ event }) => [event.kind, event.by])).toContainEqual([kind, 'operator']);
}
