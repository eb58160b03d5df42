/** REQUIRE_TWO_STEP (ASVS 6.3.3): an owner without a second step sets one up before anything else opens; no scripts. */

import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { settledContentsUnder } from '../redis/keyspace-contents.ts';
import { ageProof } from '../support/aged-proof.ts';
import { TestApp } from '../support/authenticator-app.ts';
import { DeviceClient } from '../support/device-client.ts';
import { codesOf } from '../support/linked-device.ts';
import { filled } from '../support/routes.ts';
import { newBrowser, randomId } from '../support/test-stores.ts';
import { PASSWORD, startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { PageClient } from '../web/page-client.ts';

const SET_UP = '/account/security/two-step';
/** The device is in the same house, so that a click links it. */
const HOME = '127.0.0.1';

let server: WholeServer;
beforeAll(async () => {
  server = await startWholeServer({ REQUIRE_TWO_STEP: 'true' });
});
afterAll(() => server.close());

const newcomer = () => server.signUp(server.visitor(HOME));

async function setUpApp(pages: PageClient) {
  const page = await pages.get(`${SET_UP}/app`);
  const app = new TestApp(/class="secret-key">([^<]*)</.exec(page.text)?.[1] ?? '');
  const [csrf, setup] = [page.field('csrf'), page.field('setup')];
  const added = await pages.post(`${SET_UP}/app`, { csrf, setup, code: await app.code(-1), name: '' });
  return { app, location: added.location };
}

const continueOn = (text: string) =>
  /<a class="button button-wide" href="([^"]*)">Continue</.exec(text)?.[1]?.replaceAll('&amp;', '&');

function authorization(more: Record<string, string> = {}): string {
  const challenge = createHash('sha256')
    .update('a verifier, as long as it has to be for an app')
    .digest('base64url');
  return `/auth?${new URLSearchParams({
    client_id: 'notes',
    redirect_uri: 'https://notes.example.com/signed-in',
    response_type: 'code',
    scope: 'openid',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...more,
  })}`;
}

