/** After a restore of an older copy: what the security log says had ended since then ends again. */
import { GRACE_PERIOD } from '../account-changes/closing.ts';
import type { Account, AccountId } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import { type AccountIds, SignOutEveryone } from '../accounts/sign-out-everyone.ts';
import { unusableCredentials } from '../accounts/unusable-password.ts';
import type { ConsentStore } from '../apps/consent-store.ts';
import type { ManagedClients } from '../apps/managed-clients.ts';
import type { AccountEnds, EndOfAll, LoggedEnds } from '../audit/logged-ends.ts';
import type { HashedKind } from '../audit/security-log.ts';
import { formatGrantId } from '../devices/grant-id.ts';
import type { GrantStore } from '../devices/grant-store.ts';
import type { LinkKeyStore } from '../devices/link-key-store.ts';
import type { TrustedBrowserStore } from '../mfa/trusted-browser-store.ts';
import type { RecoveryStore } from '../sessions/recovery-store.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { UpstreamLinkStore } from '../upstream/link-store.ts';
import type { VoiceCodeStore } from '../voice-code/voice-code-store.ts';
import type { AccountActs } from './account-acts.ts';
import type { OperatorStore } from './operators.ts';

/** Names of whatever may act for an account: of its grants, devices' and apps', and the uids of its signed-in browsers. */
export interface ActingNames {
  namesOf(accountId: AccountId): Promise<{ readonly grants: string[]; readonly browsers: string[] }>;
}

interface ReplayEndsParts {
  readonly accountIds: AccountIds;
  readonly accounts: AccountStore;
  readonly acts: AccountActs;
  readonly actingNames: ActingNames;
  readonly grants: Pick<GrantStore, 'end'>;
  readonly browsers: Pick<SessionStore, 'endByUid'>;
  readonly consents: Pick<ConsentStore, 'list' | 'end'>;
  readonly voiceCodes: Pick<VoiceCodeStore, 'remove'>;
  readonly linkKeys: Pick<LinkKeyStore, 'list' | 'end'>;
  readonly trustedBrowsers: Pick<TrustedBrowserStore, 'list' | 'end'>;
  readonly recoveries: Pick<RecoveryStore, 'find'>;
  readonly upstreamLinks: Pick<UpstreamLinkStore, 'unlink'>;
  readonly operators: Pick<OperatorStore, 'roleOf' | 'setRole'>;
  readonly clients: Pick<ManagedClients, 'act' | 'rotateSecret'>;
  readonly keys: {
    status(): Promise<{ status: readonly { key: { kid: string } }[] }>;
    endAll(): Promise<unknown>;
  };
  /** Under which names it may stand in the log. */
  readonly hashesOf: (kind: HashedKind, id: string) => readonly string[];
}

export interface Replayed {
  /** Of the log, in this copy. */
  accounts: number;
  /** Devices, apps and browsers that ended alone. */
  things: number;
  /** Accounts of which everything ended. */
  signedOut: number;
  /** Accounts that the log speaks of and that are not there. */
  readonly missing: number;
  /** Whose email was changed since: disabled until the operator has spoken with the owner. */
  readonly formerEmails: string[];
  /** Whose password no longer opens: the one that stands in the copy was replaced since. */
  readonly passwords: string[];
  readonly clients: string[];
  /** Clients that need a new secret, since the one in the copy was replaced: it opens nothing now. */
  readonly secrets: string[];
  readonly keys: boolean;
}

const BY = { by: 'operator' } as const;

/** Repeated, it does the same once more: what had ended stays so. */
export class ReplayEnds {
  readonly #with: ReplayEndsParts;

  constructor(parts: ReplayEndsParts) {
    this.#with = parts;
  }

  /** @throws StoreUnavailable: not everything has ended */
  async run(ends: LoggedEnds, onProgress: (accounts: number) => void): Promise<Replayed> {
    const { accountIds, accounts } = this.#with;
    const clients = await this.#clients(ends);
    const keys = await this.#keys(ends);
    if (ends.everyone) await new SignOutEveryone(accountIds, accounts).run();
    const found = new Set<string>();
    const replayed = { accounts: 0, things: 0, signedOut: 0, formerEmails: [], passwords: [] };
    const seen = new Set<AccountId>();
    for await (const ids of accountIds.all()) {
      for (const id of ids.filter((one) => !seen.has(one))) {
        seen.add(id);
        const hash = this.#with.hashesOf('account', id).find((name) => ends.accounts.has(name));
        const own = hash === undefined ? undefined : ends.accounts.get(hash);
        if (hash === undefined || !own) continue;
        found.add(hash);
        await this.#account(id, own, replayed);
      }
      onProgress(seen.size);
    }
    return { ...replayed, ...clients, keys, missing: ends.accounts.size - found.size };
  }

