import { CODE_LIFETIME, CODE_TRIES, newMailedCode } from '../accounts/mailed-code.ts';
import type { MailedCodeStore } from '../accounts/mailed-code-store.ts';
import type { SessionTimes } from '../accounts/session.ts';
import type { Service } from '../brand/brand.ts';
import { type ActivityEvent, eventPlace } from '../events/event.ts';
import { type Limiter, orGiveBack } from '../limits/limiter.ts';
import type { LimitName } from '../limits/limits.ts';
import { mailReader } from '../mail/mail-reader.ts';
import type { OutgoingMail } from '../mail/outgoing-mail.ts';
import { writeMail } from '../mail/write-mail.ts';
import type { Visit } from '../net/visit.ts';
import type { RecoveryRequest, RecoveryStore } from './recovery-store.ts';
import type { PendingSecondStep } from './second-step.ts';
import type { CreatedSession, SessionCreation } from './session-creation.ts';

const PURPOSE = 'recovery';
/** How long a request can be carried out once its wait is over: 7 days. */
const OPEN_MS = 7 * 24 * 3_600_000;

/** `none`: it has not been asked for. `waits`: it is too soon. `open`: the second step can be removed now. */
type RecoveryState =
  | { readonly state: 'none' }
  | { readonly state: 'waits' | 'open'; readonly request: RecoveryRequest };

type RecoveryOutcome =
  | ({ outcome: 'done' } & CreatedSession)
  | { outcome: 'wrong' | 'too-many-tries' }
  /** Cancelled, too soon, or signed out of everything meanwhile. */
  | { outcome: 'gone' };

interface RecoveryDependencies {
  readonly service: Service;
  readonly recoveries: RecoveryStore;
  readonly mailedCodes: MailedCodeStore;
  readonly limiter: Limiter;
  readonly mail: OutgoingMail;
  readonly sessionCreation: SessionCreation;
  readonly browserTimes: SessionTimes;
  /** How long after asking the second step cannot be removed yet, in milliseconds. */
  readonly recoveryWait: number;
  readonly now: () => number;
}

/**
 * The way back in for an owner who has lost the second step and every backup of it. It is asked for with the right
 * password. The owner is told at once, and stops it by signing in. After the wait a code from the mail removes the
 * second step and signs everything out. So it is never quicker than the owner can object.
 */
export class Recovery {
  readonly #with: RecoveryDependencies;

  constructor(dependencies: RecoveryDependencies) {
    this.#with = dependencies;
  }

  /** How long the wait is, in milliseconds. */
  get wait(): number {
    return this.#with.recoveryWait;
  }

  async state({ account }: PendingSecondStep): Promise<RecoveryState> {
    const request = await this.#with.recoveries.find(account.id);
    if (!request) return { state: 'none' };
    return { state: request.opensAt <= this.#with.now() ? 'open' : 'waits', request };
  }

  /** `false`: signed out of everything meanwhile, or there is no second step any more. */
  async ask({ account }: PendingSecondStep, visit: Visit): Promise<boolean> {
    const { recoveries, recoveryWait } = this.#with;
    const event = eventOf('recovery-asked', visit, { hours: Math.round(recoveryWait / 3_600_000) });
    const asked = await recoveries.ask(ownerOf(account), { wait: recoveryWait, open: OPEN_MS }, event);
    return asked !== undefined;
  }

  /** A new code takes the place of the one before. `'gone'`: there is nothing to carry out. */
  async sendCode(
    pending: PendingSecondStep,
  ): Promise<{ outcome: 'mailed' | 'gone' } | { outcome: 'wait'; milliseconds: number; limit: LimitName }> {
    if ((await this.state(pending)).state !== 'open') return { outcome: 'gone' };
    const { limiter, mailedCodes, mail, service } = this.#with;
    const { account, ticket } = pending;
    const leave = await limiter.take([['RECOVERY_MAIL_ACCOUNT', account.id]]);
    if (leave.outcome === 'wait') return leave;
    const code = newMailedCode();
    const entry = { code, payload: account.id, lifetime: CODE_LIFETIME };
    await orGiveBack(leave.giveBack, mailedCodes.write(PURPOSE, ticket.id, entry));
    const { profile } = account;
    mail.post(writeMail('recovery', profile.email, { code, ...service }, mailReader(service, profile)));
    return { outcome: 'mailed' };
  }

  /** With the mailed code: the second step goes, everything is signed out, and this browser is signed in. */
  async finish({ account, ticket }: PendingSecondStep, code: string, visit: Visit): Promise<RecoveryOutcome> {
    const { recoveries, mailedCodes, sessionCreation, browserTimes } = this.#with;
    const tried = await mailedCodes.spend<string>(PURPOSE, ticket.id, code, CODE_TRIES);
    if (tried.outcome === 'wrong' && tried.triesLeft === 0) return { outcome: 'too-many-tries' };
    if (tried.outcome !== 'right' || tried.payload !== account.id) return { outcome: 'wrong' };
    const amr = [...new Set([...ticket.amr, 'otp'])];
    const event = eventOf('recovery-done', visit);
    const created = await sessionCreation.createBy(account, amr, visit, async (browser) => {
      return (await recoveries.finish(browser, browserTimes, event))?.epoch;
    });
    return created ? { outcome: 'done', ...created } : { outcome: 'gone' };
  }
}

const ownerOf = ({ id: accountId, epoch }: PendingSecondStep['account']) => ({ accountId, epoch });

function eventOf(
  kind: 'recovery-asked' | 'recovery-done',
  visit: Visit,
  details?: ActivityEvent['details'],
): ActivityEvent {
  return { kind, by: 'owner', place: eventPlace(visit), ...(details && { details }) };
}
