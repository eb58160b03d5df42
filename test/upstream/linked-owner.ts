/** Owners who come by another provider, without its part: what it has proved is given. */

import type { Standing } from '../../src/mfa/factor.ts';
import { Egress } from '../../src/net/egress.ts';
import { guardedFetch } from '../../src/net/egress-fetch.ts';
import { UpstreamProviders } from '../../src/upstream/providers.ts';
import { parseUpstreams } from '../../src/upstream/upstream-file.ts';
import { linkEvent, UpstreamLinking } from '../../src/upstream/upstream-linking.ts';
import { UpstreamSignIn } from '../../src/upstream/upstream-sign-in.ts';
import { type AccountWorld, visit } from '../accounts/account-world.ts';
import { testLimiter } from '../support/test-limits.ts';

const ISSUER = 'https://id.example';
const egress = new Egress({ allow: [], httpsOnly: true });
const ENTRY = { id: 'corp', name: 'Corp', issuer: ISSUER, client_id: 'us', client_secret: 'hush' };

export class LinkedOwner {
  readonly #world: AccountWorld;
  readonly #owner: Standing;

  private constructor(world: AccountWorld, owner: Standing) {
    this.#world = world;
    this.#owner = owner;
  }

  static async of(world: AccountWorld, owner: Standing): Promise<LinkedOwner> {
    const linked = new LinkedOwner(world, owner);
    const link = { ...linked.#subject, upstream: 'corp', email: undefined, since: 1 };
    const event = linkEvent('upstream-linked', ENTRY, visit());
    await world.stores.upstreamLinks.link(owner, link, event);
    return linked;
  }

  get #subject() {
    return { issuer: ISSUER, subject: `owner of ${this.#owner.accountId}` };
  }

  async unlink(): Promise<void> {
    const event = linkEvent('upstream-unlinked', ENTRY, visit());
    await this.#world.stores.upstreamLinks.unlink(this.#owner, 'corp', event);
  }

  /** The provider has just proved who it is. */
  comes(isTwoSteps = false) {
    const { stores, sessionCreation } = this.#world;
    const [upstream] = parseUpstreams(JSON.stringify([ENTRY]), new Map(), egress);
    if (!upstream) throw new Error('no entry');
    const providers = new UpstreamProviders({ fetch: guardedFetch(egress), onFailure: () => undefined });
    const signIn = new UpstreamSignIn({
      issuer: 'http://localhost:3000',
      accounts: stores.accounts,
      links: stores.upstreamLinks,
      linking: new UpstreamLinking({
        links: stores.upstreamLinks,
        sessions: stores.upstreamSessions,
        sessionLife: 3_600_000,
      }),
      states: stores.records,
      sessionCreation,
      limiter: testLimiter(stores),
      providers,
    });
    const identity = { ...this.#subject, isTwoSteps, sid: undefined, authTime: undefined };
    const profile = async () => ({ email: undefined, isEmailVerified: false, name: undefined });
    const purpose = { kind: 'sign-in', bothSteps: false } as const;
    return signIn.goOn(upstream, { identity, profile }, { purpose, returnTo: '/account' }, visit());
  }
}
