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

export interface Stores {
  accessTokens: RedisAccessTokens;
  accounts: RedisAccounts;
  accountIds: RedisAccountIds;
  accountIndex: RedisAccountIndex;
  deviceIndex: RedisDeviceIndex;
  auditTrail: RedisAuditTrail;
  format: StoreFormat;
  hourlyFigures: RedisHourlyFigures;
  runningServers: RedisRunningServers;
  actingNames: RedisActingNames;
  backupRecords: RedisBackupRecords;
  browsers: RedisSessions;
  activity: RedisActivity;
  factors: RedisFactors;
  recoveries: RedisRecoveries;
  trustedBrowsers: RedisTrustedBrowsers;
  upstreamLinks: RedisUpstreamLinks;
  upstreamSessions: RedisUpstreamSessions;
  voiceCodes: RedisVoiceCodes;
  voicePurchases: RedisVoicePurchases;
  alerts: RedisAlerts;
  owedMails: RedisOwedMails;
  appEnds: RedisAppEnds;
  noticeQueues: RedisNoticeQueues<LogoutBody>;
  noticedEvents: RedisNoticedEvents;
  webhookQueues: RedisNoticeQueues<WebhookBody>;
  receiverStates: RedisReceiverStates;
  /** Of streams of security events. */
  signalStates: RedisReceiverStates;
  signalStreams: RedisSignalStreams;
  relyingClients: RedisRelyingClients;
  signalQueues: RedisNoticeQueues<SignalBody>;
  approvals: RedisApprovals;
  closings: RedisClosings;
  usedTickets: RedisUsedTickets;
  attempts: RedisAttempts;
  mailedCodes: RedisMailedCodes;
  deviceCodes: RedisDeviceCodes;
  enteredCodes: RedisEnteredCodes;
  takeBacks: RedisTakeBacks;
  grants: RedisGrants;
  linkKeys: RedisLinkKeys;
  linkedDevices: RedisLinkedDevices;
  waitingLinks: RedisWaitingLinks;
  household: RedisHousehold;
  consents: RedisConsents;
  ended: RedisSnapshots;
  records: Records;
  refreshTokenSeals: KeyringTokenSeals;
  waitingSignIns: RedisWaitingSignIns;
  clientEvents: RedisClientEvents;
  clientStates: RedisClientStates;
  registeredClients: RedisRegisteredClients;
  operatorClients: RedisOperatorClients;
  operators: RedisOperators;
  initialTokens: RedisInitialTokens;
  secretUses: RedisSecretUses;
  secretRecords: RedisSecretRecords;
  installationSecrets: InstallationSecrets;
  probe: StoreProbe;
}

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

/** Every store of this folder, on one connection. */
export function createStores(connection: RedisConnection, keyring: Keyring, options: StoreOptions): Stores {
  const { prefix, liveCodes, waitingSignIns = MANY, maxBrowsers = MAX_BROWSERS, onCommand } = options;
  const keyspace = new Keyspace(prefix);
  const store = { scripts: new Scripts(connection, keyspace, onCommand), keyspace, keyring };
  const clientEvents = new RedisClientEvents(store, options.isHeard);
  const clientStates = new RedisClientStates(store, clientEvents);
  const context = { ...store, clientStates };
  const records = new Records(context);
  const activity = new RedisActivity(context, options.isNoticed, options.isHeard);
  const browsers = new RedisSessions(context, records, activity, maxBrowsers);
  const accounts = new RedisAccounts(context, activity, browsers);
  const deviceCodes = new RedisDeviceCodes(context, liveCodes, options.onPoll);
  const grants = new RedisGrants(context, activity, options.maxDevices ?? MAX_DEVICES);
  const clients = {
    registeredClients: new RedisRegisteredClients(context, options.registeredClients ?? MANY),
    operatorClients: new RedisOperatorClients(context, clientEvents),
    secretUses: new RedisSecretUses(context),
  };
  const accountIds = new RedisAccountIds(context);
  const signalStreams = new RedisSignalStreams(context);
  const deviceIndex = new RedisDeviceIndex(context);
  const upstreamLinks = new RedisUpstreamLinks(context, activity);
  return {
    accessTokens: new RedisAccessTokens(context, grants),
    accounts,
    accountIds,
    accountIndex: new RedisAccountIndex(context),
    deviceIndex,
    auditTrail: new RedisAuditTrail(context),
    format: new StoreFormat(context, options.newestFormat),
    hourlyFigures: new RedisHourlyFigures(context),
    runningServers: new RedisRunningServers(context),
    actingNames: new RedisActingNames(context),
    backupRecords: new RedisBackupRecords(context, accountIds),
    closings: new RedisClosings({ ...context, activity, accounts }, upstreamLinks),
    browsers,
    activity,
    factors: new RedisFactors(context, activity),
    recoveries: new RedisRecoveries(context, activity, browsers),
    trustedBrowsers: new RedisTrustedBrowsers(context, activity),
    upstreamLinks,
    upstreamSessions: new RedisUpstreamSessions(context, records),
    voiceCodes: new RedisVoiceCodes(context, activity),
    voicePurchases: new RedisVoicePurchases(context, activity),
    alerts: new RedisAlerts(context, activity),
    owedMails: new RedisOwedMails(context),
    appEnds: new RedisAppEnds(context),
    noticeQueues: new RedisNoticeQueues(context),
    noticedEvents: new RedisNoticedEvents({ ...context, activity, accounts }),
    webhookQueues: new RedisNoticeQueues(context, DEAD_LETTERS_MS),
    receiverStates: new RedisReceiverStates(context, keyspace.receivers),
    signalStates: new RedisReceiverStates(context, keyspace.signalReceivers),
    signalStreams,
    relyingClients: new RedisRelyingClients(context),
    signalQueues: new RedisNoticeQueues(context, DEAD_LETTERS_MS),
    approvals: new RedisApprovals(context),
    usedTickets: new RedisUsedTickets(records),
    attempts: new RedisAttempts(context),
    mailedCodes: new RedisMailedCodes(context),
    deviceCodes,
    enteredCodes: new RedisEnteredCodes(context, deviceCodes),
    takeBacks: new RedisTakeBacks({ ...context, activity, accounts }),
    grants,
    linkKeys: new RedisLinkKeys(context, activity),
    linkedDevices: new RedisLinkedDevices(context, activity),
    waitingLinks: new RedisWaitingLinks(context),
    household: new RedisHousehold(context, activity),
    consents: new RedisConsents(context, activity),
    ended: new RedisSnapshots(context),
    records,
    refreshTokenSeals: new KeyringTokenSeals(keyring),
    waitingSignIns: new RedisWaitingSignIns(context, waitingSignIns),
    clientEvents,
    clientStates,
    operators: new RedisOperators(context, activity),
    ...clients,
    secretRecords: new RedisSecretRecords(context, {
      ...clients,
      signalStreams,
      accounts,
      accountIds,
      deviceIndex,
      upstreamLinks,
    }),
    initialTokens: new RedisInitialTokens(context),
    installationSecrets: new InstallationSecrets(context),
    probe: new StoreProbe(context),
  };
}
