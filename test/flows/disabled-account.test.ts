/** A disabled account, and one whose password a stranger guesses: what each refuses, over the whole server. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import { DeviceClient } from '../support/device-client.ts';
import { codesOf } from '../support/linked-device.ts';
import { PASSWORD, startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { PageClient } from '../web/page-client.ts';

let server: WholeServer;
beforeAll(async () => {
  server = await startWholeServer();
});
afterAll(() => server.close());

interface Household {
  email: string;
  accountId: AccountId;
  pages: PageClient;
  device: DeviceClient;
  tokens: { access_token: string; refresh_token: string };
  /** Approved, and not yet redeemed. */
  approved: string;
  /** The confirm page of a third device, open in the browser. */
  open: { deviceCode: string; csrf: string; ticket: string };
}

async function enter(pages: PageClient, userCode: string) {
  const page = await pages.submit('/device', '/device', { user_code: userCode });
  return { csrf: page.field('csrf'), ticket: page.field('ticket') };
}

async function household(): Promise<Household> {
  // In the house of the devices, so that a click links them.
  const { email, pages } = await server.signUp(server.visitor('127.0.0.1'));
  const device = new DeviceClient(server.issuer, 'tv');
  const approve = async () => {
    const codes = codesOf(await device.authorize());
    const answer = await pages.post('/device/confirm', {
      ...(await enter(pages, codes.userCode)),
      decision: 'approve',
    });
    expect(answer.location).toContain('/device/waiting');
    return codes.deviceCode;
  };
  const { body } = await device.poll(await approve());
  const approved = await approve();
  const third = codesOf(await device.authorize());
  const open = { deviceCode: third.deviceCode, ...(await enter(pages, third.userCode)) };
  const account = await server.stores.accounts.findByEmail(email);
  const tokens = body as unknown as Household['tokens'];
  return { email, accountId: account?.id as AccountId, pages, device, tokens, approved, open };
}

const signIn = (pages: PageClient, email: string) =>
  pages.submit('/sign-in', '/sign-in', { email, password: PASSWORD });

/** What each does to an account that may do everything, and to one that may not. */
const WAYS: Record<string, (of: Household) => Promise<'goes on' | 'refused'>> = {
  'its browser’s session': async ({ pages }) => tell((await pages.get('/account')).status === 200),
  'the code page': async ({ pages }) => tell((await pages.get('/device')).status === 200),
  'introspection of an access token': async ({ device, tokens }) =>
    tell(await device.isActive(tokens.access_token)),
  userinfo: async ({ device, tokens }) => tell((await device.userinfo(tokens.access_token)).status === 200),
  'a refresh': async ({ device, tokens }) =>
    tell((await device.refresh(tokens.refresh_token)).status === 200),
  'the poll on a code that was approved before': async ({ device, approved }) =>
    tell((await device.poll(approved)).status === 200),
  'an approval from a confirm page that was open': async ({ pages, device, open }) => {
    const { csrf, ticket, deviceCode } = open;
    await pages.post('/device/confirm', { csrf, ticket, decision: 'approve' });
    return tell((await device.poll(deviceCode)).status === 200);
  },
  'a sign-in where it was signed in before': async ({ pages, email }) => {
    pages.cookies.delete('latchkey_session');
    return tell((await signIn(pages, email)).status === 303);
  },
  'a sign-in elsewhere': async ({ email }) =>
    tell((await signIn(server.visitor('203.0.113.9'), email)).status === 303),
};

const tell = (goesOn: boolean) => (goesOn ? 'goes on' : 'refused');

async function tryAll(of: Household): Promise<Record<string, string>> {
  const told: Record<string, string> = {};
  for (const [name, way] of Object.entries(WAYS)) told[name] = await way(of);
  return told;
}

const each = (answer: string) => Object.fromEntries(Object.keys(WAYS).map((name) => [name, answer]));

describe('an account that is', () => {
  it('active goes every way', async () => {
    expect(await tryAll(await household())).toEqual(each('goes on'));
  });

  it('disabled goes none', async () => {
    const of = await household();
    const result = await server.stores.accounts.setStatus(of.accountId, 'disabled');
    expect(result).toEqual({ changed: true, epoch: 2, grants: 2, browsers: 1 });
    expect(await tryAll(of)).toEqual(each('refused'));
  });

  it('enabled again signs in, and has nothing of before', async () => {
    const of = await household();
    await server.stores.accounts.setStatus(of.accountId, 'disabled');
    await server.stores.accounts.setStatus(of.accountId, 'active');
    expect(await tryAll(of)).toEqual({
      ...each('refused'),
      'a sign-in where it was signed in before': 'goes on',
      'a sign-in elsewhere': 'goes on',
    });
  });

  it('locked by a stranger’s guesses asks unknown browsers for a mailed code; what the owner has goes on', async () => {
    const of = await household();
    for (let network = 0; network < 26; network += 1) {
      const guesser = server.visitor(`203.0.${network}.9`);
      const guess = () =>
        guesser.submit('/sign-in', '/sign-in', { email: of.email, password: 'wrong wrong' });
      await Promise.all(Array.from({ length: 4 }, guess));
    }
    expect(await tryAll(of)).toEqual({ ...each('goes on'), 'a sign-in elsewhere': 'refused' });
  });
});

describe('a sign-in that is under way', () => {
  it('while the account is disabled ends nowhere', async () => {
    const { email } = await server.signUp();
    const account = await server.stores.accounts.findByEmail(email);
    const [answer] = await Promise.all([
      signIn(server.visitor(), email),
      server.stores.accounts.setStatus(account?.id as AccountId, 'disabled'),
    ]);
    expect(answer.status).toBe(400);
  });
});
