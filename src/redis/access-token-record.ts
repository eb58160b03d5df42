import type { IssuedAccessToken } from '../devices/access-token-store.ts';
import { parseGrantId } from '../devices/grant-id.ts';
import type { Payload } from '../devices/payload.ts';
import { leanPayload } from './lean-payloads.ts';
import type { StoreContext } from './store-context.ts';

export const KIND = 'AccessToken';
/** What names a token's resource and its client without telling them. */
export const AUDIENCE = 'resource';
export const CLIENT = 'client';

/** What the payload of an access token is sealed for. */
export const placeOfAccessToken = (name: string) => `${KIND}:${name}`;

/** What a token and where it lies say of it; the protocol library asks for all of it. */
export const saidBy = (id: string, accountId: string): Payload => ({ kind: KIND, jti: id, accountId });

/** Where an access token is kept, and as what: the arguments of `writeToken` behind the refresh token that it goes out with. */
export function accessTokenRecord(
  { keyring, keyspace }: Pick<StoreContext, 'keyring' | 'keyspace'>,
  { id, payload, facts, lifetime }: IssuedAccessToken,
): { key: string; args: (string | number)[] } {
  const { grantId, clientId, audience, generation = '' } = facts;
  const grant = parseGrantId(grantId);
  if (!grant) throw new TypeError('not the token of an account');
  const name = keyring.mac(KIND, id);
  const of = audience === undefined ? '' : keyring.mac(AUDIENCE, audience);
  const sealed = keyring.seal(placeOfAccessToken(name), leanPayload(payload, saidBy(id, grant.accountId)));
  return {
    key: keyspace.of(grant.accountId).accessToken(name),
    args: [lifetime, sealed, grant.name, grant.epoch, generation, of, keyring.mac(CLIENT, clientId)],
  };
}
