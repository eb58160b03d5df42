import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { createAccount, launchBrowser, newOwner, newWindow } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { endsWithUs } from '../support/started-processes.ts';
import { startServer, type TestServer } from '../support/test-server.ts';

let server: TestServer;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  // As a newcomer: a Redis of its own, a secret of its own.
  [server, browser] = await Promise.all([
    startServer({ REDIS_URL: '', LATCHKEY_SECRET: '' }),
    launchBrowser(),
  ]);
  page = await newWindow(browser);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** `npm run device -- --json`: one event a line. */
class Device {
  readonly events: Record<string, unknown>[] = [];
  readonly #process: ChildProcess;

  constructor(issuer: string) {
    this.#process = spawn(
      process.execPath,
      [
        'src/cli/device.ts',
        '--issuer',
        issuer,
        '--json',
        '--name',
        'Kitchen radio',
        '--type',
        'speaker',
        '--refresh-every',
        '1',
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    endsWithUs(this.#process, 'demonstration device');
    let rest = '';
    this.#process.stdout?.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      this.events.push(...lines.filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>));
    });
  }

  async next(event: string, count = 1): Promise<Record<string, unknown>> {
    return eventually(event, () => this.events.filter((entry) => entry['event'] === event)[count - 1]);
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGTERM');
    await once(this.#process, 'exit');
  }
}

describe('a newcomer’s first five minutes', () => {
  it('create an account, run the device, type its code, confirm: it says who it is signed in as and goes on refreshing', async () => {
    await createAccount(page, server.issuer, newOwner());
    expect(page.url()).toBe(`${server.issuer}/account`);
    const device = new Device(server.issuer);
    try {
      const shown = await device.next('code');
      const userCode = String(shown['user_code']);
      await page.goto(`${server.issuer}/device`);
      await page.getByLabel('Code').fill(userCode.toLowerCase().replace('-', ' '));
      await page.getByRole('button', { name: 'Continue' }).click();
      const text = await page.locator('main').innerText();
      expect(text).toContain('Kitchen radio');
      expect(text).toContain(userCode);
      await page.getByRole('button', { name: 'Link speaker' }).click();
      expect(await page.locator('main').innerText()).toContain('Kitchen radio');
      expect(page.url()).toContain('/device/waiting');
      expect(await device.next('signed_in')).toMatchObject({ name: 'Grace Hopper' });
      await device.next('refreshed', 3);
    } finally {
      await device.stop();
    }
  });
});
