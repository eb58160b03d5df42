/** A device that was reset is linked again: its owner may end the old row with one tap, in a real browser. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { findingsOn, loadAxe } from '../support/axe.ts';
import { createAccount, launchBrowser, newOwner, newWindow } from '../support/browser.ts';
import { DeviceClient } from '../support/device-client.ts';
import { deviceKey } from '../support/device-key.ts';
import { startServer, type TestServer } from '../support/test-server.ts';
import { randomId } from '../support/test-stores.ts';

let server: TestServer;
let browser: Browser;
let device: DeviceClient;
beforeAll(async () => {
  const clients = new URL('../fixtures/clients.json', import.meta.url).pathname;
  const prefix = `t${randomId()}:`;
  [server, browser] = await Promise.all([
    startServer({ CLIENTS_FILE: clients, REDIS_PREFIX: prefix }),
    launchBrowser(),
  ]);
  device = new DeviceClient(server.issuer);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const SAID = { device_name: 'Attic TV', device_type: 'tv', device_model: 'Mark 2' };
const OLD = 'Remove the old entry';

interface Linked {
  readonly refreshes: () => Promise<number>;
}

/** The owner links it, and the page says what came of it. */
async function link(
  page: Page,
  said: Record<string, string> = SAID,
  dpop?: () => Promise<string>,
): Promise<Linked> {
  const { body } = await device.authorize(said);
  await page.goto(`${server.issuer}/device`);
  await page.getByLabel('Code').fill(String(body['user_code']));
  await page.getByRole('button', { name: 'Continue' }).click();
  const waiting = page.waitForURL(/\/device\/waiting/, { waitUntil: 'commit' });
  await page.getByRole('button', { name: 'Link TV' }).click({ noWaitAfter: true });
  await waiting;
  const form = {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    client_id: 'tv',
    device_code: String(body['device_code']),
  };
  const answer = await device.post('/token', form, dpop && { dpop: await dpop() });
  expect(answer.status).toBe(200);
  await page.getByRole('heading', { name: /is connected/ }).waitFor();
  const token = String(answer.body['refresh_token']);
  return { refreshes: async () => (await device.refresh(token)).status };
}

async function newHome(options: { javaScriptEnabled?: boolean } = {}): Promise<Page> {
  const page = await newWindow(browser, options);
  await createAccount(page, server.issuer, newOwner());
  return page;
}

const words = (page: Page) => page.locator('main').innerText();

describe('a device that is linked again', () => {
  it.each([true, false])(
    'ends its old row by one tap of the owner, and not before; scripts: %s',
    async (scripts) => {
      const page = await newHome({ javaScriptEnabled: scripts });
      const old = await link(page);
      expect(await words(page)).not.toContain(OLD);
      const again = await link(page);
      expect(await words(page)).toContain('Linked again?');
      expect(await words(page)).toMatch(/says the same of itself[\s\S]*If you have two, keep both/);
      expect(await old.refreshes()).toBe(200);
      if (scripts) {
        await loadAxe(page);
        expect(await findingsOn(page)).toEqual([]);
      }
      await page.getByRole('button', { name: OLD }).click();
      expect(page.url()).toContain('/account/devices/removed');
      expect(await words(page)).toContain('Attic TV');
      expect([await old.refreshes(), await again.refreshes()]).toEqual([400, 200]);
      await page.context().close();
    },
  );

  it('is known by its key, which no copy of its words has; what it says now does not count', async () => {
    const page = await newHome();
    const [key, another] = [await deviceKey(server.issuer), await deviceKey(server.issuer)];
    await link(page, SAID, () => key.prove('/token'));
    await link(page, SAID, () => another.prove('/token'));
    expect(await words(page)).not.toContain(OLD);
    await link(page, { ...SAID, device_name: 'Cellar TV' }, () => key.prove('/token'));
    const text = await words(page);
    expect(text).toContain('This device was linked before');
    expect(text).toMatch(/Attic TV[\s\S]*Remove the old entry/);
    await page.context().close();
  });

  it('is compared with its owner’s own devices alone: a stranger who copies its words ends nobody’s', async () => {
    const [ada, mallory] = [await newHome(), await newHome()];
    const adas = await link(ada);
    await link(mallory);
    expect(await words(mallory)).not.toContain(OLD);
    expect(await adas.refreshes()).toBe(200);
    await Promise.all([ada.context().close(), mallory.context().close()]);
  });
});
