/**
 * The protocol: `oidc-provider` behind our store and rules. This folder is the only one that knows the library,
 * and it uses its public API only.
 */
import type { Middleware } from 'koa';
import compose from 'koa-compose';
import type Provider from 'oidc-provider';
import type { ClientMetadata } from 'oidc-provider';
import type { Logger } from 'pino';
import type { AdminTokens } from '../admin/admin-tokens.ts';
import { adminResource } from '../admin/scopes.ts';
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
import { RequestValue } from '../net/request-value.ts';
import { signalsResource } from '../signals/scopes.ts';
import type { EventTokens } from '../signals/signal-body.ts';
import type { ReceiverTokens } from '../signals/signals-api.ts';
import { AccessTokenAdapter } from './adapters/access-tokens.ts';
import { answerLog, plainAnswerLog } from './answer-log.ts';
import { ProviderAppAccess } from './app-access.ts';
import { ProviderAppSignIn } from './app-sign-in.ts';
import { ProviderAppSignOut } from './app-sign-out.ts';
import { ProviderBearerTokens } from './bearer-tokens.ts';
import { ClientDirectory } from './client-directory.ts';
import { ClientTokens } from './client-tokens.ts';
import { ProviderCompanionLinking } from './companion-linking.ts';
import type { ProtocolSettings } from './configuration.ts';
import { Cors } from './cors.ts';
import { ProviderDeviceLinking } from './device-linking.ts';
import { DeviceRequests } from './device-request.ts';
import { emptySecretIsNone } from './empty-secret.ts';
import { fastPaths } from './fast-path/fast-paths.ts';
import { plainAnswers } from './fast-path/plain-answers.ts';
import { ID_TOKEN_GRANT } from './id-token-clients.ts';
import { ProviderLogoutTokens } from './logout-tokens.ts';
import { newProvider, type OnServerError, type ProviderParts, proveClients } from './new-provider.ts';
import { CLIENT_GRANT } from './own-access.ts';
import { ProviderRegistration } from './registration.ts';
import { SecretUses } from './secret-uses.ts';
import { SecurityEventTokens } from './security-event-tokens.ts';
import type { SigningKeys } from './signing-keys.ts';
import { StoredClients } from './stored-clients.ts';

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
  /** The operator's, in the clients file and in the store. */
  clients: OperatorsClients;
  /** For endpoints of ours that take access tokens. */
  bearers: BearerTokens;
  /** For the Admin API. */
  adminTokens: AdminTokens;
  /** For receivers of security events. */
  receiverTokens: ReceiverTokens & SignalReceivers;
  /** What receivers of security events are sent. */
  eventTokens: EventTokens;
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

interface SignalReceivers {
  /** Of which clients a receiver hears now; none where it may hear no more. */
  heardBy(clientId: string): Promise<readonly string[]>;
  isRegistered(clientId: string): Promise<boolean>;
}

interface OperatorsClients {
  /** As they were when one was last asked for; the same array for as long as they are the same. */
  readonly all: readonly ClientMetadata[];
  /** Ids in the store whose place an entry of the file takes. */
  readonly hidden: readonly string[];
  /** Of one that is not there any more, its id. */
  nameOf(clientId: string): string;
  /** Asks the store for all. @returns what is wrong with those that cannot be used, a line each */
  look(): Promise<string[]>;
  /** @throws ClientsError naming every fault */
  prove(clients: ClientMetadata[]): Promise<void>;
}

/** What is served to these clients beyond what always is. */
const servedTo = (clients: readonly ClientMetadata[]) =>
  [CLIENT_GRANT, ID_TOKEN_GRANT]
    .filter((grant) => clients.some(({ grant_types: types }) => types?.includes(grant)))
    .join();

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
  const stored = new StoredClients(settings.stores.operatorClients, resources);
  const directory = new ClientDirectory(settings.clients, settings.stores, keptFor, stored);
  const accessTokens = new AccessTokenAdapter(grants, records, tokens, directory);
  const { mode } = config.registration;
  // Those that are there go on when no more may come. Where it cannot be told, the answer opens nothing.
  const others = async () => mode !== 'closed' || store.some().catch(() => true);
  const cors = new Cors(() => directory.all, others);
  const secretUses = new SecretUses(settings.stores.secretUses);
  const told = { onServerError, security, log };
  let parts: ProtocolParts = { settings, ...told, accessTokens, directory, cors, secretUses };
  let keys = settings.keys;
  let serves = servedTo(directory.all);
  let current = keyedProtocol(parts, keys);
  /** Which grants are served follows from the clients that there are. */
  const makeAnew = () => {
    serves = servedTo(directory.all);
    parts = { ...parts, settings: { ...parts.settings, clients: [...directory.all] } };
    current = keyedProtocol(parts, keys);
  };
  await proveClients(settings);
  const provider = () => current.provider;
  /** Keys may change while the body of a request is still coming. */
  const begunWith = new RequestValue<KeyedProtocol>();
  const grantSeconds = config.lifetimes.grant / 1000;
  const ownTokens = { issuer: config.issuer, records, clientStates, directory };
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
    clients: {
      get all() {
        return directory.all;
      },
      get hidden() {
        return directory.hidden;
      },
      nameOf: (clientId) => directory.nameOf(clientId),
      look: async () => {
        const errors = await stored.look();
        if (serves !== servedTo(directory.all)) makeAnew();
        return errors;
      },
      prove: (clients) => proveClients({ ...settings, keys, clients }),
    },
    registration: new PacedRegistration(
      new ProviderRegistration({
        provider,
        issuer: config.issuer,
        mode,
        store,
        clientStates,
        keptFor,
        service: settings.product,
        takenNames: async () => {
          await stored.look();
          return directory.all.map((one) => one.client_name ?? one.client_id);
        },
      }),
      settings.stores.limiter,
    ),
    bearers: new ProviderBearerTokens({ issuer: config.issuer, tokens: accessTokens, grants, records }),
    adminTokens: new ClientTokens({ ...ownTokens, resource: adminResource(config.issuer) }),
    receiverTokens: new ClientTokens({ ...ownTokens, resource: signalsResource(config.issuer) }),
    eventTokens: new SecurityEventTokens(() => keys),
    get provider() {
      return current.provider;
    },
    useKeys: (others) => {
      keys = others;
      current = keyedProtocol(parts, keys);
    },
    useClients: async (clients) => {
      const changed = { ...settings, clients };
      await proveClients({ ...changed, keys });
      directory.replaceFile(clients);
      makeAnew();
    },
  };
}

interface ProtocolParts extends ProviderParts {
  readonly log: Logger | undefined;
  readonly accessTokens: AccessTokenAdapter;
}

/** The library takes its keys when it is made, and keeps them. */
function keyedProtocol(parts: ProtocolParts, keys: SigningKeys): KeyedProtocol {
  const { settings, security, log, accessTokens, cors } = parts;
  const provider = newProvider(parts, keys);
  const debug = security && log?.isLevelEnabled('debug') ? { log, security } : undefined;
  return {
    provider,
    inFront: plainAnswers(
      fastPaths(provider, { ...settings, accessTokens, cors, security }),
      debug && plainAnswerLog(debug.log, debug.security),
    ),
    middleware: compose([
      ...(debug ? [answerLog(debug.log, debug.security)] : []),
      emptySecretIsNone(provider),
      compose(provider.middleware) as unknown as Middleware,
    ]),
  };
}
