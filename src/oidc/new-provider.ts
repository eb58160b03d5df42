/** The library as this server sets it up. */
import Provider from 'oidc-provider';
import type { SecurityLog } from '../audit/security-log.ts';
import { leadToAccounts } from './access-token-ids.ts';
import { completeAnswers } from './answers.ts';
import { ignoreNonceWithoutOpenId, readScopeFirst } from './asked-scopes.ts';
import { checkClients } from './check-clients.ts';
import type { ClientDirectory } from './client-directory.ts';
import { configuration, type ProtocolSettings } from './configuration.ts';
import { Cors } from './cors.ts';
import { FormPosts } from './form-post.ts';
import { beginWithIdTokens, nameWrongResponseTypes } from './id-token-sign-in.ts';
import { takeLoopbackAddresses } from './loopback-addresses.ts';
import { keepMadeClients } from './made-clients.ts';
import { sealRefreshTokens } from './refresh-token-ids.ts';
import { leaveOutUnreadIdTokens } from './refreshed-id-tokens.ts';
import { compareSecrets } from './secret-digests.ts';
import { SecretUses } from './secret-uses.ts';
import { auditSecurity } from './security-audit.ts';
import { keepSessionIds } from './session-ids.ts';
import type { SigningKeys } from './signing-keys.ts';
import { UnseenSites } from './unseen-sites.ts';

export type OnServerError = (error: Error, requestId?: string) => void;
/** As the library's types want it: they know nothing of what ours adds to a request. */
type ProviderMiddleware = Parameters<Provider['use']>[0];

export interface ProviderParts {
  readonly settings: ProtocolSettings;
  readonly onServerError: OnServerError;
  readonly security: SecurityLog | undefined;
  readonly directory: ClientDirectory;
  readonly cors: Cors;
  readonly secretUses: SecretUses;
}

/**
 * Has the library make each of these clients, in a provider that serves no one.
 * @throws ClientsError naming every fault
 */
export async function proveClients(settings: ProtocolSettings): Promise<void> {
  const providerOf = (directory: ClientDirectory) => {
    const secretUses = new SecretUses(settings.stores.secretUses);
    const parts = { settings, directory, secretUses, cors: new Cors(() => []), security: undefined };
    return newProvider({ ...parts, onServerError: () => undefined }, settings.keys);
  };
  await checkClients(providerOf, settings);
}

export function newProvider(
  { settings, onServerError, security, cors, directory, secretUses }: ProviderParts,
  keys: SigningKeys,
): Provider {
  const unseen = new UnseenSites(settings.stores.consents, settings.renderHeldAnswer);
  const formPosts = new FormPosts(async (ctx, post) => {
    if (!(await unseen.holds(ctx, post.action, post.fields))) settings.renderFormPost(ctx, post);
  });
  const renderError: ProtocolSettings['renderError'] = (ctx, error) => {
    formPosts.forget(ctx);
    settings.renderError(ctx, error);
  };
  const asConfigured = configuration({ ...settings, keys, renderError }, directory);
  const provider = new Provider(settings.config.issuer, asConfigured);
  provider.proxy = true;
  if (security) provider.use(auditSecurity(security) as unknown as ProviderMiddleware);
  provider.use(readScopeFirst as unknown as ProviderMiddleware);
  provider.use(cors.restrict() as unknown as ProviderMiddleware);
  const { resources } = settings;
  const answers = completeAnswers({ grants: settings.stores.grants, resources, keys });
  provider.use(answers as unknown as ProviderMiddleware);
  provider.on('server_error', (ctx, error) => {
    onServerError(error, (ctx.state as { requestId?: string }).requestId);
  });
  unseen.watch(provider);
  formPosts.watch(provider);
  keepSessionIds(provider);
  sealRefreshTokens(provider, settings.stores.refreshTokenSeals);
  takeLoopbackAddresses(provider);
  ignoreNonceWithoutOpenId(provider);
  nameWrongResponseTypes(provider);
  leaveOutUnreadIdTokens(provider);
  beginWithIdTokens(provider, settings.stores);
  leadToAccounts(provider, settings.stores.accessTokens);
  compareSecrets(provider, secretUses);
  keepMadeClients(provider, directory);
  return provider;
}
