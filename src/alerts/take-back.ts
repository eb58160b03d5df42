/**
 * Carries out what `remedies.ts` says. What stands in the account's slot goes first, in one script for each remedy;
 * then the keys of codes that were approved and wait, in one; then the codes that were entered in the account, each in a
 * slot of its own. A crash in between leaves less authority than there was, and pressing again goes on.
 */
import type { AccountId } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import { unusableCredentials } from '../accounts/unusable-password.ts';
import type { ConsentStore } from '../apps/consent-store.ts';
import type { EnteredCodeStore } from '../devices/entered-code-store.ts';
import { formatGrantId } from '../devices/grant-id.ts';
import type { GrantStore } from '../devices/grant-store.ts';
import type { LinkKeyStore } from '../devices/link-key-store.ts';
import { endLinkedBy } from '../devices/link-keys.ts';
import type { LinkedDeviceStore } from '../devices/linked-device.ts';
import type { ActivityEvent, EventKind, EventPlace } from '../events/event.ts';
import type { ActivityEntry } from '../events/event-store.ts';
import type { FactorStore } from '../mfa/factor-store.ts';
import type { TrustedBrowserStore } from '../mfa/trusted-browser-store.ts';
import type { ListedSessionStore } from '../sessions/listed-session.ts';
import type { RecoveryStore } from '../sessions/recovery-store.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import { browserOf, type Remedy } from './remedies.ts';
import type { TakeBack, TakeBackStore } from './take-back-store.ts';

interface TakingBackDependencies {
  readonly accounts: Pick<AccountStore, 'find'>;
  readonly browsers: Pick<SessionStore, 'endByUid'> & Pick<ListedSessionStore, 'list'>;
  readonly consents: Pick<ConsentStore, 'find' | 'end'>;
  readonly enteredCodes: Pick<EnteredCodeStore, 'deny'>;
  readonly factors: Pick<FactorStore, 'list'>;
  readonly grants: Pick<GrantStore, 'end'>;
  readonly linkKeys: Pick<LinkKeyStore, 'end'>;
  readonly linkedDevices: Pick<LinkedDeviceStore, 'find' | 'list'>;
  readonly recoveries: Pick<RecoveryStore, 'find'>;
  readonly takeBacks: TakeBackStore;
  readonly trustedBrowsers: Pick<TrustedBrowserStore, 'end'>;
}

/** What there is to take back, and from where the owner said so. */
interface TakingBackRequest {
  readonly accountId: AccountId;
  /** `undefined`: the event is no longer kept. */
  readonly entry: ActivityEntry | undefined;
  readonly remedy: Remedy;
  readonly place: EventPlace;
}

/** `missing`: there was no such browser any more; nothing else has been done. */
type Outcome = Remedy | 'missing';

export class TakingBack {
  readonly #with: TakingBackDependencies;

  constructor(dependencies: TakingBackDependencies) {
    this.#with = dependencies;
  }

  /**
   * Doing it twice takes back no more than doing it once, except that everything ends once more.
   * @returns what has been taken back: `everything` where the rest of it was gone already
   * @throws StoreUnavailable some of it may have been taken back
   */
  async run(request: TakingBackRequest): Promise<Outcome> {
    const { accountId, remedy } = request;
    if (remedy === 'nothing') return remedy;
    const outcome = await this.#run(request);
    await this.#with.takeBacks.endWaiting(accountId);
    await this.#with.enteredCodes.deny(accountId);
    return outcome;
  }

