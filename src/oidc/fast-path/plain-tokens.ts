import type { AdapterPayload } from 'oidc-provider';
import type { Authority } from '../../devices/grant-store.ts';
import type { PresentedAccessToken } from '../adapters/access-tokens.ts';
import { mayBe } from '../token-ids.ts';

/** Fields of a token that the answers in front need nothing else for. */
const PLAIN: ReadonlySet<string> = new Set([
  'accountId',
  'claims',
  'clientId',
  'exp',
  'grantId',
  'gty',
  'iat',
  'jti',
  'kind',
  'scope',
  'sessionUid',
]);

export interface PlainToken {
  readonly payload: AdapterPayload;
  readonly accountId: string;
  readonly clientId: string;
  readonly grant: AdapterPayload;
  /** Whose profile is opened when it is asked for. */
  readonly authority: Authority | undefined;
}

/** An access token that lives under a grant that lives, both of the same owner and client, and says nothing special. */
export function plainToken({ payload, authority }: PresentedAccessToken): PlainToken | undefined {
  const { accountId, clientId, exp, kind } = payload;
  const grant = authority?.payload as AdapterPayload | undefined;
  const isPlain = kind === 'AccessToken' && Object.keys(payload).every((name) => PLAIN.has(name));
  if (!isPlain || !accountId || !clientId || !lives(exp) || !lives(grant?.exp)) return undefined;
  if (grant?.accountId !== accountId || grant.clientId !== clientId) return undefined;
  return { payload, accountId, clientId, grant, authority };
}

/** Whether a text may be an access token, and nothing else. */
export function isAccessToken(token: string): boolean {
  return /^[\w-]+$/.test(token) && mayBe('AccessToken', token) && !mayBe('RefreshToken', token);
}

function lives(exp: number | undefined): boolean {
  return typeof exp === 'number' && exp > Math.floor(Date.now() / 1000);
}
