/**
 * The protocol: `oidc-provider` behind our store and rules. This folder is the only one that knows the library,
 * and it uses its public API only.
 */
import type { IncomingMessage } from 'node:http';
import type { Middleware } from 'koa';
import compose from 'koa-compose';
import Provider, { type ClientMetadata } from 'oidc-provider';
import type { Logger } from 'pino';
import type { AppAccess } from '../apps/app-access.ts';
import type { AppSignIn } from '../apps/app-sign-in.ts';
import type { AppSignOut } from '../apps/app-sign-out.ts';
import type { CompanionLinking } from '../apps/companion-linking.ts';
import type { LogoutTokens } from '../apps/logout-delivery.ts';
import { PacedRegistration } from '../apps/paced-registration.ts';
import type { Registration } from '../apps/registration.ts';
import type { SecurityLog } from '../audit/security-log.ts';
import type { BearerTokens } from '../devices/bearer-tokens.ts';
import type { DeviceLinking } from '../devices/device-linking.ts';
import type { PlainAnswers } from '../net/plain-answer.ts';
import { leadToAccounts } from './access-token-ids.ts';
import { AccessTokenAdapter } from './adapters/access-tokens.ts';
import { answerLog, plainAnswerLog } from './answer-log.ts';
import { completeAnswers } from './answers.ts';
import { ProviderAppAccess } from './app-access.ts';
import { ProviderAppSignIn } from './app-sign-in.ts';
import { ProviderAppSignOut } from './app-sign-out.ts';
import { ignoreNonceWithoutOpenId, readScopeFirst } from './asked-scopes.ts';
import { ProviderBearerTokens } from './bearer-tokens.ts';
import { checkClients } from './check-clients.ts';
import { ClientDirectory } from './client-directory.ts';
import { ProviderCompanionLinking } from './companion-linking.ts';
import { configuration, type ProtocolSettings } from './configuration.ts';
import { Cors } from './cors.ts';
import { ProviderDeviceLinking } from './device-linking.ts';
import { DeviceRequests } from './device-request.ts';
import { emptySecretIsNone } from './empty-secret.ts';
import { activeTokens, INTROSPECTION_PATH } from './fast-path/active-tokens.ts';
import { DEVICE_PATH, deviceAuthorizations } from './fast-path/device-authorizations.ts';
import { pendingPolls, TOKEN_PATH } from './fast-path/pending-polls.ts';
import { plainAnswers } from './fast-path/plain-answers.ts';
import { FormPosts } from './form-post.ts';
import { ProviderLogoutTokens } from './logout-tokens.ts';
import { takeLoopbackAddresses } from './loopback-addresses.ts';
import { keepMadeClients } from './made-clients.ts';
import { sealRefreshTokens } from './refresh-token-ids.ts';
import { leaveOutUnreadIdTokens } from './refreshed-id-tokens.ts';
import { ProviderRegistration } from './registration.ts';
import { compareSecrets } from './secret-digests.ts';
import { SecretUses } from './secret-uses.ts';
import { auditSecurity } from './security-audit.ts';
import { keepSessionIds } from './session-ids.ts';
import type { SigningKeys } from './signing-keys.ts';
import { UnseenSites } from './unseen-sites.ts';

export interface Protocol {
  /** Stands in front of every framework: what makes up the load, asked plainly. */
  inFront: PlainAnswers;
  /** Serves the protocol's endpoints; passes everything else on. */
  middleware: Middleware;
  linking: DeviceLinking;
  companions: CompanionLinking;
  appSignIn: AppSignIn;
  appAccess: AppAccess;
  appSignOut: AppSignOut;
  logoutTokens: LogoutTokens;
  registration: Registration;
  /** For endpoints of ours that take access tokens. */
  bearers: BearerTokens;
  /** For tests of the adapter through the library's own models. */
  readonly provider: Provider;
  /** From now on requests meet these keys; those under way end on the keys that they began with. */
  useKeys(keys: SigningKeys): void;
  /**
   * From now on these are the clients of the file; requests under way end on what they began with.
   * @throws ClientsError naming every fault; then nothing has changed
   */
  useClients(clients: ClientMetadata[]): Promise<void>;
}

/** Everything that knows the signing keys: made anew with each set of them, and swapped whole. */
interface KeyedProtocol {
  readonly provider: Provider;
  readonly middleware: Middleware;
  readonly inFront: PlainAnswers;
}

/**
 * @param onServerError hears of what the library could not answer, and in which request
 * @param security hears of what an answer means for security
 * @param log has a line of each answer, when it has the level `debug`
 * @throws ClientsError naming each client that the library refuses, now and not at its first use
 */
