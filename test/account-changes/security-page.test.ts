/** The pages Security and Settings, and the owner's name. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newApp } from '../redis/contract/factors.ts';
import { PASSWORD, startWholeServer, type WholeServer } from '../support/whole-server.ts';

let server: WholeServer;
beforeAll(async () => {
  server = await startWholeServer();
});
afterAll(() => server.close());

describe('the owner’s name', () => {
  it('is changed at once, on every page, and told', async () => {
    const { email, pages } = await server.signUp();
    const done = await pages.submit('/account/settings/name', '/account/settings/name', {
      name: '  Grace\u202e Hopper ',
    });
    const page = await pages.get(done.location);
    expect(page.text).toContain('Your name is changed.');
    expect(page.text).toContain('Grace Hopper');
    const account = await server.stores.accounts.findByEmail(email);
    expect(account?.profile.name).toBe('Grace Hopper');
    const events = await server.stores.activity.list(account?.id ?? '', { most: 5 });
    expect(events[0]?.event.kind).toBe('name-changed');
  });

  it('is refused when it is missing or too long, and nothing is changed', async () => {
    const { email, pages } = await server.signUp();
    for (const [name, words] of [
      [' \u200b ', 'Enter your name.'],
      ['x'.repeat(101), 'That name is too long.'],
    ] as const) {
      const page = await pages.submit('/account/settings/name', '/account/settings/name', { name });
      expect(page.status).toBe(400);
      expect(page.text).toContain(words);
    }
    expect((await server.stores.accounts.findByEmail(email))?.profile.name).toBe('Ada');
  });

  it('no stranger’s link makes the page say that something was changed', async () => {
    const { pages } = await server.signUp();
    for (const path of ['/account/security', '/account/settings'])
      expect((await pages.get(`${path}?notice=name`)).text).not.toContain('is changed');
  });
});

describe('the page Security', () => {
  it('says what comes next: a longer password where a short one is the only proof, then two-step verification, then a way in beside it, then nothing', async () => {
    const { email, pages } = await server.signUp();
    const next = async () =>
      /Next: [^<]*|Nothing left to do/.exec((await pages.get('/account/security')).text)?.[0];
    const { accounts, factors } = server.stores;
    expect(await next()).toBe('Next: switch on two-step verification');
    const account = await accounts.findByEmail(email);
    if (!account) throw new Error('no account');
    const { standsAlone, ...rest } = account.credentials;
    await accounts.replaceCredentials(account, { ...rest, standsAlone: false });
    expect(await next()).toBe('Next: choose a longer password');
    const owner = { accountId: account.id, epoch: account.epoch };
    const event = { kind: 'factor-added', by: 'owner' } as const;
    await factors.add(owner, newApp(), event);
    expect(standsAlone).toBe(true);
    expect(await next()).toBe('Next: make backup codes');
    const phone = { kind: 'phone', id: 'phone', number: '+15555550102', createdAt: Date.now() } as const;
    await factors.add(owner, phone, event);
    expect(await next()).toBe('Nothing left to do');
  });

  it('knows of an older account what it has, once its owner has signed in', async () => {
    const { email } = await server.signUp();
    const account = await server.stores.accounts.findByEmail(email);
    if (!account) throw new Error('no account');
    const { passwordHash } = account.credentials;
    await server.stores.accounts.replaceCredentials(account, { passwordHash });
    await server.visitor().submit('/sign-in', '/sign-in', { email, password: PASSWORD });
    const after = await server.stores.accounts.findByEmail(email);
    expect(after?.credentials).toEqual({ passwordHash, standsAlone: true });
  });
});

describe('the page Settings', () => {
  it('has a row for name, email, household, notifications and data, each with how it stands', async () => {
    const { email, pages } = await server.signUp();
    const rows = async () =>
      [
        ...(await pages.get('/account/settings')).text.matchAll(
          /<a class="access-row" href="([^"]*)">([\s\S]*?)<\/a>/g,
        ),
      ].map(([, href, row = '']) => [
        href,
        row
          .replace(/<[^>]*>/g, ' ')
          .replace(/\s+/g, ' ')
          .trim(),
      ]);
    expect(await rows()).toEqual([
      ['/account/settings/name', 'Name Ada Change'],
      ['/account/settings/email', `Email ${email} Change`],
      ['/language?return_to=%2Faccount%2Fsettings', 'Language English Change'],
      ['/account/settings/time-zone', 'Time zone UTC, since your browser has told no other Change'],
      ['/account/household', 'Household Only you Change'],
      ['/account/notifications', 'Notifications All by mail Change'],
      ['/account/data', 'Your data Download or close account Open'],
    ]);
    await pages.submit('/account/household', '/account/household', { member_name: 'Ben' });
    await pages.submit('/account/notifications', '/account/notifications', { 'sign-ins': 'yes' });
    await pages.submit('/account/data', '/account/data/close', {});
    const [, , , , household = [], notifications = [], data = []] = await rows();
    expect(household[1]).toBe('Household Ben Change');
    expect(notifications[1]).toBe('Notifications Some by mail Change');
    expect(data[1]).toMatch(/^Your data Closes on \d+ \w+ \d{4} Open$/);
    // Every page of the owner says so, and leads to where it is taken back; that one says it itself.
    for (const path of ['/account', '/account/security', '/account/activity', '/device']) {
      const { text } = await pages.get(path);
      expect(text).toMatch(
        /Your account closes on <time[^>]*>[^<]* UTC<\/time>. <a href="\/account\/data">Keep/,
      );
    }
    expect((await pages.get('/account/data')).text).not.toContain('notice-closing');
    await pages.submit('/account/data', '/account/data/keep', {});
    expect((await pages.get('/account')).text).not.toContain('notice-closing');
    await pages.submit('/account/notifications', '/account/notifications', {});
    const left = new Map((await rows()).map(([href = '', text]) => [href, text]));
    expect(left.get('/account/notifications')).toBe('Notifications Only the most important Change');
  });

  it('one by one is chosen what a switch keeps as long as it stays on', async () => {
    const { pages } = await server.signUp();
    const each = '/account/notifications/each';
    const isTicked = async (kind: string) =>
      new RegExp(`name="${kind}"[^>]* checked`).test((await pages.get(each)).text);
    await pages.submit(each, each, { 'device-linked': 'yes', 'signed-in': 'yes' });
    expect((await pages.get('/account/notifications')).text.match(/\(some\)/g)).toHaveLength(2);
    await pages.submit('/account/notifications', '/account/notifications', { devices: 'yes', codes: 'yes' });
    expect(await isTicked('device-linked')).toBe(true);
    expect(await isTicked('device-deregistered')).toBe(false);
    expect(await isTicked('signed-in')).toBe(false);
    expect(await isTicked('voice-code-locked')).toBe(true);
    expect(await isTicked('account-enabled')).toBe(false);
  });
});
