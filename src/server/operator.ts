/**
 * The composition root of the operator's tool: the stores of a server that is there already, and the mail. Nothing is
 * served, and nothing of an installation is made that no server has made.
 */
import type { Logger } from 'pino';
import type { AccountId } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import { Invitations } from '../accounts/invitations.ts';
import type { AccountIds } from '../accounts/sign-out-everyone.ts';
import { Access } from '../admin/access.ts';
import { AccountActs } from '../admin/account-acts.ts';
import type { AuditTrail } from '../admin/audit-trail.ts';
import { ClientDevices } from '../admin/client-devices.ts';
import { IndexCheck } from '../admin/index-check.ts';
import { LettingIn } from '../admin/letting-in.ts';
import { ManagedAccounts } from '../admin/managed-accounts.ts';
import { Operators } from '../admin/operators.ts';
import { RebuildIndex } from '../admin/rebuild-index.ts';
import { ReplayEnds } from '../admin/replay-ends.ts';
import { Upgrades } from '../admin/upgrades.ts';
import { InitialTokens } from '../apps/initial-tokens.ts';
import type { RegistrationMode } from '../apps/registered-clients.ts';
import type { BackupExamination } from '../audit/backup-records.ts';
import type { HourlyFigureStore } from '../audit/hourly-figures.ts';
import type { RunningServerStore } from '../audit/running-servers.ts';
import type { SecretRecords } from '../audit/secret-records.ts';
import { namesInLog, SecurityLog } from '../audit/security-log.ts';
import type { Service } from '../brand/brand.ts';
import { readBrand } from '../brand/read-brand.ts';
import type { Config } from '../config/config.ts';
import type { Secret } from '../config/secret.ts';
import { describeAddress } from '../config/store-address.ts';
import { OperatorError } from '../errors/operator-error.ts';
import type { ActivityStore } from '../events/event-store.ts';
import { Limiter } from '../limits/limiter.ts';
import type { Mail } from '../mail/mail.ts';
import type { KeyRotation } from '../oidc/key-rotation.ts';
import { connectRedis } from '../redis/connection.ts';
import { Keyring } from '../redis/keyring.ts';
import { untilStoreServes } from '../redis/store-wait.ts';
import { createStores, type Stores } from '../redis/stores.ts';
import type { SupervisedStreams } from '../signals/supervised-streams.ts';
import type { ManagedReceivers } from '../webhooks/managed-receivers.ts';
import { Languages } from '../words/languages.ts';
import { serviceOf } from './accounts.ts';
import { addressesInStore, type CalledAddress } from './called-addresses.ts';
import { type ClientAdmin, clientAdmin, provingAlone } from './client-admin.ts';
import { heardBy, readWebhooks, receiversOf } from './notices.ts';
import { appsOf } from './operator-apps.ts';
import { operatorMail } from './operator-mail.ts';
import { supervisedStreams } from './signal-notices.ts';
import { keyRotationOf } from './signing-keys.ts';

export interface AdminService extends ClientAdmin {
  readonly service: Service;
  readonly accounts: AccountStore;
  readonly accountIds: AccountIds;
  readonly managed: ManagedAccounts;
  readonly acts: AccountActs;
  readonly access: Access;
  readonly clientDevices: ClientDevices;
  readonly rebuildIndex: RebuildIndex;
  readonly indexCheck: IndexCheck;
  readonly upgrades: Upgrades;
  readonly runningServers: Pick<RunningServerStore, 'all'>;
  readonly operators: Operators;
  readonly activity: Pick<ActivityStore, 'list'>;
  readonly trail: Pick<AuditTrail, 'list'>;
  readonly lettingIn: LettingIn;
  readonly initialTokens: InitialTokens;
  readonly registration: RegistrationMode;
  /** @throws OperatorError naming every error of the webhooks file */
  readonly receivers: () => Promise<ManagedReceivers>;
  readonly streams: SupervisedStreams;
  readonly keys: KeyRotation;
  /** What servers call by themselves, as far as it is kept in the store. */
  readonly calledAddresses: () => Promise<CalledAddress[]>;
  readonly secrets: SecretRecords;
  readonly backup: BackupExamination;
  readonly replayEnds: ReplayEnds;
  readonly hourlyFigures: Pick<HourlyFigureStore, 'read'>;
  /** Writes the line that says who did what to whom; ids are hashed as in the server's log. */
  audit(act: OperatorCommand): void;
  /** `false` when the mail could not be handed over. */
  send(mail: Mail): Promise<boolean>;
  close(): Promise<void>;
}

/** What of an account, or which client, it was done to. */
export interface ActTarget {
  readonly client?: string | undefined;
  readonly device?: string | undefined;
  readonly factor?: string | undefined;
  /** Its uid, the account's part included. */
  readonly browser?: string | undefined;
  readonly app?: string | undefined;
}

