import {
  type CodePlace,
  DENIED,
  type DeviceCodeCreation,
  type DeviceCodeState,
  type DeviceCodeStore,
  type LiveCodeCaps,
  type NewDeviceCode,
  type OnPoll,
  POLL_PACING,
  type PolledDeviceCode,
  type StoredDeviceCode,
} from '../devices/device-code-store.ts';
import type { Payload } from '../devices/payload.ts';
import { GatheredCalls } from './gathered-calls.ts';
import type { ScriptKeys } from './script-keys.ts';
import { type StoreContext, underAnyName } from './store-context.ts';

const CODE = 'DeviceCode';
const USER_CODE = 'UserCode';
const CAPS = ['all', 'client', 'network', 'burst'] as const;

type LookReply = [state: DeviceCodeState, sealed: string | null, left: number];

type PollReply = [
  state: DeviceCodeState,
  sealed: string | null,
  left: number,
  pace: PolledDeviceCode['pace'],
  interval: number,
  since?: number | null,
];

/** The device code is a hash in a slot of its own; a user code is a pointer to it in another. */
export class RedisDeviceCodes implements DeviceCodeStore {
  readonly #context: StoreContext;
  readonly #caps: LiveCodeCaps;
  readonly #onPoll: OnPoll | undefined;
  readonly #polls: GatheredCalls<'pollDeviceCode'>;

  constructor(context: StoreContext, caps: LiveCodeCaps, onPoll?: OnPoll) {
    this.#context = context;
    this.#caps = caps;
    this.#onPoll = onPoll;
    this.#polls = new GatheredCalls(context.scripts, 'pollDeviceCode');
  }

