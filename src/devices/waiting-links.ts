import type { EventPlace } from '../events/event.ts';
import type { DeviceCodeStore } from './device-code-store.ts';
import { formatGrantId } from './grant-id.ts';
import type { GrantStore } from './grant-store.ts';
import type { Owner } from './linked-device.ts';
import { deviceEvent } from './linked-devices.ts';
import type { WaitingLink, WaitingLinkStore } from './waiting-link.ts';

/** What is known of one that may have come meanwhile. */
type RemovableLink = Pick<WaitingLink, 'id' | 'claimed' | 'deviceCode'>;

/** What an owner does with devices that were approved and have not come yet. */
export class WaitingLinks {
  readonly #links: Pick<WaitingLinkStore, 'list'>;
  readonly #grants: Pick<GrantStore, 'end'>;
  readonly #codes: Pick<DeviceCodeStore, 'withdraw'>;

  constructor(
    links: Pick<WaitingLinkStore, 'list'>,
    grants: Pick<GrantStore, 'end'>,
    codes: Pick<DeviceCodeStore, 'withdraw'>,
  ) {
    this.#links = links;
    this.#grants = grants;
    this.#codes = codes;
  }

  list(owner: Owner): Promise<WaitingLink[]> {
    return this.#links.list(owner);
  }

  async find(owner: Owner, id: string): Promise<WaitingLink | undefined> {
    return (await this.list(owner)).find((link) => link.id === id);
  }

  /**
   * The grant ends first, which is all that counts: from then on the device has nothing, whenever it comes. Then its code
   * is denied, so that it hears why. One that has come in the meantime is a device, which is removed as such, with its event.
   * @returns `withdrawn`: the device has had nothing; `removed`: it may have, until now; `gone`: there was nothing to take
   */
  async remove(
    owner: Owner,
    link: RemovableLink,
    place: EventPlace,
  ): Promise<'withdrawn' | 'removed' | 'gone'> {
    const { id, claimed, deviceCode } = link;
    const event = deviceEvent('device-deregistered', { id, claimed, ownName: undefined }, place);
    const hasEnded = await this.#grants.end(formatGrantId({ ...owner, name: id }), event);
    const isWithdrawn = deviceCode !== undefined && (await this.#codes.withdraw(deviceCode));
    if (isWithdrawn) return 'withdrawn';
    return hasEnded ? 'removed' : 'gone';
  }
}
