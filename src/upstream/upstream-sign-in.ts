/** Signing in, and linking, by another OpenID provider. */
import type { Account } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import { cleanName } from '../accounts/name.ts';
import { errorOfName } from '../accounts/new-account-form.ts';
import type { EventPlace } from '../events/event.ts';
import type { Limiter } from '../limits/limiter.ts';
import type { LimitName } from '../limits/limits.ts';
import type { Standing } from '../mfa/factor.ts';
import type { UsedMarks } from '../mfa/passkey-challenges.ts';
import type { Visit } from '../net/visit.ts';
import type { SessionCreation, SessionCreationOutcome } from '../sessions/session-creation.ts';
import type { UpstreamLinkStore } from './link-store.ts';
import {
  authorizationUrl,
  readAnswer,
  type UpstreamIdentity,
  type UpstreamProfile,
} from './provider-answer.ts';
import { UpstreamDown, type UpstreamProviders } from './providers.ts';
import type { Upstream, UpstreamSubject } from './upstream.ts';
import type { UpstreamLinking } from './upstream-linking.ts';
import type { UpstreamPurpose, UpstreamRequest } from './upstream-requests.ts';

/** Seconds by which the provider's clock may be behind. */
const CLOCK_SKEW = 30;
/** As long as an answer is good. */
const STATE_MS = 10 * 60_000;

/** A person whom no account here is linked with, as their provider proved it. */
export interface FoundSubject extends UpstreamSubject, UpstreamProfile {
  readonly upstream: string;
  readonly sid: string | undefined;
}

interface ProvedSubject {
  readonly identity: UpstreamIdentity;
  readonly profile: () => Promise<UpstreamProfile | undefined>;
}

type LinkOutcome =
  | { readonly outcome: 'linked' | 'taken' | 'another' }
  | { readonly outcome: 'refused'; readonly reason: string };

type UpstreamOutcome =
  | Exclude<SessionCreationOutcome, { outcome: 'refused' }>
  | { readonly outcome: 'linked' }
  /** The owner who is signed in has proved it; how, as `amr` has it. */
  | { readonly outcome: 'proved'; readonly amr: readonly string[] }
  /** The provider has not asked its owner since, or does not say so. */
  | { readonly outcome: 'stale' }
  /** No account here is linked with it. */
  | { readonly outcome: 'unknown'; readonly found: FoundSubject }
  /** It is another account's; this account has another one of the provider. */
  | { readonly outcome: 'taken' | 'another' }
  /** The answer was not believed, or has been used before, or its account is closed to it; `reason` for the log. */
  | { readonly outcome: 'refused'; readonly reason: string }
  | { readonly outcome: 'wait'; readonly milliseconds: number; readonly limit: LimitName };

interface UpstreamSignInDependencies {
  readonly issuer: string;
  readonly accounts: Pick<AccountStore, 'find' | 'replaceProfile'>;
  readonly links: Pick<UpstreamLinkStore, 'find'>;
  readonly linking: UpstreamLinking;
  readonly providers: UpstreamProviders;
  readonly sessionCreation: SessionCreation;
  /** Which answers were used. */
  readonly states: UsedMarks;
  readonly limiter: Limiter;
  readonly now?: () => number;
}

/** What a browser that has come back brings. */
interface Answer {
  readonly upstream: Upstream;
  readonly request: UpstreamRequest;
  /** Of the address at which it came back. */
  readonly search: string;
  readonly visit: Visit;
}

export class UpstreamSignIn {
  readonly #with: UpstreamSignInDependencies;

  constructor(dependencies: UpstreamSignInDependencies) {
    this.#with = dependencies;
  }

