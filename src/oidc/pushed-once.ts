import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { RecordStore } from './record-store.ts';

/** That a pushed request has led to an answer. The request itself is forgotten sooner than its owner has signed in. */
const USED_PUSH = 'UsedPush';
/** milliseconds; a sign-in waits for an hour at most */
const USED_PUSH_LIFETIME = 2 * 3_600_000;

/** A pushed request leads to one answer, in whatever browsers it was opened (RFC 9126 section 4). */
export async function usePush(
  { oidc: { entities } }: KoaContextWithOIDC,
  records: Pick<RecordStore, 'claim'>,
): Promise<void> {
  const waiting = entities.Interaction as { parJti?: string } | undefined;
  const pushed = entities.PushedAuthorizationRequest?.jti ?? waiting?.parJti;
  if (pushed === undefined || (await records.claim(USED_PUSH, pushed, USED_PUSH_LIFETIME))) return;
  throw new errors.InvalidRequestUri('request_uri is invalid, expired, or was already used');
}
