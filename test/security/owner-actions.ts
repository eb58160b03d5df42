/**
 * Every address that owners post to, and why a thief with a copy of their session cookie gains nothing lasting there:
 * either it asks for a fresh proof of who the owner is, or what it does is harmless, for the reason given.
 */
import type { ProvedAction } from '../../src/config/proof-ages.ts';

/** How the page that asks for the proof begins: what the owner is about to do, and nothing else. */
export const SENTENCES: Readonly<Record<ProvedAction, string>> = {
  'link-device': 'Before a device is linked to your account',
  'make-link-key': 'Before a key is made that links devices to your account',
  'allow-offline-access': 'Before an app may stay signed in while you are not using it',
  'change-password': 'Before your password can be changed',
  'change-email': 'Before your email can be changed',
  'change-factors': 'Before your two-step verification can be changed',
  'change-alerts': 'Before what you are told of can be changed',
  'change-voice-code': 'Before your voice code or what may be bought by voice can be changed',
  'change-upstream': 'Before another way to sign in is changed',
  'view-backup-codes': 'Before new backup codes are made',
  'sign-out-browsers': 'Before another browser is signed out',
  'sign-out-everything': 'Before everything is signed out',
  'download-data': 'Before your data can be downloaded',
  'close-account': 'Before your account can be closed',
  administer: 'Before you administer this server',
};

interface AsksForProof {
  /** One for each thing that the form may be about. */
  readonly before: readonly ProvedAction[];
}

const proof = (...before: ProvedAction[]): AsksForProof => ({ before });

/** Before what it asks for a fresh proof, or why none is needed. */
export const OWNER_ACTIONS: Readonly<Record<string, AsksForProof | string>> = {
  '/device/confirm': proof('link-device'),
  '/interaction/:uid': proof('allow-offline-access', 'link-device'),
  '/account/keys/new': proof('make-link-key'),
  '/account/data/close': proof('close-account'),
  '/account/data/download': proof('download-data'),
  '/account/browsers/others/end': proof('sign-out-browsers'),
  '/account/browsers/:id/end': proof('sign-out-browsers'),
  '/account/settings/email': proof('change-email'),
  '/account/security/password': proof('change-password'),
  '/account/security/two-step/app': proof('change-factors'),
  '/account/security/two-step/codes': proof('view-backup-codes'),
  '/account/security/two-step/factor/:id/remove': proof('change-factors'),
  '/account/security/two-step/factor/:id/rename': proof('change-factors'),
  '/account/security/two-step/passkey': proof('change-factors'),
  '/account/security/two-step/phone': proof('change-factors'),
  '/account/security/two-step/phone/confirm': proof('change-factors'),
  '/account/security/voice-code': proof('change-voice-code'),
  '/account/security/voice-code/limits': proof('change-voice-code'),
  '/account/security/voice-code/remove': proof('change-voice-code'),
  '/account/security/voice-code/unlock': proof('change-voice-code'),
  '/account/security/upstream/:id/link': proof('change-upstream'),
  '/account/security/upstream/:id/found': proof('change-upstream'),
  '/account/security/upstream/:id/unlink': proof('change-upstream'),
  '/account/security/compromised': proof('sign-out-everything'),
  '/account/notifications': proof('change-alerts'),
  '/account/notifications/each': proof('change-alerts'),

  '/account/prove': 'is where the proof is given',
  '/account/prove/upstream/:id': 'is where the proof is given',
  '/account/prove/second': 'is where the proof is given',
  '/account/settings/email/code':
    'needs what only a fresh proof begins, and the code from the mail to the new address',
  '/account/settings/email/resend': 'needs what only a fresh proof begins',
  '/account/security/password/code':
    'needs what only a fresh proof begins, and the code from the owner’s mail',
  '/account/security/password/new': 'needs what only a fresh proof and the code from the owner’s mail begin',
  '/account/security/password/resend': 'needs what only a fresh proof begins, and mails the owner',
  '/account/security/two-step/codes/download': 'gives a file of what a page has shown after a fresh proof',

  '/account/apps/:app': 'takes away only',
  '/account/apps/:app/remove': 'takes away only',
  '/account/devices/:id/remove': 'takes away only, and the owner is told',
  '/account/keys/:id/end': 'takes away only, and the owner is told',
  '/account/security/two-step/trusted/end': 'takes away only',
  '/device/waiting/remove': 'takes away only, and the owner is told where a device had come',
  '/sign-out': 'takes away only: the thief’s own session',
  '/sign-out/app/decide': 'takes away only: the thief’s own session',
  '/account/data/keep': 'keeps what there is; the owner is told, and may ask for closing again',
  '/account/devices/:id/member': 'says who of the household uses a device, which opens nothing',
  '/account/devices/:id/rename': 'gives a device another name, which opens nothing',
  '/account/household': 'adds a name that opens nothing',
  '/account/household/:id/remove': 'takes a name away that opens nothing',
  '/account/household/:id/rename': 'changes a name that opens nothing',
  '/account/settings/name': 'changes a name that opens nothing',
  '/account/settings/time-zone':
    'changes how times are written, and when a day begins: never twice (test/redis/contract/voice-purchases)',
  '/language': 'changes the language of pages and mails',
  '/device': 'shows what a device says of itself; linking it is /device/confirm',

  '/forgot-password': 'mails the owner, as for anybody who knows the address',
  '/forgot-password/new': 'needs the link from the owner’s mail',
  '/not-me/:ticket': 'needs the link from the owner’s mail, and takes away only',
  '/sign-in': 'is a way in: it asks for the password itself',
  '/sign-in/confirm': 'is a way in: it asks for the code from the owner’s mail',
  '/sign-in/passkey': 'is a way in: it asks for the passkey itself',
  '/sign-in/upstream/:id/mail': 'is a way in: the code goes to the mailbox of the account',
  '/sign-in/upstream/:id/code': 'is a way in: the code and the second step are asked for',
  '/sign-in/upstream/:id/new': 'is about another account',
  '/sign-in/upstream/:id': 'is a way in: the provider asks who it is',
  '/sign-in/second-step': 'is a way in: it comes after the password, and asks for the second step',
  '/sign-in/second-step/text': 'is a way in: it comes after the password',
  '/sign-in/second-step/recovery': 'is a way in: it comes after the password',
  '/sign-in/second-step/recovery/code': 'is a way in: it comes after the password',
  '/sign-in/second-step/recovery/remove':
    'is a way in: it comes after the password and a code from the owner’s mail, and waits',
  '/sign-up': 'is about another account',
  '/sign-up/confirm': 'is about another account',
  '/sign-up/resend': 'is about another account',
};
