/** The way back in for who has lost the second step, at the pages, as a person without scripts walks it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newApp } from '../redis/contract/factors.ts';
import { eventually } from '../support/eventually.ts';
import { shows } from '../support/spellings.ts';
import { StoredState } from '../support/stored-state.ts';
import { PASSWORD, startWholeServer, type WholeServer } from '../support/whole-server.ts';

const HOUR = 3_600_000;
const RECOVERY = '/sign-in/second-step/recovery';

let server: WholeServer;
beforeAll(async () => {
  server = await startWholeServer();
});
afterAll(() => server.close());

async function lockedOut() {
  const { email, pages } = await server.signUp();
  const account = await server.stores.accounts.findByEmail(email);
  if (!account) throw new Error('there is no account');
  const owner = { accountId: account.id, epoch: account.epoch };
  await server.stores.factors.add(owner, newApp(), { kind: 'factor-added', by: 'owner' });
  return { email, pages, ...owner };
}

async function afterPassword(email: string) {
  const pages = server.visitor('203.0.113.9');
  const { location } = await pages.submit('/sign-in', '/sign-in', { email, password: PASSWORD });
  expect(location).toBe('/sign-in/second-step');
  return pages;
}

const mailWith = (email: string, subject: RegExp) =>
  eventually(`a mail ${subject}`, () =>
    server.mails.findLast((one) => one.to === email && subject.test(one.subject)),
  );

describe('a lost second step', () => {
  it('is removed after 72 hours: asked for at the second step, told by mail, done with a mailed code', async () => {
    const { email, accountId, pages: signedIn } = await lockedOut();
    const pages = await afterPassword(email);
    expect((await pages.get('/sign-in/second-step')).text).toContain(`href="${RECOVERY}"`);
    expect((await pages.submit(RECOVERY, RECOVERY, {})).location).toBe(RECOVERY);
    expect((await pages.get(RECOVERY)).text).toContain('Please wait');
    expect((await mailWith(email, /asked to remove two-step/)).text).toContain('/not-me/');
    const tooSoon = await pages.submit('/sign-in', `${RECOVERY}/remove`, { code: '123456' });
    expect([tooSoon.status, tooSoon.text]).toEqual([400, expect.stringContaining('Please wait')]);
    await new StoredState(server.stores).passSinceRecovery(accountId, 72 * HOUR);

    const later = await afterPassword(email);
    expect((await later.get(RECOVERY)).text).toContain('The wait is over');
    const sent = await later.submit(RECOVERY, `${RECOVERY}/code`, {});
    const asked = await later.get(sent.location);
    const csrf = asked.field('csrf');
    expect((await later.post(`${RECOVERY}/remove`, { csrf, code: '12' })).text).toContain(
      'Enter the 6 digits from the mail.',
    );
    const { text } = await mailWith(email, /code to remove/);
    const code = /\b\d{6}\b/.exec(text)?.[0] ?? '';
    const done = await later.post(`${RECOVERY}/remove`, { csrf, code });
    expect([done.status, done.location]).toEqual([303, '/account/security/two-step']);
    expect((await later.get(done.location)).text).toContain('Off.');
    expect((await signedIn.get('/account')).status).toBe(303);
    const log = server.logged();
    for (const event of ['recovery-asked', 'recovery-done']) expect(log).toContain(`"${event}"`);
    expect(shows(log, code)).toBe(false);
  });

  it('stays where the owner says in the mail that it was not them', async () => {
    const { email, accountId, pages: signedIn } = await lockedOut();
    const pages = await afterPassword(email);
    await pages.submit(RECOVERY, RECOVERY, {});
    const { text } = await mailWith(email, /asked to remove two-step/);
    const path = /\/not-me\/[\w.~-]+/.exec(text)?.[0] ?? '';
    const owner = server.visitor();
    expect(await server.stores.recoveries.find(accountId)).toBeDefined();
    const looked = await owner.get(path);
    expect(await server.stores.recoveries.find(accountId)).toBeDefined();
    await owner.post(path, { csrf: looked.field('csrf') });
    expect(await server.stores.recoveries.find(accountId)).toBeUndefined();
    expect((await pages.get(RECOVERY)).text).not.toContain('Please wait');
    expect((await signedIn.get('/account')).status).toBe(200);
  });

  it('cannot be asked for without the right password', async () => {
    const pages = server.visitor();
    expect((await pages.get(RECOVERY)).location).toBe('/sign-in');
    for (const path of [RECOVERY, `${RECOVERY}/code`, `${RECOVERY}/remove`])
      expect((await pages.submit('/sign-in', path, { code: '123456' })).location).toBe('/sign-in');
  });
});
