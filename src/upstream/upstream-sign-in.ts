/** Signing in, and linking, by another OpenID provider. */
import type { AccountStore } from '../accounts/account-store.ts';
import { type ActivityEvent, type EventPlace, eventPlace } from '../events/event.ts';
import type { Limiter } from '../limits/limiter.ts';
import type { LimitName } from '../limits/limits.ts';
import type { Standing } from '../mfa/factor.ts';
import type { UsedMarks } from '../mfa/passkey-challenges.ts';
import type { Visit } from '../net/visit.ts';
import type { SessionCreation, SessionCreationOutcome } from '../sessions/session-creation.ts';
import type { UpstreamLinkStore, UpstreamSessionStore } from './link-store.ts';
import {
  authorizationUrl,
  readAnswer,
  type UpstreamIdentity,
  type UpstreamProfile,
} from './provider-answer.ts';
import type { UpstreamProviders } from './providers.ts';
import type { Upstream, UpstreamSubject } from './upstream.ts';
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
  readonly accounts: Pick<AccountStore, 'find'>;
  readonly links: UpstreamLinkStore;
  readonly providers: UpstreamProviders;
  readonly sessionCreation: SessionCreation;
  readonly sessions: Pick<UpstreamSessionStore, 'remember'>;
  /** Milliseconds that a browser may stay signed in. */
  readonly sessionLife: number;
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
    { id }: Upstream,
    { identity, profile }: ProvedSubject,
    { bothSteps, returnTo }: Extract<UpstreamPurpose, { kind: 'sign-in' }> & { readonly returnTo: string },
    visit: Visit,
  ): Promise<UpstreamOutcome> {
    const found = await this.#with.links.find(identity);
    if (!found) {
      const told = await profile();
      if (!told) return { outcome: 'refused', reason: 'userinfo' };
      const { issuer, subject, sid } = identity;
      return { outcome: 'unknown', found: { upstream: id, issuer, subject, sid, ...told } };
    }
    const account = await this.#with.accounts.find(found.accountId);
    if (account?.status !== 'active') return { outcome: 'refused', reason: 'disabled' };
    const { isTwoSteps, sid } = identity;
    const upstream = { id: found.link.upstream, sid, isTwoSteps };
    const amr = amrOf(identity);
    if (sid !== undefined)
      await this.#with.sessions.remember(identity.issuer, sid, account.id, this.#with.sessionLife);
    const creation = await this.#with.sessionCreation.create(
      account,
      { amr, returnTo, bothSteps, upstream },
      visit,
    );
    return creation.outcome === 'refused' ? { ...creation, reason: 'signed-out' } : creation;
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
    { id, name }: Pick<Upstream, 'id' | 'name'>,
    { issuer, subject, email }: FoundSubject,
    owner: Standing,
    visit: EventPlace,
  ): Promise<LinkOutcome> {
    const since = (this.#with.now ?? Date.now)();
    const link = { upstream: id, issuer, subject, email, since };
    const event = linkEvent('upstream-linked', { id, name }, visit);
    const outcome = await this.#with.links.link(owner, link, event);
    return outcome === 'refused' ? { outcome, reason: 'signed-out' } : { outcome };
  }

  /** One for each provider, so that the answer of one is never taken for that of another (RFC 9700, section 4.4.2). */
  #callbackOf({ id }: Upstream): URL {
    return new URL(`/sign-in/upstream/${id}/callback`, this.#with.issuer);
  }
}

/** What the provider says of how it asked is not passed on: apps could not tell what it is worth. */
const amrOf = ({ isTwoSteps }: UpstreamIdentity) => (isTwoSteps ? ['upstream', 'mfa'] : ['upstream']);

export function linkEvent(
  kind: 'upstream-linked' | 'upstream-unlinked',
  { id, name }: Pick<Upstream, 'id' | 'name'>,
  visit: { readonly address: string; readonly userAgent: string },
): ActivityEvent {
  return { kind, by: 'owner', place: eventPlace(visit), subject: { type: 'upstream', id, name } };
}
