/** Who signs out at a provider is signed out here, as far as its entry says. */
import type { AccountId } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import type { Limiter } from '../limits/limiter.ts';
import type { LimitName } from '../limits/limits.ts';
import type { UsedMarks } from '../mfa/passkey-challenges.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { UpstreamLinkStore, UpstreamSessionStore } from './link-store.ts';
import type { LogoutToken, LogoutTokens } from './logout-token.ts';
import type { UpstreamProviders } from './providers.ts';
import type { Upstream } from './upstream.ts';

const KIND = 'UpstreamLogout';
/** Longer than a token is believed. */
const USED_MS = 15 * 60_000;

type LogoutOutcome =
  /** Also where no browser had been signed in from there. */
  | { readonly outcome: 'done'; readonly ended: number }
  | { readonly outcome: 'refused'; readonly reason: string }
  | { readonly outcome: 'wait'; readonly milliseconds: number; readonly limit: LimitName };

interface UpstreamLogoutDependencies {
  readonly accounts: Pick<AccountStore, 'find' | 'signOutEverything'>;
  readonly browsers: Pick<SessionStore, 'endByUid'>;
  readonly links: Pick<UpstreamLinkStore, 'find'>;
  readonly sessions: UpstreamSessionStore;
  readonly providers: UpstreamProviders;
  readonly tokens: LogoutTokens;
  /** Which tokens were used. */
  readonly used: UsedMarks & {
    find(kind: string, id: string): Promise<{ readonly consumed: boolean } | undefined>;
  };
  readonly limiter: Limiter;
}

export class UpstreamLogout {
  readonly #with: UpstreamLogoutDependencies;

  constructor(dependencies: UpstreamLogoutDependencies) {
    this.#with = dependencies;
  }

  /**
   * A token does its work once; what it has ended is on disk.
   * @throws UpstreamDown, StoreUnavailable
   */
  async take(upstream: Upstream, token: string, address: string): Promise<LogoutOutcome> {
    const { limiter, tokens, providers, used } = this.#with;
    const leave = await limiter.take([
      ['UPSTREAM_NETWORK', address],
      ['UPSTREAM_ALL', address],
    ]);
    if (leave.outcome === 'wait') return leave;
    const read = await tokens.read(await providers.configOf(upstream), upstream, token);
    if (typeof read === 'string') return { outcome: 'refused', reason: read };
    // A provider that is believed tells as often as it has something to tell.
    await leave.giveBack();
    const name = `${upstream.issuer}\n${read.jti}`;
    // A mark that was begun and not made is none.
    if ((await used.find(KIND, name))?.consumed) return { outcome: 'refused', reason: 'used' };
    const ended = upstream.logout === 'ignore' ? 0 : await this.#end(upstream, read);
    // Afterwards: where the store fails in between, the provider sends it again, and it does its work then.
    await used.claim(KIND, name, USED_MS);
    return { outcome: 'done', ended };
  }

  async #end(upstream: Upstream, { subject, sid }: LogoutToken): Promise<number> {
    const { accounts, browsers, sessions } = this.#with;
    const accountId = await this.#accountOf(upstream, subject, sid);
    const account = accountId && (await accounts.find(accountId));
    if (!account) return 0;
    const details = { provider: upstream.name };
    if (upstream.logout === 'everything') {
      const ended = await accounts.signOutEverything(account.id, {
        kind: 'signed-out-everything',
        by: 'server',
        details,
      });
      return ended ? ended.browsers + ended.grants : 0;
    }
    const owner = { accountId: account.id, epoch: account.epoch };
    const uids = await sessions.uidsFrom(owner, { id: upstream.id, sid });
    const ended = uids.map((id) =>
      browsers.endByUid(id, { kind: 'signed-out', by: 'server', subject: { type: 'browser', id }, details }),
    );
    return (await Promise.all(ended)).filter(Boolean).length;
  }

  async #accountOf(
    { issuer }: Upstream,
    subject: string | undefined,
    sid: string | undefined,
  ): Promise<AccountId | undefined> {
    if (subject !== undefined) return (await this.#with.links.find({ issuer, subject }))?.accountId;
    return sid === undefined ? undefined : this.#with.sessions.accountFrom(issuer, sid);
  }
}
