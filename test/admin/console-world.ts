/** A whole server with a console, and operators of each role in browsers of theirs. */
import { ConsoleSessions } from '../../src/admin/console-sessions.ts';
import type { OperatorRole } from '../../src/admin/operators.ts';
import { newSeed } from '../../src/mfa/authenticator-app.ts';
import { settledContentsUnder } from '../redis/keyspace-contents.ts';
import { TestApp } from '../support/authenticator-app.ts';
import { freePort } from '../support/free-port.ts';
import { newBrowser, randomId, type TestStores } from '../support/test-stores.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { Page, PageClient } from '../web/page-client.ts';
import { adminClients } from './admin-world.ts';

export const INSIDE = '203.0.113.9';
export const SETTINGS = {
  ADMIN: 'all',
  ADMIN_NETWORKS: '203.0.113.0/24',
  LIMIT_ADMIN_CALLS: '1000000/1s 100ms..1s',
};

export async function consoleServer(
  environment: Record<string, string> = {},
  overrides: Parameters<typeof startWholeServer>[2] = {},
  secrets?: string[],
): Promise<WholeServer> {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  return startWholeServer({ ...SETTINGS, PORT: `${port}`, ...environment }, secrets, {
    clients: adminClients(issuer),
    ...overrides,
  });
}

export interface OperatorOf {
  readonly id: string;
  readonly email: string;
  readonly pages: PageClient;
  /** The authenticator app of the account. */
  readonly app: TestApp;
}

/** An account that was created at the pages, with an authenticator app and a role; not yet signed in to the console. */
export async function operatorOf(server: WholeServer, role?: OperatorRole): Promise<OperatorOf> {
  const { stores } = server;
  const { email, pages } = await server.signUp(server.visitor(INSIDE));
  const account = await stores.accounts.findByEmail(email);
  if (!account) throw new Error('there is no account');
  const app = new TestApp(newSeed());
  const owner = { accountId: account.id, epoch: account.epoch };
  const added = { kind: 'factor-added', by: 'owner' } as const;
  const factor = { kind: 'totp', id: randomId(), name: 'Phone', createdAt: 1 } as const;
  await stores.factors.add(owner, { ...factor, seed: app.seed, lastStep: 0 }, added);
  if (role) await giveRole(stores, account.id, role);
  return { id: account.id, email, pages, app };
}

export async function giveRole(
  { operators }: TestStores,
  id: OperatorOf['id'],
  becomes: OperatorRole | undefined,
): Promise<void> {
  const account = id as Parameters<typeof operators.roleOf>[0];
  const event = { kind: 'role-changed', by: 'operator' } as const;
  await operators.setRole(account, { was: await operators.roleOf(account), becomes }, event);
}

/** The same, signed in to the console in the store, with a fresh proof. */
export async function signedInOperator(server: WholeServer, role?: OperatorRole): Promise<OperatorOf> {
  const { stores } = server;
  const operator = await operatorOf(server, role);
  const id = operator.id as Parameters<typeof newBrowser>[0];
  const browser = { ...newBrowser(id, 1), amr: ['pwd', 'otp', 'mfa'] };
  const factor = (await stores.factors.list(id)).find(({ kind }) => kind === 'totp');
  const proof = { kind: 'totp', factor: factor?.id ?? '', step: 1 } as const;
  const times = { idle: 3_600_000, absolute: 86_400_000 };
  if (!(await stores.browsers.insert(browser, times, undefined, proof)))
    throw new Error('it is not signed in');
  operator.pages.cookies.set('latchkey_session', browser.sessionId);
  const session = await new ConsoleSessions(stores.records).begin(browser);
  operator.pages.cookies.set('latchkey_admin', session.id);
  return operator;
}

/** As browsers do it: on, as long as pages lead on. */
export async function followed(pages: PageClient, answer: Page): Promise<Page> {
  let page = answer;
  for (let hops = 0; page.status === 303 && hops < 5; hops += 1) page = await pages.get(page.location);
  return page;
}

/** All that the store holds, but for the trail and what is counted or noted of visits. */
export async function contentsOf({ stores }: WholeServer): Promise<Record<string, unknown>> {
  const all = await settledContentsUnder(stores.connection.redis, stores.prefix);
  const kept = Object.entries(all as object).filter(
    ([key]) => !/(\{audit\}|Attempts|\{alerts\}|\{notices\}|ConsoleSession|:Probe:|:browsers$)/.test(key),
  );
  return Object.fromEntries(kept);
}
