import { randomBytes } from 'node:crypto';
import type { Session } from '../accounts/session.ts';
import type { ActivityEvent, EventKind, EventPlace, EventSubject } from '../events/event.ts';
import { formatGrantId } from './grant-id.ts';
import type { GrantStore } from './grant-store.ts';
import {
  formatLinkKey,
  LINK_KEY_LIVES,
  type LinkKey,
  type LinkKeyFacts,
  type LinkKeyLife,
  newLinkKey,
} from './link-key.ts';
import type { LinkKeyStore } from './link-key-store.ts';
import { type LinkedDeviceStore, nameOf, type Owner } from './linked-device.ts';

/** What an owner chooses for a key. */
export interface LinkKeyChoice
  extends Pick<LinkKeyFacts, 'name' | 'clientId' | 'scopes' | 'network' | 'uses'> {
  readonly life: LinkKeyLife;
}

/** The keys of an owner, by which machines without a screen are linked. */
export class LinkKeys {
  readonly #keys: LinkKeyStore;
  readonly #devices: Pick<LinkedDeviceStore, 'list'>;
  readonly #grants: Pick<GrantStore, 'end'>;

  constructor(keys: LinkKeyStore, devices: Pick<LinkedDeviceStore, 'list'>, grants: Pick<GrantStore, 'end'>) {
    this.#keys = keys;
    this.#devices = devices;
    this.#grants = grants;
  }

  list(owner: Owner): Promise<LinkKey[]> {
    return this.#keys.list(owner);
  }

  /** The key itself is in the answer alone. */
  async make(
    browser: Owner & Pick<Session, 'amr' | 'authTime'>,
    { life, ...chosen }: LinkKeyChoice,
    place: EventPlace,
  ): Promise<{ outcome: 'made'; key: string } | { outcome: 'full' | 'refused' }> {
    const text = newLinkKey(browser.accountId);
    const id = randomBytes(16).toString('base64url');
    const { amr, authTime } = browser;
    const key = { ...chosen, ...text, id, amr, authTime, life: LINK_KEY_LIVES[life] };
    const outcome = await this.#keys.make(browser, key, linkKeyEvent('link-key-made', key, place));
    return outcome === 'made' ? { outcome, key: formatLinkKey(text) } : { outcome };
  }

  /**
   * Ends a key, and what it linked where its owner wants that. The key first: a crash in between leaves devices that
   * are rows, and no key that links more.
   * @returns ids of the devices that have ended; `undefined`: there was no such key
   */
  async end(
    owner: Owner,
    id: string,
    withDevices: boolean,
    place: EventPlace,
  ): Promise<string[] | undefined> {
    const key = (await this.#keys.list(owner)).find((one) => one.id === id);
    if (!key) return undefined;
    if (!(await this.#keys.end(owner.accountId, id, linkKeyEvent('link-key-ended', key, place))))
      return undefined;
    if (!withDevices) return [];
    const stores = { linkedDevices: this.#devices, grants: this.#grants };
    return endLinkedBy(owner, id, stores, (subject) => ({
      kind: 'device-deregistered',
      by: 'owner',
      place,
      subject,
    }));
  }
}

/**
 * Ends what a key has linked.
 * @param told the event of one device
 * @returns ids of those devices
 */
export async function endLinkedBy(
  owner: Owner,
  keyId: string,
  stores: { linkedDevices: Pick<LinkedDeviceStore, 'list'>; grants: Pick<GrantStore, 'end'> },
  told: (subject: EventSubject) => ActivityEvent,
): Promise<string[]> {
  const linked = (await stores.linkedDevices.list(owner)).filter(({ linkKey }) => linkKey?.id === keyId);
  for (const device of linked) {
    const name = nameOf(device);
    const subject = { type: 'device', id: device.id, ...(name !== undefined && { name }) } as const;
    await stores.grants.end(formatGrantId({ ...owner, name: device.id }), told(subject));
  }
  return linked.map(({ id }) => id);
}

export function linkKeyEvent(
  kind: Extract<EventKind, `link-key-${string}`>,
  { id, name }: Pick<LinkKey, 'id' | 'name'>,
  place: EventPlace,
  by: ActivityEvent['by'] = 'owner',
): ActivityEvent {
  return { kind, by, place, subject: { type: 'link-key', id, name } };
}
