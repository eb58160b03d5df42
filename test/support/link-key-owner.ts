import type { AccountId } from '../../src/accounts/account.ts';
import type { Session } from '../../src/accounts/session.ts';
import { type LinkKeyChoice, LinkKeys } from '../../src/devices/link-keys.ts';
import { type Answer, DeviceClient } from './device-client.ts';
import { signedInOwner, type TestStores } from './test-stores.ts';

/** Machines without a screen, which are linked by a key and by nothing else. */
export const RACK = { client_id: 'rack', client_name: 'Rack server', device_link_keys: 'required' };

const PLACE = { address: '127.0.0.1', userAgent: 'a browser' };

/** An owner who makes keys; without pages, their part is played through `LinkKeys`. */
export class LinkKeyOwner {
  readonly stores: TestStores;
  readonly accountId: AccountId;
  readonly browser: Session;
  readonly keys: LinkKeys;

  private constructor(stores: TestStores, accountId: AccountId, browser: Session) {
    this.stores = stores;
    this.accountId = accountId;
    this.browser = browser;
    this.keys = new LinkKeys(stores.linkKeys, stores.linkedDevices, stores.grants);
  }

  static async of(stores: TestStores): Promise<LinkKeyOwner> {
    const { accountId, browser } = await signedInOwner(stores);
    return new LinkKeyOwner(stores, accountId, browser);
  }

  static as(stores: TestStores, browser: Session): LinkKeyOwner {
    return new LinkKeyOwner(stores, browser.accountId, browser);
  }

  async makes(changes: Partial<LinkKeyChoice> = {}, proof: Partial<Session> = {}): Promise<string> {
    const choice: LinkKeyChoice = {
      name: 'Rack 4',
      clientId: RACK.client_id,
      scopes: ['openid', 'offline_access', 'profile'],
      network: PLACE.address,
      uses: 1,
      life: 'hour',
      ...changes,
    };
    const made = await this.keys.make({ ...this.browser, ...proof }, choice, PLACE);
    if (made.outcome !== 'made') throw new Error(made.outcome);
    return made.key;
  }

  list() {
    return this.keys.list(this.browser);
  }

  rows() {
    return this.stores.linkedDevices.list(this.browser);
  }

  async kinds(): Promise<string[]> {
    const entries = await this.stores.activity.list(this.accountId, { most: 30 });
    return entries.map(({ event }) => event.kind);
  }
}

/** A machine with a key in a file. */
export class KeyedMachine extends DeviceClient {
  readonly #key: string;
  readonly #from: Record<string, string>;

  constructor(issuer: string, key: string, clientId = RACK.client_id, from: Record<string, string> = {}) {
    super(issuer, clientId);
    this.#key = key;
    this.#from = from;
  }

  override post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
    return super.post(path, fields, { ...this.#from, ...headers });
  }

  presents(fields: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Answer> {
    const asked = { client_id: this.clientId, scope: 'openid offline_access', latchkey_key: this.#key };
    return this.post('/device/auth', { ...asked, device_name: 'srv-04', ...fields }, headers);
  }

  /** Presents its key, and redeems what comes of it. */
  async links(fields: Record<string, string> = {}): Promise<Answer> {
    const answer = await this.presents(fields);
    return answer.status === 200 ? this.poll(String(answer.body['device_code'])) : answer;
  }
}
