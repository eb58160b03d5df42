import { sameStamp } from '../devices/client-state.ts';
import {
  type CodePlace,
  type DeviceCodeCreation,
  type LiveCodeCaps,
  type NewDeviceCode,
  POLL_PACING,
} from '../devices/device-code-store.ts';
import { GatheredCalls } from './gathered-calls.ts';
import type { ScriptKeys } from './script-keys.ts';
import type { StoreContext } from './store-context.ts';

/** Kinds of what is kept, as HMACs and seals name them. */
export const CODE = 'DeviceCode';
export const USER_CODE = 'UserCode';

const CAPS = ['all', 'client', 'network', 'burst'] as const;

/** Characters by which a code is counted, see `takePlace` in `scripts/preludes/live.lua`. */
const SHORT_NAME = 12;
/** Codes that leave as one at most: each takes the store as long as some polls do. */
const MAX_AT_ONCE = 16;

/** Makes device codes, and keeps their places among the live ones. */
export class DeviceCodeMaker {
  readonly #context: StoreContext;
  readonly #caps: LiveCodeCaps;
  readonly #creations: GatheredCalls<'createDeviceCode'>;

  constructor(context: StoreContext, caps: LiveCodeCaps) {
    this.#context = context;
    this.#caps = caps;
    this.#creations = new GatheredCalls(context.scripts, 'createDeviceCode', MAX_AT_ONCE);
  }

  /**
   * Code, user code and place among the live ones: one script where one may see them all. On a Cluster two, which leave
   * together; what one of them refuses, or the store does not take, gives back what the other took, so that a code which
   * no device was told of holds no place among the live ones.
   */
  async create(code: NewDeviceCode): Promise<DeviceCodeCreation> {
    const reply = await (this.#context.scripts.isOnePlace
      ? this.#createAtOnce(code)
      : this.#createInTwo(code));
    if (reply === '') return { outcome: 'created' };
    const cap = CAPS[Number(reply) - 1];
    return cap ? { outcome: 'too-many', of: cap } : { outcome: 'user-code-taken' };
  }

  async #createAtOnce(code: NewDeviceCode): Promise<unknown> {
    try {
      return await this.#creations.change(() => {
        const name = this.#nameOf(code);
        const keys = { ...this.#places(code), userCode: this.#userCode(code.userCode), ...this.#keys(name) };
        return { keys, args: [...this.#counted(name, code), ...this.#written(name, code)] };
      });
    } catch (error) {
      // It may have happened.
      await this.#takeBack(this.#nameOf(code), code).catch(() => undefined);
      throw error;
    }
  }

  #nameOf({ deviceCode }: { readonly deviceCode: string }): string {
    return this.#context.keyring.mac(CODE, deviceCode);
  }

  async #createInTwo(code: NewDeviceCode): Promise<unknown> {
    const { scripts } = this.#context;
    const name = this.#nameOf(code);
    const userCode = this.#userCode(code.userCode);
    const claim = { ...this.#places(code), userCode };
    const [written, claimed] = await Promise.allSettled([
      scripts.change('writeDeviceCode', this.#keys(name), [code.lifetime, ...this.#written(name, code)]),
      scripts.change('claimUserCode', claim, this.#counted(name, code)),
    ]);
    const isWritten = written.status === 'fulfilled' && written.value === 1;
    const isClaimed = claimed.status === 'fulfilled' && claimed.value === '';
    if (isWritten && isClaimed) return '';
    // Of a code that was there before, nothing is ours to take back.
    const isOurs = isWritten || written.status === 'rejected';
    const takeBack = isOurs ? this.#takeBack(name, code, isClaimed ? userCode : undefined) : undefined;
    const failed = [written, claimed].find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') {
      await takeBack?.catch(() => undefined);
      throw failed.reason;
    }
    await takeBack;
    return isWritten && claimed.status === 'fulfilled' ? claimed.value : 'taken';
  }

  async reserve(place: CodePlace): Promise<'reserved' | 'too-many'> {
    const reply = await this.#reserve(this.#nameOf(place), place);
    return reply === '' ? 'reserved' : 'too-many';
  }

  async release(place: CodePlace): Promise<void> {
    await this.#takeBack(this.#nameOf(place), place);
  }

  #written(name: string, { clientId, payload }: NewDeviceCode) {
    const { keyring } = this.#context;
    return [
      keyring.mac('client', clientId),
      POLL_PACING.interval,
      keyring.seal(`${CODE}:${name}`, payload),
      sameStamp(payload).clientEpoch ?? 0,
    ] as const;
  }

  #counted(name: string, { lifetime }: CodePlace) {
    const { all, client, network, burst } = this.#caps;
    return [lifetime, name, all, client, network, burst] as const;
  }

  #reserve(name: string, code: CodePlace) {
    return this.#context.scripts.change('reserveLiveCode', this.#places(code), this.#counted(name, code));
  }

  /** Beside the counters, so that one script sees both. */
  #userCode(userCode: string): string {
    const { keyspace, keyring } = this.#context;
    return keyspace.live(`user-code:${keyring.mac(USER_CODE, userCode)}`);
  }

  async #takeBack(name: string, code: CodePlace, userCode?: string): Promise<void> {
    const { scripts, keyspace } = this.#context;
    const keys = [keyspace.record(CODE, name), ...(userCode === undefined ? [] : [userCode])];
    await scripts.plain('taking back a code', (redis) =>
      Promise.all([
        ...keys.map((key) => redis.unlink(key)),
        ...Object.values(this.#places(code)).map((place) => redis.zrem(place, name, name.slice(-SHORT_NAME))),
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

  #keys(name: string): { deviceCode: string } {
    return { deviceCode: this.#context.keyspace.record(CODE, name) };
  }
}
