import type { LogoutBody } from '../apps/logout-receiver.ts';
import type { LiveCodeCaps, OnPoll } from '../devices/device-code-store.ts';
import type { EventKind } from '../events/event.ts';
import { MAX_BROWSERS, MAX_DEVICES } from '../limits/list-bounds.ts';
import type { SignalBody } from '../signals/signal-body.ts';
import type { WebhookBody } from '../webhooks/webhook-receiver.ts';
import { RedisAccessTokens } from './access-tokens.ts';
import { RedisAccountIds } from './account-ids.ts';
import { RedisAccountIndex } from './account-index.ts';
import { RedisAccounts } from './accounts.ts';
import { RedisActingNames } from './acting-names.ts';
import { RedisActivity } from './activity.ts';
import { RedisAlerts } from './alerts.ts';
import { RedisAppEnds } from './app-ends.ts';
import { RedisApprovals } from './approvals.ts';
import { RedisAttempts } from './attempts.ts';
import { RedisAuditTrail } from './audit-trail.ts';
import { RedisBackupRecords } from './backup-records.ts';
import { RedisClientEvents } from './client-events.ts';
import { RedisClientStates } from './client-states.ts';
import { RedisClosings } from './closings.ts';
import type { RedisConnection } from './connection.ts';
import { RedisConsents } from './consents.ts';
import { RedisDeviceCodes } from './device-codes.ts';
import { RedisDeviceIndex } from './device-index.ts';
import { RedisEnteredCodes } from './entered-codes.ts';
import { RedisFactors } from './factors.ts';
import { RedisGrants } from './grants.ts';
import { RedisHourlyFigures } from './hourly-figures.ts';
import { RedisHousehold } from './household.ts';
import { RedisInitialTokens } from './initial-tokens.ts';
import { InstallationSecrets } from './installation-secrets.ts';
import type { Keyring } from './keyring.ts';
import { Keyspace } from './keyspace.ts';
import { RedisLinkKeys } from './link-keys.ts';
import { RedisLinkedDevices } from './linked-devices.ts';
import { RedisMailedCodes } from './mailed-codes.ts';
import { RedisNoticeQueues } from './notice-queues.ts';
import { RedisNoticedEvents } from './noticed-events.ts';
import { RedisOperatorClients } from './operator-clients.ts';
import { RedisOperators } from './operators.ts';
import { RedisOwedMails } from './owed-mails.ts';
import { RedisReceiverStates } from './receiver-states.ts';
import { Records } from './records.ts';
import { RedisRecoveries } from './recoveries.ts';
import { KeyringTokenSeals } from './refresh-token-seals.ts';
import { type ClientCaps, RedisRegisteredClients } from './registered-clients.ts';
import { RedisRelyingClients } from './relying-clients.ts';
import { RedisRunningServers } from './running-servers.ts';
import { type OnCommand, Scripts } from './scripts.ts';
import { RedisSecretRecords } from './secret-records.ts';
import { RedisSecretUses } from './secret-uses.ts';
import { RedisSessions } from './sessions.ts';
import { RedisSignalStreams } from './signal-streams.ts';
import { RedisSnapshots } from './snapshots.ts';
import { StoreFormat } from './store-format.ts';
import { StoreProbe } from './store-probe.ts';
import { RedisTakeBacks } from './take-backs.ts';
import { RedisTrustedBrowsers } from './trusted-browsers.ts';
import { RedisUpstreamLinks } from './upstream-links.ts';
import { RedisUpstreamSessions } from './upstream-sessions.ts';
import { RedisUsedTickets } from './used-tickets.ts';
import { RedisVoiceCodes } from './voice-codes.ts';
import { RedisVoicePurchases } from './voice-purchases.ts';
import { RedisWaitingLinks } from './waiting-links.ts';
import { RedisWaitingSignIns, type WaitingCaps } from './waiting-sign-ins.ts';

interface StoreOptions {
  prefix: string;
  liveCodes: LiveCodeCaps;
  /** Where no app's request is taken, nothing is said of them. */
  waitingSignIns?: WaitingCaps;
  /** Where no client registers itself, nothing is said of them. */
  registeredClients?: ClientCaps;
  /** Browsers that may be signed in to one account at once. */
  maxBrowsers?: number;
  /** Devices that may be linked to one account at once. */
  maxDevices?: number;
  /** Whether receivers have to hear of such an event; without it of none. */
  isNoticed?: (kind: EventKind) => boolean;
  /** Whether there are receivers of webhooks. */
  isHeard?: boolean;
  /** Of another version: see `StoreFormat`. */
  newestFormat?: number;
  onCommand?: OnCommand;
  onPoll?: OnPoll;
}

/** What a receiver has not taken. */
const DEAD_LETTERS_MS = 30 * 86_400_000;
const MANY: WaitingCaps = { all: 1_000_000, network: 1_000_000 };

export type Stores = ReturnType<typeof createStores>;

