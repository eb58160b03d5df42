import { randomBytes } from 'node:crypto';
import type Provider from 'oidc-provider';
import type { Session } from '../accounts/session.ts';
import { claimedDevice } from '../devices/claimed-device.ts';
import { DENIED } from '../devices/device-code-store.ts';
import type { DeviceLinking, LinkOutcome, PendingLink } from '../devices/device-linking.ts';
import { formatGrantId } from '../devices/grant-id.ts';
import { LINK_CHECKS, type LinkCheck } from '../devices/link-risk.ts';
import { readNumberMatch } from '../devices/number-match.ts';
import { acrOf } from '../mfa/assurance.ts';
import { REQUIRED_CHECK } from './clients.ts';
import { DeviceCodeMovedOn, StaleEpoch, TooManyDevices } from './errors.ts';
import { lifetimeOfGrant, longestDays } from './grant-lifetime.ts';

type DeviceCode = InstanceType<Provider['DeviceCode']>;

/** The owner's decision on a code, in place of the library's own pages, with its public models. */
export class ProviderDeviceLinking implements DeviceLinking {
  readonly #provider: Provider;
  readonly #grantSeconds: number;

  /** @param grantSeconds how long a grant lives at most, where its client sets nothing of its own */
  constructor(provider: Provider, grantSeconds: number) {
    this.#provider = provider;
    this.#grantSeconds = grantSeconds;
  }

  async find(userCode: string): Promise<PendingLink | undefined> {
    const code = await this.#pending(userCode);
    const client = code?.clientId ? await this.#provider.Client.find(code.clientId) : undefined;
    if (!code || !client) return undefined;
    const info = code.deviceInfo ?? {};
    return {
      userCode,
      app: {
        id: client.clientId,
        name: client.clientName ?? client.clientId,
        requiredCheck: requiredCheckOf(client),
      },
      device: claimedDevice({
        device_name: info['name'],
        device_type: info['type'],
        device_model: info['model'],
      }),
      request: {
        address: String(info['address'] ?? ''),
        isCertain: info['uncertain'] !== true,
        userAgent: String(info['userAgent'] ?? ''),
        at: Number(info['at']),
      },
      scopes: scopesOf(code),
      numberMatch: readNumberMatch(info['numberMatch']),
      left: code.remainingTTL * 1000,
      provedSince: provedSince(code),
      longestDays: longestDays(client, this.#grantSeconds),
    };
  }

  /**
   * Two slots, in the order in which a crash leaves less authority: the grant is written as waiting, then the
   * code goes from pending to approved, else the grant is taken back.
   */
  async approve(userCode: string, browser: Session): Promise<LinkOutcome> {
    const code = await this.#pending(userCode);
    const client = code?.clientId ? await this.#provider.Client.find(code.clientId) : undefined;
    if (!code || !client) return 'gone';
    if (browser.authTime < provedSince(code)) return 'sign-in-again';
    const scope = scopesOf(code).join(' ');
    const grant = new this.#provider.Grant({ accountId: browser.accountId, clientId: client.clientId });
    const expiresIn = lifetimeOfGrant(client);
    if (expiresIn) Object.assign(grant, { expiresIn });
    grant.jti = formatGrantId({
      accountId: browser.accountId,
      epoch: browser.epoch,
      name: randomBytes(16).toString('base64url'),
    });
    grant.addOIDCScope(scope);
    try {
      await grant.save();
    } catch (error) {
      if (error instanceof StaleEpoch) return 'signed-out';
      if (error instanceof TooManyDevices) return 'full';
      throw error;
    }
    const nonce = code.params?.['nonce'];
    Object.assign(code, {
      accountId: browser.accountId,
      amr: browser.amr,
      acr: acrOf(browser.amr),
      authTime: browser.authTime,
      grantId: grant.jti,
      scope,
      ...(typeof nonce === 'string' ? { nonce } : {}),
    });
    if (await saved(code)) return 'approved';
    await grant.destroy();
    return 'gone';
  }

  async deny(userCode: string): Promise<'denied' | 'gone'> {
    const code = await this.#pending(userCode);
    if (!code) return 'gone';
    Object.assign(code, DENIED);
    return (await saved(code)) ? 'denied' : 'gone';
  }

  async #pending(userCode: string): Promise<DeviceCode | undefined> {
    const code = await this.#provider.DeviceCode.findByUserCode(userCode);
    return code && !code.accountId && !code.error && !code.isExpired ? code : undefined;
  }
}

/**
 * OpenID Connect Core section 3.1.2.1: a proof at most `max_age` seconds old, or, with `prompt=login`, one that was
 * given after the device asked. Seconds since 1970.
 */
function provedSince(code: DeviceCode): number {
  const maxAge = code.params?.['max_age'];
  const asked = typeof maxAge === 'string' || typeof maxAge === 'number';
  const byAge = asked ? Math.floor(Date.now() / 1000) - Number(maxAge) : 0;
  const { login, at } = code.deviceInfo ?? {};
  return Math.max(byAge, login === true ? Math.ceil(Number(at) / 1000) : 0);
}

function scopesOf(code: DeviceCode): string[] {
  const scope = code.params?.['scope'];
  return typeof scope === 'string' ? scope.split(' ').filter(Boolean) : [];
}

/** `false` when another request decided first, or the code expired. */
async function saved(code: DeviceCode): Promise<boolean> {
  try {
    await code.save();
    return true;
  } catch (error) {
    if (error instanceof DeviceCodeMovedOn) return false;
    throw error;
  }
}

function requiredCheckOf(client: object): LinkCheck {
  const required: unknown = (client as Record<string, unknown>)[REQUIRED_CHECK];
  return LINK_CHECKS.find((check) => check === required) ?? 'click';
}
