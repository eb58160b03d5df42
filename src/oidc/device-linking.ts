import type Provider from 'oidc-provider';
import type { Session } from '../accounts/session.ts';
import { sameStamp } from '../devices/client-state.ts';
import { DENIED, type DeviceCodeStore } from '../devices/device-code-store.ts';
import type { DeviceLinking, LinkOutcome, OwnDecision, PendingLink } from '../devices/device-linking.ts';
import { newGrantName, parseGrantId } from '../devices/grant-id.ts';
import type { Owner } from '../devices/linked-device.ts';
import { readNumberMatch } from '../devices/number-match.ts';
import { approvalOf, type DeviceRequests } from './device-request.ts';
import { type PendingCode, provedSince, readPendingCode } from './pending-code.ts';
import { saveWaiting } from './waiting-grant.ts';

/** Milliseconds for a device that comes with its code in its last moment, by the clocks of two masters. */
const TIME_TO_REDEEM = 10_000;

/** The owner's decision on a code, in place of the library's own pages. */
export class ProviderDeviceLinking implements DeviceLinking {
  readonly #current: () => Provider;
  readonly #codes: DeviceCodeStore;
  readonly #requests: DeviceRequests;

  constructor(provider: () => Provider, codes: DeviceCodeStore, requests: DeviceRequests) {
    this.#current = provider;
    this.#codes = codes;
    this.#requests = requests;
  }

  /** The one that has the keys of now. */
  get #provider(): Provider {
    return this.#current();
  }

  async find(userCode: string): Promise<PendingLink | undefined> {
    const code = await this.#pending(userCode);
    const client = code && (await this.#provider.Client.find(code.clientId));
    if (!code || !client) return undefined;
    return {
      ...this.#requests.shown(client, code),
      userCode,
      numberMatch: readNumberMatch(code.info['numberMatch']),
      left: code.left,
      provedSince: provedSince(code),
    };
  }

  /**
   * Two slots, in the order in which a crash leaves less authority: the grant is written as waiting, then the
   * code goes from pending to approved, else the grant is taken back.
   */
  async approve(userCode: string, browser: Session, id = newGrantName()): Promise<LinkOutcome> {
    const code = await this.#pending(userCode);
    const client = code && (await this.#provider.Client.find(code.clientId));
    if (!code || !client) return 'gone';
    if (browser.authTime < provedSince(code)) return 'sign-in-again';
    const grant = this.#requests.newGrant(client, code, browser, id);
    const { device: claimed } = this.#requests.shown(client, code);
    const asks = { claimed, clientId: code.clientId, deviceCode: code.deviceCode };
    const wait = { asks, waiting: code.left + TIME_TO_REDEEM, ...sameStamp(code.payload) };
    const refused = await saveWaiting(grant, wait);
    if (refused) return refused;
    const isApproved = await this.#codes.decide(code.deviceCode, 'approved', {
      ...code.payload,
      ...approvalOf(code, browser, grant.jti),
    });
    if (isApproved) return 'approved';
    await grant.destroy();
    return 'gone';
  }

  async deny(userCode: string, owner?: Pick<Owner, 'accountId'>): Promise<'denied' | 'gone'> {
    const code = await this.#pending(userCode);
    if (!code) return 'gone';
    const by = owner && { accountId: owner.accountId };
    const isDenied = await this.#codes.decide(code.deviceCode, 'denied', {
      ...code.payload,
      ...by,
      ...DENIED,
    });
    return isDenied ? 'denied' : 'gone';
  }

  async decisionOf(
    userCode: string,
    { accountId }: Pick<Owner, 'accountId'>,
  ): Promise<OwnDecision | undefined> {
    const decided = await this.#codes.findDecision(userCode);
    if (decided?.accountId !== accountId) return undefined;
    if (decided.decision === 'denied') return { decision: 'denied' };
    const grant = parseGrantId(decided.grantId ?? '');
    return grant && { decision: 'approved', id: grant.name };
  }

  async #pending(userCode: string): Promise<PendingCode | undefined> {
    const code = await this.#codes.findByUserCode(userCode);
    return code && readPendingCode(code);
  }
}
