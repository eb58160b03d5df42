/** What a thief does in an account, step by step: the pieces of `dispute-events.ts`. */

import { Closing } from '../../src/account-changes/closing.ts';
import { readConfig } from '../../src/config/config.ts';
import { LinkKeys } from '../../src/devices/link-keys.ts';
import { LinkedDevices } from '../../src/devices/linked-devices.ts';
import { Household } from '../../src/household/household.ts';
import { RecoverySweep } from '../../src/sessions/recovery-sweep.ts';
import { VoiceCode } from '../../src/voice-code/voice-code.ts';
import { TestApp } from '../support/app.ts';
import { KeyedMachine } from '../support/link-key-owner.ts';
import { tokensOf } from '../support/linked-device.ts';
import { StoredState } from '../support/stored-state.ts';
import type { DisputeWorld, Victim } from './dispute-world.ts';

export type Make = (world: DisputeWorld, victim: Victim) => Promise<unknown>;

export const HOUR = 3_600_000;

export const closing = (world: DisputeWorld) => new Closing(world.server.stores.closings);
export const household = (world: DisputeWorld) =>
  new Household(world.server.stores.household, (name) => name);
export const voiceCode = (world: DisputeWorld) =>
  new VoiceCode(world.server.stores.voiceCodes, readConfig({}).config.voiceCode);
export const devices = ({ server: { stores } }: DisputeWorld) =>
  new LinkedDevices(stores.linkedDevices, stores.grants);

export const firstDevice = async (world: DisputeWorld, { thief }: Victim) => {
  const [device] = await devices(world).list(thief);
  if (!device) throw new Error('there is no device');
  return device;
};

export const addMember: Make = async (world, { thief, place }) => {
  await household(world).add(thief, 'Grandma', place);
};
export const firstMember = async (world: DisputeWorld, { accountId }: Victim) => {
  const [member] = await world.server.stores.household.list(accountId);
  if (!member) throw new Error('there is no member');
  return member;
};

/** The thief's request to remove the second step. */
export const askRecovery: Make = async (world, victim) => {
  await world.addApp(victim);
  const pending = await world.services.secondStep.find(await world.firstStep(victim));
  if (pending) await world.services.recovery.ask(pending, world.visit(victim.network));
  return pending;
};

export async function remind(world: DisputeWorld, victim: Victim, hours: number): Promise<void> {
  await askRecovery(world, victim);
  const { stores } = world.server;
  await new StoredState(stores).passSinceRecovery(victim.accountId, hours * HOUR);
  await new RecoverySweep(stores.recoveries).sweep();
}

export const bySecondStep = async (
  world: DisputeWorld,
  victim: Victim,
  kind: 'totp' | 'backup-codes',
  code: string,
  trust = false,
) => {
  const ticket = await world.firstStep(victim);
  const outcome = await world.services.secondStep.confirm(
    ticket,
    { kind, code },
    world.visit(victim.network),
    trust,
  );
  if (outcome.outcome === 'signed-in') victim.thief = outcome.browser;
  return outcome;
};

export const signInByApp: Make = async (world, victim) => {
  const code = await world.addApp(victim);
  return bySecondStep(world, victim, 'totp', await code(), true);
};

/** Notes, in the thief's browser. */
export async function allowApp(world: DisputeWorld, { thief, network }: Victim) {
  const notes = await TestApp.notes({ issuer: world.server.issuer });
  const pages = world.pagesOf(thief, network);
  const scope = 'openid profile offline_access';
  const attempt = await notes.begin({ scope, prompt: 'consent' });
  const consent = (await pages.get(attempt.url.pathname + attempt.url.search)).location;
  const allowed = { decision: 'allow', 'allow:profile': 'on', 'allow:offline_access': 'on' };
  const { onward } = await pages.submit(consent, consent, allowed);
  const answer = new URL((await pages.get(onward)).location);
  return { notes, pages, tokens: await notes.redeem(answer, attempt) };
}

export const appPage = async (pages: Awaited<ReturnType<typeof allowApp>>['pages']) =>
  /href="(\/account\/apps\/[^"]+)"/.exec((await pages.get('/account/apps')).text)?.[1] ?? '';

export const revoke = (world: DisputeWorld, token: string) =>
  world.device.post(
    '/token/revocation',
    { token },
    { authorization: `Basic ${btoa('notes:a+secret+of+the+notes+for+their+tests%2C+40+chars')}` },
  );

/** The owner's device says the wrong code too often. */
/** A thief who wants to buy. */
export const voiceLimits = ({ server }: DisputeWorld, owner: Victim['thief'], place: Victim['place']) =>
  server.stores.voicePurchases.setLimits(
    owner,
    { currency: 'EUR', most: 100_000, free: 100_000 },
    { kind: 'voice-limits-changed', by: 'owner', place },
  );

export const lockVoiceCode: Make = async (world, { thief, accountId, place }) => {
  await voiceCode(world).set(thief, '4071', place);
  const grants = await new StoredState(world.server.stores).grants(accountId);
  const [name = ''] = Object.entries(grants).find(([, state]) => state === 'active') ?? [];
  for (const wrong of ['4072', '4073', '4074', '4075', '4076'])
    await voiceCode(world).try({ accountId, epoch: 1, name }, wrong, place);
};

/** The thief's key, in the owner's network, and a machine that it has linked. */
export async function linkByKey(world: DisputeWorld, victim: Victim) {
  const { stores, issuer } = world.server;
  const keys = new LinkKeys(stores.linkKeys, stores.linkedDevices, stores.grants);
  const { thief, place, network } = victim;
  const scopes = ['openid', 'offline_access'];
  const choice = { name: 'Mallory’s', clientId: 'rack', scopes, network: place.address, uses: 2 };
  const made = await keys.make(thief, { ...choice, life: 'week' }, place);
  if (made.outcome !== 'made') throw new Error(made.outcome);
  const from = (address: string) =>
    new KeyedMachine(issuer, made.key, 'rack', { 'x-forwarded-for': address });
  victim.stolen = tokensOf(await from(`${network}.30`).links());
  const [key] = await keys.list(thief);
  return { keys, id: key?.id ?? '', elsewhere: from('198.51.100.9') };
}

/** With the code from the mail to the new email. */
export async function changeEmail(
  world: DisputeWorld,
  { thief, place }: Pick<Victim, 'thief' | 'place'>,
  email: string,
) {
  const { emailChange } = world.services;
  const begun = await emailChange.begin(thief, email);
  const ticket = begun.outcome === 'mailed' ? begun.ticket : '';
  return emailChange.confirm(thief, ticket, await world.code6(email), place);
}
