import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Session } from '../../src/accounts/session.ts';
import { CodeLimits } from '../../src/web/code-limits.ts';
import { DeviceClient } from '../support/device-client.ts';
import { testLimiter } from '../support/test-limits.ts';
import { newBrowser, randomId, type TestStores, testStores } from '../support/test-stores.ts';
import { BEHIND_HTTPS, startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { PageClient } from './page-client.ts';

let stores: TestStores;
let limits: CodeLimits;
let network = 0;

beforeAll(async () => {
  stores = await testStores();
  limits = new CodeLimits(testLimiter(stores));
});
afterAll(() => stores.connection.close());

function someone(accountId = randomId()): Session {
  return newBrowser(accountId as Session['accountId'], 1) as Session;
}

function somewhere(): string {
  network += 1;
  return `203.0.${network}.7`;
}

const wrong = async () => undefined;
const right = async () => 'a device';

async function outcomes(count: number, guess: () => Promise<{ outcome: string }>): Promise<string[]> {
  const found: string[] = [];
  for (let round = 0; round < count; round += 1) found.push((await guess()).outcome);
  return found;
}

describe('guessing user codes (RFC 8628 section 5.1)', () => {
  it('is slowed down after five wrong codes of one account, whatever browsers and networks it uses', async () => {
    const accountId = randomId();
    const found = await outcomes(7, () => limits.guess(someone(accountId), somewhere(), wrong));
    expect(found).toEqual(['wrong', 'wrong', 'wrong', 'wrong', 'wrong', 'wait', 'wait']);
    const guess = await limits.guess(someone(accountId), somewhere(), wrong);
    expect(guess).toMatchObject({ outcome: 'wait', milliseconds: expect.any(Number) });
    expect((guess as { milliseconds: number }).milliseconds).toBeGreaterThan(25_000);
  });

  it('lets no more through when the guesses come all at once', async () => {
    const browser = someone();
    const address = somewhere();
    const guesses = await Promise.all(
      Array.from({ length: 40 }, () => limits.guess(browser, address, wrong)),
    );
    expect(guesses.filter(({ outcome }) => outcome === 'wrong').length).toBeLessThanOrEqual(5);
  });

  it('does not go on because right codes come in between', async () => {
    const browser = someone();
    const address = somewhere();
    let evaluated = 0;
    for (let round = 0; round < 12; round += 1) {
      const { outcome } = await limits.guess(browser, address, wrong);
      if (outcome === 'wrong') evaluated += 1;
      await limits.guess(browser, address, right);
    }
    expect(evaluated).toBe(5);
  });

  it('leaves the rest of the household alone when one member types wrongly', async () => {
    const address = somewhere();
    const child = someone();
    await outcomes(30, () => limits.guess(child, address, wrong));
    expect((await limits.guess(someone(), address, right)).outcome).toBe('right');
  });

  /** Its first two draw on what all share; the third is what counts for the network. */
  async function thirdOfAnAccount(address: string, by = limits): Promise<{ outcome: string }> {
    const account = someone();
    await outcomes(2, () => by.guess(account, address, wrong));
    return by.guess(account, address, wrong);
  }

  it('is slowed down for a network whose many accounts go on guessing, and for no other network', async () => {
    const address = somewhere();
    const found = await outcomes(24, () => thirdOfAnAccount(address));
    expect(found.filter((outcome) => outcome === 'wrong').length).toBe(20);
    expect((await thirdOfAnAccount(somewhere())).outcome).toBe('wrong');
  });

  it('begins anew for a network after ten minutes', async () => {
    let time = Date.now();
    const timed = new CodeLimits(testLimiter(stores, {}, () => time));
    const address = somewhere();
    await outcomes(21, () => thirdOfAnAccount(address, timed));
    expect((await thirdOfAnAccount(address, timed)).outcome).toBe('wait');
    time += 10 * 60_000;
    expect((await thirdOfAnAccount(address, timed)).outcome).toBe('wrong');
  });

  it('costs nothing when the code is right', async () => {
    const browser = someone();
    const address = somewhere();
    const found = await outcomes(30, () => limits.guess(browser, address, right));
    expect(new Set(found)).toEqual(new Set(['right']));
  });
});

describe('the code page, slowed down', () => {
  let server: WholeServer;
  let owner: PageClient;
  beforeAll(async () => {
    server = await startWholeServer(BEHIND_HTTPS);
    owner = await server.owner();
  });
  afterAll(() => server.close());

  it('says how long to wait, keeps what was typed, and does not say whether the code was right', async () => {
    const { body } = await new DeviceClient(server.origin).authorize();
    for (let round = 0; round < 5; round += 1) {
      await owner.submit('/device', '/device', { user_code: `BBBB-BBB${'BCDFG'[round]}` });
    }
    for (const code of ['BBBB-BBBH', String(body['user_code'])]) {
      const page = await owner.submit('/device', '/device', { user_code: code });
      expect(page.status).toBe(429);
      expect(Number(page.headers['retry-after'])).toBeGreaterThan(20);
      expect(page.text).toContain('Too many tries. Try again in one minute.');
      expect(page.text).toContain(`value="${code}"`);
    }
    const other = await server.owner('Another member');
    const page = await other.get(`/device?user_code=${String(body['user_code'])}`);
    expect(page.text).toContain('Does your device show this code?');
  });
});
