/**
 * The protocol: `oidc-provider` behind our store and rules. This folder is the only one that knows the library,
 * and it uses its public API only.
 */
import type { Middleware } from 'koa';
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
import type { AppLink } from '../devices/app-link.ts';
import type { BearerTokens } from '../devices/bearer-tokens.ts';
import type { DeviceLinking } from '../devices/device-linking.ts';
import type { PlainAnswers } from '../net/plain-answer.ts';
import { RequestValue } from '../net/request-value.ts';
import { signalsResource } from '../signals/scopes.ts';
import type { EventTokens } from '../signals/signal-body.ts';
import type { ReceiverTokens } from '../signals/signals-api.ts';
import type { Worded } from '../words/worded.ts';
import { AccessTokenAdapter } from './adapters/access-tokens.ts';
import { ProviderAppAccess } from './app-access.ts';
import { ProviderAppSignIn } from './app-sign-in.ts';
import { ProviderAppSignOut } from './app-sign-out.ts';
import { ProviderBearerTokens } from './bearer-tokens.ts';
import { ClientDirectory } from './client-directory.ts';
import { ClientTokens } from './client-tokens.ts';
import { namesOf } from './client-words.ts';
import { ProviderCompanionLinking } from './companion-linking.ts';
import type { ProtocolSettings } from './configuration.ts';
import { Cors } from './cors.ts';
import { CurrentProtocol, type KeyedProtocol } from './current-protocol.ts';
import { ProviderDeviceLinking } from './device-linking.ts';
import { DeviceRequests } from './device-request.ts';
import { ProviderLogoutTokens } from './logout-tokens.ts';
import { type OnServerError, proveClients } from './new-provider.ts';
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
  nameOf(clientId: string): Worded;
  linksOf(clientId: string): AppLink[];
  /** Asks the store for all. @returns what is wrong with those that cannot be used, a line each */
  look(): Promise<string[]>;
  /** @throws ClientsError naming every fault */
  prove(clients: ClientMetadata[]): Promise<void>;
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
  const { config, resources, stores } = settings;
  const keptFor = Math.max(config.lifetimes.refreshToken, config.lifetimes.browserAbsolute);
  const stored = new StoredClients(stores.operatorClients, resources);
  const directory = new ClientDirectory(settings.clients, stores, keptFor, stored);
  const accessTokens = new AccessTokenAdapter(stores.grants, stores.records, stores.accessTokens, directory);
  const current = new CurrentProtocol({
    ...{ settings, onServerError, security, log, accessTokens, directory },
    cors: corsOf(settings, directory),
    secretUses: new SecretUses(stores.secretUses),
  });
  await proveClients(settings);
  /** Keys may change while the body of a request is still coming. */
  const begunWith = new RequestValue<KeyedProtocol>();
  return {
    inFront: (request, requestId) => {
      const asked = current.now.inFront(request, requestId);
      if (asked) begunWith.set(request, current.now);
      return asked;
    },
    middleware: (ctx, next) => (begunWith.get(ctx.req) ?? current.now).middleware(ctx, next),
    ...pagesOf(settings, current, directory),
    clients: operatorsClients(settings, current, directory, stored),
    registration: registrationOf({ settings, current, directory, stored, keptFor }),
    bearers: new ProviderBearerTokens({ issuer: config.issuer, ...stores, tokens: accessTokens }),
    ...readersOf(settings, directory),
    eventTokens: new SecurityEventTokens(() => current.keys),
    get provider() {
      return current.now.provider;
    },
    useKeys: (keys) => current.useKeys(keys),
    useClients: async (clients) => {
      await proveClients({ ...settings, clients, keys: current.keys });
      directory.replaceFile(clients);
      current.makeAnew();
    },
  };
}

function corsOf({ config, stores }: ProtocolSettings, directory: ClientDirectory): Cors {
  const { mode } = config.registration;
  // Those that are there go on when no more may come. Where it cannot be told, the answer opens nothing.
  const others = async () => mode !== 'closed' || stores.registeredClients.some().catch(() => true);
  return new Cors(() => directory.all, others);
}

/** What pages ask of the protocol, for an owner who looks at one. */
function pagesOf(
  { config, resources, stores }: ProtocolSettings,
  current: CurrentProtocol,
  directory: ClientDirectory,
) {
  const provider = () => current.now.provider;
  const grantSeconds = config.lifetimes.grant / 1000;
  const requests = new DeviceRequests(provider, resources, grantSeconds);
  return {
    linking: new ProviderDeviceLinking(provider, stores.deviceCodes, requests),
    companions: new ProviderCompanionLinking(provider, requests, stores.clientStates),
    appSignIn: new ProviderAppSignIn(provider, stores, resources, grantSeconds),
    appAccess: new ProviderAppAccess(directory, stores.consents, resources, grantSeconds),
    appSignOut: new ProviderAppSignOut(provider),
    logoutTokens: new ProviderLogoutTokens(provider),
  };
}

function operatorsClients(
  settings: ProtocolSettings,
  current: CurrentProtocol,
  directory: ClientDirectory,
  stored: StoredClients,
): OperatorsClients {
  return {
    get all() {
      return directory.all;
    },
    get hidden() {
      return directory.hidden;
    },
    nameOf: (clientId) => directory.nameOf(clientId),
    linksOf: (clientId) => directory.linksOf(clientId),
    look: async () => {
      const errors = await stored.look();
      if (current.isOutdated) current.makeAnew();
      return errors;
    },
    prove: (clients) => proveClients({ ...settings, keys: current.keys, clients }),
  };
}

interface RegistrationParts {
  readonly settings: ProtocolSettings;
  readonly current: CurrentProtocol;
  readonly directory: ClientDirectory;
  readonly stored: StoredClients;
  /** milliseconds */
  readonly keptFor: number;
}

function registrationOf({ settings, current, directory, stored, keptFor }: RegistrationParts): Registration {
  const { config, product, stores } = settings;
  const registration = new ProviderRegistration({
    provider: () => current.now.provider,
    issuer: config.issuer,
    mode: config.registration.mode,
    store: stores.registeredClients,
    clientStates: stores.clientStates,
    keptFor,
    service: product,
    takenNames: async () => {
      await stored.look();
      return directory.all.flatMap(namesOf);
    },
  });
  return new PacedRegistration(registration, stores.limiter);
}

/** Of the tokens that clients get for themselves. */
function readersOf({ config: { issuer }, stores }: ProtocolSettings, directory: ClientDirectory) {
  const ownTokens = { issuer, records: stores.records, clientStates: stores.clientStates, directory };
  return {
    adminTokens: new ClientTokens({ ...ownTokens, resource: adminResource(issuer) }),
    receiverTokens: new ClientTokens({ ...ownTokens, resource: signalsResource(issuer) }),
  };
}