export async function createProtocol(
  settings: ProtocolSettings,
  onServerError: OnServerError,
  security?: SecurityLog,
  log?: Logger,
): Promise<Protocol> {
  const { accessTokens: tokens, consents, grants, records } = settings.stores;
  const { config, resources } = settings;
  const { registeredClients: store, clientStates } = settings.stores;
  const keptFor = Math.max(config.lifetimes.refreshToken, config.lifetimes.browserAbsolute);
  const directory = new ClientDirectory(settings.clients, settings.stores, keptFor);
  const accessTokens = new AccessTokenAdapter(grants, records, tokens, directory);
  const { mode } = config.registration;
  // Those that are there go on when no more may come. Where it cannot be told, the answer opens nothing.
  const others = async () => mode !== 'closed' || store.some().catch(() => true);
  const corsOf = (clients: readonly ClientMetadata[]) => new Cors(clients, others);
  const cors = corsOf(settings.clients);
  const secretUses = new SecretUses(settings.stores.secretUses);
  let parts: ProtocolParts = {
    settings,
    onServerError,
    security,
    log,
    accessTokens,
    directory,
    cors,
    secretUses,
  };
  let keys = settings.keys;
  let current = keyedProtocol(parts, keys);
  await checkClients((ofFile) => newProvider({ ...parts, directory: ofFile }, keys), settings);
  const provider = () => current.provider;
  /** Keys may change while the body of a request is still coming. */
  const begunWith = new WeakMap<IncomingMessage, KeyedProtocol>();
  const grantSeconds = config.lifetimes.grant / 1000;
  const requests = new DeviceRequests(provider, resources, grantSeconds);
  return {
    inFront: (request, requestId) => {
      const asked = current.inFront(request, requestId);
      if (asked) begunWith.set(request, current);
      return asked;
    },
    middleware: (ctx, next) => (begunWith.get(ctx.req) ?? current).middleware(ctx, next),
    linking: new ProviderDeviceLinking(provider, settings.stores.deviceCodes, requests),
    companions: new ProviderCompanionLinking(provider, requests, clientStates),
    appSignIn: new ProviderAppSignIn(provider, settings.stores, resources, grantSeconds),
    appAccess: new ProviderAppAccess(directory, consents, resources, grantSeconds),
    appSignOut: new ProviderAppSignOut(provider),
    logoutTokens: new ProviderLogoutTokens(provider),
    registration: new PacedRegistration(
      new ProviderRegistration({
        provider,
        issuer: config.issuer,
        mode,
        store,
        clientStates,
        keptFor,
        service: settings.product,
        takenNames: () => parts.settings.clients.map((one) => one.client_name ?? one.client_id),
      }),
      settings.stores.limiter,
    ),
    bearers: new ProviderBearerTokens({ issuer: config.issuer, tokens: accessTokens, grants, records }),
    get provider() {
      return current.provider;
    },
    useKeys: (others) => {
      keys = others;
      current = keyedProtocol(parts, keys);
    },
    useClients: async (clients) => {
      const changed = { ...settings, clients };
      const onTrial = { ...parts, settings: changed };
      await checkClients((ofFile) => newProvider({ ...onTrial, directory: ofFile }, keys), changed);
      directory.replaceFile(clients);
      parts = { ...parts, settings: changed, cors: corsOf(clients) };
      current = keyedProtocol(parts, keys);
    },
  };
}

type OnServerError = (error: Error, requestId?: string) => void;
/** As the library's types want it: they know nothing of what ours adds to a request. */
type ProviderMiddleware = Parameters<Provider['use']>[0];

interface ProtocolParts {
  readonly settings: ProtocolSettings;
  readonly onServerError: OnServerError;
  readonly security: SecurityLog | undefined;
  readonly log: Logger | undefined;
  readonly accessTokens: AccessTokenAdapter;
  readonly directory: ClientDirectory;
  readonly cors: Cors;
  readonly secretUses: SecretUses;
}

/** The library takes its keys when it is made, and keeps them. */
function keyedProtocol(parts: ProtocolParts, keys: SigningKeys): KeyedProtocol {
  const { settings, security, log, accessTokens, cors } = parts;
  const provider = newProvider(parts, keys);
  const debug = security && log?.isLevelEnabled('debug') ? { log, security } : undefined;
  return {
    provider,
    inFront: plainAnswers(
      new Map([
        [TOKEN_PATH, pendingPolls(provider, settings.stores.deviceCodes, cors)],
        [DEVICE_PATH, deviceAuthorizations(provider, cors, security)],
        [INTROSPECTION_PATH, activeTokens(provider, accessTokens)],
      ]),
      debug && plainAnswerLog(debug.log, debug.security),
    ),
    middleware: compose([
      ...(debug ? [answerLog(debug.log, debug.security)] : []),
      emptySecretIsNone(provider),
      compose(provider.middleware) as unknown as Middleware,
    ]),
  };
}

function newProvider(
  { settings, onServerError, security, cors, directory, secretUses }: ProtocolParts,
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
  leaveOutUnreadIdTokens(provider);
  leadToAccounts(provider, settings.stores.accessTokens);
  compareSecrets(provider, secretUses);
  keepMadeClients(provider, directory);
  return provider;
}
