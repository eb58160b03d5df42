import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, CDPSession, Page } from 'playwright-core';
import {
  createAccount,
  launchBrowser,
  newOwner,
  newWindow,
  type Owner,
  signIn,
  signOut,
} from '../support/browser.ts';
import { freePort } from '../support/free-port.ts';
import { SERVER_SECRET, startServer, type TestServer } from '../support/test-server.ts';
import { randomId, type TestStores, testStores } from '../support/test-stores.ts';

let server: TestServer;
let browser: Browser;
/** The server's own, for what the operator does. */
let stores: TestStores;
beforeAll(async () => {
  // Passkeys are bound to a name: an address in numbers has none.
  const PORT = String(await freePort());
  const prefix = `t${randomId()}:`;
  [server, browser, stores] = await Promise.all([
    startServer({ PORT, ISSUER: `http://localhost:${PORT}`, REDIS_PREFIX: prefix }),
    launchBrowser(),
    testStores({ prefix, secrets: [SERVER_SECRET] }),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await stores?.connection.close();
});

const words = (page: Page) => page.locator('main').innerText();
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first().click();
const open = (page: Page, path: string) => page.goto(`${server.issuer}${path}`);

interface Authenticator {
  cdp: CDPSession;
  authenticatorId: string;
}

/** A window with scripts, and Chromium's own authenticator, which verifies its user. */
async function windowWithPasskeys(): Promise<{ page: Page } & Authenticator> {
  const page = await newWindow(browser, { javaScriptEnabled: true });
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { page, cdp, authenticatorId };
}

async function ownerWithPasskey(): Promise<{ page: Page; owner: Owner } & Authenticator> {
  const made = await windowWithPasskeys();
  const owner = newOwner();
  await createAccount(made.page, server.issuer, owner);
  await open(made.page, '/account/security/two-step');
  await made.page.getByRole('link', { name: 'Add a passkey' }).click();
  await made.page.getByLabel('Name').fill('Test laptop');
  await press(made.page, 'Add a passkey');
  await made.page.waitForURL(/two-step\?notice/);
  return { ...made, owner };
}

/** Runs in the page: sends an answer and its challenge once more. */
const SEND_AGAIN = `([response, challenge]) => {
  const form = document.querySelector('form[data-passkey]');
  form.elements.response.value = response;
  form.elements.challenge.value = challenge;
  form.submit();
}`;

describe('passkeys', () => {
  it('are added, named, renamed and removed', async () => {
    const { page, cdp, authenticatorId } = await ownerWithPasskey();
    expect(await words(page)).toContain('Your passkey is added');
    const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId });
    expect(credentials).toHaveLength(1);
    await page.getByRole('link', { name: /Test laptop/ }).click();
    await page.getByLabel('Name').fill('Old laptop');
    await press(page, 'Save name');
    expect(await words(page)).toContain('Old laptop');
    await page.getByRole('link', { name: /Old laptop/ }).click();
    await press(page, 'Remove');
    expect(await words(page)).toContain('Two-step verification is off now.');
    await page.context().close();
  });

  it('sign in without a password', async () => {
    const { page } = await ownerWithPasskey();
    await signOut(page);
    await open(page, '/sign-in?return_to=/account/security');
    await page.getByRole('link', { name: 'Sign in with a passkey' }).click();
    await press(page, 'Use my passkey');
    await page.waitForURL(`${server.issuer}/account/security`);
    await open(page, '/account');
    expect(await words(page)).toContain('This browser');
    await page.context().close();
  });

  it('of a disabled account open nothing, and once it is enabled again they do', async () => {
    const { page, owner } = await ownerWithPasskey();
    await signOut(page);
    const account = await stores.accounts.findByEmail(owner.email);
    if (!account) throw new Error('the account is not there');
    await stores.accounts.setStatus(account.id, 'disabled');
    await open(page, '/sign-in');
    await page.getByRole('link', { name: 'Sign in with a passkey' }).click();
    await press(page, 'Use my passkey');
    await page.getByText('That passkey doesn’t work here').first().waitFor();
    await open(page, '/account');
    expect(page.url()).toContain('/sign-in');
    await stores.accounts.setStatus(account.id, 'active');
    await page.getByRole('link', { name: 'Sign in with a passkey' }).click();
    await press(page, 'Use my passkey');
    await page.waitForURL(`${server.issuer}/account`);
    await page.context().close();
  });

  it('are the second step after a password, and without one no browser is let in', async () => {
    const { page, owner } = await ownerWithPasskey();
    await signOut(page);
    await open(page, '/sign-in');
    await signIn(page, owner);
    await page.waitForURL(/second-step/);
    const other = await newWindow(browser);
    await open(other, '/sign-in');
    await signIn(other, owner);
    await other.waitForURL(/second-step/);
    expect(await words(other)).toContain('Passkeys need JavaScript');
    await open(other, '/account');
    expect(other.url()).toContain('/sign-in');
    await press(page, 'Use my passkey');
    await page.waitForURL(`${server.issuer}/account`);
    expect(await words(page)).toContain('This browser');
    await Promise.all([page.context().close(), other.context().close()]);
  });

  it('that were removed open nothing', async () => {
    const { page } = await ownerWithPasskey();
    await page.getByRole('link', { name: /Test laptop/ }).click();
    await press(page, 'Remove');
    await signOut(page);
    await open(page, '/sign-in/passkey');
    await press(page, 'Use my passkey');
    await page.getByText('That passkey doesn’t work here').first().waitFor();
    await page.context().close();
  });

  it('whose user was not verified open nothing', async () => {
    const { page, cdp, authenticatorId } = await ownerWithPasskey();
    await signOut(page);
    await open(page, '/sign-in/passkey');
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    await press(page, 'Use my passkey');
    await page.locator('[data-passkey-problem]:not([hidden])').waitFor();
    await open(page, '/account');
    expect(page.url()).toContain('/sign-in');
    await page.context().close();
  });

  it('an answer works once, and a counter that went back is refused and told', async () => {
    const { page, cdp, authenticatorId } = await ownerWithPasskey();
    const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId });
    const [copy] = credentials;
    if (!copy) throw new Error('no passkey');
    await signOut(page);
    const signInWithPasskey = async () => {
      await open(page, '/sign-in/passkey');
      const posted = page.waitForRequest((request) => request.method() === 'POST');
      await press(page, 'Use my passkey');
      return (await posted).postData() ?? '';
    };
    const answer = new URLSearchParams(await signInWithPasskey());
    await page.waitForURL(`${server.issuer}/account`);
    await signOut(page);
    await open(page, '/sign-in/passkey');
    await page.evaluate(
      `(${SEND_AGAIN})(${JSON.stringify([answer.get('response') ?? '', answer.get('challenge') ?? ''])})`,
    );
    await page.getByText('That passkey doesn’t work here').first().waitFor();
    await cdp.send('WebAuthn.removeCredential', { authenticatorId, credentialId: copy.credentialId });
    await cdp.send('WebAuthn.addCredential', { authenticatorId, credential: copy });
    await signInWithPasskey();
    await page.getByText('That passkey doesn’t work here').first().waitFor();
    await page.context().close();
  });
});
