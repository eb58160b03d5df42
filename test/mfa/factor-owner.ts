/** An owner with factors, as tests of the second step need one. */
import { generateSync } from 'otplib';
import type { AccountId } from '../../src/accounts/account.ts';
import type { FactorAnswer } from '../../src/mfa/factor-check.ts';
import type { Visit } from '../../src/net/visit.ts';
import { type AccountWorld, PASSWORD, visit } from '../accounts/account-world.ts';
import { SAME_STEP, TestApp } from '../support/authenticator-app.ts';

export const PLACE = { address: '198.51.100.7', userAgent: 'test' };
export const PHONE = '+15555550100';

export interface FactorOwner {
  email: string;
  accountId: AccountId;
  /** Base32; of the authenticator app. */
  seed: string;
  backupCodes: string[];
  knownBrowser: string;
  /** A code of the app that was not used before: of the step this many after the one of now. */
  code(after?: number): string;
}

/** An account with an authenticator app, set up as people do, and where wanted backup codes and a phone. */
export async function factorOwner(
  world: AccountWorld,
  wanted: { backupCodes?: boolean; phone?: boolean } = {},
): Promise<FactorOwner> {
  const email = world.email();
  const { sessionId, knownBrowser } = await world.create(email);
  const browser = await world.stores.browsers.resume(sessionId);
  if (!browser) throw new Error('not signed in');
  const { seed } = world.addApp.setup(email);
  const code = (after = 0) =>
    generateSync({ secret: seed, epoch: Math.floor(Date.now() / 1000) + after * 30 });
  // Of the step before, so that the code of now is still to be used.
  const first = await new TestApp(seed).code(-1, SAME_STEP);
  const added = await world.addApp.add(browser, { seed, code: first, name: 'My phone' }, PLACE);
  if (added !== 'added') throw new Error(added);
  const backupCodes = wanted.backupCodes ? await world.twoStep.makeBackupCodes(browser, PLACE) : [];
  if (wanted.phone) await addPhone(world, browser);
  return { email, accountId: browser.accountId, seed, backupCodes: backupCodes ?? [], knownBrowser, code };
}

async function addPhone(
  { addPhone, texts }: AccountWorld,
  owner: Parameters<NonNullable<AccountWorld['addPhone']>['begin']>[0],
): Promise<void> {
  const begun = await addPhone?.begin(owner, PHONE, PLACE.address);
  if (!addPhone || begun?.outcome !== 'sent') throw new Error('no code was sent');
  await addPhone.add(owner, begun.pending, textedCode(texts), PLACE);
}

/** The code in the newest text message; empty where there is none. */
export function textedCode(texts: readonly { to: string; text: string }[], to = PHONE): string {
  return /\d{6}/.exec(texts.findLast((message) => message.to === to)?.text ?? '')?.[0] ?? '';
}

/** The ticket that a right password gives. */
export async function firstStep(
  world: AccountWorld,
  { email }: Pick<FactorOwner, 'email'>,
  of: Partial<Visit> = {},
): Promise<string> {
  const outcome = await world.guess(email, PASSWORD, of);
  if (outcome.outcome !== 'second-step') throw new Error(outcome.outcome);
  return outcome.ticket;
}

export function secondStep(
  world: AccountWorld,
  ticket: string,
  answer: FactorAnswer,
  of: Partial<Visit> = {},
  trust = false,
) {
  return world.secondStep.confirm(ticket, answer, visit(of), trust);
}

export const app = (code: string): FactorAnswer => ({ kind: 'totp', code });
export const backupCode = (code: string): FactorAnswer => ({ kind: 'backup-codes', code });
export const texted = (code: string): FactorAnswer => ({ kind: 'phone', code, ticket: '' });

/** Six digits that are no code of now or near it. */
export function wrongCode(owner: FactorOwner): string {
  return new TestApp(owner.seed).wrong();
}