  /** Whether what it would end by itself has ended already; then codes that wait are all that is left. */
  async isOver({ accountId, entry, remedy }: Omit<TakingBackRequest, 'place'>): Promise<boolean> {
    const account = entry && (await this.#with.accounts.find(accountId));
    if (!account) return false;
    const owner = { accountId: account.id, epoch: account.epoch };
    const { at, event } = entry;
    const id = event.subject?.id ?? '';
    switch (remedy) {
      case 'device': {
        const device = await this.#with.linkedDevices.find(owner, id);
        return device === undefined || device.endedAt !== undefined;
      }
      case 'browser':
        return !(await this.#with.browsers.list(owner)).some((one) => browserOf(event).endsWith(one.id));
      case 'app': {
        const consent = await this.#with.consents.find(owner, id);
        return consent === undefined || consent.since > at || consent.endedAt !== undefined;
      }
      case 'recovery': {
        const waiting = await this.#with.recoveries.find(accountId);
        return waiting === undefined || waiting.askedAt > at;
      }
      default:
        return false;
    }
  }

  async #run(request: TakingBackRequest): Promise<Outcome> {
    const { accountId, entry, remedy } = request;
    if (!entry) return this.#endEverything(request, { what: 'everything' });
    switch (remedy) {
      case 'browser':
        return (await this.#endSession(request, entry)) ? remedy : 'missing';
      case 'trusted-browser':
        await this.#with.trustedBrowsers.end(
          accountId,
          entry.event.subject?.id ?? '',
          told(request, 'browser-trust-ended'),
        );
        return (await this.#endSession(request, entry)) ? remedy : 'missing';
      case 'device': {
        const grantId = formatGrantId({ accountId, epoch: 1, name: entry.event.subject?.id ?? '' });
        await this.#with.grants.end(grantId, told(request, 'device-deregistered'));
        return remedy;
      }
      case 'app':
        await this.#endApp(request, entry);
        return remedy;
      case 'link-key':
        await this.#endLinkKey(request, entry);
        return remedy;
      case 'recovery':
        await this.#with.takeBacks.dropRecovery(accountId, entry.at, told(request, 'recovery-cancelled'));
        return remedy;
      default:
        return this.#endEverything(request, await this.#changeOf(request, entry));
    }
  }

  #endSession(request: TakingBackRequest, { event }: ActivityEntry): Promise<boolean> {
    return this.#with.browsers.endByUid(browserOf(event), told(request, 'signed-out'));
  }

  /** A consent that was given after the event is another one: the owner has allowed the app since. */
  async #endApp(request: TakingBackRequest, { at, event }: ActivityEntry): Promise<void> {
    const { accounts, consents } = this.#with;
    const account = await accounts.find(request.accountId);
    if (!account) return;
    const owner = { accountId: account.id, epoch: account.epoch };
    const consent = await consents.find(owner, event.subject?.id ?? '');
    if (consent && consent.since <= at) await consents.end(owner, consent.id, told(request, 'app-removed'));
  }

  /** The key may have ended by itself since, with its last use: what it linked ends all the same. */
  async #endLinkKey(request: TakingBackRequest, { event }: ActivityEntry): Promise<void> {
    const { accounts, linkKeys, linkedDevices, grants } = this.#with;
    const account = await accounts.find(request.accountId);
    if (!account) return;
    const id = event.subject?.id ?? '';
    await linkKeys.end(account.id, id, told(request, 'link-key-ended'));
    const owner = { accountId: account.id, epoch: account.epoch };
    await endLinkedBy(owner, id, { linkedDevices, grants }, (subject) => ({
      ...told(request, 'device-deregistered'),
      subject,
    }));
  }

  async #endEverything(request: TakingBackRequest, change: TakeBack): Promise<Outcome> {
    const kind = EVENTS[change.what];
    const ended = told(request, 'signed-out-everything');
    const events = kind ? { ended, taken: told(request, kind) } : { ended };
    const { takeBacks } = this.#with;
    const outcome = await takeBacks.endEverything(request.accountId, change, events);
    if (outcome === 'taken') return request.remedy;
    // The email is another account's by now: what can be ended ends all the same.
    if (outcome === 'email-taken')
      await takeBacks.endEverything(request.accountId, { what: 'everything' }, { ended });
    return 'everything';
  }

  async #changeOf(
    { accountId, remedy }: TakingBackRequest,
    { id: entryId, at, event }: ActivityEntry,
  ): Promise<TakeBack> {
    switch (remedy) {
      case 'factor': {
        const made = event.kind === 'factor-added' ? { entryId } : {};
        return { what: remedy, id: event.subject?.id ?? '', ...made };
      }
      case 'backup-codes': {
        // Codes that the owner has made since are not those of which one was used.
        const codes = (await this.#with.factors.list(accountId)).find(({ kind }) => kind === remedy);
        return codes && codes.createdAt <= at ? { what: 'factor', id: codes.id } : { what: 'everything' };
      }
      case 'upstream':
        return { what: remedy, entryId, id: event.subject?.id ?? '' };
      case 'voice-code':
      case 'voice-limits':
      case 'closing':
        return { what: remedy, entryId };
      case 'password':
        return { what: remedy, entryId, credentials: unusableCredentials() };
      case 'email':
        return { what: remedy, change: String(event.details?.['change']) };
      case 'alerts':
        return { what: remedy };
      default:
        return { what: 'everything' };
    }
  }
}

/** What is written down of what was taken back, beside the end of everything. */
const EVENTS: Readonly<Record<TakeBack['what'], EventKind | undefined>> = {
  everything: undefined,
  factor: 'factor-removed',
  upstream: 'upstream-unlinked',
  'voice-code': 'voice-code-removed',
  'voice-limits': 'voice-limits-changed',
  closing: 'closing-taken-back',
  // That the new one is worth nothing is told by what has to be done next.
  password: undefined,
  alerts: 'alerts-changed',
  email: 'email-changed',
};

/** An event that "It wasn't me" makes; what it is about is what it was taken back from. */
function told({ entry, place }: TakingBackRequest, kind: EventKind): ActivityEvent {
  const subject = entry?.event.subject;
  return { kind, by: 'owner', place, ...(subject && { subject }), details: { dispute: true } };
}
