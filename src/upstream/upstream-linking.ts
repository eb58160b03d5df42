/** Linking what a provider has proved with an account, wherever it was proved. */
import type { AccountId } from '../accounts/account.ts';
import { type ActivityEvent, type EventPlace, eventPlace } from '../events/event.ts';
import type { Standing } from '../mfa/factor.ts';
import type { UpstreamLinkStore, UpstreamSessionStore } from './link-store.ts';
import type { Upstream, UpstreamSubject } from './upstream.ts';

interface UpstreamLinkingDependencies {
  readonly links: Pick<UpstreamLinkStore, 'link'>;
  readonly sessions: Pick<UpstreamSessionStore, 'remember'>;
  /** Milliseconds that a browser may stay signed in. */
  readonly sessionLife: number;
  readonly now?: () => number;
}

export class UpstreamLinking {
  readonly #with: UpstreamLinkingDependencies;

  constructor(dependencies: UpstreamLinkingDependencies) {
    this.#with = dependencies;
  }

  /** @throws StoreUnavailable */
  link(
    { id, name }: Pick<Upstream, 'id' | 'name'>,
    { issuer, subject, email }: UpstreamSubject & { readonly email: string | undefined },
    owner: Standing,
    place: EventPlace,
  ): ReturnType<UpstreamLinkStore['link']> {
    const since = (this.#with.now ?? Date.now)();
    const link = { upstream: id, issuer, subject, email, since };
    return this.#with.links.link(owner, link, linkEvent('upstream-linked', { id, name }, place));
  }

  /** Browsers of this account come by that sign-in there, if the provider names it. @throws StoreUnavailable */
  async remember(
    { issuer, sid }: { readonly issuer: string; readonly sid: string | undefined },
    accountId: AccountId,
  ): Promise<void> {
    if (sid !== undefined) await this.#with.sessions.remember(issuer, sid, accountId, this.#with.sessionLife);
  }
}

export function linkEvent(
  kind: 'upstream-linked' | 'upstream-unlinked',
  { id, name }: Pick<Upstream, 'id' | 'name'>,
  visit: { readonly address: string; readonly userAgent: string },
): ActivityEvent {
  return { kind, by: 'owner', place: eventPlace(visit), subject: { type: 'upstream', id, name } };
}
