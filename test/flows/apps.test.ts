import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { AppWorld, press, words } from '../support/app-world.ts';
import { signOut } from '../support/browser.ts';

const OFFLINE = { scope: 'openid profile email offline_access', prompt: 'consent' };

let world: AppWorld;
beforeAll(async () => {
  world = await AppWorld.start();
});
afterAll(() => world?.close());

/** As if the owner who is signed in in this window had proved who they are an hour ago. */
async function ageProof(page: Page): Promise<void> {
  const cookies = await page.context().cookies();
  const { browsers } = world.stores;
  const browser = await browsers.resume(cookies.find(({ name }) => name === 'latchkey_session')?.value ?? '');
  if (!browser) throw new Error('nobody is signed in');
  await browsers.save({ ...browser, authTime: Math.floor(Date.now() / 1000) - 3600 });
}

describe('an app that wants to stay signed in', () => {
  it('gets what lasts after the password, given in place; the owner clicks Allow once', async () => {
    const owner = await world.newOwner();
    const page = await world.signedInWindow(owner);
    await ageProof(page);
    const attempt = await world.begin(page, OFFLINE);
    await press(page, 'Allow');
    expect(await words(page)).toContain('Before an app may stay signed in while you are not using it');
    await page.getByLabel('Password').fill(owner.password);
    const answer = await world.answerAfter(page, () => press(page, 'Continue'));
    expect((await world.notes.redeem(answer, attempt)).refresh_token).toBeDefined();
    await page.context().close();
  });

  it('gets what ends with the browser without one', async () => {
    const owner = await world.newOwner();
    const page = await world.signedInWindow(owner);
    await ageProof(page);
    expect((await world.tokensIn(page)).refresh_token).toBeUndefined();
    await page.context().close();
  });

  it('leads an owner who has no password at hand to sign in again, and back to the app', async () => {
    const owner = await world.newOwner();
    const page = await world.signedInWindow(owner);
    await ageProof(page);
    const attempt = await world.begin(page, OFFLINE);
    await press(page, 'Allow');
    await page.getByRole('link', { name: 'Sign in again' }).click();
    await page.getByLabel('Email').fill(owner.email);
    await page.getByLabel('Password').fill(owner.password);
    await press(page, 'Sign in');
    const answer = await world.answerAfter(page, () => press(page, 'Allow'));
    expect((await world.notes.redeem(answer, attempt)).refresh_token).toBeDefined();
    await page.context().close();
  });
});

describe('Apps and websites', () => {
  it('lists what has access and what each may do; narrowing takes effect at once', async () => {
    const owner = await world.newOwner();
    const page = await world.signedInWindow(owner);
    const tokens = await world.tokensIn(page, OFFLINE);
    await page.goto(`${world.server.issuer}/account`);
    await page.getByRole('main').getByRole('link', { name: /^Apps/ }).click();
    const listed = await words(page);
    for (const part of ['Notes', 'App', 'Active now']) expect(listed).toContain(part);
    await page.getByRole('link', { name: /Notes/ }).click();
    expect(await words(page)).toContain('See your email address');
    await page.getByLabel('See your email address').uncheck();
    await press(page, 'Save');
    expect(await page.getByRole('status').innerText()).toContain('Notes may only do what is ticked here');
    expect(await words(page)).not.toContain('See your email address');
    expect(await world.notes.claimsOf(tokens.access_token)).toEqual(['sub', 'name']);
    await world.begin(page, { scope: 'openid profile email' });
    expect(await words(page)).toContain('See your email address');
    await page.context().close();
  });

  it('removing an app kills all its tokens, in every browser, and says so', async () => {
    const owner = await world.newOwner();
    const [here, there] = [await world.signedInWindow(owner), await world.signedInWindow(owner)];
    const tokens = [await world.tokensIn(here, OFFLINE), await world.tokensIn(there, OFFLINE)];
    await here.goto(`${world.server.issuer}/account/apps`);
    await here.getByRole('link', { name: /Notes/ }).click();
    await here.getByRole('link', { name: 'Remove access' }).click();
    expect(await words(here)).toContain('in every browser');
    for (const { access_token } of tokens) expect(await world.notes.isActive(access_token)).toBe(true);
    await press(here, 'Remove');
    expect(await here.getByRole('status').innerText()).toContain('Notes was removed');
    expect(await words(here)).toContain('No app has access to your account');
    for (const { access_token, refresh_token = '' } of tokens) {
      expect(await world.notes.isActive(access_token)).toBe(false);
      await expect(world.notes.refresh(refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' });
    }
    await world.begin(there);
    expect(await words(there)).toContain('Allow Notes');
    for (const window of [here, there]) await window.context().close();
  });

  it('signing out in one browser leaves the app in another', async () => {
    const owner = await world.newOwner();
    const [here, there] = [await world.signedInWindow(owner), await world.signedInWindow(owner)];
    const attempt = await world.notes.begin();
    const first = await world.tokensIn(here);
    const second = await world.notes.redeem(
      await world.answerAfter(there, () => there.goto(attempt.url.href)),
      attempt,
    );
    await here.goto(`${world.server.issuer}/account`);
    await signOut(here);
    expect(await world.notes.isActive(first.access_token)).toBe(false);
    expect(await world.notes.isActive(second.access_token)).toBe(true);
    const silent = await world.notes.begin({ prompt: 'none' });
    const answer = await world.answerAfter(there, () => there.goto(silent.url.href));
    expect((await world.notes.redeem(answer, silent)).access_token).toBeDefined();
    for (const window of [here, there]) await window.context().close();
  });
});
