import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Session } from '../../src/accounts/session.ts';
import { formatGrantId } from '../../src/devices/grant-id.ts';
import { protocolCookies } from '../../src/web/middleware/cookies.ts';
import { cheapPasswords } from '../accounts/account-pages.ts';
import { PASSWORD, SOMEONE } from '../accounts/account-world.ts';
import { newBrowser, randomId } from '../support/test-stores.ts';
import { BEHIND_HTTPS, startWholeServer, type WholeServer } from '../support/whole-server.ts';
import { PageClient } from './page-client.ts';

let server: WholeServer;
beforeAll(async () => {
  server = await startWholeServer(BEHIND_HTTPS);
});
afterAll(() => server.close());

type Owner = PageClient & { browser: Session };
const LIST = '/account/browsers';
const COMPROMISED = '/account/security/compromised';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

/** Another browser of the same owner. */
async function another({ browser }: Owner, userAgent = FIREFOX, at = server): Promise<Owner> {
  const made = { ...newBrowser(browser.accountId, browser.epoch), userAgent, address: '192.0.2.9' };
  await at.stores.browsers.insert(made, { idle: 3_600_000, absolute: 86_400_000 });
  const client = new PageClient(at.origin);
  client.cookies.set(protocolCookies(BEHIND_HTTPS.ISSUER).session, made.sessionId);
  return Object.assign(client, { browser: { ...made, profile: browser.profile } });
}

async function device({ browser }: Owner, name: string): Promise<string> {
  const { accountId, epoch } = browser;
  const grantId = formatGrantId({ accountId, epoch, name: randomId() });
  await server.stores.grants.write(grantId, {}, { lifetime: 86_400_000, waiting: 60_000 });
  await server.stores.grants.activate(grantId, { type: 'tv', name, clientId: 'tv' });
  return grantId;
}

async function givePassword({ browser }: Owner, { accounts }: WholeServer['stores']): Promise<void> {
  const account = await accounts.find(browser.accountId);
  const passwords = await cheapPasswords();
  if (!account) throw new Error('there is no account');
  await accounts.replaceCredentials(account, { passwordHash: await passwords.hash(PASSWORD, SOMEONE) });
}

const isSignedIn = async (client: PageClient) => (await client.get('/account/devices')).status === 200;
const kindsOf = async ({ browser }: Owner) =>
  (await server.stores.activity.list(browser.accountId, { most: 20 })).map(({ event }) => event.kind);

describe('the list of signed-in browsers', () => {
  it('has each with program, place and time, this one marked and first', async () => {
    const owner = await server.owner();
    await another(owner);
    const { text } = await owner.get(LIST);
    expect(text).toContain('Firefox on Linux');
    expect(text.match(/This browser/g)).toHaveLength(1);
    expect(text.indexOf('This browser')).toBeLessThan(text.indexOf('Firefox on Linux'));
    const [here = '', other = ''] = [...text.matchAll(/class="access-row" href="([^"]*)"/g)].map(
      ([, at]) => at,
    );
    expect((await owner.get(here)).text).toContain('Sign out here');
    const page = await owner.get(other);
    expect(page.text).toContain('192.0.2.9');
    expect(page.text).toContain(`action="${other}/end"`);
    expect(page.text).toContain('Not you? <a href="/account/security/password">Change your password</a>');
  });

  it('is where the former page of browsers leads', async () => {
    const owner = await server.owner();
    const answer = await owner.get('/account/security/browsers');
    expect([answer.status, answer.location]).toEqual([303, '/account/browsers']);
  });

  it('signs one out at once, says so, and tells of it; this one stays', async () => {
    const owner = await server.owner();
    const [other, third] = [await another(owner), await another(owner)];
    const id = other.browser.uid.split('.')[1];
    const answer = await owner.submit(LIST, `${LIST}/${id}/end`, {});
    expect(await isSignedIn(other)).toBe(false);
    expect(await isSignedIn(third)).toBe(true);
    expect((await owner.get(answer.location)).text).toContain('“Firefox on Linux” is signed out.');
    expect((await owner.submit(LIST, `${LIST}/${id}/end`, {})).status).toBe(404);
    expect(await kindsOf(owner)).toEqual(['signed-out']);
  });

  it('signs all others out', async () => {
    const owner = await server.owner();
    const others = [await another(owner), await another(owner)];
    const answer = await owner.submit(LIST, `${LIST}/others/end`, {});
    expect(await Promise.all(others.map(isSignedIn))).toEqual([false, false]);
    expect((await owner.get(answer.location)).text).toContain('2 browsers are signed out.');
    expect(await kindsOf(owner)).toEqual(['signed-out-others']);
  });

  it('signs no browser out without a fresh proof, and goes on by itself once it is given', async () => {
    const stale = await startWholeServer(BEHIND_HTTPS, undefined, {
      now: () => Date.now() + 6 * 60_000,
      passwords: await cheapPasswords(),
    });
    try {
      const owner = await stale.owner();
      const stranger = await another(owner, FIREFOX, stale);
      await givePassword(owner, stale.stores);
      const paths = [`${LIST}/others/end`, `${LIST}/${stranger.browser.uid.split('.')[1]}/end`];
      let [csrf, held] = ['', ''];
      for (const path of paths) {
        const page = await owner.submit(LIST, path, {});
        expect(page.status).toBe(200);
        expect(page.text).toContain('Before another browser is signed out');
        [csrf, held] = [page.field('csrf'), page.field('held')];
      }
      expect(await isSignedIn(stranger)).toBe(true);
      const { location } = await owner.post('/account/prove', { csrf, held, password: PASSWORD });
      expect(await isSignedIn(stranger)).toBe(false);
      expect((await owner.get(location)).text).toContain('“Firefox on Linux” is signed out.');
    } finally {
      await stale.close();
    }
  });

  it('knows nothing of the browsers of other accounts', async () => {
    const [owner, stranger] = [await server.owner(), await server.owner()];
    const id = owner.browser.uid.split('.')[1];
    expect((await stranger.submit(LIST, `${LIST}/${id}/end`, {})).status).toBe(404);
    expect(await isSignedIn(owner)).toBe(true);
    expect(await kindsOf(owner)).toEqual([]);
  });
});

