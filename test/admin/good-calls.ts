/** What calls of the Admin API are about when they are to succeed, each call something of its own. */
import type { AccountId } from '../../src/accounts/account.ts';
import type { AdminRoute } from '../../src/admin/route.ts';
import { newApp } from '../redis/contract/factors.ts';
import { newStream } from '../redis/signal-changes.ts';
import { eventually } from '../support/eventually.ts';
import { randomId } from '../support/test-stores.ts';
import type { AdminWorld } from './admin-world.ts';

/** By the names in paths, and the version of what is replaced. */
export type Targets = Record<
  'account' | 'device' | 'browser' | 'factor' | 'app' | 'client' | 'token' | 'job' | 'receiver' | 'version',
  string
>;

const API = { client_name: 'An API', grant_types: [], token_endpoint_auth_method: 'client_secret_basic' };

/** What a call takes; `undefined`: nothing. */
export function goodBody(call: string, issuer: string): object | undefined {
  const bodies: Readonly<Record<string, object>> = {
    'accounts-rename': { name: 'Grace' },
    'accounts-close': {},
    'accounts-create': { email: `${randomId().toLowerCase()}@example.org`, name: 'Ada' },
    'clients-create': API,
    'clients-replace': API,
    'clients-rotate-secret': {},
    'initial-tokens-create': { name: 'Lab' },
    'keys-rotate': {},
    'jobs-begin': { type: 'sign-out-everyone', confirm: new URL(issuer).host },
    'receivers-replay': { all: true },
    'streams-replay': { all: true },
  };
  return bodies[call];
}

export async function newTargets(world: AdminWorld, { name, path }: AdminRoute): Promise<Partial<Targets>> {
  if (path.startsWith('/accounts/{account}')) return targetsOfAccount(world);
  if (path.startsWith('/devices/{')) return targetsOfAccount(world);
  if (path.startsWith('/clients/{')) return targetsOfClient(world);
  if (path.startsWith('/streams/{')) return targetsOfStream(world);
  const body = goodBody(name === 'jobs-show' ? 'jobs-begin' : 'initial-tokens-create', world.server.issuer);
  // A job of the same kind may be under way still.
  const made = async (at: string) => {
    const ask = () => world.ask('POST', at, { body, headers: { 'idempotency-key': randomId() } });
    return String(await eventually(`one of ${at}`, async () => (await ask()).body['id']));
  };
  if (path.includes('{job}')) return { job: await made('/jobs') };
  if (path.includes('{token}')) return { token: await made('/initial-access-tokens') };
  return { receiver: 'maker' };
}

/** With a device, a browser, a second step and an app. */
async function targetsOfAccount({ server, link }: AdminWorld): Promise<Partial<Targets>> {
  const { stores } = server;
  const { browser } = await server.owner();
  const account: AccountId = browser.accountId;
  const owner = { accountId: account, epoch: 1 };
  await link(browser);
  await stores.factors.add(owner, newApp(), { kind: 'factor-added', by: 'owner' });
  const allowed = { clientId: 'notes', granted: ['openid'], refused: [] };
  await stores.consents.write(owner, allowed, { replaces: undefined, less: false, narrow: () => ({}) });
  const [[device], [one], [factor], [app]] = await Promise.all([
    stores.linkedDevices.list(owner),
    stores.browsers.list(owner),
    stores.factors.list(account),
    stores.consents.list(owner),
  ]);
  return {
    ...{ account, device: device?.id ?? '', browser: one?.id ?? '' },
    ...{ factor: factor?.id ?? '', app: app?.id ?? '' },
  };
}

async function targetsOfClient({ ask }: AdminWorld): Promise<Partial<Targets>> {
  const made = await ask('POST', '/clients', { body: API, headers: { 'idempotency-key': randomId() } });
  const client = String(made.body['client_id']);
  const { headers } = await ask('GET', `/clients/${client}`);
  return { client, version: headers.get('etag') ?? '' };
}

async function targetsOfStream({ server }: AdminWorld): Promise<Partial<Targets>> {
  const client = randomId();
  await server.stores.signalStreams.write(newStream(client));
  return { client };
}
