/** Keys by which an owner links machines; made and ended past the servers: this process is then one of them. */
import type { NewSession } from '../../src/accounts/session.ts';
import { LinkKeys } from '../../src/devices/link-keys.ts';
import { RACK } from '../../test/support/link-key-owner.ts';
import type { Owner } from './owner.ts';
import { type KeyHistory, recorded } from './record.ts';
import type { Site } from './site.ts';

/** Of one owner at a time, so that no account has as many as it may. */
const MAX_OPEN = 6;

export class OwnersKey {
  readonly owner: Owner;
  /** What machines present. */
  readonly text: string;
  readonly history: KeyHistory;
  readonly #name: string;
  readonly #keys: LinkKeys;
  readonly #browser: NewSession;

  private constructor(
    owner: Owner,
    made: { text: string; name: string; keys: LinkKeys; browser: NewSession },
    history: KeyHistory,
  ) {
    this.owner = owner;
    this.text = made.text;
    this.history = history;
    this.#name = made.name;
    this.#keys = made.keys;
    this.#browser = made.browser;
    owner.history.keys.push(history);
  }

  /** `undefined`: none was made, or its text was lost on the way. */
  static async make(
    { stores }: Site,
    owner: Owner,
    { name, uses }: { name: string; uses: number },
  ): Promise<OwnersKey | undefined> {
    const signedIn = await owner.browser();
    const open = owner.history.keys.filter(
      ({ ends, session }) => !ends.length && session === signedIn?.session,
    );
    if (!signedIn || open.length >= MAX_OPEN) return undefined;
    const keys = new LinkKeys(stores.linkKeys, stores.linkedDevices, stores.grants);
    const { signIn: browser, session } = signedIn;
    let text = '';
    const making = await recorded('make-key', async () => {
      const chosen = { name, clientId: RACK.client_id, scopes: ['openid', 'offline_access'], uses };
      const made = await keys.make(browser, { ...chosen, network: owner.address, life: 'day' }, owner.place);
      if (made.outcome === 'made') text = made.key;
      return text === '' ? 'no' : 'ok';
    });
    owner.history.makings.push(making);
    if (text === '') return undefined;
    const made = { began: making.call, done: making.return };
    return new OwnersKey(owner, { text, name, keys, browser }, { session, made, uses, ends: [] });
  }

  /** `no`: it is spent, or has ended already. */
  async end(withDevices: boolean): Promise<void> {
    const ending = await recorded(
      'key-end',
      async () => {
        const key = (await this.#keys.list(this.#browser)).find(({ name }) => name === this.#name);
        const ended = key && (await this.#keys.end(this.#browser, key.id, withDevices, this.owner.place));
        return ended ? 'ok' : 'no';
      },
      { withDevices },
    );
    this.history.ends.push(ending);
  }
}