describe('sign out of everything', () => {
  it('ends devices and browsers and keeps this one, under a new session id; the answer says what ended', async () => {
    const owner = await server.owner();
    const other = await another(owner);
    const grants = [await device(owner, 'Bedroom'), await device(owner, 'Kitchen')];
    const before = owner.cookies.get(protocolCookies(BEHIND_HTTPS.ISSUER).session) ?? '';
    const answer = await owner.submit(COMPROMISED, COMPROMISED, { keep: 'yes' });
    expect(await Promise.all(grants.map((id) => server.stores.grants.read(id)))).toEqual([
      undefined,
      undefined,
    ]);
    expect(await isSignedIn(other)).toBe(false);
    expect(await isSignedIn(owner)).toBe(true);
    expect(owner.cookies.get(protocolCookies(BEHIND_HTTPS.ISSUER).session)).not.toBe(before);
    const { text } = await owner.get(answer.location);
    for (const words of [
      '2 devices',
      'Bedroom',
      'Kitchen',
      'One browser',
      'Firefox on Linux',
      'This browser stays signed in.',
      'Change your password now',
    ]) {
      expect(text).toContain(words);
    }
    owner.cookies.set(protocolCookies(BEHIND_HTTPS.ISSUER).session, before);
    expect(await isSignedIn(owner)).toBe(false);
    expect(await kindsOf(owner)).toEqual(['signed-out-everything']);
  });

  it('ends this browser too, when asked to, and still says to it what ended', async () => {
    const owner = await server.owner();
    await device(owner, 'Bedroom');
    const cookie = owner.cookies.get(protocolCookies(BEHIND_HTTPS.ISSUER).session) ?? '';
    const answer = await owner.submit(COMPROMISED, COMPROMISED, {});
    expect(owner.cookies.has(protocolCookies(BEHIND_HTTPS.ISSUER).session)).toBe(false);
    const { text } = await owner.get(answer.location);
    expect(text).toContain('Bedroom');
    expect(text).toContain('This browser is signed out, too.');
    expect((await server.visitor().get(answer.location)).location).toBe('/');
    expect((await (await server.owner()).get(answer.location)).location).toBe('/account');
    owner.cookies.set(protocolCookies(BEHIND_HTTPS.ISSUER).session, cookie);
    expect(await isSignedIn(owner)).toBe(false);
  });

  it('asks for a fresh proof first, and nothing is lost by it', async () => {
    const stale = await startWholeServer(BEHIND_HTTPS, undefined, { now: () => Date.now() + 6 * 60_000 });
    try {
      const owner = await stale.owner();
      const page = await owner.submit(COMPROMISED, COMPROMISED, { keep: 'yes' });
      expect(page.status).toBe(200);
      expect(page.field('held')).not.toBe('');
      expect((await stale.stores.accounts.find(owner.browser.accountId))?.epoch).toBe(1);
    } finally {
      await stale.close();
    }
  });

  it('is not done without the token of this session', async () => {
    const owner = await server.owner();
    const others = (await (await server.owner()).get('/account/devices')).field('csrf');
    for (const path of [COMPROMISED, `${LIST}/others/end`]) {
      for (const fields of [{}, { csrf: others }]) {
        expect((await owner.post(path, { ...fields })).status).toBe(403);
      }
    }
    expect((await server.stores.accounts.find(owner.browser.accountId))?.epoch).toBe(1);
  });
});
