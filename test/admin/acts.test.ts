/** What a program of the operator's does to accounts, and that their owners are told who did it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Session } from '../../src/accounts/session.ts';
import { newApp } from '../redis/contract/factors.ts';
import { eventually } from '../support/eventually.ts';
import { request as httpRequest } from '../support/http.ts';
import type { PageClient } from '../web/page-client.ts';
import { type AdminWorld, type Answer, adminWorld } from './admin-world.ts';

let world: AdminWorld;
beforeAll(async () => {
  world = await adminWorld();
});
afterAll(() => world.close());

type Owner = PageClient & { browser: Session };
const at = ({ browser }: Owner) => `/accounts/${browser.accountId}`;
const once = (key: string) => ({ headers: { 'idempotency-key': key } });
const rowsOf = ({ body }: Answer) => body['data'] as Record<string, unknown>[];

/** The newest event of the account, as the API tells it. */
async function newest(owner: Owner): Promise<unknown> {
  const [event] = rowsOf(await world.ask('GET', `${at(owner)}/activity?limit=1`));
  return { event: event?.['event'], by: event?.['by'] };
}

const isSignedIn = async (owner: Owner) => (await owner.get('/account/devices')).status === 200;

describe('an account', () => {
  it('is renamed, and its owner is told by whom', async () => {
    const owner = await world.server.owner();
    const answer = await world.ask('PATCH', at(owner), { body: { name: '  Grace\n Hopper ' } });
    expect([answer.status, answer.body['name']]).toEqual([200, 'Grace Hopper']);
    expect(await newest(owner)).toEqual({ event: 'name-changed', by: 'operator' });
    for (const name of ['', ' ', 'x'.repeat(300)]) {
      const refused = await world.ask('PATCH', at(owner), { body: { name } });
      expect([refused.status, refused.body['errors']]).toEqual([
        400,
        [expect.objectContaining({ pointer: '/name' })],
      ]);
    }
    const unknown = await world.ask('PATCH', at(owner), { body: { name: 'Ada', email: 'ada@example.org' } });
    expect(unknown.body['errors']).toEqual([{ pointer: '/email', detail: 'is not known' }]);
  });

  it('is disabled with all that acts for it, and enabled without', async () => {
    const owner = await world.server.owner();
    const { access_token: token } = await world.link(owner.browser);
    const done = await world.ask('POST', `${at(owner)}/disable`);
    expect(done.body).toEqual({ changed: true, ended: { keys: 1, browsers: 1 } });
    expect(await isSignedIn(owner)).toBe(false);
    expect(
      (await httpRequest(`${world.server.origin}/me`, { headers: { authorization: `Bearer ${token}` } }))
        .status,
    ).toBe(401);
    expect((await world.ask('GET', at(owner))).body['status']).toBe('disabled');
    expect((await world.ask('GET', '/accounts?status=disabled')).body['data']).toHaveLength(1);
    expect((await world.ask('PATCH', at(owner), { body: { name: 'Other' } })).status).toBe(409);
    expect((await world.ask('POST', `${at(owner)}/reset-mail`, once('disabled'))).status).toBe(409);
    expect((await world.ask('POST', `${at(owner)}/enable`)).body).toEqual({ changed: true });
    expect((await world.ask('POST', `${at(owner)}/enable`)).body).toEqual({ changed: false });
    expect(await isSignedIn(owner)).toBe(false);
    expect(await newest(owner)).toEqual({ event: 'account-enabled', by: 'operator' });
  });

  it('is signed out of everything once for one key, and again for another', async () => {
    const owner = await world.server.owner();
    await world.link(owner.browser);
    expect((await world.ask('POST', `${at(owner)}/sign-out-everything`)).status).toBe(400);
    const first = await world.ask('POST', `${at(owner)}/sign-out-everything`, once('a'));
    expect(first.body).toEqual({ ended: { keys: 1, browsers: 1 } });
    expect((await world.ask('POST', `${at(owner)}/sign-out-everything`, once('a'))).body).toEqual(first.body);
    const other = await world.ask('POST', `${at(owner)}/sign-out-everything`, once('b'));
    expect(other.body).toEqual({ ended: { keys: 0, browsers: 0 } });
    const account = await world.server.stores.accounts.find(owner.browser.accountId);
    expect(account?.epoch).toBe(owner.browser.epoch + 2);
  });

  it('a key is of one call: for another it is refused, and nothing is done', async () => {
    const [one, other] = [await world.server.owner(), await world.server.owner()];
    await world.ask('POST', `${at(one)}/sign-out-everything`, once('shared'));
    const refused = await world.ask('POST', `${at(other)}/sign-out-everything`, once('shared'));
    expect([refused.status, refused.body['type']]).toEqual([
      422,
      'urn:latchkey:problem:idempotency-key-reused',
    ]);
    expect(await isSignedIn(other)).toBe(true);
  });

  it('is closed in seven days, or at once by those who may', async () => {
    const owner = await world.server.owner();
    const later = await world.ask('POST', `${at(owner)}/close`);
    const days = (Date.parse(String(later.body['closes_at'])) - Date.now()) / 86_400_000;
    expect(days).toBeCloseTo(7, 2);
    expect((await world.ask('GET', at(owner))).body['closes_at']).toBe(later.body['closes_at']);
    expect((await world.ask('POST', `${at(owner)}/close`)).body).toEqual(later.body);
    expect(await newest(owner)).toEqual({ event: 'closing-asked', by: 'operator' });
    const token = await world.token(['admin:accounts:write']);
    const refused = await world.call('POST', `${at(owner)}/close`, { token, body: { at_once: true } });
    expect(refused.status).toBe(403);
    expect(await isSignedIn(owner)).toBe(true);
    expect((await world.ask('POST', `${at(owner)}/close`, { body: { at_once: true } })).status).toBe(200);
    expect(await isSignedIn(owner)).toBe(false);
    const { closings } = world.server.stores;
    expect(await closings.due(100)).toContain(owner.browser.accountId);
    await closings.erase(owner.browser.accountId, async () => undefined);
    expect((await world.ask('GET', at(owner))).status).toBe(404);
    const left = await world.server.stores.accountIndex.page({ most: 1000 });
    expect(left.map(({ id }) => id)).not.toContain(owner.browser.accountId);
  });

  it('that is not there is not made, and nothing is said of it', async () => {
    for (const act of ['disable', 'enable', 'close'])
      expect((await world.ask('POST', `/accounts/AAAAAAAAAAAAAAAAAAAAAA/${act}`)).status).toBe(404);
    const ended = await world.ask(
      'POST',
      '/accounts/AAAAAAAAAAAAAAAAAAAAAA/sign-out-everything',
      once('none'),
    );
    expect(ended.status).toBe(404);
  });
});

