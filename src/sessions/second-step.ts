import type { Account } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import { type ActivityEvent, eventPlace } from '../events/event.ts';
import type { ActivityStore } from '../events/event-store.ts';
import { orGiveBack } from '../limits/limiter.ts';
import type { Factor } from '../mfa/factor.ts';
import type { CheckedFactor, FactorAnswer, FactorCheck } from '../mfa/factor-check.ts';
import type { FactorStore } from '../mfa/factor-store.ts';
import { type FactorGuesser, textClassOf } from '../mfa/second-step-limits.ts';
import type { PhoneTextOutcome, TextCodes } from '../mfa/text-codes.ts';
import type { TrustedBrowsers } from '../mfa/trusted-browsers.ts';
import type { Visit } from '../net/visit.ts';
import type { KnownBrowsers } from './known-browsers.ts';
import type { SecondStepTicket, SecondStepTickets } from './second-step-tickets.ts';
import type { CreatedSession, SessionCreation } from './session-creation.ts';

type SecondStepOutcome =
  | ({ outcome: 'signed-in'; returnTo: string; trustedBrowser: string | undefined } & CreatedSession)
  | Exclude<CheckedFactor, { outcome: 'proved' }>
  /** Too old, signed out of everything since, disabled, or no ticket of ours: begin again. */
  | { outcome: 'gone' };

/** What a page needs to ask for the second step. */
export interface PendingSecondStep {
  readonly ticket: SecondStepTicket;
  readonly account: Account;
  readonly factors: readonly Factor[];
}

interface SecondStepDependencies {
  readonly accounts: AccountStore;
  readonly factors: FactorStore;
  readonly activity: ActivityStore;
  readonly tickets: SecondStepTickets;
  readonly check: FactorCheck;
  readonly texts: TextCodes;
  readonly trusted: TrustedBrowsers;
  readonly knownBrowsers: KnownBrowsers;
  readonly sessionCreation: SessionCreation;
}

/** The second step of a sign-in, whichever way the first was made. */
export class SecondStep {
  readonly #with: SecondStepDependencies;

  constructor(dependencies: SecondStepDependencies) {
    this.#with = dependencies;
  }

  /** `undefined`: begin again. */
  async find(sealed: string | undefined): Promise<PendingSecondStep | undefined> {
    const ticket = this.#with.tickets.read(sealed);
    const account = ticket && (await this.#with.accounts.find(ticket.accountId));
    if (account?.status !== 'active' || account.epoch !== ticket?.epoch) return undefined;
    return { ticket, account, factors: await this.#with.factors.list(account.id) };
  }

  /** Sends a code to the backup phone. */
  async sendText({ ticket, account, factors }: PendingSecondStep, visit: Visit): Promise<PhoneTextOutcome> {
    const phone = factors.find((factor) => factor.kind === 'phone');
    if (!phone) return { outcome: 'no-phone' };
    const guesser = this.#guesserOf(account, ticket, visit);
    const { id: accountId, profile } = account;
    const asker = { accountId, profile, address: visit.address, apart: textClassOf(guesser) };
    const sent = await this.#with.texts.send('second-step', ticket.id, phone.number, asker);
    return sent.outcome === 'country' ? { outcome: 'no-phone' } : sent;
  }

  /**
   * @param trust the owner does not want to be asked for codes in this browser
   * @throws Busy, StoreUnavailable
   */
  async confirm(
    sealed: string | undefined,
    answer: FactorAnswer,
    visit: Visit,
    trust: boolean,
  ): Promise<SecondStepOutcome> {
    const pending = await this.find(sealed);
    if (!pending) return { outcome: 'gone' };
    const { ticket, account, factors } = pending;
    const guesser = this.#guesserOf(account, ticket, visit);
    const given = answer.kind === 'phone' ? { ...answer, ticket: ticket.id } : answer;
    const checked = await this.#with.check.check(factors, given, guesser);
    if (checked.outcome !== 'proved') return this.#refused(account, answer, checked, visit);
    const amr = [...new Set([...ticket.amr, ...checked.amr])];
    const creating = this.#with.sessionCreation.createWith(
      account,
      amr,
      checked.proof,
      visit,
      ticket.upstream,
    );
    const created = await orGiveBack(checked.unused, creating);
    if (!created) return this.#refused(account, answer, { outcome: 'wrong' }, visit);
    await checked.accepted();
    if (answer.kind === 'backup-codes')
      await this.#record(account, { kind: 'backup-code-used', by: 'owner' }, visit);
    const trustedBrowser = trust
      ? await this.#with.trusted.trust({ ...created.browser, factor: checked.proof.factor }, visit)
      : undefined;
    return { outcome: 'signed-in', returnTo: ticket.returnTo, trustedBrowser, ...created };
  }

  #guesserOf({ id: accountId }: Account, { amr }: SecondStepTicket, visit: Visit): FactorGuesser {
    const knownBrowser = this.#with.knownBrowsers.idFor(accountId, visit.knownBrowser);
    return { accountId, knownBrowser, byMail: amr.includes('otp'), address: visit.address };
  }

  /** "Password right, second step wrong" is what an owner wants to hear of (ASVS 6.3.5). */
  async #refused(
    account: Account,
    { kind }: FactorAnswer,
    outcome: Exclude<CheckedFactor, { outcome: 'proved' }>,
    visit: Visit,
  ): Promise<SecondStepOutcome> {
    if (outcome.outcome === 'wrong' || outcome.outcome === 'too-many-tries')
      await this.#record(
        account,
        { kind: 'second-step-refused', by: 'stranger', details: { factor: kind } },
        visit,
      );
    if (outcome.outcome === 'copied') {
      const subject = { type: 'factor', id: outcome.passkey } as const;
      await this.#record(account, { kind: 'passkey-copied', by: 'server', subject }, visit);
    }
    return outcome;
  }

  #record({ id }: Account, event: ActivityEvent, visit: Visit): Promise<void> {
    return this.#with.activity.record(id, { ...event, place: eventPlace(visit) });
  }
}