  /**
   * The three writes leave together. What one of them refuses, or the store does not take, gives back what the others
   * took, so that a code which no device was told of holds no place among the live ones.
   */
  async create(code: NewDeviceCode): Promise<DeviceCodeCreation> {
    const { keyspace, keyring } = this.#context;
    const name = keyring.mac(CODE, code.deviceCode);
    const userCode = keyspace.record(USER_CODE, keyring.mac(USER_CODE, code.userCode));
    const [created, claimed, reserved] = await Promise.allSettled([
      this.#write(name, code),
      this.#context.scripts.change('claimUserCode', { userCode }, [code.lifetime, name]),
      this.#reserve(name, code),
    ]);
    const isClaimed = claimed.status === 'fulfilled' && claimed.value === 1;
    const refusedBy = reserved.status === 'fulfilled' ? reserved.value : undefined;
    const isCreated = created.status === 'fulfilled' && created.value === 1;
    if (isCreated && isClaimed && refusedBy === '') return { outcome: 'created' };
    // Of a code that was there before, nothing is ours to take back.
    const isOurs = isCreated || created.status === 'rejected';
    const takeBack = isOurs && this.#takeBack(name, code, isClaimed ? userCode : undefined);
    const failed = [created, claimed, reserved].find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') {
      if (takeBack) await takeBack.catch(() => undefined);
      throw failed.reason;
    }
    await takeBack;
    const cap = CAPS[Number(refusedBy) - 1];
    return cap ? { outcome: 'too-many', of: cap } : { outcome: 'user-code-taken' };
  }

  async reserve(place: CodePlace): Promise<'reserved' | 'too-many'> {
    const reply = await this.#reserve(this.#context.keyring.mac(CODE, place.deviceCode), place);
    return reply === '' ? 'reserved' : 'too-many';
  }

  async release(place: CodePlace): Promise<void> {
    await this.#takeBack(this.#context.keyring.mac(CODE, place.deviceCode), place);
  }

  async find(deviceCode: string): Promise<StoredDeviceCode | undefined> {
    return underAnyName(this.#context.keyring.macs(CODE, deviceCode), (name) => this.#read(name));
  }

  async findByUserCode(userCode: string): Promise<StoredDeviceCode | undefined> {
    const { scripts, keyspace, keyring } = this.#context;
    return underAnyName(keyring.macs(USER_CODE, userCode), async (pointer) => {
      const key = keyspace.record(USER_CODE, pointer);
      const name = await scripts.plain('reading a user code', (redis) => redis.get(key));
      // As many steps for a code that does not exist: time does not tell a used code from one that never was.
      const reply = await this.#look(name ?? keyring.mac(CODE, pointer));
      if (!name || !reply || reply[0] !== 'pending' || reply[2] <= 0) return undefined;
      return this.#open(name, reply);
    });
  }

  async poll(deviceCode: string, clientId: string): Promise<PolledDeviceCode | undefined> {
    const { keyring } = this.#context;
    const clients = clientId ? keyring.macs('client', clientId) : [];
    const polled = await underAnyName(keyring.macs(CODE, deviceCode), (name) => {
      const written = clients.find((client) => client.split('.')[0] === name.split('.')[0]);
      return this.#poll(name, written ?? '');
    });
    this.#onPoll?.(polled);
    return polled;
  }

  async decide(deviceCode: string, decision: 'approved' | 'denied', payload: Payload): Promise<boolean> {
    const { scripts, keyring } = this.#context;
    const won = await underAnyName(keyring.macs(CODE, deviceCode), async (name) => {
      const sealed = keyring.seal(`${CODE}:${name}`, payload);
      const reply = await scripts.change('decideDeviceCode', this.#keys(name), [decision, sealed]);
      return reply === 1 ? true : undefined;
    });
    return won ?? false;
  }

  /** The name under which the device code behind a user code is kept; `undefined`: no code. */
  async nameOf(userCode: string): Promise<string | undefined> {
    const { scripts, keyspace, keyring } = this.#context;
    return underAnyName(keyring.macs(USER_CODE, userCode), async (pointer) => {
      const key = keyspace.record(USER_CODE, pointer);
      return (await scripts.plain('reading a user code', (redis) => redis.get(key))) ?? undefined;
    });
  }

  /** Denies a pending code by its name; `false`: it had moved on. */
  async denyNamed(name: string): Promise<boolean> {
    const { scripts, keyring } = this.#context;
    const code = await this.#read(name);
    if (code?.state !== 'pending' || code.left <= 0) return false;
    const sealed = keyring.seal(`${CODE}:${name}`, { ...code.payload, ...DENIED });
    return (await scripts.change('decideDeviceCode', this.#keys(name), ['denied', sealed])) === 1;
  }

  async withdraw(deviceCode: string): Promise<boolean> {
    const { scripts, keyring } = this.#context;
    const withdrawn = await underAnyName(keyring.macs(CODE, deviceCode), async (name) => {
      const code = await this.#read(name);
      if (code?.state !== 'approved') return undefined;
      const sealed = keyring.seal(`${CODE}:${name}`, { ...code.payload, ...DENIED });
      const reply = await scripts.change('withdrawDeviceCode', this.#keys(name), [sealed]);
      return reply === 1 ? true : undefined;
    });
    return withdrawn ?? false;
  }

  async consume(deviceCode: string): Promise<'consumed' | 'denied' | 'lost'> {
    const { scripts, keyring } = this.#context;
    const outcome = await underAnyName(keyring.macs(CODE, deviceCode), async (name) => {
      const reply = await scripts.change('consumeDeviceCode', this.#keys(name), []);
      return reply === 'lost' ? undefined : (reply as 'consumed' | 'denied');
    });
    return outcome ?? 'lost';
  }

  async #read(name: string): Promise<StoredDeviceCode | undefined> {
    const reply = await this.#look(name);
    return reply && this.#open(name, reply);
  }

  async #look(name: string): Promise<LookReply | undefined> {
    const reply = await this.#context.scripts.read('readDeviceCode', this.#keys(name), []);
    return reply ? (reply as LookReply) : undefined;
  }

  async #poll(name: string, client: string): Promise<PolledDeviceCode | undefined> {
    const { tolerance, step, highest } = POLL_PACING;
    const args = [client, tolerance, step, highest];
    const reply = (await this.#polls.change(this.#keys(name), args)) as PollReply | null;
    const code = reply && this.#open(name, reply);
    if (!code) return undefined;
    const [, , , pace, interval, since] = reply;
    return { ...code, pace, interval, ...(typeof since === 'number' && { since }) };
  }

  #open(name: string, [state, sealed, left]: LookReply | PollReply): StoredDeviceCode | undefined {
    const { keyring } = this.#context;
    const payload = sealed === null ? {} : keyring.open<Payload>(`${CODE}:${name}`, sealed);
    return payload && { state, payload, left };
  }

  #keys(name: string): { deviceCode: string } {
    return { deviceCode: this.#context.keyspace.record(CODE, name) };
  }

  #write(name: string, { lifetime, clientId, payload }: NewDeviceCode) {
    const { scripts, keyring } = this.#context;
    const sealed = keyring.seal(`${CODE}:${name}`, payload);
    const args = [lifetime, keyring.mac('client', clientId), POLL_PACING.interval, sealed];
    return scripts.change('createDeviceCode', this.#keys(name), args);
  }

  #reserve(name: string, code: CodePlace) {
    const { all, client, network, burst } = this.#caps;
    const args = [code.lifetime, name, all, client, network, burst];
    return this.#context.scripts.change('reserveLiveCode', this.#places(code), args);
  }

  async #takeBack(name: string, code: CodePlace, userCode?: string): Promise<void> {
    const { scripts, keyspace } = this.#context;
    const keys = [keyspace.record(CODE, name), ...(userCode === undefined ? [] : [userCode])];
    await scripts.plain('taking back a code', (redis) =>
      Promise.all([
        ...keys.map((key) => redis.unlink(key)),
        ...Object.values(this.#places(code)).map((place) => redis.zrem(place, name)),
      ]),
    );
  }

  #places({ clientId, network }: CodePlace): ScriptKeys<'reserveLiveCode'> {
    const { keyspace, keyring } = this.#context;
    return {
      all: keyspace.live('all'),
      client: keyspace.live(`client:${keyring.mac('client', clientId)}`),
      network: keyspace.live(`network:${keyring.mac('network', network)}`),
      share: keyspace.live(`share:${keyring.mac('network-of-client', JSON.stringify([network, clientId]))}`),
    };
  }
}
