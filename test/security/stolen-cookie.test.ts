/** What a thief gets with a copy of an owner's session cookie: nothing that outlives that browser. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import { ageProof, sessionOf } from '../support/aged-proof.ts';
import { type Attempt, TestApp } from '../support/app.ts';
import { PASSWORD, startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { Page, PageClient } from '../web/page-client.ts';

const LASTING = { scope: 'openid profile offline_access', prompt: 'consent' };
const ASKED = 'Before an app may stay signed in while you are not using it';

let server: WholeServer;
let notes: TestApp;
let owner: PageClient;
let accountId: AccountId;
beforeAll(async () => {
  server = await startWholeServer();
  notes = await TestApp.notes(server);
});
afterAll(() => server.close());
beforeEach(async () => {
  const { email, pages } = await server.signUp();
  owner = pages;
  accountId = (await server.stores.accounts.findByEmail(email))?.id as AccountId;
});

/** Somewhere else, with the session cookie and no other. @param minutes since its owner proved who they are */
async function thief(minutes = 6): Promise<PageClient> {
  await ageProof(server.stores, owner, minutes);
  const pages = server.visitor('203.0.113.66');
  pages.cookies.set('latchkey_session', sessionOf(owner));
  return pages;
}

/** The consent page of what an app wants. */
async function consentPage(pages: PageClient, attempt: Attempt): Promise<{ path: string; page: Page }> {
  const { location } = await pages.get(attempt.url.pathname + attempt.url.search);
  return { path: location, page: await pages.get(location) };
}

const ALL = { 'allow:profile': 'on', 'allow:offline_access': 'on' };

async function decide(pages: PageClient, attempt: Attempt, fields: Record<string, string>) {
  const { path, page } = await consentPage(pages, attempt);
  return pages.post(path, { csrf: page.field('csrf'), decision: 'allow', ...fields });
}

const prove = (pages: PageClient, page: Page) =>
  pages.post('/account/prove', {
    csrf: page.field('csrf'),
    held: page.field('held'),
    password: PASSWORD,
  });

/** The tokens of an owner who goes all the way. */
async function tokensOf(
  pages: PageClient,
  parameters: Record<string, string>,
  fields: Record<string, string>,
) {
  const attempt = await notes.begin(parameters);
  const { onward } = await decide(pages, attempt, fields);
  return notes.redeem(new URL((await pages.get(onward)).location), attempt);
}

const consents = () => server.stores.consents.list({ accountId, epoch: 1 });

describe('a thief with a copy of the session cookie', () => {
  it.each(['no consent', 'a consent that is remembered'])(
    'has no app given a refresh token without the owner’s password, with %s',
    async (consent) => {
      if (consent !== 'no consent') expect((await tokensOf(owner, LASTING, ALL)).refresh_token).toBeDefined();
      const before = await consents();
      const copy = await thief();
      const attempt = await notes.begin(LASTING);
      const { path, page } = await consentPage(copy, attempt);
      const asked = await copy.post(path, { csrf: page.field('csrf'), decision: 'allow', ...ALL });
      expect(asked.text).toContain(ASKED);
      expect(await consents()).toEqual(before);
      // Going on without an answer leads to the consent page again.
      const onward = await copy.get(path.replace('/interaction/', '/auth/'));
      expect(onward.location).toMatch(/^\/interaction\//);
    },
  );

  it('gains nothing from what the owner allows the app at the same time', async () => {
    const copy = await thief();
    const attempt = await notes.begin(LASTING);
    const { onward: path } = await decide(copy, attempt, { 'allow:profile': 'on' });
    expect(path).toMatch(/^\/auth\//);
    const theirs = await notes.begin(LASTING);
    const done = await prove(owner, await decide(owner, theirs, ALL));
    const answer = await owner.get(done.onward);
    expect((await notes.redeem(new URL(answer.location), theirs)).refresh_token).toBeDefined();
    // The proof has given the owner's browser another cookie: the copy is worth nothing.
    const onward = await copy.get(path);
    expect([onward.status, onward.location]).toEqual([400, '']);
  });

  it('has an app told who the owner is, in what ends with the owner’s browser', async () => {
    const copy = await thief();
    const tokens = await tokensOf(copy, { scope: 'openid profile' }, { 'allow:profile': 'on' });
    expect(tokens.refresh_token).toBeUndefined();
    expect(await notes.isActive(tokens.access_token)).toBe(true);
    await owner.submit('/account', '/sign-out', {});
    expect(await notes.isActive(tokens.access_token)).toBe(false);
  });

  it('gets no refresh token without a page either, however much is remembered', async () => {
    await tokensOf(owner, LASTING, ALL);
    const copy = await thief();
    const attempt = await notes.begin({ ...LASTING, prompt: 'none' });
    const answer = await copy.get(attempt.url.pathname + attempt.url.search);
    expect(new URL(answer.location).searchParams.get('error')).toBe('interaction_required');
  });
});

describe('the owner, when an app wants to stay signed in', () => {
  it('is asked nothing within five minutes of a proof', async () => {
    await ageProof(server.stores, owner, 4);
    expect((await tokensOf(owner, LASTING, ALL)).refresh_token).toBeDefined();
  });

  it('gives the password after that, and goes on to the app without another click', async () => {
    await ageProof(server.stores, owner, 6);
    const attempt = await notes.begin(LASTING);
    const asked = await decide(owner, attempt, ALL);
    const done = await prove(owner, asked);
    const answer = await owner.get(done.onward);
    expect((await notes.redeem(new URL(answer.location), attempt)).refresh_token).toBeDefined();
    expect((await consents()).map(({ granted }) => granted)).toEqual([
      ['openid', 'profile', 'offline_access'],
    ]);
  });

  it('is asked for no password to deny it, nor to leave out what lasts', async () => {
    await ageProof(server.stores, owner, 6);
    const denied = await decide(owner, await notes.begin(LASTING), { decision: 'deny', ...ALL });
    expect(denied.onward).toMatch(/^\/auth\//);
    const tokens = await tokensOf(owner, LASTING, { 'allow:profile': 'on' });
    expect([tokens.refresh_token, tokens.scope]).toEqual([undefined, 'openid profile']);
  });

  it('has no app of another browser brought in: what was held in one goes on in no other', async () => {
    await ageProof(server.stores, owner, 6);
    const asked = await decide(owner, await notes.begin(LASTING), ALL);
    const stranger = await server.signUp();
    const csrf = (await stranger.pages.get('/account')).field('csrf');
    const tried = await stranger.pages.post('/account/prove', {
      csrf,
      held: asked.field('held'),
      password: PASSWORD,
    });
    expect(tried.location).toBe('/account');
    expect(await consents()).toEqual([]);
  });
});
