import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AppWorld, press, words } from '../support/app-world.ts';

const OFFLINE = { scope: 'openid profile email offline_access', prompt: 'consent' };

let world: AppWorld;
beforeAll(async () => {
  world = await AppWorld.start();
});
afterAll(() => world?.close());

describe('Apps and websites', () => {
  it('lists what has access and what each may do; narrowing takes effect at once', async () => {
    const owner = await world.newOwner();
    const page = await world.signedInWindow(owner);
    const tokens = await world.tokensIn(page, OFFLINE);
    await page.goto(`${world.server.issuer}/account`);
    await page
      .getByRole('main')
      .getByRole('link', { name: /Apps and websites/ })
      .last()
      .click();
    const listed = await words(page);
    for (const part of ['Notes', 'See your email address', 'last used just now'])
      expect(listed).toContain(part);
    await page.getByRole('link', { name: /Notes/ }).click();
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
    await here.getByRole('link', { name: 'Remove this app' }).click();
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
    await here.getByRole('button', { name: 'Sign out' }).first().click();
    expect(await world.notes.isActive(first.access_token)).toBe(false);
    expect(await world.notes.isActive(second.access_token)).toBe(true);
    const silent = await world.notes.begin({ prompt: 'none' });
    const answer = await world.answerAfter(there, () => there.goto(silent.url.href));
    expect((await world.notes.redeem(answer, silent)).access_token).toBeDefined();
    for (const window of [here, there]) await window.context().close();
  });
});
