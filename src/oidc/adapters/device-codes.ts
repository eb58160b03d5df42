import Provider, { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import { type ClientStates, sameStamp, stampOf } from '../../devices/client-state.ts';
import {
  DENIED,
  type DeviceCodeStore,
  type NewDeviceCode,
  type StoredDeviceCode,
} from '../../devices/device-code-store.ts';
import type { GrantStore } from '../../devices/grant-store.ts';
import type { Payload } from '../../devices/payload.ts';
import { newUserCode } from '../../devices/user-code.ts';
import { type Limiter, orGiveBack } from '../../limits/limiter.ts';
import { answerReasons } from '../answer-reasons.ts';
import { requireGrantedResource } from '../asked-resources.ts';
import { DecisionOfLibrary, TooManyDeviceCodes, TooManyUnknownCodes } from '../errors.ts';
import { approvedByKey } from '../link-keys.ts';
import { requestCache } from '../request-cache.ts';
import { activateDevice } from './linked-device.ts';
import { type AskingDevice, countPage } from './page-codes.ts';

/** Of ten million live codes a draw meets one once in 2,500 times. */
const MAX_DRAWS = 5;

interface DeviceCodeStores {
  readonly deviceCodes: DeviceCodeStore;
  readonly grants: GrantStore;
  readonly limiter: Limiter;
  readonly clientStates: Pick<ClientStates, 'recent'>;
}

/**
 * Device codes only move forward. The library makes them and uses them up; their owners decide by `DeviceLinking`,
 * which asks the store itself. Consumed codes are hidden from the library, since it would revoke the winner's grant
 * when the loser of a race arrives late.
 */
export class DeviceCodeAdapter implements Adapter {
  readonly #codes: DeviceCodeStore;
  readonly #grants: GrantStore;
  readonly #limiter: Limiter;
  readonly #states: Pick<ClientStates, 'recent'>;

  constructor({ deviceCodes, grants, limiter, clientStates }: DeviceCodeStores) {
    this.#codes = deviceCodes;
    this.#grants = grants;
    this.#limiter = limiter;
    this.#states = clientStates;
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn = 0): Promise<void> {
    requestCache().userCode = await this.keep(id, payload, expiresIn);
  }

  /** @returns the user code under which it is kept: another than that of the payload where a live code has that one */
  async keep(id: string, payload: AdapterPayload, expiresIn: number): Promise<string> {
    if (payload.error || payload.accountId) throw new DecisionOfLibrary();
    const { codeError, linkKey } = requestCache();
    if (codeError) throw codeError;
    const params = payload.params as Payload | undefined;
    const device = payload.deviceInfo as AskingDevice | undefined;
    const giveBack = await countPage(this.#limiter, device);
    const recent = this.#states.recent();
    const states = recent instanceof Promise ? await orGiveBack(giveBack, recent) : recent;
    const stamp = stampOf(states, payload.clientId ?? '');
    const approval = linkKey ? await orGiveBack(giveBack, approvedByKey(params ?? {}, device)) : undefined;
    const kept = { ...lean(payload, params, device), ...stamp };
    const takeBack = async () => Promise.all([giveBack(), approval?.takeBack()]);
    const code = {
      deviceCode: id,
      userCode: payload.userCode ?? '',
      clientId: payload.clientId ?? '',
      lifetime: expiresIn * 1000,
      network: device?.network ?? 'unknown',
      payload: kept,
    };
    const userCode = await orGiveBack(takeBack, this.#create(code));
    if (userCode === undefined) {
      await takeBack();
      throw new TooManyDeviceCodes();
    }
    if (!approval) return userCode;
    // The user code has not been told to its device yet.
    const decision = this.#codes.decide(id, 'approved', { ...kept, userCode, ...approval.payload });
    await orGiveBack(async () => Promise.all([takeBack(), this.#codes.release(code)]), decision);
    return userCode;
  }

  /** Under its user code, or under another where a live code has that one; `undefined`: there is no place for it. */
  async #create(code: NewDeviceCode): Promise<string | undefined> {
    let drawn = code;
    for (let draws = 1; draws <= MAX_DRAWS; draws += 1) {
      const { outcome } = await this.#codes.create(drawn);
      if (outcome === 'created') return drawn.userCode;
      if (outcome === 'too-many') return undefined;
      const userCode = newUserCode();
      drawn = { ...code, userCode, payload: { ...code.payload, userCode } };
    }
    return undefined;
  }

  /** The token endpoint polls; every other caller only looks. */
  async find(id: string): Promise<AdapterPayload | undefined> {
    const { oidc, ip = '' } = Provider.ctx ?? {};
    if (oidc?.route === 'token') return this.#poll(id, oidc.client?.clientId ?? '', ip);
    return this.#visible(await this.#codes.find(id));
  }

  /** A poll counts once in a request, and keeps the pace (RFC 8628 section 3.5). */
  async #poll(id: string, clientId: string, address: string): Promise<AdapterPayload | undefined> {
    const { polls } = requestCache();
    const polling = polls.get(id) ?? this.#codes.poll(id, clientId);
    polls.set(id, polling);
    const polled = await polling;
    if (!polled) await this.#countUnknown(address);
    if (polled?.pace === 'slow_down') throw new errors.SlowDown();
    // Most polls of most devices: the library would say the same after it had unpacked the whole code.
    if (polled?.pace === 'wait') throw new errors.AuthorizationPending();
    const visible = this.#visible(polled);
    if (visible) requestCache().deviceCodes.set(id, visible as Payload);
    return visible;
  }

  /** Only what was never issued counts, so that no device behind the same address is slowed down. */
  async #countUnknown(address: string): Promise<void> {
    const leave = await this.#limiter.take([
      ['UNKNOWN_CODE_NETWORK', address],
      ['UNKNOWN_CODE_ALL', address],
    ]);
    if (leave.outcome === 'evaluate') return;
    const retryAfter = Math.ceil(leave.milliseconds / 1000);
    Object.assign(answerReasons(), { limit: leave.limit, retryAfter });
    throw new TooManyUnknownCodes();
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#visible(await this.#codes.findByUserCode(userCode));
  }

  async findByUid(_uid: string): Promise<undefined> {}

  /**
   * The code first, then its grant: a device cut off in between holds a code that is used up and no key.
   * A denied code is left alone, for the library to answer `access_denied`.
   */
  async consume(id: string): Promise<void> {
    const code = requestCache().deviceCodes.get(id) ?? (await this.#codes.find(id))?.payload;
    requireGrantedResource(Provider.ctx, code?.['resource']);
    const outcome = await this.#codes.consume(id);
    // Approved when it was polled: its owner has taken that back since.
    if (outcome === 'denied' && !code?.['error']) throw new errors.AccessDenied(DENIED.errorDescription);
    if (outcome === 'denied') return;
    if (outcome === 'lost' || !code) throw new errors.InvalidGrant('device code is used up');
    const info = code['deviceInfo'] as Payload | undefined;
    await activateDevice(this.#grants, {
      grantId: String(code['grantId']),
      clientId: code['clientId'],
      ...sameStamp(code),
      info,
    });
  }

  /** A code is never deleted by hand: it is used up, and then expires. */
  async destroy(_id: string): Promise<void> {}

  async revokeByGrantId(_grantId: string): Promise<void> {}

  /** `exp` by the store's clock in terms of ours, so that servers with wrong clocks agree on what has expired. */
  #visible(code: StoredDeviceCode | undefined): AdapterPayload | undefined {
    if (!code || code.state === 'consumed') return undefined;
    const exp = Math.floor(Date.now() / 1000) + Math.ceil(code.left / 1000);
    return { ...code.payload, exp: code.left > 0 ? exp : Math.min(exp, 1) } as AdapterPayload;
  }
}

/** When it expires the store says, its network the address, and when it began what its device said. */
function lean(
  payload: AdapterPayload,
  params: Payload | undefined,
  device: AskingDevice | undefined,
): AdapterPayload {
  // What is undefined is no part of JSON; objects that are copied whole take a fraction of the time of those that are not.
  return {
    ...payload,
    exp: undefined,
    iat: undefined,
    deviceInfo: device && { ...device, network: undefined },
    params: params && withoutClaims(params),
  };
}

/** What the device says of itself is kept once, beside the parameters. */
function withoutClaims(params: Payload): Payload {
  return { ...params, device_name: undefined, device_type: undefined, device_model: undefined };
}
