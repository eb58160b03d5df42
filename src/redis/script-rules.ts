/** Which scripts may do what others may not. */
import type { ScriptName } from './script-keys.ts';

/**
 * These wait for no replica (REDIS_REPLICAS): what they write gives no access and ends none, or what is lost of it comes again by
 * itself. Every other change waits.
 */
export const MAY_BE_LOST = new Set<ScriptName>([
  // A device asks for another code. What approves or denies it waits, and with it all that was written before.
  'createDeviceCode',
  'writeDeviceCode',
  'claimUserCode',
  'reserveLiveCode',
  'pollDeviceCode',
  // A visitor's request to sign in that waits.
  'reserveSignIn',
  // That a token, a browser or a client was seen.
  'authorizeAndTouch',
  'presentAccessToken',
  'resumeSession',
  'keepClient',
  'letGoClient',
  'shareClient',
  // Counters that fall by themselves.
  'countApproval',
  'countAttempt',
  'countHour',
  'returnAttempt',
  'countShare',
  'returnShare',
  // How far mails and notices have come: they are sent once more under the same name.
  'settlePending',
  'markDelivered',
  'markNoticed',
  'beginMail',
  'mailedUpTo',
  'takeTurn',
  'keepTurn',
  'endTurn',
  'failTurn',
  'takeNotice',
  'endNotice',
  'failNotice',
]);

/**
 * These are run while memory is full, too: they take something away, or announce that. Each takes no more than what it ends,
 * or what there is of accounts and their bounded lists, so that they cannot fill what is full.
 */
export const WHILE_FULL = new Set<ScriptName>([
  'announceChange',
  'decideDeviceCode',
  'withdrawDeviceCode',
  'raiseGeneration',
  'endGrant',
  'endWaiting',
  'endLinkKey',
  'endSession',
  'endOtherSessions',
  'endTrust',
  'endConsent',
  'removeFactor',
  'removeVoiceCode',
  'dropRecovery',
  'signOutEverything',
  'changePassword',
  'changeStatus',
  'takeBack',
  'keepAccount',
  'closeAccount',
  'changeClientState',
  'removeOfClient',
]);
