import type Provider from 'oidc-provider';
import type { Session } from '../accounts/session.ts';
import { resourceEntry } from '../devices/asked-resource.ts';
import { claimedDevice } from '../devices/claimed-device.ts';
import type { AskedLink } from '../devices/device-linking.ts';
import { formatGrantId, newGrantName } from '../devices/grant-id.ts';
import { LINK_CHECKS, type LinkCheck } from '../devices/link-risk.ts';
import type { Owner } from '../devices/linked-device.ts';
import type { Payload } from '../devices/payload.ts';
import { acrOf } from '../mfa/assurance.ts';
import { grantAt, resourcesIn, scopesIn } from './asked-resources.ts';
import { isSelfRegistered, nameOf } from './client-names.ts';
import { linksOf } from './client-words.ts';
import { OUR_SCOPES, REQUIRED_CHECK } from './clients.ts';
import { lifetimeOfGrant, longestDays } from './grant-lifetime.ts';
import type { ResourceCatalog } from './resources.ts';

type Client = NonNullable<Awaited<ReturnType<Provider['Client']['find']>>>;
type Grant = InstanceType<Provider['Grant']>;

/** What a device asks for, whichever way: for a code, or by the request that it pushes. */
export interface DeviceRequest {
  /** What it asked for (RFC 8628 section 3.1, RFC 9126 section 2.1). */
  readonly params: Payload;
  /** What it said of itself, and from where: see `device-info.ts`. */
  readonly info: Payload;
}

/** The devices of this server ask, and are given, by these. */
export class DeviceRequests {
  readonly #provider: () => Provider;
  readonly #resources: ResourceCatalog;
  readonly #grantSeconds: number;

  /** @param grantSeconds how long a grant lives at most, where its client sets nothing of its own */
  constructor(provider: () => Provider, resources: ResourceCatalog, grantSeconds: number) {
    this.#provider = provider;
    this.#resources = resources;
    this.#grantSeconds = grantSeconds;
  }

  /** As its owner is shown it. */
  shown(client: Client, asked: DeviceRequest): AskedLink {
    const { info } = asked;
    const scopes = [...scopesOf(asked), ...resourcesOf(asked).map(resourceEntry)];
    return {
      app: {
        id: client.clientId,
        name: nameOf(client),
        links: linksOf(client.metadata(), isSelfRegistered(client)),
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
      longestDays: longestDays(client, this.#grantSeconds),
    };
  }

  /**
   * The grant of what it asks for, not saved yet. It is the library's own model, so that what the library reads later is
   * what it would have written.
   */
  newGrant(client: Client, asked: DeviceRequest, { accountId, epoch }: Owner, name = newGrantName()): Grant {
    const grant = grantOf(this.#provider(), this.#resources, client, asked, accountId);
    const expiresIn = lifetimeOfGrant(client);
    if (expiresIn) Object.assign(grant, { expiresIn });
    grant.jti = formatGrantId({ accountId, epoch, name });
    return grant;
  }
}

/** A grant without a name, of all that the device asks for. */
export function grantOf(
  provider: Provider,
  resources: ResourceCatalog,
  { clientId }: Pick<Client, 'clientId'>,
  asked: Pick<DeviceRequest, 'params'>,
  accountId: string,
): Grant {
  const grant = new provider.Grant({ accountId, clientId });
  const scopes = scopesOf(asked);
  grant.addOIDCScope(scopes.filter((scope) => (OUR_SCOPES as readonly string[]).includes(scope)));
  for (const id of resourcesOf(asked)) {
    const resource = resources.find(id);
    if (resource) grantAt(grant, resource, scopes);
  }
  return grant;
}

/** What a device code carries once its owner has approved it. */
export function approvalOf(
  asked: Pick<DeviceRequest, 'params'>,
  { accountId, amr, authTime }: Pick<Session, 'accountId' | 'amr' | 'authTime'>,
  grantId: string,
): Payload {
  const resources = resourcesOf(asked);
  const { nonce } = asked.params;
  return {
    accountId,
    amr,
    acr: acrOf(amr),
    authTime,
    grantId,
    scope: scopesOf(asked).join(' '),
    ...(resources.length > 0 && { resource: resources.length === 1 ? resources[0] : resources }),
    ...(typeof nonce === 'string' ? { nonce } : {}),
  };
}

export function scopesOf({ params: { scope } }: Pick<DeviceRequest, 'params'>): string[] {
  return scopesIn(scope);
}

export function resourcesOf({ params: { resource } }: Pick<DeviceRequest, 'params'>): string[] {
  return resourcesIn(resource);
}

function requiredCheckOf(client: object): LinkCheck {
  const required: unknown = (client as Record<string, unknown>)[REQUIRED_CHECK];
  return LINK_CHECKS.find((check) => check === required) ?? 'click';
}
