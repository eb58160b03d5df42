import type { AccountId } from '../../src/accounts/account.ts';
import { formatGrantId, newGrantName } from '../../src/devices/grant-id.ts';
import type { Payload } from '../../src/devices/payload.ts';
import { DeviceClient } from '../../test/support/device-client.ts';
import { codesOf, tokensOf } from '../../test/support/linked-device.ts';
import { OwnerBrowser } from '../../test/support/owner-browser.ts';
import { StoredState } from '../../test/support/stored-state.ts';
import { randomId, signedInOwner, type TestStores } from '../../test/support/test-stores.ts';
import type { SleepingDevice } from './crowd.ts';

/** Devices of one home: one account, one network. */
const EACH_HOME = 4;
/** Homes that are made at once. */
const AT_ONCE = 48;
const DAY = 86_400;
const LIFETIME = 180 * DAY;

/** What is kept of a device that was linked for real, from which others are made. */
interface Pattern {
  grant: Payload;
  chain: Payload;
  clientId: string;
}

/** Homes with their owners, and devices that were linked before the current went. */
export class Town {
  readonly devices: SleepingDevice[] = [];
  readonly #stores: TestStores;
  readonly #accounts: AccountId[] = [];

  private constructor(stores: TestStores) {
    this.#stores = stores;
  }

  /**
   * One device is linked through the server, and what is kept of it is written for the others by the stores themselves, which
   * takes a tenth of the time.
   * @param clientId of a device that has no secret
   */
  static async build(
    { issuer, stores }: { issuer: string; stores: TestStores },
    { devices, clientId }: { devices: number; clientId: string },
    onHome: (built: number) => void,
  ): Promise<Town> {
    const town = new Town(stores);
    const pattern = await linkOne(issuer, stores, clientId);
    const homes = Math.ceil(devices / EACH_HOME);
    let next = 0;
    const build = async () => {
      while (next < homes) {
        const home = next++;
        await town.#addHome(home, Math.min(EACH_HOME, devices - home * EACH_HOME), pattern);
        onHome(town.devices.length);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, build));
    return town;
  }

  /** An address in that home. */
  static addressOf(home: number): string {
    return `${11 + (home >> 16)}.${(home >> 8) & 255}.${home & 255}.7`;
  }

  /** Devices that may act for their owners, as the store has it. */
  async linked(): Promise<number> {
    const state = new StoredState(this.#stores);
    let count = 0;
    for (let at = 0; at < this.#accounts.length; at += AT_ONCE) {
      const some = this.#accounts.slice(at, at + AT_ONCE).map((account) => state.grants(account));
      for (const grants of await Promise.all(some))
        count += Object.values(grants).filter((standing) => standing === 'active').length;
    }
    return count;
  }

  async #addHome(home: number, devices: number, pattern: Pattern): Promise<void> {
    const accountId = randomId() as AccountId;
    const email = `${accountId.toLowerCase()}@example.org`;
    const profile = { name: 'Ada', email, emailVerified: true, createdAt: Date.now() };
    await this.#stores.accounts.create(accountId, profile, { passwordHash: 'none' });
    this.#accounts.push(accountId);
    const tokens = Array.from({ length: devices }, () => this.#link(accountId, pattern));
    for (const refreshToken of await Promise.all(tokens))
      this.devices.push({ clientId: pattern.clientId, refreshToken, address: Town.addressOf(home) });
  }

  /** @returns its refresh token */
  async #link(accountId: AccountId, { grant, chain, clientId }: Pattern): Promise<string> {
    const { grants, refreshTokenSeals } = this.#stores;
    const grantId = formatGrantId({ accountId, epoch: 1, name: newGrantName() });
    const payload = { ...grant, accountId, jti: grantId };
    const written = await grants.write(grantId, payload, { lifetime: LIFETIME * 1000, waiting: DAY * 1000 });
    const authority = await grants.activate(grantId, { clientId, app: 'Television' });
    if (written !== 'written' || !authority) throw new Error(`a device was not linked: ${written}`);
    const facts = { grantId, generation: authority.generation, place: 0, clientId, key: undefined };
    const issuedAt = Math.floor(Date.now() / 1000);
    const value = refreshTokenSeals.seal({ ...facts, issuedAt, lifetime: LIFETIME });
    const { name = '' } = refreshTokenSeals.open(value) ?? {};
    const first = { parent: undefined, name, generation: authority.generation, value, common: chain };
    const { outcome } = await grants.addRefreshToken(grantId, first);
    if (outcome !== 'added') throw new Error(`a device has no token: ${outcome}`);
    return value;
  }
}

async function linkOne(issuer: string, stores: TestStores, clientId: string): Promise<Pattern> {
  const { browser } = await signedInOwner(stores);
  const device = new DeviceClient(issuer, clientId);
  const { userCode, deviceCode } = codesOf(await device.authorize());
  await new OwnerBrowser(issuer, browser).decide(userCode, 'approve');
  const { refresh_token: token } = tokensOf(await device.poll(deviceCode));
  const seal = stores.refreshTokenSeals.open(token);
  if (!seal) throw new Error('the first device was not linked');
  const { grantId, generation, name, place, expiresAt } = seal;
  const refreshToken = { name, place, expiresAt: expiresAt * 1000 };
  const authority = await stores.grants.authorize(grantId, { generation, refreshToken });
  const chain = authority?.chain?.common;
  if (!authority || !chain) throw new Error('nothing is kept of the first device');
  return { grant: authority.payload, chain, clientId };
}
