import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { ageProofOf, SESSION } from '../support/aged-proof.ts';
import { findingsOn, loadAxe } from '../support/axe.ts';
import {
  createAccount,
  launchBrowser,
  newOwner,
  newWindow,
  type Owner,
  signIn,
  signOut,
} from '../support/browser.ts';
import { DeviceClient } from '../support/device-client.ts';
import { request } from '../support/http.ts';
import { SERVER_SECRET, startServer, type TestServer } from '../support/test-server.ts';
import { randomId, testStores } from '../support/test-stores.ts';

const prefix = `t${randomId()}:`;
let server: TestServer;
let browser: Browser;
let page: Page;
let owner: Owner;
let device: DeviceClient;

beforeAll(async () => {
  const clients = new URL('../fixtures/clients.json', import.meta.url).pathname;
  [server, browser] = await Promise.all([
    startServer({ CLIENTS_FILE: clients, REDIS_PREFIX: prefix }),
    launchBrowser(),
  ]);
  device = new DeviceClient(server.issuer);
  page = await newWindow(browser);
  owner = newOwner();
  await createAccount(page, server.issuer, owner);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

let code: { deviceCode: string; userCode: string; complete: string };
beforeEach(async () => {
  const { body } = await device.authorize({
    device_name: 'Attic TV',
    device_type: 'tv',
    device_model: 'Mark 2',
  });
  code = {
    deviceCode: String(body['device_code']),
    userCode: String(body['user_code']),
    complete: String(body['verification_uri_complete']),
  };
});

async function enter(window: Page, typed: string): Promise<void> {
  await window.goto(`${server.issuer}/device`);
  await window.getByLabel('Code').fill(typed);
  await window.getByRole('button', { name: 'Continue' }).click();
}

const words = (window: Page) => window.locator('main').innerText();
const press = (window: Page, name: string) => window.getByRole('button', { name, exact: true }).click();
const answerOf = async () => (await device.poll(code.deviceCode)).body['error'] ?? 'tokens';

describe('the page where the owner decides (RFC 8628 sections 3.3 and 5.4)', () => {
  it('shows what is asking, from where, and the code to compare; linking takes a click', async () => {
    await enter(page, code.userCode);
    const text = await words(page);
    for (const part of ['Attic TV', 'Mark 2', 'Telly', code.userCode, 'Link TV', 'Don’t link'])
      expect(text).toContain(part);
    expect(await answerOf()).toBe('authorization_pending');
    await press(page, 'Link TV');
    expect(await words(page)).toContain('Attic TV');
    expect(await answerOf()).toBe('tokens');
  });

  it('opens from the complete address without linking anything by itself (section 3.3.1)', async () => {
    await page.goto(code.complete);
    expect(await words(page)).toContain(code.userCode);
    expect(await answerOf()).toBe('authorization_pending');
  });

  it('denies: the device hears so, and the code is dead', async () => {
    await enter(page, code.userCode);
    await press(page, 'Don’t link');
    expect(page.url()).toContain('/device/denied');
    expect(await answerOf()).toBe('access_denied');
    await enter(page, code.userCode);
    expect(await words(page)).toContain('That code doesn’t work');
  });

  it('a stale second tab cannot approve what was denied in the first, nor deny what was approved', async () => {
    const second = await page.context().newPage();
    await enter(page, code.userCode);
    await enter(second, code.userCode);
    await press(page, 'Don’t link');
    await press(second, 'Link TV');
    expect(second.url()).toContain('/device/gone');
    expect(await answerOf()).toBe('access_denied');
    await second.close();
  });

  it('a code that was used does not work twice, and the answer is that of a wrong one', async () => {
    await enter(page, code.userCode);
    await press(page, 'Link TV');
    await enter(page, code.userCode);
    const used = await words(page);
    await enter(page, 'BBBB-CCCC');
    expect((await words(page)).replaceAll('BBBB-CCCC', '')).toBe(used.replaceAll(code.userCode, ''));
  });

  it('forgives lower case, spaces, a pasted address', async () => {
    for (const typed of [
      code.userCode.toLowerCase(),
      ` ${code.userCode.replace('-', '  ')} `,
      code.complete,
    ]) {
      await enter(page, typed);
      expect(await words(page)).toContain('Attic TV');
    }
  });

  it('an owner who is not signed in signs in first, leaves in the middle, comes back, and has not lost the code', async () => {
    const stranger = await newWindow(browser);
    await stranger.goto(code.complete);
    expect(stranger.url()).toContain('/sign-in');
    await stranger.goto(`${server.issuer}/`);
    await stranger.goto(code.complete);
    await signIn(stranger, owner);
    expect(await words(stranger)).toContain('Attic TV');
    await stranger.goto(`${server.issuer}/account`);
    await enter(stranger, code.userCode);
    await press(stranger, 'Link TV');
    expect(await answerOf()).toBe('tokens');
    await stranger.context().close();
  });

  it('asks the owner to sign in again where the device wants a fresh proof, and loses no code', async () => {
    const { body } = await device.authorize({ max_age: '600', device_name: 'Safe' });
    const stores = await testStores({ prefix, secrets: [SERVER_SECRET] });
    const session = (await page.context().cookies()).find(({ name }) => name === SESSION);
    await ageProofOf(stores, session?.value ?? '', 11).finally(() => stores.connection.close());
    await page.goto(String(body['verification_uri_complete']));
    expect(page.url()).toContain('/sign-in');
    await signIn(page, owner);
    expect(await words(page)).toContain('Safe');
    await press(page, 'Link device');
    expect(page.url()).toContain('/device/waiting');
  });

  it('a compressed form is refused as a bad request, whatever is in it', async () => {
    const answer = await request(`${server.issuer}/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-encoding': 'gzip' },
      body: 'garbage',
    });
    expect(answer.status).toBe(400);
  });

  it('a reload of the result links nothing again and shows the same', async () => {
    await enter(page, code.userCode);
    await press(page, 'Link TV');
    expect(await answerOf()).toBe('tokens');
    await page.getByText('Attic TV is connected').waitFor();
    for (const _ of ['once', 'twice']) {
      await page.reload();
      expect(await words(page)).toContain('Attic TV is connected');
    }
    expect(await answerOf()).toBe('invalid_grant');
  });

  it('signing out in the middle takes the decision away', async () => {
    const other = await newWindow(browser);
    await other.goto(code.complete);
    await signIn(other, owner);
    const second = await other.context().newPage();
    await second.goto(`${server.issuer}/account`);
    await signOut(second);
    await press(other, 'Link TV');
    expect(await words(other)).not.toMatch(/Waiting for|is connected/);
    expect(await answerOf()).toBe('authorization_pending');
    await other.context().close();
  });
});

/** What is seen of the page; the first words are those of its heading. */
const seen = async (window: Page) => (await window.locator('main').innerText()).replace(/\s+/g, ' ').trim();
const NAME = 'Attic TV';

/** An owner has pressed Link TV, in a window of their own. */
async function linkIn(window: Page): Promise<void> {
  await createAccount(window, server.issuer, newOwner());
  await window.goto(code.complete);
  await press(window, 'Link TV');
  await window.getByRole('heading', { name: `Waiting for ${NAME}…` }).waitFor();
}

describe.each([
  ['without scripts', false],
  ['with scripts', true],
])('a device that was approved, %s', (_, javaScriptEnabled) => {
  let window: Page;
  beforeEach(async () => {
    window = await newWindow(browser, { javaScriptEnabled });
    await linkIn(window);
  });
  afterEach(() => window.context().close());

  it('is waited for, and the list says so; it is connected when it has its tokens, and the page says that by itself', async () => {
    expect(await seen(window)).toMatch(/^Waiting for Attic TV… You said yes\. Your TV goes on by itself/);
    const second = await window.context().newPage();
    await second.goto(`${server.issuer}/account/devices`);
    expect(await seen(second)).toContain(`${NAME} TV · Waiting…`);
    expect(await answerOf()).toBe('tokens');
    await window.getByRole('heading', { name: `${NAME} is connected` }).waitFor();
    expect(await seen(window)).toMatch(/^Attic TV is connected You can put your phone away\./);
    expect(await window.getByRole('status').innerText()).toContain(`${NAME} is connected`);
    if (javaScriptEnabled) expect(await window.title()).toContain('Your TV is connected');
    await second.reload();
    expect(await seen(second)).not.toContain('Waiting');
    // The same page; axe itself needs scripts.
    if (javaScriptEnabled) await loadAxe(window);
    if (javaScriptEnabled) expect(await findingsOn(window)).toEqual([]);
    await window.getByRole('link', { name: 'Rename it or say whose it is' }).click();
    await window.getByRole('heading', { name: NAME }).waitFor();
    expect(window.url()).toContain('/account/devices/');
  });

  it('is not linked after all where its owner says so on the page: it hears that, and no list has it', async () => {
    await press(window, 'Don’t link it after all');
    await window.getByRole('heading', { name: 'Nothing was linked' }).waitFor();
    expect(await answerOf()).toBe('access_denied');
    await window.goto(`${server.issuer}/account/devices`);
    expect(await seen(window)).not.toContain('Waiting');
  });

  it('does not come within seven seconds: the page is whole then, and goes on or says how', async () => {
    const again = window.getByRole('link', { name: 'Check again' });
    await window.locator('.link-late').waitFor({ state: 'attached' });
    expect(await again.isVisible()).toBe(!javaScriptEnabled);
    expect(await seen(window)).toMatch(
      javaScriptEnabled ? /^Waiting for Attic TV… You said yes/ : /^Waiting for Attic TV… No answer yet\./,
    );
    expect(await answerOf()).toBe('tokens');
    if (!javaScriptEnabled) await again.click();
    await window.getByRole('heading', { name: `${NAME} is connected` }).waitFor();
    expect(await window.title()).toContain('Your TV is connected');
  });
});
