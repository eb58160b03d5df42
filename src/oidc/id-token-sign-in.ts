/** Sign-ins of apps that take an ID token alone: no code is redeemed afterwards, so they begin with the answer itself. */
import Provider, { errors, type KoaContextWithOIDC } from 'oidc-provider';
import { appSessionId } from '../apps/app-session.ts';
import type { ConsentStore } from '../apps/consent-store.ts';
import { appGrantOf } from './app-grant.ts';
import { scopesIn } from './asked-resources.ts';
import { isKnownScope } from './asked-scopes.ts';
import { NoKnownScope } from './errors.ts';
import { failingClosed } from './failing-closed.ts';
import { usePush } from './pushed-once.ts';
import type { RecordStore } from './record-store.ts';
import { requestCache } from './request-cache.ts';

type IdToken = InstanceType<Provider['IdToken']>;
type Issue = IdToken['issue'];

/** Milliseconds that its grant lives, under which no token is given. The account's slot keeps it among those of the app. */
const LIFETIME = 60_000;

interface Stores {
  readonly consents: ConsentStore;
  readonly records: RecordStore;
}

/**
 * Before such a token is signed the account's slot decides, as when a code is redeemed: the consent and the browser are
 * what they were, and from then on the app hears when the sign-in ends.
 */
export function beginWithIdTokens(provider: Provider, stores: Stores): void {
  const { prototype } = provider.IdToken;
  const { issue } = prototype;
  const begin = failingClosed((ctx: KoaContextWithOIDC) => beginSignIn(ctx, stores));
  prototype.issue = async function issueOnceBegun(this: IdToken, context: Parameters<Issue>[0]) {
    const { ctx }: { ctx?: KoaContextWithOIDC } = this;
    if (context.use === 'idtoken' && ctx && asksForIdTokenAlone(ctx)) this.set('sid', await begin(ctx));
    return issue.call(this, context);
  } as Issue;
}

/** @returns its `sid` */
async function beginSignIn(ctx: KoaContextWithOIDC, { consents, records }: Stores): Promise<string> {
  const { client, grant, session, requestParamScopes } = ctx.oidc;
  const cache = requestCache();
  const { consent } = cache;
  const grantId = grant?.jti;
  if (!client || !session?.accountId || !grantId || !consent)
    throw new TypeError('an ID token without a consent');
  await usePush(ctx, records);
  const { accountId } = session;
  const terms = { grantId, accountId, sessionUid: session.uid, lifetime: LIFETIME };
  const beginning = appGrantOf(ctx, consent, { ...terms, scopes: [...requestParamScopes], stays: false });
  const { outcome } = await consents.begin(grantId, beginning);
  if (outcome !== 'begun')
    throw new errors.InteractionRequired('the owner has taken back the sign-in, or what was allowed');
  cache.signIn = { accountId, grantId };
  return appSessionId(session.uid, client.clientId);
}

function asksForIdTokenAlone({ oidc }: Pick<KoaContextWithOIDC, 'oidc'>): boolean {
  return oidc.params?.['response_type'] === 'id_token';
}

/**
 * What the library says in other words, or not at all, before it looks at the rest of such a request. It asks the client
 * for its response type first.
 */
export function nameWrongResponseTypes(provider: Provider): void {
  const { prototype } = (provider as unknown as { Client: { prototype: AskedClient } }).Client;
  const { responseTypeAllowed } = prototype;
  prototype.responseTypeAllowed = function isAllowed(type): boolean {
    // RFC 6749 section 4.1.2.1
    if (!responseTypeAllowed.call(this, type))
      throw new errors.UnauthorizedClient('this client is not registered for this response_type');
    const { params } = Provider.ctx?.oidc ?? {};
    if (type === 'id_token' && !scopesIn(params?.['scope']).some(isKnownScope)) throw new NoKnownScope();
    if (type === 'id_token' && params?.['resource'] !== undefined)
      throw new errors.InvalidTarget('no access token comes with this response_type');
    return true;
  };
}

interface AskedClient {
  responseTypeAllowed(type: string): boolean;
}
