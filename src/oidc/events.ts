import Provider, { type KoaContextWithOIDC } from 'oidc-provider';
import { parseGrantId } from '../devices/grant-id.ts';
import type { Payload } from '../devices/payload.ts';
import {
  type ActivityEvent,
  type EventKind,
  type EventPlace,
  type EventSubject,
  eventPlace,
} from '../events/event.ts';
import { requesterOf } from '../net/requester.ts';
import { KNOWN_LANGUAGES } from '../words/catalogue.ts';
import { saidTo } from '../words/worded.ts';
import { isRevocationOfAccessToken } from './adapters/access-tokens.ts';
import { type NamedClient, nameOf, plainNameOf } from './client-names.ts';
import { requestCache } from './request-cache.ts';

/** The same, where it is not a device that holds the grant. */
const OF_APPS: Readonly<Partial<Record<EventKind, EventKind>>> = {
  'device-replayed': 'app-replayed',
  'device-signed-off': 'app-signed-off',
};

/** What the owner does to an app. */
export function appEvent(
  kind: EventKind,
  app: NamedClient,
  place: EventPlace | undefined,
  scopes: readonly string[],
): ActivityEvent {
  return {
    kind,
    by: 'owner',
    ...(place && { place }),
    subject: subjectOf(app),
    details: { scope: scopes.join(' ') },
  };
}

/** The name, and where it has others for readers of the languages of this server, those: a stranger may have written many. */
export function namedAs(app: NamedClient): Pick<EventSubject, 'name' | 'names'> {
  const said = nameOf(app);
  if (typeof said === 'string') return { name: said };
  const name = plainNameOf(app);
  const others = KNOWN_LANGUAGES.map((language) => [language, saidTo({ language }, said)] as const);
  return { name, names: { '': name, ...Object.fromEntries(others.filter(([, one]) => one !== name)) } };
}

function subjectOf(app: NamedClient): EventSubject {
  return { type: 'app', id: app.clientId, ...namedAs(app) };
}

/** What a request does to a grant: who asks, what is known of it, and from where. */
interface AskedGrant {
  readonly grantId: string;
  readonly client: NamedClient | undefined;
  /** Its payload, where it was read. */
  readonly payload: Payload | undefined;
  readonly place: EventPlace | undefined;
}

/** What the request at hand does to the device, or the app, that holds a grant, for its owner. */
export function deviceEvent(kind: EventKind, by: ActivityEvent['by'], grantId: string): ActivityEvent {
  const ctx: KoaContextWithOIDC | undefined = Provider.ctx;
  return grantEvent(kind, by, {
    grantId,
    client: ctx?.oidc?.client,
    payload: requestCache(ctx).authority(grantId)?.payload,
    place: ctx && eventPlace(requesterOf(ctx)),
  });
}

/** The same of a request that stands in front of the library. */
export function grantEvent(
  kind: EventKind,
  by: ActivityEvent['by'],
  { grantId, client, payload, place }: AskedGrant,
): ActivityEvent {
  const id = parseGrantId(grantId)?.name ?? '';
  const app = OF_APPS[kind] && payload?.['use'] === 'app';
  return {
    kind: (app && OF_APPS[kind]) || kind,
    by: app && by === 'device' ? 'app' : by,
    subject: app && client ? subjectOf(client) : { type: 'device', id },
    ...(place && { place }),
  };
}

/**
 * Why the library ends a grant, read off the endpoint: at the token endpoint it is replay of a refresh token, at
 * revocation the device signs itself off (RFC 7009). Elsewhere it takes back what no client has used yet.
 */
export function endOfGrant(grantId: string): ActivityEvent | undefined {
  const { oidc } = Provider.ctx ?? {};
  if (oidc?.route === 'token') return deviceEvent('device-replayed', 'server', grantId);
  if (oidc?.route === 'revocation' && !isRevocationOfAccessToken(oidc))
    return deviceEvent('device-signed-off', 'device', grantId);
  return undefined;
}
