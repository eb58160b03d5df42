import Provider, { type Adapter, type AdapterPayload, errors, type KoaContextWithOIDC } from 'oidc-provider';
import { appSessionId } from '../../apps/app-session.ts';
import { LASTING_SCOPE } from '../../apps/app-sign-in.ts';
import type { Consent } from '../../apps/consent.ts';
import type { AppGrant, ConsentStore } from '../../apps/consent-store.ts';
import type { GrantStore } from '../../devices/grant-store.ts';
import { appGrantOf } from '../app-grant.ts';
import { requireGrantedResource, resourcesIn } from '../asked-resources.ts';
import type { CompanionDevice } from '../companion-grant.ts';
import { lifetimeOfGrant } from '../grant-lifetime.ts';
import { usePush } from '../pushed-once.ts';
import type { RecordStore } from '../record-store.ts';
import { requestCache } from '../request-cache.ts';
import { type CarriedCode, CompanionCodes } from './companion-codes.ts';
import { RecordAdapter } from './records.ts';

/** Both in milliseconds. */
export interface GrantLifetimes {
  accessToken: number;
  /** How long a grant lives at most, where its client sets nothing of its own. */
  grant: number;
}

/** An access token that is issued a moment later than its grant begins must not outlive it. */
const MARGIN = 60_000;

interface Carried {
  appGrant?: AppGrant;
  device?: CompanionDevice;
}

/**
 * Codes of apps (RFC 6749 section 4.1). A code carries the grant that redeeming it begins, so a code that no app
 * redeems leaves nothing behind; the account's slot decides whether it is redeemed, and whether for the first time.
 */
export class AuthorizationCodeAdapter extends RecordAdapter implements Adapter {
  readonly #consents: ConsentStore;
  readonly #lifetimes: GrantLifetimes;
  readonly #companions: CompanionCodes;

  constructor(consents: ConsentStore, grants: GrantStore, records: RecordStore, lifetimes: GrantLifetimes) {
    super('AuthorizationCode', records);
    this.#companions = new CompanionCodes(grants, records);
    this.#consents = consents;
    this.#lifetimes = lifetimes;
  }

  override async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const ctx: KoaContextWithOIDC | undefined = Provider.ctx;
    const { consent, companion } = requestCache();
    if (ctx) await usePush(ctx, this.records);
    if (companion) return super.upsert(id, { ...payload, device: companion } as AdapterPayload, expiresIn);
    if (!ctx || !consent || !payload.grantId) return super.upsert(id, payload, expiresIn);
    const sid = appSessionId(payload.sessionUid ?? '', payload.clientId ?? '');
    const carried = { sid, appGrant: this.#grantOf(ctx, consent, payload) } satisfies Carried & {
      sid: string;
    };
    await super.upsert(id, { ...payload, ...carried } as AdapterPayload, expiresIn);
  }

  /** Until it is redeemed, the grant is what the code says it will be: nothing is issued on the word of it. */
  override async find(id: string): Promise<AdapterPayload | undefined> {
    const found = (await super.find(id)) as (AdapterPayload & Carried) | undefined;
    if (found?.device) return this.#companions.meet(id, found as CarriedCode);
    if (!found?.appGrant || !found.grantId) return found;
    const { appGrant: grant, ...payload } = found;
    const cache = requestCache();
    cache.appGrants.set(id, { grantId: found.grantId, grant });
    if (!payload.consumed) {
      cache.remember(found.grantId, { payload: grant.payload, generation: 0, profile: undefined });
    }
    return payload as AdapterPayload;
  }

  /** Redeems once; the second to come gets nothing, and ends what the first one got. */
  override async consume(id: string): Promise<void> {
    const cache = requestCache();
    const companion = cache.companions.get(id);
    if (companion) return this.#companions.redeem(id, companion);
    const known = cache.appGrants.get(id) ?? (await this.#carriedBy(id));
    if (!known) return super.consume(id);
    requireGrantedResource(Provider.ctx, Object.keys(known.grant.payload['resources'] ?? {}));
    const begun = await this.#consents.begin(known.grantId, known.grant);
    cache.forget(known.grantId);
    await this.records.consume('AuthorizationCode', id);
    if (begun.outcome !== 'begun') throw new errors.InvalidGrant(`authorization code: ${begun.outcome}`);
    cache.remember(known.grantId, begun.authority);
  }

  #grantOf(ctx: KoaContextWithOIDC, consent: Consent, code: AdapterPayload): AppGrant {
    const { client } = ctx.oidc;
    if (!client) throw new TypeError('a code without its client');
    const { grantId, accountId, sessionUid } = code;
    const scopes = (code.scope ?? '').split(' ');
    const stays = scopes.includes(LASTING_SCOPE);
    const lifetime = stays ? this.#longest(client) : this.#lifetimes.accessToken + MARGIN;
    const resources = resourcesIn(code['resource']);
    return appGrantOf(ctx, consent, { grantId, accountId, sessionUid, scopes, resources, stays, lifetime });
  }

  async #carriedBy(id: string): Promise<{ grantId: string; grant: AppGrant } | undefined> {
    const { appGrant, grantId } = ((await super.find(id)) ?? {}) as Partial<AdapterPayload> & Carried;
    return appGrant && grantId ? { grantId, grant: appGrant } : undefined;
  }

  #longest(client: object): number {
    const seconds = lifetimeOfGrant(client);
    return seconds === undefined ? this.#lifetimes.grant : seconds * 1000;
  }
}
