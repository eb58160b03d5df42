/**
 * The store as the library sees it: one adapter for each of its models.
 *
 * Device codes, grants, tokens and sessions follow the rules of the design (forward-only codes, grants as the
 * root of authority, update-only sessions); every other model is a sealed record. Where the store fails, the
 * library hears 503 from every method.
 */
import type { Adapter, AdapterFactory } from 'oidc-provider';
import type { ConsentStore } from '../../apps/consent-store.ts';
import type { WaitingSignIns } from '../../apps/waiting-sign-ins.ts';
import type { AccessTokenStore } from '../../devices/access-token-store.ts';
import type { ClientStates } from '../../devices/client-state.ts';
import type { DeviceCodeStore } from '../../devices/device-code-store.ts';
import type { GrantStore } from '../../devices/grant-store.ts';
import type { LinkKeyStore } from '../../devices/link-key-store.ts';
import type { RefreshTokenSeals } from '../../devices/refresh-token-seals.ts';
import type { HouseholdStore } from '../../household/household-store.ts';
import type { Limiter } from '../../limits/limiter.ts';
import type { FactorStore } from '../../mfa/factor-store.ts';
import type { SessionStore } from '../../sessions/session-store.ts';
import type { ClientDirectory } from '../client-directory.ts';
import { failingClosed } from '../failing-closed.ts';
import type { RecordStore } from '../record-store.ts';
import { AccessTokenAdapter } from './access-tokens.ts';
import { AuthorizationCodeAdapter, type GrantLifetimes } from './authorization-codes.ts';
import { ClientTokenAdapter } from './client-tokens.ts';
import { ClientAdapter } from './clients.ts';
import { DeviceCodeAdapter } from './device-codes.ts';
import { GrantAdapter } from './grants.ts';
import { PushedRequestAdapter } from './pushed-requests.ts';
import { RecordAdapter } from './records.ts';
import { RefreshTokenAdapter } from './refresh-tokens.ts';
import { SessionAdapter } from './sessions.ts';
import { WaitingRequestAdapter } from './waiting-requests.ts';

export interface AdapterStores {
  accessTokens: AccessTokenStore;
  clients: ClientDirectory;
  clientStates: ClientStates;
  deviceCodes: DeviceCodeStore;
  grants: GrantStore;
  linkKeys: LinkKeyStore;
  browsers: SessionStore;
  records: RecordStore;
  refreshTokenSeals: RefreshTokenSeals;
  /** Of unknown device codes, of sign-ins that visitors begin for apps, and of tokens that clients get for themselves. */
  limiter: Limiter;
  waitingSignIns: WaitingSignIns;
  consents: ConsentStore;
  factors: Pick<FactorStore, 'list'>;
  household: Pick<HouseholdStore, 'find'>;
  /** milliseconds; a grant waits for its device code to be redeemed as long as the code lives */
  lifetimes: GrantLifetimes & { deviceCode: number };
}

export function createAdapterFactory(stores: AdapterStores): AdapterFactory {
  return (model) => guarded(adapterFor(model, stores));
}

function adapterFor(model: string, stores: AdapterStores): Adapter {
  switch (model) {
    case 'Client':
      return new ClientAdapter(stores.clients);
    case 'DeviceCode':
      return new DeviceCodeAdapter(stores);
    case 'AuthorizationCode':
      return keeping(
        stores.clients,
        new AuthorizationCodeAdapter(stores.consents, stores.grants, stores.records, stores.lifetimes),
      );
    case 'Interaction':
      return new WaitingRequestAdapter(model, stores);
    case 'PushedAuthorizationRequest':
      return new PushedRequestAdapter(stores);
    case 'Grant':
      return new GrantAdapter(stores.grants, stores.records, stores.lifetimes.deviceCode);
    case 'AccessToken':
      return new AccessTokenAdapter(stores.grants, stores.records, stores.accessTokens, stores.clients);
    case 'ClientCredentials':
      return new ClientTokenAdapter(stores);
    case 'RefreshToken':
      return keeping(stores.clients, new RefreshTokenAdapter(stores));
    case 'Session':
      return new SessionAdapter(stores.browsers, stores.records);
    default:
      return new RecordAdapter(model, stores.records);
  }
}

/** What its owner lets a client have is issued: one that registered itself stays for it. */
function keeping(clients: Pick<ClientDirectory, 'keep'>, adapter: Adapter): Adapter {
  const upsert = adapter.upsert.bind(adapter);
  adapter.upsert = async (id, payload, expiresIn) => {
    const written = upsert(id, payload, expiresIn);
    const { clientId, accountId } = payload;
    const isGiven = clientId !== undefined && accountId !== undefined;
    await Promise.all([written, isGiven ? clients.keep(clientId, accountId) : undefined]);
  };
  return adapter;
}

function guarded(adapter: Adapter): Adapter {
  const guard = <Arguments extends unknown[], Result>(method: (...args: Arguments) => Promise<Result>) =>
    failingClosed((...args: Arguments) => method.apply(adapter, args));
  return {
    upsert: guard(adapter.upsert),
    find: guard(adapter.find),
    findByUserCode: guard(adapter.findByUserCode),
    findByUid: guard(adapter.findByUid),
    consume: guard(adapter.consume),
    destroy: guard(adapter.destroy),
    revokeByGrantId: guard(adapter.revokeByGrantId),
  };
}
