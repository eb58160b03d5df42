import { resourceEntry } from '../devices/asked-resource.ts';
import { DEVICE_TYPES, type DeviceType } from '../devices/claimed-device.ts';
import { type ClientEpochs, endedAt, SHOWN_AS_ENDED } from '../devices/client-state.ts';
import { formatGrantId } from '../devices/grant-id.ts';
import type {
  DevicesInWindow,
  DeviceWindow,
  LinkedDevice,
  LinkedDeviceStore,
  Owner,
} from '../devices/linked-device.ts';
import type { ActivityEvent } from '../events/event.ts';
import { placeOfDevice, type RedisActivity } from './activity.ts';
import { placeOfGrant } from './grants.ts';
import type { Keyring } from './keyring.ts';
import type { ClientContext } from './store-context.ts';

/** As `listDevices` tells of one. */
type DeviceRow = [
  id: string,
  since: number,
  used: number,
  till: number,
  label: string,
  member: string,
  device: string,
];

/** Of the payload of a grant: what the library keeps. */
interface Granted {
  readonly openid?: { readonly scope?: string };
  readonly resources?: Readonly<Record<string, string>>;
}

function entriesOf({ openid, resources = {} }: Granted): string[] {
  const scopes = openid?.scope?.split(' ').filter(Boolean) ?? [];
  return [...scopes, ...Object.keys(resources).map(resourceEntry)];
}

const DEVICE_ID = /^[A-Za-z0-9_-]{22}$/;

/** Devices as the grants of an account know them. */
export class RedisLinkedDevices implements LinkedDeviceStore {
  readonly #context: ClientContext;
  readonly #activity: RedisActivity;

  constructor(context: ClientContext, activity: RedisActivity) {
    this.#context = context;
    this.#activity = activity;
  }

  list(owner: Owner): Promise<LinkedDevice[]> {
    return this.#read(owner, []);
  }

  async scopesOf(
    { accountId, epoch }: Owner,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    const { scripts, keyspace, keyring } = this.#context;
    if (ids.length === 0) return new Map();
    const texts = await scripts.plain('reading what devices may do', (redis) =>
      redis.hmget(keyspace.of(accountId).grants, ...ids),
    );
    const found = ids.flatMap((id, index) => {
      const { payload } = JSON.parse(texts[index] ?? '{}') as { payload?: string };
      const place = placeOfGrant(formatGrantId({ accountId, epoch, name: id }));
      const granted = payload === undefined ? undefined : keyring.open<Granted>(place, payload);
      return granted ? [[id, entriesOf(granted)] as const] : [];
    });
    return new Map(found);
  }

  /** Which clients were ended is sealed with each device: where some were, every device is read. */
  async window(owner: Owner, query: DeviceWindow): Promise<DevicesInWindow> {
    const { accountId, epoch } = owner;
    const { order, skip, limit } = query;
    const { scripts, keyspace, keyring, clientStates } = this.#context;
    const epochs = await clientStates.recent();
    if (!epochs.areUntouched) return windowOf(await this.list(owner), query);
    const args = [epoch, order === 'activity' ? 'used' : 'since', skip, limit];
    const reply = (await scripts.read('listDevicePage', keyspace.of(accountId), args)) as
      | [number, ...DeviceRow[]]
      | null;
    const [total, ...rows] = reply ?? [0];
    const devices = rows.map((row) => linkedDevice(keyring, accountId, row, epochs));
    return { total, active: total, devices };
  }

  async find(owner: Owner, id: string): Promise<LinkedDevice | undefined> {
    return DEVICE_ID.test(id) ? (await this.#read(owner, [id]))[0] : undefined;
  }

  async rename(owner: Owner, id: string, name: string | undefined, event: ActivityEvent): Promise<boolean> {
    const sealed =
      name === undefined ? '' : this.#context.keyring.seal(placeOfLabel(owner.accountId, id), name);
    return this.#describe(owner, id, ['label', sealed], event);
  }

  async assign(
    owner: Owner,
    id: string,
    memberId: string | undefined,
    event: ActivityEvent,
  ): Promise<boolean> {
    return this.#describe(owner, id, ['member', memberId ?? ''], event);
  }

  async #describe(
    { accountId, epoch }: Owner,
    id: string,
    change: [field: string, value: string],
    event: ActivityEvent,
  ): Promise<boolean> {
    const { scripts, keyspace } = this.#context;
    const args = [epoch, id, ...change, await this.#activity.prepare(accountId, event)];
    return (await scripts.change('describeDevice', keyspace.of(accountId), args)) === 1;
  }

  async #read({ accountId, epoch }: Owner, ids: string[]): Promise<LinkedDevice[]> {
    const { scripts, keyspace, keyring, clientStates } = this.#context;
    const read = scripts.read('listDevices', keyspace.of(accountId), [epoch, ...ids]);
    const [rows, epochs] = await Promise.all([read, clientStates.current()]);
    const since = Date.now() - SHOWN_AS_ENDED;
    return ((rows ?? []) as DeviceRow[])
      .map((row) => linkedDevice(keyring, accountId, row, epochs))
      .filter(({ endedAt: at }) => at === undefined || at > since);
  }
}

function windowOf(all: readonly LinkedDevice[], { order, skip, limit }: DeviceWindow): DevicesInWindow {
  const time = (one: LinkedDevice) => (order === 'activity' ? one.lastActivity : one.linkedAt);
  const devices = all.toSorted(
    (one, other) => time(other) - time(one) || other.linkedAt - one.linkedAt || (one.id < other.id ? -1 : 1),
  );
  const active = all.filter((one) => one.endedAt === undefined).length;
  return { total: all.length, active, devices: devices.slice(skip, skip + limit) };
}

export const placeOfLabel = (accountId: string, id: string) => `label:${accountId}:${id}`;

function typeOf(said: unknown): DeviceType {
  return DEVICE_TYPES.find((type) => type === said) ?? 'other';
}

/** A device whose words do not open was sealed under a secret that is gone: it stays a row that can be ended. */
export function linkedDevice(
  keyring: Keyring,
  accountId: string,
  [id, since, used, till, label, member, sealed]: DeviceRow,
  epochs?: ClientEpochs,
): LinkedDevice {
  const said = keyring.open<Record<string, unknown>>(placeOfDevice(accountId, id), sealed) ?? {};
  const text = (name: string) => (typeof said[name] === 'string' ? said[name] : undefined);
  return {
    id,
    claimed: { name: text('name'), type: typeOf(said['type']), model: text('model') },
    ownName: label === '' ? undefined : keyring.open<string>(placeOfLabel(accountId, id), label),
    memberId: member === '' ? undefined : member,
    clientId: text('clientId') ?? '',
    bound: said['bound'] === true,
    key: text('key'),
    companion: said['companion'] === true,
    linkKey: keyOf(said['linkKey']),
    linkedAt: since,
    linkedFrom: { address: text('address') ?? '', userAgent: text('userAgent') ?? '' },
    lastActivity: used,
    endedAt: epochs && endedAt(epochs, said),
    endsAt: till,
  };
}

function keyOf(said: unknown): LinkedDevice['linkKey'] {
  const { id, name } = (said ?? {}) as { id?: unknown; name?: unknown };
  return typeof id === 'string' && typeof name === 'string' ? { id, name } : undefined;
}
