/**
 * Which keys each script takes, by name and in its order: what stands behind `KEYS` in its contract, as a test holds. A
 * call names them, and the compiler sees whether one is missing.
 */

/** What ends everything of an account renames these to their snapshots. */
const ENDING = [
  'account',
  'activity',
  'grants',
  'browsers',
  'trusted',
  'grantsSnapshot',
  'browsersSnapshot',
  'trustedSnapshot',
  'consents',
  'notices',
] as const;
/** Counters of live codes. */
const PLACES = ['all', 'client', 'network', 'share'] as const;
/** One receiver of notices. */
const QUEUE = ['due', 'queued', 'bodies', 'counts', 'done'] as const;
const QUEUE_AND_DEAD = [...QUEUE, 'dead', 'deadBodies'] as const;
const TURNS = ['owed', 'dueCritical', 'dueNotify', 'dueRetry'] as const;

export const SCRIPTS = {
  // Device codes
  createDeviceCode: [...PLACES, 'userCode', 'deviceCode'],
  writeDeviceCode: ['deviceCode'],
  claimUserCode: [...PLACES, 'userCode'],
  readDeviceCode: ['deviceCode'],
  pollDeviceCode: ['deviceCode'],
  decideDeviceCode: ['deviceCode'],
  consumeDeviceCode: ['deviceCode'],
  withdrawDeviceCode: ['deviceCode'],
  reserveLiveCode: PLACES,
  recordEnteredCode: ['entered'],
  countApproval: ['approvals'],
  readApprovers: ['approvals'],
  // Grants and devices
  writeGrant: ['account', 'grants', 'ended'],
  activateGrant: ['account', 'grants', 'activity', 'linkKeys'],
  presentLinkKey: ['account', 'grants', 'ended', 'linkKeys'],
  authorizeAndTouch: ['account', 'grants', 'browsers'],
  readAuthority: ['account', 'grants', 'browsers'],
  writeAccessToken: ['accessToken'],
  presentAccessToken: ['account', 'grants', 'browsers', 'accessToken'],
  addRefreshToken: ['account', 'grants', 'accessToken'],
  raiseGeneration: ['account', 'grants'],
  endGrant: ['grants', 'ended', 'activity', 'notices'],
  endWaiting: ['grants', 'ended'],
  listDevices: ['account', 'grants'],
  listDevicePage: ['account', 'grants'],
  listWaiting: ['account', 'grants'],
  readLinkStates: ['account', 'grants', 'ended'],
  describeDevice: ['account', 'grants', 'profiles', 'activity'],
  writeProfile: ['account', 'profiles', 'activity'],
  removeProfile: ['account', 'profiles', 'ended', 'activity'],
  // Link keys
  makeLinkKey: ['account', 'linkKeys', 'activity'],
  readLinkKey: ['account', 'linkKeys'],
  listLinkKeys: ['account', 'linkKeys'],
  refuseLinkKey: ['account', 'linkKeys', 'activity'],
  endLinkKey: ['linkKeys', 'ended', 'activity'],
  // Accounts
  createAccount: ['account'],
  claimPointer: ['pointer'],
  releasePointer: ['pointer'],
  updateAccount: ['account', 'activity'],
  changePassword: ENDING,
  signOutEverything: ENDING,
  changeStatus: ENDING,
  changeRole: ['account', 'activity'],
  takeBack: [...ENDING, 'factors', 'voiceCode', 'voiceLimits', 'upstream'],
  askToClose: ['account', 'activity'],
  keepAccount: ['account', 'activity'],
  closeAccount: ['account', 'consents', 'notices'],
  eraseAccount: [
    'account',
    'activity',
    'grants',
    'browsers',
    'ended',
    'factors',
    'trusted',
    'voiceCode',
    'voiceTries',
    'profiles',
    'consents',
    'entered',
    'notices',
    'linkKeys',
    'voiceLimits',
    'voicePurchases',
    'upstream',
  ],
  // Ways in by other providers
  linkUpstream: ['account', 'upstream', 'activity'],
  unlinkUpstream: ['account', 'upstream', 'ended', 'activity', 'factors'],
  // Sessions
  insertSession: [
    'account',
    'browsers',
    'ended',
    'activity',
    'factors',
    'trusted',
    'consents',
    'notices',
    'upstream',
  ],
  updateSession: ['account', 'browsers'],
  resumeSession: ['account', 'browsers'],
  endSession: ['browsers', 'ended', 'activity', 'consents', 'notices'],
  endOtherSessions: ['account', 'browsers', 'ended', 'activity', 'consents', 'notices'],
  listSessions: ['account', 'browsers'],
  reserveSignIn: ['all', 'network'],
  // Factors
  addFactor: ['account', 'factors', 'trusted', 'activity'],
  renameFactor: ['account', 'factors'],
  removeFactor: ['account', 'factors', 'trusted', 'ended', 'activity'],
  removeFactors: ['account', 'factors', 'trusted', 'activity'],
  useFactor: ['account', 'factors', 'activity'],
  trustBrowser: ['account', 'trusted', 'activity', 'factors'],
  endTrust: ['trusted', 'ended', 'activity'],
  askRecovery: ['account', 'factors', 'activity'],
  remindRecovery: ['account', 'activity'],
  finishRecovery: [...ENDING, 'factors'],
  dropRecovery: ['account', 'activity'],
  // Voice codes
  setVoiceCode: ['account', 'voiceCode', 'activity'],
  removeVoiceCode: ['account', 'voiceCode', 'ended', 'activity'],
  unlockVoiceCode: ['account', 'voiceCode', 'activity'],
  tryVoiceCode: ['account', 'grants', 'voiceCode', 'voiceTries', 'activity'],
  setVoiceLimits: ['account', 'voiceLimits', 'activity'],
  buyByVoice: ['account', 'grants', 'voiceCode', 'voiceTries', 'activity', 'voiceLimits', 'voicePurchases'],
  // Apps
  readConsents: ['account', 'consents', 'grants'],
  writeConsent: ['account', 'consents', 'grants', 'activity'],
  beginAppGrant: ['account', 'consents', 'grants', 'browsers', 'ended', 'notices'],
  endConsent: ['consents', 'grants', 'ended', 'activity', 'notices'],
  queueNotice: QUEUE_AND_DEAD,
  takeNotice: QUEUE,
  endNotice: QUEUE,
  failNotice: QUEUE,
  deadLetterNotice: QUEUE_AND_DEAD,
  reviveNotices: QUEUE_AND_DEAD,
  settleNotices: QUEUE_AND_DEAD,
  noteTry: ['receivers'],
  switchReceiver: ['receivers'],
  writeSignalStream: ['streams'],
  readRelying: ['account', 'grants', 'consents'],
  // Clients that register themselves
  reserveClient: ['all', 'network', 'tokens'],
  releaseClient: ['all', 'network', 'tokens'],
  writeClient: ['client'],
  keepClient: ['all', 'owner'],
  letGoClient: ['all', 'owner'],
  shareClient: ['client'],
  addInitialToken: ['tokens'],
  // Events and mails about them
  recordEvent: ['activity'],
  announceChange: ['pending'],
  settlePending: ['pending'],
  readPendingEvents: ['account', 'activity'],
  markDelivered: ['account'],
  readUnnoticed: ['account', 'activity'],
  markNoticed: ['account'],
  readUnmailed: ['account', 'activity'],
  beginMail: ['account'],
  mailedUpTo: ['account'],
  oweMail: TURNS,
  takeTurn: [...TURNS, 'taken'],
  keepTurn: TURNS,
  endTurn: TURNS,
  failTurn: TURNS,
  recordCall: ['trail'],
  copyTrail: ['anew'],
  takeTrail: ['trail', 'anew'],
  countHour: ['stats'],
  // Limits, codes that are mailed, records
  countAttempt: ['attempts'],
  returnAttempt: ['attempts'],
  countShare: ['attempts'],
  returnShare: ['attempts'],
  writeCode: ['mailedCode'],
  spendTry: ['mailedCode'],
  writeRecord: ['record'],
  consumeRecord: ['record'],
  // Clients
  changeClientState: ['clientStates', 'clientEvents'],
  forgetClientStates: ['clientStates'],
  writeOperatorClient: ['clientStates', 'operatorClients', 'clientEvents'],
  removeOfClient: ['ofClients'],
  // Another master secret
  resealFields: ['fields'],
  renameConsent: ['consents', 'grants'],
  rewriteActivity: ['activity'],
  renameClientState: ['clientStates'],
  copyClient: ['client'],
  dropClient: ['client'],
  // Secrets of the installation
  readSecret: ['secret'],
  replaceSecret: ['secret'],
} as const satisfies Record<string, readonly [string, ...string[]]>;

export type ScriptName = keyof typeof SCRIPTS;
/** What reads does not write: Redis runs a script of such a name as one that may not (EVALSHA_RO). */
export type ReaderName = Extract<ScriptName, `read${string}` | `list${string}` | `find${string}`>;
/** These only note that a token or a browser was seen. Sent twice, they note it once, and so need no operation id. */
export type TouchName = 'authorizeAndTouch' | 'presentAccessToken' | 'resumeSession';
/** These answer several calls at once, so that what comes within one turn of the event loop leaves as one: see `GatheredCalls`. */
export type GatheredName = 'createDeviceCode' | 'pollDeviceCode' | 'presentAccessToken';
export type ChangeName = Exclude<ScriptName, ReaderName | TouchName>;

type KeyName<N extends ScriptName> = (typeof SCRIPTS)[N][number];
/** The keys of a script by name; what else a caller's object names is left alone. */
export type ScriptKeys<N extends ScriptName> = Readonly<Record<KeyName<N>, string>>;
