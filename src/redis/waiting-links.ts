import type { AskingDevice } from '../devices/grant-store.ts';
import type { Owner } from '../devices/linked-device.ts';
import type { LinkState, WaitingLink, WaitingLinkStore } from '../devices/waiting-link.ts';
import { placeOfDevice } from './activity.ts';
import type { StoreContext } from './store-context.ts';

type WaitingRow = [id: string, until: number, asks: string];

/** Grants that wait for their device, as their owner is shown them. */
export class RedisWaitingLinks implements WaitingLinkStore {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** One whose words do not open was sealed under a secret that is gone, and is left out: it ends with its code. */
  async list({ accountId, epoch }: Owner): Promise<WaitingLink[]> {
    const { scripts, keyspace, keyring } = this.#context;
    const reply = await scripts.read('listWaiting', keyspace.of(accountId), [epoch]);
    const rows = (reply ?? []) as WaitingRow[];
    return rows
      .flatMap(([id, until, sealed]): WaitingLink[] => {
        const asks = keyring.open<AskingDevice>(placeOfDevice(accountId, id), sealed);
        return asks ? [{ ...asks, id, until }] : [];
      })
      .sort((one, other) => one.until - other.until);
  }

  async states({ accountId, epoch }: Owner, ids: readonly string[]): Promise<LinkState[]> {
    const { scripts, keyspace } = this.#context;
    const reply = await scripts.read('readLinkStates', keyspace.of(accountId), [epoch, ...ids]);
    return reply ? (reply as LinkState[]) : ids.map(() => 'ended');
  }
}
