/**
 * Asking for a fresh proof in place: the page that was asked for, or the form that was posted, waits sealed in the
 * address of the page that asks for the proof, and goes on by itself once the proof is there. Nothing of it is kept on the server.
 */
import { Router } from '@koa/router';
import type { Session } from '../../accounts/session.ts';
import type { ProvedAction } from '../../config/proof-ages.ts';
import { requesterOf } from '../../net/requester.ts';
import type { Proof } from '../../sessions/proof.ts';
import { answerAt, toldOf } from '../form-answers.ts';
import type { PageTickets } from '../page-tickets.ts';
import { linkTo } from '../pages/labels.ts';
import type { ProveView } from '../pages/prove.ts';
import type { UpstreamButton } from '../pages/upstream.ts';
import { renderPage, seeOther } from '../render.ts';
import { type SignedInPage, sectionOf } from '../routes/signed-in.ts';
import { queryOf, throttled } from '../routes/visit.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { clearSession, setSession } from './cookies.ts';
import { readForm, setForm, text } from './form.ts';
import { type Held, heldOf, pageOf } from './held-request.ts';

const PLACE = 'held-form';
const PROVE = '/account/prove';
/** The second step follows the password within so long. */
const SECOND_STEP_MS = 10 * 60_000;
/** What an account asks for beside the password, where it asks for anything. */
export interface SecondProof {
  /** Whether the proof that this browser has includes all that its account asks for. */
  isWhole(browser: Session): Promise<boolean>;
  /**
   * Shows the page of the second step. Its form carries `held` on; once the step is proved and accepted, its route
   * calls `StepUp.goOn` with it, in a router that stands before those of the pages.
   */
  ask(ctx: WebContext, browser: Session, held: string): Promise<void>;
}

/** With what an owner who is signed in proves who they are. */
export interface ProofWays {
  readonly hasPassword: boolean;
  readonly upstreams: readonly UpstreamButton[];
}

interface StepUpDependencies {
  readonly proving: Proof;
  /** With what this owner can prove the first step. */
  readonly ways: (browser: Session, action: ProvedAction) => Promise<ProofWays>;
  readonly tickets: PageTickets;
  /** Absent: no account has anything beside its password. */
  readonly second?: SecondProof | undefined;
  readonly now?: () => number;
}

type Next = () => Promise<unknown>;

export class StepUp {
  readonly #with: StepUpDependencies;
  readonly #now: () => number;

  constructor(dependencies: StepUpDependencies) {
    this.#with = dependencies;
    this.#now = dependencies.now ?? Date.now;
  }

  /** The page, for owners whose proof is fresh enough; the others are asked for it first. */
  before(action: ProvedAction, page: SignedInPage): SignedInPage {
    return async (ctx, browser) => {
      if (await this.#isProved(browser, action)) return page(ctx, browser);
      return this.#hold(ctx, browser, heldOf(ctx, action));
    };
  }

  /** As `before`, with a proof that is given for this very request, however fresh the last one is. */
  justBefore(action: ProvedAction, page: SignedInPage): SignedInPage {
    return (ctx, browser) => {
      if (ctx.state.justProved) return page(ctx, browser);
      return this.#hold(ctx, browser, heldOf(ctx, action));
    };
  }

  /**
   * Asks for a proof however fresh the last one is, and then goes on to this action by POST: there
   * `ctx.state.justProved` says that it was given for this very request.
   */
  ask(ctx: WebContext, browser: Session, action: ProvedAction, path: string): Promise<void> {
    return this.#hold(ctx, browser, { action, method: 'POST', path, body: '', provedAt: 0, amr: [] });
  }

  /** Whether this waits for a proof here. */
  isHeld(browser: Session, sealed: string): boolean {
    return this.#read(browser, sealed) !== undefined;
  }

  /** Whether this waits for the second step here: the first was proved within ten minutes. */
  isWaiting(browser: Session, sealed: string): boolean {
    const held = this.#read(browser, sealed);
    return held !== undefined && held.provedAt + SECOND_STEP_MS > this.#now();
  }

  /** What waits here for a proof. */
  actionOf(browser: Session, sealed: string): ProvedAction | undefined {
    return this.#read(browser, sealed)?.action;
  }

  /** Stands before the routers of the pages, since a form that was held goes on to them. */
  routes(): Router<WebState> {
    const router = new Router<WebState>();
    router.get(PROVE, (ctx) => {
      const { browser } = ctx.state;
      const sealed = queryOf(ctx, 'held');
      const held = browser && this.#read(browser, sealed);
      if (!browser || !held) return seeOther(ctx, '/account');
      return this.#show(ctx, browser, held, sealed ?? '');
    });
    router.post(PROVE, (ctx, next) => {
      const { browser } = ctx.state;
      if (!browser) return seeOther(ctx, linkTo('/sign-in', { return_to: '/account' }));
      return this.#prove(ctx, browser, next);
    });
    return router;
  }

  /**
   * The owner has given everything that the account asks for: the browser's proof is fresh from here on, and what
   * was held goes on. For the route of a second step; @param sealed as `SecondProof.ask` was given it
   */
  async goOn(
    ctx: WebContext,
    sealed: string | undefined,
    second: readonly string[],
    next: Next,
  ): Promise<void> {
    const { browser } = ctx.state;
    const held = browser && this.#read(browser, sealed);
    const isFirstFresh = held && held.provedAt + SECOND_STEP_MS > this.#now();
    if (!browser || !isFirstFresh) return seeOther(ctx, '/account');
    const amr = [...new Set([...held.amr, ...second])];
    const renewed = await this.#with.proving.renew(browser, amr);
    if (!renewed) return signInAgain(ctx, held);
    ctx.state.browser = renewed;
    setSession(ctx, renewed.sessionId);
    ctx.state.justProved = true;
    ctx.state.audit('proof-given', { amr });
    if (held.method === 'GET') return seeOther(ctx, held.path);
    if (ctx.state.mayOpen?.(held.path) === false) return seeOther(ctx, sectionOf(held.path));
    ctx.method = held.method;
    ctx.url = held.path;
    setForm(ctx, held.body);
    await next();
  }

  async #prove(ctx: WebContext, browser: Session, next: Next): Promise<void> {
    const { held: sealed, password } = readForm(ctx, { held: text, password: text });
    const held = this.#read(browser, sealed);
    if (!held) return seeOther(ctx, '/account');
    // It waits no longer than it would have.
    const again = (problem: ProveView['problem']) =>
      answerAt(ctx, linkTo(PROVE, { held: sealed }), { problem });
    if (password === '') return again({ kind: 'fields', fields: { password: 'missing' } });
    const check = await this.#with.proving.check(browser, password, requesterOf(ctx).address);
    switch (check.outcome) {
      case 'wait':
        return again(throttled(ctx, check.milliseconds, check.limit));
      case 'wrong':
        ctx.state.audit('proof-refused', { reason: 'wrong' });
        return again({ kind: 'wrong' });
      case 'signed-out':
        return signInAgain(ctx, held);
      case 'right':
        return this.#firstProved(ctx, browser, held, ['pwd'], next);
    }
  }