describe('an owner who cannot get in', () => {
  it('is mailed a link for a new password, at their own address, a few times a day', async () => {
    const { email } = await world.server.signUp();
    const [row] = rowsOf(await world.ask('GET', `/accounts?email=${encodeURIComponent(email)}`));
    const path = `/accounts/${row?.['id']}/reset-mail`;
    expect((await world.ask('POST', path, once('mail'))).status).toBe(202);
    const link = await eventually(
      'the link',
      async () => /\/forgot-password\/link\/[\w-]{43}/.exec(await world.server.mailTo(email))?.[0],
    );
    expect((await world.server.visitor().get(link)).status).toBe(303);
    const statuses = [];
    for (let count = 0; count < 6; count += 1)
      statuses.push((await world.ask('POST', path, once(`mail ${count}`.replace(' ', '-')))).status);
    expect(statuses.at(-1)).toBe(429);
  });

  it('loses a second step that was lost, and is told of it', async () => {
    const owner = await world.server.owner();
    const { factors } = world.server.stores;
    const standing = { accountId: owner.browser.accountId, epoch: owner.browser.epoch };
    await factors.add(standing, newApp(), { kind: 'factor-added', by: 'owner' });
    await factors.add(standing, newApp(), { kind: 'factor-added', by: 'owner' });
    const listed = rowsOf(await world.ask('GET', `${at(owner)}/factors`));
    expect(listed.map(({ kind }) => kind)).toEqual(['totp', 'totp']);
    expect((await world.ask('GET', at(owner))).body['two_step']).toBe(true);
    expect((await world.ask('DELETE', `${at(owner)}/factors/${listed[0]?.['id']}`)).status).toBe(204);
    expect((await world.ask('DELETE', `${at(owner)}/factors/${listed[0]?.['id']}`)).status).toBe(404);
    expect((await world.ask('DELETE', `${at(owner)}/factors`)).status).toBe(204);
    expect((await world.ask('GET', at(owner))).body['two_step']).toBe(false);
    expect(await newest(owner)).toEqual({ event: 'factors-removed', by: 'operator' });
  });
});

