/** Works that take long, begun by a program: once, with progress, and not by a slip. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Job, Jobs } from '../../src/admin/jobs.ts';
import { eventually } from '../support/eventually.ts';
import { randomId } from '../support/test-stores.ts';
import { type AdminWorld, type Answer, adminWorld } from './admin-world.ts';

let world: AdminWorld;
beforeAll(async () => {
  world = await adminWorld();
});
afterAll(() => world.close());

const begin = (type: string, more: object = {}, key = randomId()) =>
  world.ask('POST', '/jobs', { body: { type, ...more }, headers: { 'idempotency-key': key } });

const ended = ({ body }: Answer) =>
  eventually('its end', async () => {
    const seen = await world.ask('GET', `/jobs/${String(body['id'])}`);
    return seen.body['state'] === 'running' ? undefined : seen.body;
  });

it('everybody is signed out by a program that names this server, and by no slip', async () => {
  const owners = [await world.server.owner(), await world.server.owner(), await world.server.owner()];
  for (const confirm of [undefined, '', 'yes', 'localhost']) {
    const refused = await begin('sign-out-everyone', confirm === undefined ? {} : { confirm });
    expect([refused.status, refused.body['errors']]).toMatchObject([400, [{ pointer: '/confirm' }]]);
  }
  expect((await owners[0]?.get('/account/devices'))?.status).toBe(200);
  const { host } = new URL(world.server.issuer);
  const key = randomId();
  const begun = await begin('sign-out-everyone', { confirm: host }, key);
  expect([begun.status, begun.headers.get('location')]).toEqual([
    202,
    `${world.server.issuer}/admin/v1/jobs/${String(begun.body['id'])}`,
  ]);
  const job = await ended(begun);
  expect(job).toMatchObject({ type: 'sign-out-everyone', state: 'done', progress: { browsers: 3 } });
  expect((await begin('sign-out-everyone', { confirm: host }, key)).body).toEqual(begun.body);
  for (const owner of owners) {
    expect((await owner.get('/account/devices')).status).toBe(303);
    // One call, repeated, is one sign-out: no epoch was raised twice.
    const account = await world.server.stores.accounts.find(owner.browser.accountId);
    expect(account?.epoch).toBe(owner.browser.epoch + 1);
  }
  expect(world.server.logged()).toContain('"target":"sign-out-everyone"');
});

it('lists are rebuilt and records rewritten, and both are told of afterwards', async () => {
  const owner = await world.server.owner();
  await world.link(owner.browser);
  const rebuilt = await ended(await begin('rebuild-index'));
  expect(rebuilt).toMatchObject({ state: 'done', progress: { devices: 1 } });
  const rewritten = await ended(await begin('rewrite-records'));
  expect(rewritten).toMatchObject({ state: 'done', progress: { rewritten: 0 } });
  const { body } = await world.ask('GET', '/jobs');
  const types = (body['data'] as Job[]).map(({ type }) => type);
  expect(types.slice(0, 2)).toEqual(['rewrite-records', 'rebuild-index']);
  expect((await world.ask('GET', '/jobs/none')).status).toBe(404);
  expect((await begin('reboot')).status).toBe(400);
});

it('one that runs is begun by nobody else; one whose server died is, and what stops is cut off', async () => {
  const { records } = world.server.stores;
  let [clock, finish] = [Date.now(), () => {}];
  const jobsOn = () => {
    const hold = (tell: (progress: Record<string, number>) => void) =>
      new Promise<Record<string, number>>((resolve, reject) => {
        finish = () => {
          try {
            tell({ accounts: 1 });
            resolve({ accounts: 1 });
          } catch (error) {
            reject(error);
          }
        };
      });
    const works = { 'sign-out-everyone': hold, 'rewrite-records': hold, 'rebuild-index': hold };
    return new Jobs({ records, works, now: () => clock, onEnd: () => undefined });
  };
  const [one, other] = [jobsOn(), jobsOn()];
  const first = await one.begin('rebuild-index');
  expect([first?.state, await other.begin('rebuild-index')]).toEqual(['running', undefined]);
  clock += 61_000;
  expect((await other.find(first?.id ?? ''))?.state).toBe('cut-off');
  const stuck = finish;
  const second = await other.begin('rebuild-index');
  expect(second?.state).toBe('running');
  const stopped = other.stop();
  finish();
  await stopped;
  expect((await other.find(second?.id ?? ''))?.state).toBe('cut-off');
  stuck();
  await one.stop();
  expect((await one.list()).find(({ type }) => type === 'rebuild-index')?.id).toBe(second?.id);
});
