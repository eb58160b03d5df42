import { randomBytes } from 'node:crypto';
import type Provider from 'oidc-provider';
import type { Session } from '../accounts/session.ts';
import { claimedDevice } from '../devices/claimed-device.ts';
import { DENIED, type DeviceCodeStore } from '../devices/device-code-store.ts';
import type { DeviceLinking, LinkOutcome, PendingLink } from '../devices/device-linking.ts';
import { formatGrantId } from '../devices/grant-id.ts';
import { LINK_CHECKS, type LinkCheck } from '../devices/link-risk.ts';
import { readNumberMatch } from '../devices/number-match.ts';
import { acrOf } from '../mfa/assurance.ts';
import { grantAt } from './asked-resources.ts';
import { OUR_SCOPES, REQUIRED_CHECK } from './clients.ts';
import { StaleEpoch, TooManyDevices } from './errors.ts';
import { lifetimeOfGrant, longestDays } from './grant-lifetime.ts';
import {
  askedOf,
  type PendingCode,
  provedSince,
  readPendingCode,
  resourcesOf,
  scopesOf,
} from './pending-code.ts';
import type { ResourceCatalog } from './resources.ts';

type Client = NonNullable<Awaited<ReturnType<Provider['Client']['find']>>>;

/** The owner's decision on a code, in place of the library's own pages. */
export class ProviderDeviceLinking implements DeviceLinking {
  readonly #current: () => Provider;
  readonly #codes: DeviceCodeStore;
  readonly #resources: ResourceCatalog;
  readonly #grantSeconds: number;

  /** @param grantSeconds how long a grant lives at most, where its client sets nothing of its own */
  constructor(
    provider: () => Provider,
    codes: DeviceCodeStore,
    resources: ResourceCatalog,
    grantSeconds: number,
  ) {
    this.#current = provider;
    this.#codes = codes;
    this.#resources = resources;
    this.#grantSeconds = grantSeconds;
  }

  /** The one that has the keys of now. */
  get #provider(): Provider {
    return this.#current();
  }

  async find(userCode: string): Promise<PendingLink | undefined> {
    const code = await this.#pending(userCode);
    const client = code && (await this.#provider.Client.find(code.clientId));
    if (!code || !client) return undefined;
    const { info } = code;
    const scopes = askedOf(code);
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
        isFromWebsite: info['website'] === true,
        userAgent: String(info['userAgent'] ?? ''),
        at: Number(info['at']),
      },
      scopes,
      words: this.#resources.wordsOf(scopes),
      numberMatch: readNumberMatch(info['numberMatch']),
      left: code.left,
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
    const client = code && (await this.#provider.Client.find(code.clientId));
    if (!code || !client) return 'gone';
    if (browser.authTime < provedSince(code)) return 'sign-in-again';
    const resources = resourcesOf(code);
    const grant = this.#newGrant(browser, client, code);
    try {
      await grant.save();
    } catch (error) {
      if (error instanceof StaleEpoch) return 'signed-out';
      if (error instanceof TooManyDevices) return 'full';
      throw error;
    }
    const { nonce } = code.params;
    const isApproved = await this.#codes.decide(code.deviceCode, 'approved', {
      ...code.payload,
      accountId: browser.accountId,
      amr: browser.amr,
      acr: acrOf(browser.amr),
      authTime: browser.authTime,
      grantId: grant.jti,
      scope: scopesOf(code).join(' '),
      ...(resources.length > 0 && { resource: resources.length === 1 ? resources[0] : resources }),
      ...(typeof nonce === 'string' ? { nonce } : {}),
    });
    if (isApproved) return 'approved';
    await grant.destroy();
    return 'gone';
  }

  async deny(userCode: string): Promise<'denied' | 'gone'> {
    const code = await this.#pending(userCode);
    if (!code) return 'gone';
    const isDenied = await this.#codes.decide(code.deviceCode, 'denied', { ...code.payload, ...DENIED });
    return isDenied ? 'denied' : 'gone';
  }

  async #pending(userCode: string): Promise<PendingCode | undefined> {
    const code = await this.#codes.findByUserCode(userCode);
    return code && readPendingCode(code);
  }

  /** The library's own model, so that what it reads later is what it would have written. */
  #newGrant({ accountId, epoch }: Session, client: Client, code: PendingCode) {
    const grant = new this.#provider.Grant({ accountId, clientId: client.clientId });
    const expiresIn = lifetimeOfGrant(client);
    if (expiresIn) Object.assign(grant, { expiresIn });
    grant.jti = formatGrantId({ accountId, epoch, name: randomBytes(16).toString('base64url') });
    const scopes = scopesOf(code);
    grant.addOIDCScope(scopes.filter((scope) => (OUR_SCOPES as readonly string[]).includes(scope)));
    for (const id of resourcesOf(code)) {
      const resource = this.#resources.find(id);
      if (resource) grantAt(grant, resource, scopes);
    }
    return grant;
  }
}

function requiredCheckOf(client: object): LinkCheck {
  const required: unknown = (client as Record<string, unknown>)[REQUIRED_CHECK];
  return LINK_CHECKS.find((check) => check === required) ?? 'click';
}