describe('an owner without a second step', () => {
  it('is led to set one up from every page that is theirs, and can change nothing before', async () => {
    const { email, pages } = await newcomer();
    const { id = '' } = (await server.stores.accounts.findByEmail(email)) ?? {};
    const { connection, prefix } = server.stores;
    const kept = () => settledContentsUnder(connection.redis, `${prefix}{${id}}`);
    const csrf = (await pages.get(SET_UP)).field('csrf');
    const open = /^\/(sign-in|sign-up|sign-out|forgot-password|not-me|dev|language)\b|^\/account\/prove$/;
    const theirs = server.routes.filter(
      ({ kind, path }) =>
        kind === 'page' && !open.test(path) && ![SET_UP, `${SET_UP}/app`, `${SET_UP}/passkey`].includes(path),
    );
    expect(theirs.length).toBeGreaterThan(50);
    const before = await kept();
    const answers: unknown[] = [];
    for (const route of theirs) {
      const path = filled(route, randomId());
      const answer =
        route.method === 'GET' ? await pages.get(path) : await pages.post(path, { csrf, member_name: 'Ben' });
      answers.push([route.method, route.path, answer.status, answer.location]);
    }
    expect(answers).toEqual(theirs.map(({ method, path }) => [method, path, 303, SET_UP]));
    expect(await kept()).toEqual(before);
  });

  it('links a device once it is set up, and not before: the way leads back to the code', async () => {
    const { pages } = await newcomer();
    const device = new DeviceClient(server.issuer, 'tv');
    const codes = codesOf(await device.authorize({ device_name: 'Kitchen' }));
    const path = `/device?user_code=${codes.userCode}`;
    expect((await pages.get(path)).location).toBe(SET_UP);
    const page = await pages.get(SET_UP);
    expect(page.text).toContain('Here everybody signs in with two steps');
    expect(continueOn(page.text)).toBeUndefined();
    const added = await setUpApp(pages);
    expect(continueOn((await pages.get(added.location)).text)).toBe(path);
    const confirm = await pages.submit(path, '/device', { user_code: codes.userCode });
    const fields = { csrf: confirm.field('csrf'), ticket: confirm.field('ticket'), decision: 'approve' };
    await pages.post('/device/confirm', fields);
    expect((await device.poll(codes.deviceCode)).body).toHaveProperty('access_token');
    expect(continueOn((await pages.get(SET_UP)).text)).toBeUndefined();
  });

  it('signs in to no app before, not even to one that asks without a page', async () => {
    const { pages } = await newcomer();
    const silent = await pages.get(authorization({ prompt: 'none' }));
    expect(new URL(silent.location).searchParams.get('error')).toBe('login_required');
    const asked = await pages.get(authorization());
    expect(asked.location).toMatch(/^\/interaction\//);
    expect((await pages.get(asked.location)).location).toBe(SET_UP);
    const added = await setUpApp(pages);
    const next = continueOn((await pages.get(added.location)).text) ?? '';
    expect(next).toBe(asked.location);
    const going = /url=([^"]+)"/.exec((await pages.get(next)).text)?.[1] ?? '';
    const consent = await pages.get((await pages.get(going)).location);
    expect([consent.status, consent.text]).toEqual([200, expect.stringContaining('Notes')]);
  });

  it('is held again once the last factor is gone, and a form that waited for a proof does not go past that', async () => {
    const { email, pages } = await newcomer();
    await setUpApp(pages);
    const browsers = '/account/browsers';
    await ageProof(server.stores, pages, 10);
    const waiting = await pages.submit(browsers, `${browsers}/others/end`, {});
    const [csrf, held] = [waiting.field('csrf'), waiting.field('held')];
    expect(held).not.toBe('');
    const account = await server.stores.accounts.findByEmail(email);
    if (!account) throw new Error('there is no account');
    const other = newBrowser(account.id, account.epoch);
    const owner = { accountId: account.id, epoch: account.epoch };
    const event = { kind: 'factor-removed', by: 'owner' } as const;
    for (const { id } of await server.stores.factors.list(account.id))
      await server.stores.factors.remove(owner, id, event);
    await server.stores.browsers.insert(other, { idle: 3_600_000, absolute: 86_400_000 });
    const proved = await pages.post('/account/prove', { csrf, held, password: PASSWORD });
    expect([proved.status, proved.location]).toEqual([303, '/account/browsers']);
    expect(await server.stores.browsers.resume(other.sessionId)).toBeDefined();
    expect((await pages.get('/account')).location).toBe(SET_UP);
  });

  it('is not held in a browser that they trust: there the password is enough, as they chose', async () => {
    const { email, pages } = await newcomer();
    const { app } = await setUpApp(pages);
    const signIn = () => pages.submit('/sign-in', '/sign-in', { email, password: PASSWORD });
    const signOut = () => pages.submit('/account', '/sign-out', {});
    await signOut();
    const step = '/sign-in/second-step';
    expect((await signIn()).location).toBe(step);
    await pages.submit(step, step, { with: 'totp', code: await app.code(), trust: 'yes' });
    await signOut();
    await untilNextSecond();
    expect((await signIn()).location).toBe('/account');
    expect((await pages.get('/account')).status).toBe(200);
  });

  it('signs in once more in a browser that was signed in before another one set it up', async () => {
    const { email, pages: first } = await newcomer();
    const second = server.visitor(HOME);
    await second.submit('/sign-in', '/sign-in', { email, password: PASSWORD });
    expect((await second.get('/account')).location).toBe(SET_UP);
    await setUpApp(first);
    expect((await first.get('/account')).status).toBe(200);
    expect((await second.get('/account/devices')).location).toBe(
      '/sign-in?return_to=%2Faccount%2Fdevices&again=yes',
    );
    const refused = await second.get(authorization({ prompt: 'none' }));
    expect(new URL(refused.location).searchParams.get('error')).toBe('login_required');
  });
});

/** When a factor was added is compared with when the owner signed in, which is known to the second. */
async function untilNextSecond(): Promise<void> {
  const next = Math.floor(Date.now() / 1000) + 1;
  while (Date.now() / 1000 < next) await new Promise((resolve) => setTimeout(resolve, 20));
}
