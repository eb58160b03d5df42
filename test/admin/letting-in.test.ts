/** A support desk lets people in, and finds whom it looks for. */
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newApp } from '../redis/contract/factors.ts';
import { randomId } from '../support/test-stores.ts';
import { PASSWORD } from '../support/whole-server.ts';
import { type AdminWorld, adminClients, adminWorld } from './admin-world.ts';

let world: AdminWorld;
beforeAll(async () => {
  world = await adminWorld({ SIGN_UP: 'invite' });
});
afterAll(() => world.close());

const once = (body: object) => ({ body, headers: { 'idempotency-key': randomId() } });

it('a wanted account: its owner is mailed a link that creates this very one', async () => {
  const email = `${randomId().toLowerCase()}@example.org`;
  const asked = once({ email, name: 'Ada' });
  const answer = await world.ask('POST', '/accounts', asked);
  expect([answer.status, answer.body]).toMatchObject([201, { email, posted: true, link: null }]);
  expect((await world.ask('POST', '/accounts', asked)).body).toEqual(answer.body);
  const text = await world.server.mailTo(email);
  expect(world.server.mails.filter(({ to }) => to === email)).toHaveLength(1);
  const [, link = ''] = /(http\S+invitation=\S+)/.exec(text) ?? [];
  const page = await world.server.visitor().get(new URL(link).pathname + new URL(link).search);
  expect([page.status, page.text.includes(email)]).toEqual([200, true]);
});

it('a link that is told here is mailed to nobody, and opens for one person', async () => {
  const answer = await world.ask('POST', '/accounts', once({ for: 'sign-up', send: false }));
  expect([answer.status, answer.body['posted'], answer.body['email']]).toEqual([201, false, null]);
  const { pathname, search } = new URL(String(answer.body['link']));
  const visitor = world.server.visitor();
  const page = await visitor.get(pathname + search);
  const email = `${randomId().toLowerCase()}@example.org`;
  const fields = { name: 'Ada', email, password: PASSWORD, invitation: page.field('invitation') };
  await visitor.post('/sign-up', { csrf: page.field('csrf'), ...fields });
  expect(await world.server.mailTo(email)).toMatch(/\b\d{6}\b/);
  expect(JSON.stringify(await world.contents())).not.toContain(search.slice(12));
});

it('what would admit nobody is refused', async () => {
  const { browser } = await world.server.owner();
  const { email } = browser.profile;
  const taken = await world.ask('POST', '/accounts', once({ email, send: false }));
  expect([taken.status, taken.body['type'], taken.body['detail']]).toEqual([
    409,
    'urn:latchkey:problem:email-taken',
    browser.accountId,
  ]);
  for (const body of [{}, { email: 'nobody' }, { for: 'sign-up' }, { email: '', send: false }]) {
    const refused = await world.ask('POST', '/accounts', once(body));
    expect([refused.status, refused.body['errors']]).toMatchObject([400, [{ pointer: '/email' }]]);
  }
  await using closed = await adminWorld({ SIGN_UP: 'closed' });
  const refused = await closed.ask('POST', '/accounts', once({ for: 'sign-up', send: false }));
  expect([refused.status, refused.body['type']]).toEqual([409, 'urn:latchkey:problem:sign-up-closed']);
});

it('accounts without a second step are found, and those with one', async () => {
  const [one, other] = [await world.server.owner(), await world.server.owner()];
  const { accountId, epoch } = one.browser;
  await world.server.stores.factors.add({ accountId, epoch }, newApp(), {
    kind: 'factor-added',
    by: 'owner',
  });
  const idsOf = async (query: string) =>
    ((await world.ask('GET', `/accounts?${query}`)).body['data'] as { id: string }[]).map(({ id }) => id);
  expect(await idsOf('two_step=true')).toEqual([accountId]);
  expect(await idsOf('two_step=false')).toContain(other.browser.accountId);
  expect(await idsOf('two_step=false')).not.toContain(accountId);
  expect((await world.ask('GET', '/accounts?two_step=yes')).status).toBe(400);
});

it('the clients file is read anew, and a faulty one changes nothing', async () => {
  const file = world.server.environment['CLIENTS_FILE'] ?? '';
  const write = (clients: object[]) => writeFile(file, JSON.stringify(clients));
  const clients = adminClients(world.server.issuer);
  await write([...clients, { client_id: 'clock', client_name: 'Kitchen clock' }]);
  const reloaded = await world.ask('POST', '/clients/reload');
  expect(reloaded.body).toMatchObject({ outcome: 'reloaded', sha: expect.any(String), reason: null });
  expect((await world.ask('GET', '/clients/clock')).body).toMatchObject({ name: 'Kitchen clock' });
  await write([...clients, { client_id: 'clock', grant_types: ['none'] }]);
  const refused = await world.ask('POST', '/clients/reload');
  expect(refused.body).toMatchObject({ outcome: 'refused', sha: reloaded.body['sha'] });
  expect(String(refused.body['reason'])).toContain('clock');
});