  /** Since 1970. */
  get seconds(): number {
    return Math.floor((this.#with.now ?? Date.now)() / 1000);
  }

  /** Whether the provider can be asked now. @throws UpstreamDown */
  async reach(upstream: Upstream): Promise<void> {
    await this.#with.providers.configOf(upstream);
  }

  /** Where the browser goes on to. @throws UpstreamDown */
  async addressFor(upstream: Upstream, request: UpstreamRequest): Promise<string> {
    const config = await this.#with.providers.configOf(upstream);
    const asksAgain = request.purpose.kind === 'prove';
    return authorizationUrl(config, upstream, request, this.#callbackOf(upstream).href, asksAgain);
  }

  /**
   * An answer is good once, whatever comes of it.
   * @throws UpstreamDown, StoreUnavailable
   */
  async finish({ upstream, request, search, visit }: Answer): Promise<UpstreamOutcome> {
    const { limiter, states, providers } = this.#with;
    const callback = this.#callbackOf(upstream);
    callback.search = search;
    if (callback.searchParams.get('state') !== request.state) return { outcome: 'refused', reason: 'state' };
    const leave = await limiter.take([
      ['UPSTREAM_NETWORK', visit.address],
      ['UPSTREAM_ALL', visit.address],
    ]);
    if (leave.outcome === 'wait') return leave;
    if (!(await states.claim('UpstreamState', request.state, STATE_MS)))
      return { outcome: 'refused', reason: 'used' };
    const answer = await readAnswer(await providers.configOf(upstream), upstream, request, callback);
    if (answer.outcome === 'refused') return answer;
    return this.goOn(upstream, answer, request, visit);
  }

  /** What follows from a proof that the provider has given for this request. @throws StoreUnavailable */
  goOn(
    upstream: Upstream,
    proved: ProvedSubject,
    { purpose, returnTo }: Pick<UpstreamRequest, 'purpose' | 'returnTo'>,
    visit: Visit,
  ): Promise<UpstreamOutcome> {
    switch (purpose.kind) {
      case 'link':
        return this.#link(upstream, proved, purpose, visit);
      case 'prove':
        return this.#prove(proved.identity, purpose);
      case 'sign-in':
        return this.#signIn(upstream, proved, { ...purpose, returnTo }, visit);
    }
  }

  async #signIn(
    entry: Upstream,
    { identity, profile }: ProvedSubject,
    { bothSteps, returnTo }: Extract<UpstreamPurpose, { kind: 'sign-in' }> & { readonly returnTo: string },
    visit: Visit,
  ): Promise<UpstreamOutcome> {
    const found = await this.#with.links.find(identity);
    if (!found) {
      const told = await profile();
      if (!told) return { outcome: 'refused', reason: 'userinfo' };
      const { issuer, subject, sid } = identity;
      return { outcome: 'unknown', found: { upstream: entry.id, issuer, subject, sid, ...told } };
    }
    const account = await this.#with.accounts.find(found.accountId);
    if (account?.status !== 'active') return { outcome: 'refused', reason: 'disabled' };
    if (entry.import.name === 'always') await this.#followName(account, entry.name, profile);
    const { isTwoSteps, sid } = identity;
    const upstream = { id: found.link.upstream, sid, isTwoSteps };
    const amr = amrOf(identity);
    await this.#with.linking.remember(identity, account.id);
    const creation = await this.#with.sessionCreation.create(
      account,
      { amr, returnTo, bothSteps, upstream },
      visit,
    );
    return creation.outcome === 'refused' ? { ...creation, reason: 'signed-out' } : creation;
  }

  /** What the provider does not say, or says badly, changes nothing; nor does it keep the owner out. */
  async #followName(account: Account, provider: string, profile: ProvedSubject['profile']): Promise<void> {
    const told = await profile().catch((error: unknown) => {
      if (!(error instanceof UpstreamDown)) throw error;
    });
    const name = cleanName(told?.name ?? '');
    if (errorOfName(name) || name === account.profile.name) return;
    const event = { kind: 'name-changed', by: 'server', details: { provider } } as const;
    await this.#with.accounts.replaceProfile(account, { ...account.profile, name }, event);
  }

  /** Another person has signed in there than the owner who is signed in here. */
  async #prove(
    identity: UpstreamIdentity,
    { accountId, since }: Extract<UpstreamPurpose, { kind: 'prove' }>,
  ): Promise<UpstreamOutcome> {
    const found = await this.#with.links.find(identity);
    if (found?.accountId !== accountId) return { outcome: 'refused', reason: 'another' };
    const { authTime } = identity;
    if (authTime === undefined || authTime < since - CLOCK_SKEW) return { outcome: 'stale' };
    return { outcome: 'proved', amr: amrOf(identity) };
  }

  async #link(
    upstream: Upstream,
    { identity: { issuer, subject, sid }, profile }: ProvedSubject,
    owner: Standing,
    visit: Visit,
  ): Promise<UpstreamOutcome> {
    const told = await profile();
    if (!told) return { outcome: 'refused', reason: 'userinfo' };
    return this.linkFound(upstream, { upstream: upstream.id, issuer, subject, sid, ...told }, owner, visit);
  }

  /** Links what the provider has proved in this browser. @throws StoreUnavailable */
  async linkFound(
    upstream: Pick<Upstream, 'id' | 'name'>,
    found: FoundSubject,
    owner: Standing,
    visit: EventPlace,
  ): Promise<LinkOutcome> {
    const outcome = await this.#with.linking.link(upstream, found, owner, visit);
    return outcome === 'refused' ? { outcome, reason: 'signed-out' } : { outcome };
  }

  /** One for each provider, so that the answer of one is never taken for that of another (RFC 9700, section 4.4.2). */
  #callbackOf({ id }: Upstream): URL {
    return new URL(`/sign-in/upstream/${id}/callback`, this.#with.issuer);
  }
}

/** What the provider says of how it asked is not passed on: apps could not tell what it is worth. */
const amrOf = ({ isTwoSteps }: UpstreamIdentity) => (isTwoSteps ? ['upstream', 'mfa'] : ['upstream']);