  /**
   * The provider by which the owner signs in has just asked them again. What was held too long for a cookie is shown anew,
   * with a proof that is fresh.
   */
  async provedElsewhere(
    ctx: WebContext,
    browser: Session,
    sealed: string | undefined,
    amr: readonly string[],
    next: Next,
  ): Promise<void> {
    const held = this.#read(browser, sealed);
    if (!held) return seeOther(ctx, '/account');
    return this.#firstProved(ctx, browser, held, amr, next);
  }

  async #firstProved(
    ctx: WebContext,
    browser: Session,
    held: Held,
    amr: readonly string[],
    next: Next,
  ): Promise<void> {
    const { second } = this.#with;
    const sealed = this.#seal(browser, { ...held, provedAt: this.#now(), amr });
    if (second && !(await second.isWhole({ ...browser, amr: [...amr] })))
      return second.ask(ctx, browser, sealed);
    return this.goOn(ctx, sealed, [], next);
  }

  async #isProved(browser: Session, action: ProvedAction): Promise<boolean> {
    const { proving, second } = this.#with;
    return proving.isFresh(browser, action) && (!second || (await second.isWhole(browser)));
  }

  /** Where a page was asked for, its own address asks for the proof; a form that was posted waits at one of ours. */
  async #hold(ctx: WebContext, browser: Session, held: Held): Promise<void> {
    const sealed = this.#seal(browser, held);
    if (ctx.method === 'POST') seeOther(ctx, linkTo(PROVE, { held: sealed }));
    else await this.#show(ctx, browser, held, sealed);
  }

  async #show(ctx: WebContext, browser: Session, held: Held, sealed: string): Promise<void> {
    const { hasPassword, upstreams } = await this.#with.ways(browser, held.action);
    // Where a page of its own waits for the proof, what its address tells is that page's to say.
    const { status, ...told } =
      ctx.path === PROVE ? toldOf<Pick<ProveView, 'problem'>>(ctx) : { status: 200 };
    const { name, email } = browser.profile;
    const view: ProveView = {
      page: 'prove',
      csrf: ctx.state.csrf,
      signedInAs: { name, email },
      action: held.action,
      signInAgain: linkTo('/sign-in', { return_to: pageOf(held), again: 'yes' }),
      held: sealed,
      hasPassword,
      upstreams,
      ...told,
    };
    renderPage(ctx, view, status);
  }

  #seal({ uid }: Session, held: Held): string {
    return this.#with.tickets.issue(PLACE, uid, held);
  }

  #read({ uid }: Session, sealed: string | undefined): Held | undefined {
    return this.#with.tickets.read<Held>(PLACE, uid, sealed);
  }
}

/** Signed out meanwhile. */
function signInAgain(ctx: WebContext, held: Held): void {
  clearSession(ctx);
  seeOther(ctx, linkTo('/sign-in', { return_to: pageOf(held) }));
}
