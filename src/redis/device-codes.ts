import type { AccountId } from '../accounts/account.ts';
import { isAlive } from '../devices/client-state.ts';
import {
  type CodeDecision,
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
import { CODE, DeviceCodeMaker, USER_CODE } from './device-code-maker.ts';
import { GatheredCalls } from './gathered-calls.ts';
import { type ClientContext, underAnyName } from './store-context.ts';

type LookReply = [state: DeviceCodeState, sealed: string | null, left: number, by?: string | null];

/** As it is sealed with the code. */
type DecidedBy = Pick<CodeDecision, 'accountId' | 'grantId'>;

type PollReply = [
  state: DeviceCodeState,
  sealed: string | null,
  left: number,
  pace: PolledDeviceCode['pace'],
  interval: number,
  since?: number | null,
  /** Of its client; of one that has to wait. */
  epoch?: string | null,
];

/** The device code is a hash in a slot of its own; a user code is a pointer to it, beside the counters of live codes. */
export class RedisDeviceCodes implements DeviceCodeStore {
  readonly #context: ClientContext;
  readonly #creation: DeviceCodeMaker;
  readonly #onPoll: OnPoll | undefined;
  readonly #polls: GatheredCalls<'pollDeviceCode'>;

  constructor(context: ClientContext, caps: LiveCodeCaps, onPoll?: OnPoll) {
    this.#context = context;
    this.#creation = new DeviceCodeMaker(context, caps);
    this.#onPoll = onPoll;
    this.#polls = new GatheredCalls(context.scripts, 'pollDeviceCode');
  }

  create(code: NewDeviceCode): Promise<DeviceCodeCreation> {
    return this.#creation.create(code);
  }

  reserve(place: CodePlace): Promise<'reserved' | 'too-many'> {
    return this.#creation.reserve(place);
  }

  release(place: CodePlace): Promise<void> {
    return this.#creation.release(place);
  }

  async find(deviceCode: string): Promise<StoredDeviceCode | undefined> {
    return underAnyName(this.#context.keyring.macs(CODE, deviceCode), (name) => this.#read(name));
  }

  async findByUserCode(userCode: string): Promise<StoredDeviceCode | undefined> {
    const { keyring } = this.#context;
    return underAnyName(keyring.macs(USER_CODE, userCode), async (pointer) => {
      const name = await this.#pointed(pointer);
      // As many steps for a code that does not exist: time does not tell a used code from one that never was.
      const asked = this.#look(name ?? keyring.mac(CODE, pointer));
      const [reply, epochs] = await Promise.all([asked, this.#context.clientStates.current()]);
      if (!name || !reply || reply[0] !== 'pending' || reply[2] <= 0) return undefined;
      const code = this.#open(name, reply);
      return code && isAlive(epochs, code.payload) ? code : undefined;
    });
  }

  async findDecision(userCode: string): Promise<CodeDecision | undefined> {
    const name = await this.nameOf(userCode);
    const reply = name && (await this.#look(name));
    if (!name || !reply) return undefined;
    const [state, , , sealed] = reply;
    const by = sealed ? this.#context.keyring.open<DecidedBy>(placeOfDecision(name), sealed) : undefined;
    return by && { decision: state === 'denied' ? 'denied' : 'approved', ...by };
  }

  async poll(deviceCode: string, clientId: string): Promise<PolledDeviceCode | undefined> {
    const { keyring } = this.#context;
    const clients = clientId ? keyring.macs('client', clientId) : [];
    const names = keyring.macs(CODE, deviceCode);
    // Both are under the same secret.
    const poll = (name: string, index: number) => this.#poll(name, clientId, clients[index] ?? '');
    const polled = await underAnyName(names, poll);
    this.#onPoll?.(polled);
    return polled;
  }

  async decide(deviceCode: string, decision: 'approved' | 'denied', payload: Payload): Promise<boolean> {
    const { scripts, keyring, clientStates } = this.#context;
    const won = await underAnyName(keyring.macs(CODE, deviceCode), async (name) => {
      const sealed = keyring.seal(`${CODE}:${name}`, payload);
      const args = [decision, sealed, this.#sealedBy(name, payload)] as const;
      const decided = scripts.change('decideDeviceCode', this.#keys(name), args);
      const [reply, epochs] = await Promise.all([decided, clientStates.current()]);
      return reply === 1 ? isAlive(epochs, payload) : undefined;
    });
    return won ?? false;
  }

  /** The name under which the device code behind a user code is kept; `undefined`: no code. */
  async nameOf(userCode: string): Promise<string | undefined> {
    const pointers = this.#context.keyring.macs(USER_CODE, userCode);
    return underAnyName(pointers, (pointer) => this.#pointed(pointer));
  }

  /** Denies a pending code by its name, for the owner of this account; `false`: it had moved on. */
  async denyNamed(name: string, accountId: AccountId): Promise<boolean> {
    const { scripts, keyring } = this.#context;
    const code = await this.#read(name);
    if (code?.state !== 'pending' || code.left <= 0) return false;
    const sealed = keyring.seal(`${CODE}:${name}`, { ...code.payload, ...DENIED });
    const args = ['denied', sealed, this.#sealedBy(name, { accountId })] as const;
    return (await scripts.change('decideDeviceCode', this.#keys(name), args)) === 1;
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
    const [reply, epochs] = await Promise.all([this.#look(name), this.#context.clientStates.current()]);
    const code = reply && this.#open(name, reply);
    return code && (isAlive(epochs, code.payload) ? code : expired(code));
  }

  async #look(name: string): Promise<LookReply | undefined> {
    const reply = await this.#context.scripts.read('readDeviceCode', this.#keys(name), []);
    return reply ? (reply as LookReply) : undefined;
  }

  /** What a poll hears may be a few seconds behind; what redeems a code is judged again as its grant becomes active. */
  async #poll(name: string, clientId: string, client: string): Promise<PolledDeviceCode | undefined> {
    const { tolerance, step, highest } = POLL_PACING;
    const asked = this.#polls.change(() => ({
      keys: this.#keys(name),
      args: [client, tolerance, step, highest],
    }));
    // Beside it, and never in vain: it fails at no time.
    const known = this.#context.clientStates.recent();
    const reply = (await asked) as PollReply | null;
    const epochs = await known;
    const code = reply && this.#open(name, reply);
    if (!code) return undefined;
    const [, , , pace, interval, since, epoch] = reply;
    const stamp = pace === 'ok' ? code.payload : { clientId, clientEpoch: Number(epoch ?? 0) };
    if (!isAlive(epochs, stamp)) {
      const whole = pace === 'ok' ? code : await this.#read(name);
      return whole && { ...expired(whole), pace: 'ok', interval };
    }
    return { ...code, pace, interval, ...(typeof since === 'number' && { since }) };
  }

  #open(name: string, [state, sealed, left]: LookReply | PollReply): StoredDeviceCode | undefined {
    const { keyring } = this.#context;
    const payload = sealed === null ? {} : keyring.open<Payload>(`${CODE}:${name}`, sealed);
    return payload && { state, payload, left };
  }

  #sealedBy(name: string, { accountId, grantId }: Payload): string {
    return accountId ? this.#context.keyring.seal(placeOfDecision(name), { accountId, grantId }) : '';
  }

  #keys(name: string): { deviceCode: string } {
    return { deviceCode: this.#context.keyspace.record(CODE, name) };
  }

  /** The name of the device code that a user code points at, by the name of the user code. */
  async #pointed(pointer: string): Promise<string | undefined> {
    const { scripts, keyspace } = this.#context;
    // Where servers of the version before have put it: until ten minutes after an update.
    const keys = [keyspace.live(`user-code:${pointer}`), keyspace.record(USER_CODE, pointer)];
    const names = await scripts.plain('reading a user code', (redis) =>
      Promise.all(keys.map((key) => redis.get(key))),
    );
    return names.find((name) => name !== null) ?? undefined;
  }
}

const placeOfDecision = (name: string) => `${CODE}:${name}:by`;

/** Its client was ended since it began: its device asks for another. */
function expired<Code extends StoredDeviceCode>(code: Code): Code {
  return { ...code, left: Math.min(code.left, 0) };
}
