import type { AdapterPayload } from 'oidc-provider';
import type { AccountProfile } from '../../accounts/account.ts';
import type { Payload } from '../../devices/payload.ts';
import { isSelfRegistered } from '../client-names.ts';
import type { PresentedRefreshToken } from '../presented-refresh-token.ts';
import type { PublicClient } from './public-client.ts';

/** What the tokens of a chain may have in common where nothing else is needed for the next ones. */
const PLAIN: ReadonlySet<string> = new Set([
  'acr',
  'amr',
  'authTime',
  'clientId',
  'gty',
  'iiat',
  'nonce',
  'scope',
  'sessionUid',
  'sid',
]);

/** What was granted, and how the owner proved who they are, as the library keeps it with a chain. */
interface Granted {
  readonly scope: string;
  readonly gty: string;
  readonly acr?: string;
  readonly amr?: readonly string[];
  readonly authTime?: number;
  readonly nonce?: string;
  readonly sid?: string;
  readonly sessionUid?: string;
}

/** A refresh that gives what was granted, and nothing that has to be looked up or decided. */
export interface PlainRefresh {
  readonly grantId: string;
  readonly accountId: string;
  readonly client: PublicClient;
  readonly generation: number;
  readonly profile: AccountProfile;
  readonly granted: Granted;
  /** What of it the owner still lets the client do, in the order of the grant. */
  readonly scope: string;
  /** Of the grant. */
  readonly payload: Payload;
}

/** @returns `undefined`: the library decides */
export function plainRefresh(
  { grantId, authority, common, isReplay }: PresentedRefreshToken,
  client: PublicClient,
  accountId: string,
): PlainRefresh | undefined {
  const { payload, generation, profile, memberId } = authority;
  const { rejected, exp, ...grant } = payload as AdapterPayload;
  const openid = grant['openid'] as { scope?: string } | undefined;
  const granted = grantedIn(common);
  const isOwn = grant.accountId === accountId && grant.clientId === client.clientId;
  if (isReplay || !granted || !profile || memberId || rejected || !isOwn || !(Number(exp) > now()))
    return undefined;
  const scopes = new Set(granted.scope.split(' '));
  const scope = (openid?.scope ?? '').split(' ').filter((one) => scopes.has(one));
  return { grantId, accountId, client, generation, profile, granted, scope: scope.join(' '), payload };
}

/** Clients whose tokens are bound to nothing, and who hear of owners by one name, in plain ID tokens. */
export function refreshesPlainly(client: PublicClient): boolean {
  const isBound = client.dpopBoundAccessTokens || client.tlsClientCertificateBoundAccessTokens;
  // One that registered itself stays for what it is given.
  return (
    client.subjectType === 'public' &&
    !isBound &&
    !client.idTokenEncryptedResponseAlg &&
    !isSelfRegistered(client)
  );
}

function grantedIn(common: Payload): Granted | undefined {
  const isPlain = Object.entries(common).every(([name, value]) => PLAIN.has(name) || value === undefined);
  const { scope, gty } = common;
  return isPlain && scope && gty ? (common as unknown as Granted) : undefined;
}

/** Seconds since 1970. */
export const now = (): number => Math.floor(Date.now() / 1000);
