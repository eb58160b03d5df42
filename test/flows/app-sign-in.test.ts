import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.ts';
import { AppWorld, press, words } from '../support/app-world.ts';
import { createAccount, newOwner, signIn } from '../support/browser.ts';

let world: AppWorld;
beforeAll(async () => {
  world = await AppWorld.start();
});
afterAll(() => world?.close());

describe('an app signs an owner in, without a script on any page', () => {
  it('who is not signed in signs in on the way, decides what the app may know, and arrives there', async () => {
    const [owner, page] = [await world.newOwner(), await world.window()];
    const attempt = await world.begin(page, { login_hint: owner.email });
    expect(new URL(page.url()).pathname).toBe('/sign-in');
    expect(await words(page)).toContain('Sign in to go on to Notes');
    expect(await page.getByLabel('Email').inputValue()).toBe(owner.email);
    expect(page.url()).not.toContain('example.org');
    await signIn(page, owner);
    await page.waitForURL(/\/interaction\//);
    const text = await words(page);
    for (const part of [
      'Allow Notes to use your account?',
      owner.email,
      'notes.example.com',
      'See your name',
    ])
      expect(text).toContain(part);
    await page.getByLabel('See your email address').uncheck();
    const tokens = await world.notes.redeem(
      await world.answerAfter(page, () => press(page, 'Allow')),
      attempt,
    );
    expect(tokens.scope).toBe('openid profile');
    expect(await world.notes.claimsOf(tokens.access_token)).toEqual(['sub', 'name']);
    await page.context().close();
  });

  it('a visitor without an account creates one on the way', async () => {
    const page = await world.window();
    await world.begin(page);
    await page.getByRole('link', { name: 'Create account' }).click();
    await createAccount(
      page,
      world.server.issuer,
      newOwner(),
      new URL(page.url()).pathname + new URL(page.url()).search,
    );
    await page.waitForURL(/\/interaction\//);
    expect(await words(page)).toContain('Allow Notes');
    await page.context().close();
  });

  it('the next time nothing is asked, and after a sign-out only for the password', async () => {
    const [owner, page] = [await world.newOwner(), await world.window()];
    await world.begin(page);
    await signIn(page, owner);
    await page.waitForURL(/\/interaction\//);
    await world.answerAfter(page, () => press(page, 'Allow'));
    const again = await world.notes.begin();
    const silent = await world.answerAfter(page, () => page.goto(again.url.href));
    expect((await world.notes.redeem(silent, again)).scope).toBe('openid profile email');
    const elsewhere = await world.window();
    const attempt = await world.begin(elsewhere);
    const answer = await world.answerAfter(elsewhere, () => signIn(elsewhere, owner));
    expect((await world.notes.redeem(answer, attempt)).scope).toBe('openid profile email');
    for (const window of [page, elsewhere]) await window.context().close();
  });

  it('who says no goes back to the app, which hears so', async () => {
    const [owner, page] = [await world.newOwner(), await world.window()];
    await world.begin(page);
    await signIn(page, owner);
    await page.waitForURL(/\/interaction\//);
    const answer = await world.answerAfter(page, () => press(page, 'Don’t allow'));
    expect(answer.searchParams.get('error')).toBe('access_denied');
    expect(answer.searchParams.has('code')).toBe(false);
    await page.context().close();
  });

  it('the consent page is done with the keyboard alone', async () => {
    const [owner, page] = [await world.newOwner(), await world.window()];
    const attempt = await world.begin(page);
    await signIn(page, owner);
    await page.waitForURL(/\/interaction\//);
    await page.getByLabel('See your name').focus();
    await page.keyboard.press('Space');
    for (let presses = 0; presses < 3; presses += 1) await page.keyboard.press('Tab');
    const answer = await world.answerAfter(page, () => page.keyboard.press('Enter'));
    expect((await world.notes.redeem(answer, attempt)).scope).toBe('openid email');
    await page.context().close();
  });

  it('a request cannot be answered from another browser, nor twice', async () => {
    const [owner, page] = [await world.newOwner(), await world.window()];
    await world.begin(page);
    await signIn(page, owner);
    await page.waitForURL(/\/interaction\//);
    const address = page.url();
    const other = await world.signedInWindow(owner);
    await other.goto(address);
    expect(await words(other)).toContain('This sign-in is over');
    await world.answerAfter(page, () => press(page, 'Allow'));
    await page.goto(address);
    expect(await words(page)).toContain('This sign-in is over');
    for (const window of [page, other]) await window.context().close();
  });
});

describe('a program on the owner’s own machine', () => {
  let program: Server;
  let desktop: TestApp;
  let heard: string[] = [];
  beforeAll(async () => {
    program = createServer((request, response) => {
      heard.push(request.url ?? '');
      response.end('You can close this window.');
    });
    await new Promise<void>((resolve) => program.listen(0, '127.0.0.1', resolve));
    const { port } = program.address() as AddressInfo;
    desktop = await TestApp.of(world.server, 'desktop', `http://127.0.0.1:${port}/signed-in`);
  });
  afterAll(async () => {
    program.closeAllConnections();
    await new Promise((resolve) => program.close(resolve));
  });

  it('is asked about each time, and the answer reaches it', async () => {
    const [owner, page] = [await world.newOwner(), await world.window()];
    for (const round of [1, 2]) {
      heard = [];
      const attempt = await desktop.begin();
      await page.goto(attempt.url.href);
      if (round === 1) await signIn(page, owner);
      await page.waitForURL(/\/interaction\//);
      expect(await words(page)).toContain('We can’t check that it is really Desktop');
      await press(page, 'Allow');
      await page.waitForURL(/127\.0\.0\.1:\d+\/signed-in/);
      expect((await desktop.redeem(new URL(page.url()), attempt)).claims()?.aud).toBe('desktop');
      expect(heard.filter((path) => path.startsWith('/signed-in'))).toHaveLength(1);
    }
    await page.context().close();
  });
});