interface OperatorCommand extends ActTarget {
  readonly command: string;
  /** The system's user. */
  readonly operator: string;
  /** Whose account; `undefined` for one that is not there yet, and for all of them. */
  readonly account?: AccountId | undefined;
  readonly outcome: string;
}

/** No server has ever started on this store, or not under this prefix. */
export class NoInstallation extends OperatorError {}

/** How long a lost connection may take to come back: the operator sits and waits. */
const TIMEOUT = 2000;
/** Milliseconds to wait for a store that does not serve yet, at most: a server waits longer. */
const MAX_WAIT = 10_000;

/**
 * @param config with `redisUrl` set
 * @throws NoInstallation, SealedWithAnotherSecret, StoreAbsent, StoreUnavailable
 */
export async function openAdminService(
  config: Config & { readonly redisUrl: string },
  master: Secret<readonly string[]>,
  log: Logger,
): Promise<AdminService> {
  const brand = await readBrand(config.brandDir);
  const connection = connectRedis({
    url: config.redisUrl,
    access: config.redisAccess,
    commandTimeout: config.redisTimeout,
    replicas: config.redisReplicas,
    timeout: TIMEOUT,
  });
  try {
    const keyring = new Keyring(master.reveal());
    const { redisPrefix: prefix, liveCodes, registration: registeredClients } = config;
    const stores = createStores(connection, keyring, {
      ...{ prefix, liveCodes, registeredClients },
      ...heardBy(config),
    });
    const wait = {
      longest: Math.min(config.redisWait, MAX_WAIT),
      onWaiting: (reason: string) =>
        log.warn({ store: describeAddress(config.redisUrl), reason }, 'waiting for Redis'),
    };
    await untilStoreServes(connection, wait, async () => {
      await stores.format.require();
      await findInstallation(stores.installationSecrets);
    });
    const languages = new Languages(config.languages, config.defaultLanguage);
    const service = serviceOf({ config, brand, languages });
    const { send, close } = operatorMail(config, service, log);
    return {
      ...adminOver({ config, log, keyring, stores, service }),
      send,
      close: async () => {
        await close();
        await connection.close();
      },
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

interface Parts {
  readonly config: Config;
  readonly log: Logger;
  readonly keyring: Keyring;
  readonly stores: Stores;
  readonly service: Service;
}

function adminOver({ config, log, keyring, stores, service }: Parts): Omit<AdminService, 'send' | 'close'> {
  const clientParts = clientAdmin({
    stores,
    config,
    log,
    prove: provingAlone(stores, config, service.product),
  });
  const keys = keyRotationOf(stores, config);
  const acts = new AccountActs({ ...stores, limiter: new Limiter(stores.attempts, config.limits), service });
  return {
    ...storesShown(stores),
    service,
    managed: new ManagedAccounts(stores),
    acts,
    access: new Access({ ...stores, apps: appsOf(config, stores) }),
    clientDevices: new ClientDevices({ ...stores, dormantAfter: config.dormantAfter, now: Date.now }),
    rebuildIndex: new RebuildIndex(stores),
    indexCheck: new IndexCheck(stores),
    upgrades: new Upgrades(stores),
    operators: new Operators(stores),
    lettingIn: new LettingIn({
      ...{ accounts: stores.accounts, invitations: new Invitations(stores.records) },
      ...{ service, signUp: config.signUp },
    }),
    initialTokens: new InitialTokens(stores.initialTokens),
    ...clientParts,
    registration: config.registration.mode,
    streams: supervisedStreams({ stores }),
    receivers: async () => receiversOf({ config, stores, webhooks: await readWebhooks(config) }),
    keys,
    calledAddresses: () => addressesInStore(config, stores),
    replayEnds: new ReplayEnds({
      ...stores,
      ...{ acts, keys, clients: clientParts.clients },
      hashesOf: (kind, id) => namesInLog(keyring, kind, id),
    }),
    audit: auditTo(log, new SecurityLog(log, keyring)),
  };
}

const storesShown = (stores: Stores) => ({
  accounts: stores.accounts,
  accountIds: stores.accountIds,
  runningServers: stores.runningServers,
  activity: stores.activity,
  trail: stores.auditTrail,
  backup: stores.backupRecords,
  hourlyFigures: stores.hourlyFigures,
  secrets: stores.secretRecords,
});

const auditTo =
  (log: Logger, security: SecurityLog): AdminService['audit'] =>
  ({ account, device, factor, browser, app, ...act }) => {
    const hashes = security.hashesIn({ account, device, factor, browser, app });
    log.info({ event: 'operator-acted', ...act, ...hashes }, 'security');
  };

/** Opening what a server has sealed shows that this is its secret, too: under another no account would be found. */
async function findInstallation(secrets: Stores['installationSecrets']): Promise<void> {
  if (!(await secrets.exist('pepper'))) {
    throw new NoInstallation(
      'No Latchkey has been started on this Redis: check REDIS_URL and REDIS_PREFIX, or start it.',
    );
  }
  await secrets.readOrMake('pepper', async () => '');
}
