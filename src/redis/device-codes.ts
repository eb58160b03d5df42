import {
  DENIED,
  type DeviceCodeCreation,
  type DeviceCodeState,
  type DeviceCodeStore,
  type LiveCodeCaps,
  type NewDeviceCode,
  POLL_PACING,
  type PolledDeviceCode,
  type StoredDeviceCode,
} from '../devices/device-code-store.ts';
import type { Payload } from '../devices/payload.ts';
import { type StoreContext, underAnyName } from './store-context.ts';

const CODE = 'DeviceCode';
const USER_CODE = 'UserCode';
const CAPS = ['all', 'client', 'network', 'burst'] as const;

type PollReply = [DeviceCodeState, string | null, number, PolledDeviceCode['pace'], number];

/** The device code is a hash in a slot of its own; a user code is a pointer to it in another. */
export class RedisDeviceCodes implements DeviceCodeStore {
  readonly #context: StoreContext;
  readonly #caps: LiveCodeCaps;

  constructor(context: StoreContext, caps: LiveCodeCaps) {
    this.#context = context;
    this.#caps = caps;
  }

  /** The three writes leave together; a code that one of them refused is never handed out, and dies of age. */
  async create(code: NewDeviceCode): Promise<DeviceCodeCreation> {
    const { scripts, keyspace, keyring } = this.#context;
    const name = keyring.mac(CODE, code.deviceCode);
    const userCode = keyspace.record(USER_CODE, keyring.mac(USER_CODE, code.userCode));
    const sealed = keyring.seal(`${CODE}:${name}`, code.payload);
    const [created, claimed, refusedBy] = await Promise.all([
      scripts.change(
        'createDeviceCode',
        [keyspace.record(CODE, name)],
        [code.lifetime, keyring.mac('client', code.clientId), POLL_PACING.interval, sealed],
      ),
      scripts.change('claimUserCode', [userCode], [code.lifetime, name]),
      scripts.change(
        'reserveLiveCode',
        [
          keyspace.live('all'),
          keyspace.live(`client:${keyring.mac('client', code.clientId)}`),
          keyspace.live(`network:${keyring.mac('network', code.network)}`),
        ],
        [code.lifetime, name, this.#caps.all, this.#caps.client, this.#caps.network, this.#caps.burst],
      ),
    ]);
    if (created === 1 && claimed === 1 && refusedBy === '') return { outcome: 'created' };
    if (created === 1) await this.#remove(keyspace.record(CODE, name));
    if (claimed === 1 && created === 1) await this.#remove(userCode);
    const cap = CAPS[Number(refusedBy) - 1];
    return cap ? { outcome: 'too-many', of: cap } : { outcome: 'user-code-taken' };
  }

  async find(deviceCode: string): Promise<StoredDeviceCode | undefined> {
    return this.poll(deviceCode, '');
  }

  async findByUserCode(userCode: string): Promise<StoredDeviceCode | undefined> {
    const { scripts, keyspace, keyring } = this.#context;
    return underAnyName(keyring.macs(USER_CODE, userCode), async (pointer) => {
      const key = keyspace.record(USER_CODE, pointer);
      const name = await scripts.plain('reading a user code', (redis) => redis.get(key));
      // As many steps for a code that nobody has: time does not tell a used code from one that never was.
      const reply = await this.#ask(name ?? keyring.mac(CODE, pointer), '');
      if (!name || !reply || reply[0] !== 'pending' || reply[2] <= 0) return undefined;
      return this.#open(name, reply);
    });
  }

  async poll(deviceCode: string, clientId: string): Promise<PolledDeviceCode | undefined> {
    const { keyring } = this.#context;
    const clients = clientId ? keyring.macs('client', clientId) : [''];
    return underAnyName(keyring.macs(CODE, deviceCode), (name) => {
      const written = clients.find((client) => client.split('.')[0] === name.split('.')[0]);
      return this.#read(name, written ?? '');
    });
  }

  async decide(deviceCode: string, decision: 'approved' | 'denied', payload: Payload): Promise<boolean> {
    const { scripts, keyspace, keyring } = this.#context;
    const won = await underAnyName(keyring.macs(CODE, deviceCode), async (name) => {
      const sealed = keyring.seal(`${CODE}:${name}`, payload);
      const reply = await scripts.change(
        'decideDeviceCode',
        [keyspace.record(CODE, name)],
        [decision, sealed],
      );
      return reply === 1 ? true : undefined;
    });
    return won ?? false;
  }

  async denyFrom(network: string): Promise<number> {
    const { scripts, keyspace, keyring } = this.#context;
    const lists = keyring.macs('network', network).map((mac) => keyspace.live(`network:${mac}`));
    const names = await Promise.all(
      lists.map((list) => scripts.plain('reading live codes', (redis) => redis.zrange(list, '0', '-1'))),
    );
    const denied = await Promise.all(names.flat().map((name) => this.#deny(name)));
    return denied.filter(Boolean).length;
  }

  async #deny(name: string): Promise<boolean> {
    const { scripts, keyspace, keyring } = this.#context;
    const code = await this.#read(name, '');
    if (code?.state !== 'pending' || code.left <= 0) return false;
    const sealed = keyring.seal(`${CODE}:${name}`, { ...code.payload, ...DENIED });
    return (
      (await scripts.change('decideDeviceCode', [keyspace.record(CODE, name)], ['denied', sealed])) === 1
    );
  }

  async consume(deviceCode: string): Promise<'consumed' | 'denied' | 'lost'> {
    const { scripts, keyspace, keyring } = this.#context;
    const outcome = await underAnyName(keyring.macs(CODE, deviceCode), async (name) => {
      const reply = await scripts.change('consumeDeviceCode', [keyspace.record(CODE, name)], []);
      return reply === 'lost' ? undefined : (reply as 'consumed' | 'denied');
    });
    return outcome ?? 'lost';
  }

  async #read(name: string, client: string): Promise<PolledDeviceCode | undefined> {
    const reply = await this.#ask(name, client);
    return reply && this.#open(name, reply);
  }

  async #ask(name: string, client: string): Promise<PollReply | undefined> {
    const { scripts, keyspace } = this.#context;
    const { tolerance, step, highest } = POLL_PACING;
    const reply = await scripts.change(
      'pollDeviceCode',
      [keyspace.record(CODE, name)],
      [client, tolerance, step, highest],
    );
    return reply ? (reply as PollReply) : undefined;
  }

  #open(name: string, [state, sealed, left, pace, interval]: PollReply): PolledDeviceCode | undefined {
    const { keyring } = this.#context;
    const payload = sealed === null ? {} : keyring.open<Payload>(`${CODE}:${name}`, sealed);
    return payload && { state, payload, left, pace, interval };
  }

  async #remove(key: string): Promise<void> {
    await this.#context.scripts.plain('removing a code', (redis) => redis.unlink(key));
  }
}
