import type { Session } from '../accounts/session.ts';
import { eventPlace } from '../events/event.ts';
import type { ActivityStore } from '../events/event-store.ts';
import { orGiveBack } from '../limits/limiter.ts';
import type { Factor } from '../mfa/factor.ts';
import type { CheckedFactor, FactorAnswer, FactorCheck } from '../mfa/factor-check.ts';
import type { FactorStore } from '../mfa/factor-store.ts';
import type { PhoneTextOutcome, TextCodes } from '../mfa/text-codes.ts';
import type { Visit } from '../net/visit.ts';
import type { KnownBrowsers } from './known-browsers.ts';

type ProvedAgain =
  | { outcome: 'proved'; amr: readonly string[] }
  | Exclude<CheckedFactor, { outcome: 'proved' }>;

interface ProveAgainDependencies {
  readonly factors: FactorStore;
  readonly activity: ActivityStore;
  readonly check: FactorCheck;
  readonly texts: TextCodes;
  readonly knownBrowsers: KnownBrowsers;
}

/** Proves a factor in a browser that is signed in already, for what needs a fresh proof. */
export class ProveAgain {
  readonly #with: ProveAgainDependencies;

  constructor(dependencies: ProveAgainDependencies) {
    this.#with = dependencies;
  }

  /** Which factors there are to prove; none: the password is all there is. */
  factorsOf({ accountId }: Session): Promise<Factor[]> {
    return this.#with.factors.list(accountId);
  }

  /** Sends a code to the backup phone. @param ticket what the code is for */
  async sendText(
    { accountId, profile }: Session,
    ticket: string,
    address: string,
  ): Promise<PhoneTextOutcome> {
    const phone = (await this.#with.factors.list(accountId)).find((factor) => factor.kind === 'phone');
    if (!phone) return { outcome: 'no-phone' };
    const asker = { accountId, address, profile, apart: 'known' };
    const sent = await this.#with.texts.send('second-step', ticket, phone.number, asker);
    return sent.outcome === 'country' ? { outcome: 'no-phone' } : sent;
  }

  /**
   * A proof is accepted once, under the epoch of this browser.
   * @throws Busy, StoreUnavailable
   */
  async prove(browser: Session, answer: FactorAnswer, visit: Visit): Promise<ProvedAgain> {
    const { factors, check, knownBrowsers } = this.#with;
    const { accountId, uid } = browser;
    // Who is signed in is no stranger, whatever became of the cookie of known browsers.
    const knownBrowser = knownBrowsers.idFor(accountId, visit.knownBrowser) ?? `signed-in:${uid}`;
    const guesser = { accountId, knownBrowser, byMail: false, address: visit.address };
    const checked = await check.check(await factors.list(accountId), answer, guesser);
    if (checked.outcome === 'proved') {
      const isAccepted = await orGiveBack(checked.unused, factors.use(browser, checked.proof));
      if (isAccepted) {
        await checked.accepted();
        return { outcome: 'proved', amr: checked.amr };
      }
    }
    const refused = checked.outcome === 'proved' ? ({ outcome: 'wrong' } as const) : checked;
    if (refused.outcome === 'wrong' || refused.outcome === 'too-many-tries') {
      const details = { factor: answer.kind };
      await this.#with.activity.record(accountId, {
        kind: 'second-step-refused',
        // In a browser where the owner is signed in.
        by: 'owner',
        place: eventPlace(visit),
        details,
      });
    }
    return refused;
  }
}