describe('what acts for an account', () => {
  it('is listed and ended one by one, and the others stay', async () => {
    const owner = await world.server.owner();
    const [first, second] = [await world.link(owner.browser), await world.link(owner.browser)];
    const devices = rowsOf(await world.ask('GET', `${at(owner)}/devices`));
    expect(devices).toHaveLength(2);
    expect((await world.ask('DELETE', `${at(owner)}/devices/${devices[0]?.['id']}`)).status).toBe(204);
    expect((await world.ask('DELETE', `${at(owner)}/devices/${devices[0]?.['id']}`)).status).toBe(404);
    expect(await newest(owner)).toEqual({ event: 'device-deregistered', by: 'operator' });
    const good = [];
    for (const { access_token: token } of [first, second])
      good.push(
        (await httpRequest(`${world.server.origin}/me`, { headers: { authorization: `Bearer ${token}` } }))
          .status,
      );
    expect(good.sort()).toEqual([200, 401]);
    const [browser] = rowsOf(await world.ask('GET', `${at(owner)}/browsers`));
    expect((await world.ask('DELETE', `${at(owner)}/browsers/${browser?.['id']}`)).status).toBe(204);
    expect(await isSignedIn(owner)).toBe(false);
    expect(await newest(owner)).toEqual({ event: 'signed-out', by: 'operator' });
    expect((await world.ask('GET', `${at(owner)}/apps`)).body).toEqual({ data: [] });
  });

  it('of another account is not found by its name', async () => {
    const [one, other] = [await world.server.owner(), await world.server.owner()];
    await world.link(other.browser);
    const [device] = rowsOf(await world.ask('GET', `${at(other)}/devices`));
    expect((await world.ask('DELETE', `${at(one)}/devices/${device?.['id']}`)).status).toBe(404);
    expect(rowsOf(await world.ask('GET', `${at(other)}/devices`))).toHaveLength(1);
  });
});

describe('the activity of an account', () => {
  it('is told in pages, each event once', async () => {
    const owner = await world.server.owner();
    for (let count = 0; count < 7; count += 1)
      await world.ask('PATCH', at(owner), { body: { name: `Name ${count}` } });
    const ids: unknown[] = [];
    for (let cursor = ''; ; ) {
      const page = await world.ask('GET', `${at(owner)}/activity?limit=3${cursor}`);
      ids.push(...rowsOf(page).map(({ id }) => id));
      if (page.body['next'] === null) break;
      cursor = `&cursor=${encodeURIComponent(String(page.body['next']))}`;
    }
    expect([ids.length, new Set(ids).size]).toEqual([7, 7]);
  });
});

describe('the trail of changes', () => {
  it('has what was to be done before it is done, and how it ended', async () => {
    const owner = await world.server.owner();
    await world.ask('POST', `${at(owner)}/disable`);
    const [answered, asked] = await world.server.stores.auditTrail.list('changes', { most: 2 });
    const call = { client: 'ops', call: 'accounts-disable', account: expect.any(String) };
    expect(asked).toMatchObject({ phase: 'asked', ...call });
    expect(answered).toMatchObject({ phase: 'answered', status: 200, ...call, request: asked?.request });
  });
});
