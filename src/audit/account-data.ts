import type { ClosingStore } from '../account-changes/closing-store.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import type { Session } from '../accounts/session.ts';
import { formatSubject, titleOf } from '../alerts/event-labels.ts';
import type { AppAccess } from '../apps/app-access.ts';
import type { LinkKey } from '../devices/link-key.ts';
import type { LinkKeyStore } from '../devices/link-key-store.ts';
import type { LinkedDeviceStore } from '../devices/linked-device.ts';
import type { WaitingLink, WaitingLinkStore } from '../devices/waiting-link.ts';
import type { ActivityEntry, ActivityStore } from '../events/event-store.ts';
import type { HouseholdStore } from '../household/household-store.ts';
import type { FactorStore } from '../mfa/factor-store.ts';
import type { TrustedBrowserStore } from '../mfa/trusted-browser-store.ts';
import type { ListedSessionStore } from '../sessions/listed-session.ts';
import type { RecoveryStore } from '../sessions/recovery-store.ts';
import type { UpstreamLinkStore } from '../upstream/link-store.ts';
import type { VoiceCodeStore } from '../voice-code/voice-code-store.ts';
import type { PurchaseState, VoicePurchaseStore } from '../voice-code/voice-purchase-store.ts';
import { ENGLISH } from '../words/reader.ts';
import { saidToAll } from '../words/worded.ts';

/** As many as are kept. */
const ALL_EVENTS = 1000;

interface AccountDataDependencies {
  readonly accounts: Pick<AccountStore, 'find'>;
  readonly devices: Pick<LinkedDeviceStore, 'list' | 'scopesOf'>;
  readonly waitingLinks: Pick<WaitingLinkStore, 'list'>;
  readonly linkKeys: Pick<LinkKeyStore, 'list'>;
  readonly browsers: Pick<ListedSessionStore, 'list'>;
  readonly apps: Pick<AppAccess, 'list'>;
  readonly household: Pick<HouseholdStore, 'list'>;
  readonly factors: Pick<FactorStore, 'list'>;
  readonly voiceCodes: Pick<VoiceCodeStore, 'state'>;
  readonly voicePurchases: Pick<VoicePurchaseStore, 'state'>;
  readonly trustedBrowsers: Pick<TrustedBrowserStore, 'list'>;
  readonly recoveries: Pick<RecoveryStore, 'find'>;
  readonly closings: Pick<ClosingStore, 'closesAt'>;
  readonly upstreamLinks: Pick<UpstreamLinkStore, 'list'>;
  readonly activity: Pick<ActivityStore, 'list'>;
}

/** Everything about an account that its owner may take along: whatever is kept, except what opens something. */
export class AccountData {
  readonly #with: AccountDataDependencies;

  constructor(dependencies: AccountDataDependencies) {
    this.#with = dependencies;
  }

  /** Plain JSON. `undefined` when the browser was signed out meanwhile. */
  async collect(browser: Session): Promise<object | undefined> {
    const { accounts, devices, waitingLinks, browsers, apps, household, activity } = this.#with;
    const { accountId, epoch } = browser;
    const account = await accounts.find(accountId);
    if (account?.epoch !== epoch) return undefined;
    const [linked, waiting, signedIn, connected, members, security, events] = await Promise.all([
      devices.list(browser),
      waitingLinks.list(browser),
      browsers.list(browser),
      apps.list(browser),
      household.list(accountId),
      this.#security(browser),
      activity.list(accountId, { most: ALL_EVENTS }),
    ]);
    const scopes = await devices.scopesOf(
      browser,
      linked.map(({ id }) => id),
    );
    const { createdAt, unwantedAlerts = [], ...profile } = account.profile;
    return {
      account: { id: accountId, ...profile, unwantedAlerts, createdAt: timeOf(createdAt) },
      devices: linked.map(({ linkedAt, lastActivity, endsAt, endedAt, ...device }) => ({
        ...device,
        scopes: scopes.get(device.id) ?? [],
        linkedAt: timeOf(linkedAt),
        lastActivity: timeOf(lastActivity),
        endsAt: timeOf(endsAt),
        endedByOperator: endedAt === undefined ? null : timeOf(endedAt),
      })),
      devicesThatWait: waiting.map(shownWaiting),
      browsers: signedIn.map(({ signedInAt, lastSeen, ...rest }) => ({
        ...rest,
        signedInAt: timeOf(signedInAt),
        lastSeen: timeOf(lastSeen),
      })),
      apps: connected.map(({ since, used, endedAt, name, links: _, ...app }) => ({
        ...app,
        name: saidToAll(name),
        since: timeOf(since),
        used: timeOf(used),
        endedByOperator: endedAt === undefined ? null : timeOf(endedAt),
      })),
      household: members,
      ...security,
      activity: events.map(shownEvent),
    };
  }