  async #clients({ clients, secrets }: LoggedEnds): Promise<Pick<Replayed, 'clients' | 'secrets'>> {
    for (const [id, acts] of clients) for (const act of acts) await this.#with.clients.act(id, act);
    const ended: string[] = [];
    for (const id of secrets) {
      // The new one is told to no one: it only takes the place of the former.
      const outcome = await this.#with.clients.rotateSecret(id, 0);
      if (typeof outcome !== 'string') ended.push(id);
    }
    return { clients: [...clients.keys()], secrets: ended };
  }

  async #keys({ keys }: LoggedEnds): Promise<boolean> {
    const { status } = await this.#with.keys.status();
    const isBack = status.some(({ key }) => keys.has(key.kid));
    if (isBack) await this.#with.keys.endAll();
    return isBack;
  }

  async #account(
    id: AccountId,
    ends: AccountEnds,
    replayed: Omit<Replayed, 'missing' | 'keys' | 'clients' | 'secrets'>,
  ): Promise<void> {
    const account = await this.#with.accounts.find(id);
    if (!account) return;
    const { all } = ends;
    replayed.accounts += 1;
    replayed.things += await this.#named(account, ends);
    for (const kind of ['voice-code', 'link-keys', 'trusted-browsers', 'role'] as const)
      if (all.has(kind)) await this.#all[kind](account);
    for (const upstream of ends.upstreams) await this.#unlink(account, upstream);
    if (all.has('factors')) await this.#with.acts.removeFactors(account);
    if (await this.#everything(account, all)) replayed.signedOut += 1;
    if (all.has('password')) replayed.passwords.push(id);
    if (all.has('email')) replayed.formerEmails.push(id);
    await this.#status(id, ends);
  }

  /** @returns how many have ended */
  async #named(account: Account, { named, all }: AccountEnds): Promise<number> {
    const { actingNames, grants, browsers, consents, acts } = this.#with;
    const [{ id, epoch }, owner] = [account, { accountId: account.id, epoch: account.epoch }];
    const isIn = (kind: HashedKind & keyof typeof named, name: string) =>
      this.#with.hashesOf(kind, name).some((hash) => named[kind].has(hash));
    const names = await actingNames.namesOf(id);
    const ended: boolean[] = [];
    for (const name of names.grants.filter((one) => isIn('device', one))) {
      const event = { kind: 'device-deregistered', ...BY, subject: { type: 'device', id: name } } as const;
      ended.push(await grants.end(formatGrantId({ accountId: id, epoch, name }), event));
    }
    for (const uid of names.browsers.filter((one) => all.has('browsers') || isIn('browser', one))) {
      const event = { kind: 'signed-out', ...BY, subject: { type: 'browser', id: uid } } as const;
      ended.push(await browsers.endByUid(uid, event));
    }
    for (const { id: app } of (await consents.list(owner)).filter((one) => isIn('app', one.id))) {
      const event = { kind: 'app-removed', ...BY, subject: { type: 'app', id: app } } as const;
      ended.push((await consents.end(owner, app, event)) !== undefined);
    }
    for (const factor of (await acts.listFactors(id)).filter((one) => isIn('factor', one.id)))
      ended.push(await acts.removeFactor(account, factor));
    return ended.filter(Boolean).length;
  }

  readonly #all = {
    'voice-code': async ({ id, epoch }: Account) => {
      await this.#with.voiceCodes.remove({ accountId: id, epoch }, { kind: 'voice-code-removed', ...BY });
    },
    'link-keys': async ({ id, epoch }: Account) => {
      for (const key of await this.#with.linkKeys.list({ accountId: id, epoch }))
        await this.#with.linkKeys.end(id, key.id, {
          kind: 'link-key-ended',
          ...BY,
          subject: { type: 'link-key', id: key.id, name: key.name },
        });
    },
    'trusted-browsers': async ({ id }: Account) => {
      for (const { name } of await this.#with.trustedBrowsers.list(id))
        await this.#with.trustedBrowsers.end(id, name, { kind: 'browser-trust-ended', ...BY });
    },
    /** Of two roles the log does not say which is less. The tool gives the right one again. */
    role: async ({ id }: Account) => {
      const was = await this.#with.operators.roleOf(id);
      const event = { kind: 'role-changed', ...BY, details: { role: 'none' } } as const;
      if (was !== undefined) await this.#with.operators.setRole(id, { was, becomes: undefined }, event);
    },
  } satisfies Partial<Record<EndOfAll, (account: Account) => Promise<void>>>;

  /** Also the last way in: its owner has *Forgot password*. */
  async #unlink({ id, epoch }: Account, upstream: string): Promise<void> {
    const event = { kind: 'upstream-unlinked', ...BY, subject: { type: 'upstream', id: upstream } } as const;
    await this.#with.upstreamLinks.unlink({ accountId: id, epoch }, upstream, event);
  }

  /** With the password, too, all that it had opened ends. */
  async #everything({ id }: Account, all: ReadonlySet<EndOfAll>): Promise<boolean> {
    const { accounts, acts, recoveries } = this.#with;
    const account = await accounts.find(id);
    if (account && all.has('password')) {
      const event = { kind: 'signed-out-everything', ...BY } as const;
      if (await accounts.changePassword(account, unusableCredentials(), event)) return true;
    }
    const isAsked = all.has('recovery') && (await recoveries.find(id)) !== undefined;
    if (!all.has('password') && !all.has('everything') && !isAsked) return false;
    return (await acts.signOutEverything(id)) !== undefined;
  }

  async #status(id: AccountId, { status, closing, all }: AccountEnds): Promise<void> {
    const { acts } = this.#with;
    if (closing !== undefined)
      await acts.close(id, status === 'disabled' || closing + GRACE_PERIOD < Date.now());
    if (status === 'disabled' || all.has('email')) await acts.disable(id);
  }
}