/** Every store of this folder, on one connection. */
export function createStores(connection: RedisConnection, keyring: Keyring, options: StoreOptions) {
  const base = baseOf(connection, keyring, options);
  const { context, ...shared } = base;
  const stores = {
    ...shared,
    clientStates: context.clientStates,
    accountIds: new RedisAccountIds(context),
    ...ownerStores(base),
    ...deviceStores(base, options),
    ...appStores(base, options),
    ...clientStores(base, options),
    ...alertStores(base),
    ...signalStores(base),
    ...limitStores(base),
    ...operationStores(base, options),
  };
  return {
    ...stores,
    backupRecords: new RedisBackupRecords(context, stores.accountIds),
    secretRecords: new RedisSecretRecords(context, stores),
  };
}

/** What several stores stand on. */
function baseOf(connection: RedisConnection, keyring: Keyring, options: StoreOptions) {
  const { prefix, maxBrowsers = MAX_BROWSERS, onCommand } = options;
  const keyspace = new Keyspace(prefix);
  const store = { scripts: new Scripts(connection, keyspace, onCommand), keyspace, keyring };
  const clientEvents = new RedisClientEvents(store, options.isHeard);
  const context = { ...store, clientStates: new RedisClientStates(store, clientEvents) };
  const records = new Records(context);
  const activity = new RedisActivity(context, options.isNoticed, options.isHeard);
  const browsers = new RedisSessions(context, records, activity, maxBrowsers);
  const accounts = new RedisAccounts(context, activity, browsers);
  const upstreamLinks = new RedisUpstreamLinks(context, activity);
  return { context, clientEvents, records, activity, browsers, accounts, upstreamLinks };
}

type Base = ReturnType<typeof baseOf>;

const ownerStores = ({ context, records, activity, browsers, accounts, upstreamLinks }: Base) => ({
  accountIndex: new RedisAccountIndex(context),
  closings: new RedisClosings({ ...context, activity, accounts }, upstreamLinks),
  factors: new RedisFactors(context, activity),
  recoveries: new RedisRecoveries(context, activity, browsers),
  trustedBrowsers: new RedisTrustedBrowsers(context, activity),
  upstreamSessions: new RedisUpstreamSessions(context, records),
  usedTickets: new RedisUsedTickets(records),
  takeBacks: new RedisTakeBacks({ ...context, activity, accounts }),
  ended: new RedisSnapshots(context),
});

function deviceStores({ context, activity }: Base, options: StoreOptions) {
  const deviceCodes = new RedisDeviceCodes(context, options.liveCodes, options.onPoll);
  const grants = new RedisGrants(context, activity, options.maxDevices ?? MAX_DEVICES);
  return {
    deviceCodes,
    grants,
    accessTokens: new RedisAccessTokens(context, grants),
    refreshTokenSeals: new KeyringTokenSeals(context.keyring),
    enteredCodes: new RedisEnteredCodes(context, deviceCodes),
    linkKeys: new RedisLinkKeys(context, activity),
    linkedDevices: new RedisLinkedDevices(context, activity),
    waitingLinks: new RedisWaitingLinks(context),
    deviceIndex: new RedisDeviceIndex(context),
    household: new RedisHousehold(context, activity),
    voiceCodes: new RedisVoiceCodes(context, activity),
    voicePurchases: new RedisVoicePurchases(context, activity),
  };
}

const appStores = ({ context, activity }: Base, { waitingSignIns = MANY }: StoreOptions) => ({
  consents: new RedisConsents(context, activity),
  appEnds: new RedisAppEnds(context),
  waitingSignIns: new RedisWaitingSignIns(context, waitingSignIns),
  initialTokens: new RedisInitialTokens(context),
});

const clientStores = ({ context, clientEvents }: Base, { registeredClients = MANY }: StoreOptions) => ({
  registeredClients: new RedisRegisteredClients(context, registeredClients),
  operatorClients: new RedisOperatorClients(context, clientEvents),
  secretUses: new RedisSecretUses(context),
});

/** Telling owners, apps and receivers of webhooks. */
const alertStores = ({ context, activity, accounts }: Base) => ({
  alerts: new RedisAlerts(context, activity),
  owedMails: new RedisOwedMails(context),
  noticeQueues: new RedisNoticeQueues<LogoutBody>(context),
  noticedEvents: new RedisNoticedEvents({ ...context, activity, accounts }),
  webhookQueues: new RedisNoticeQueues<WebhookBody>(context, DEAD_LETTERS_MS),
  receiverStates: new RedisReceiverStates(context, context.keyspace.receivers),
});

/** Of streams of security events. */
const signalStores = ({ context }: Base) => ({
  signalStates: new RedisReceiverStates(context, context.keyspace.signalReceivers),
  signalStreams: new RedisSignalStreams(context),
  relyingClients: new RedisRelyingClients(context),
  signalQueues: new RedisNoticeQueues<SignalBody>(context, DEAD_LETTERS_MS),
});

const limitStores = ({ context }: Base) => ({
  approvals: new RedisApprovals(context),
  attempts: new RedisAttempts(context),
  mailedCodes: new RedisMailedCodes(context),
});

const operationStores = ({ context, activity }: Base, { newestFormat }: StoreOptions) => ({
  format: new StoreFormat(context, newestFormat),
  auditTrail: new RedisAuditTrail(context),
  hourlyFigures: new RedisHourlyFigures(context),
  runningServers: new RedisRunningServers(context),
  actingNames: new RedisActingNames(context),
  operators: new RedisOperators(context, activity),
  installationSecrets: new InstallationSecrets(context),
  probe: new StoreProbe(context),
});