  /** What proves who the owner is stays here: seeds, keys and codes would open the account. */
  async #security(owner: Session): Promise<object> {
    const { accountId } = owner;
    const { factors, linkKeys, voiceCodes, voicePurchases, trustedBrowsers, recoveries, closings } =
      this.#with;
    const { upstreamLinks } = this.#with;
    const [proofs, trusted, keys, voiceCode, purchases, recovery, closesAt, links] = await Promise.all([
      factors.list(accountId),
      trustedBrowsers.list(accountId),
      linkKeys.list(owner),
      voiceCodes.state(accountId),
      voicePurchases.state(accountId),
      recoveries.find(accountId),
      closings.closesAt(accountId),
      upstreamLinks.list(accountId),
    ]);
    return {
      twoStepVerification: proofs.map(({ kind, createdAt: added, usedAt, ...rest }) => ({
        kind,
        ...('name' in rest && { name: rest.name }),
        ...('number' in rest && { number: rest.number }),
        addedAt: timeOf(added),
        usedAt: usedAt === undefined ? null : timeOf(usedAt),
      })),
      signInWithOtherAccounts: links.map(({ since, ...link }) => ({ ...link, since: timeOf(since) })),
      browsersNotAskedForCodes: trusted.map(({ address, userAgent, since, seenAt, until }) => ({
        address,
        userAgent,
        since: timeOf(since),
        lastSeen: timeOf(seenAt),
        until: timeOf(until),
      })),
      keysThatLinkMachines: keys.map(shownKey),
      voiceCode: voiceCode ? { setAt: timeOf(voiceCode.since), isLocked: voiceCode.isLocked } : null,
      buyingByVoice: purchases ? shownPurchases(purchases) : null,
      removalOfSecondStep: recovery
        ? { askedAt: timeOf(recovery.askedAt), possibleFrom: timeOf(recovery.opensAt) }
        : null,
      closesAt: closesAt === undefined ? null : timeOf(closesAt),
    };
  }
}

/** Without the name of its code, which only the server needs. */
function shownWaiting({ id, claimed, clientId, until }: WaitingLink): object {
  return { id, claimed, clientId, until: timeOf(until) };
}

function shownKey({ id, name, clientId, scopes, network, uses, usesLeft, ...key }: LinkKey): object {
  const { madeAt, endsAt, refused } = key;
  return {
    ...{ id, name, clientId, scopes, network: network ?? null, uses, usesLeft },
    ...{ madeAt: timeOf(madeAt), endsAt: timeOf(endsAt) },
    refused: refused ? { at: timeOf(refused.at), why: refused.why } : null,
  };
}

/** Amounts in the smallest unit of the currency. */
function shownPurchases({ currency, most, free, day, bought, bare }: PurchaseState): object {
  const last = day === undefined ? null : timeOf(day * 86_400_000).slice(0, 10);
  return {
    currency,
    mostInADay: most,
    mostWithoutTheCode: free,
    lastDay: last,
    boughtThen: bought,
    boughtThenWithoutTheCode: bare,
  };
}

function shownEvent(entry: ActivityEntry): object {
  const { kind, by, place, details } = entry.event;
  return {
    at: timeOf(entry.at),
    kind,
    title: titleOf(ENGLISH, kind, formatSubject(ENGLISH, entry)),
    by,
    place,
    details,
  };
}

function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
