/**
 * A device that its maker's phone app sets up: the same confirm page as for a code, at the request of the app, each time.
 */
import type { Session } from '../../accounts/session.ts';
import type { GoOn, WaitingSignIn } from '../../apps/app-sign-in.ts';
import type { CompanionLinking } from '../../apps/companion-linking.ts';
import type { AskedLink } from '../../devices/device-linking.ts';
import type { LinkRisk } from '../../devices/link-risk.ts';
import type { LinkRisks } from '../../devices/link-risks.ts';
import { requesterOf } from '../../net/requester.ts';
import { answerAt, toldOf } from '../form-answers.ts';
import { showError } from '../middleware/errors.ts';
import type { StepUp } from '../middleware/step-up.ts';
import { confirmView, resultView } from '../pages/device-views.ts';
import { renderPage, seeOther } from '../render.ts';
import type { WebContext } from '../web-state.ts';

interface CompanionDependencies {
  readonly companions: CompanionLinking;
  readonly risks: Pick<LinkRisks, 'assess' | 'recordApproval'>;
  readonly stepUp: Pick<StepUp, 'before' | 'justBefore'>;
  readonly now: () => number;
}

/** What the owner's answer leads to: back to the app, or to sign in anew. */
interface CompanionAnswer {
  goOn(next: GoOn | 'gone'): void;
  signInAgain(): void;
}

export class CompanionPages {
  readonly #with: CompanionDependencies;

  constructor(dependencies: CompanionDependencies) {
    this.#with = dependencies;
  }

  async show(ctx: WebContext, browser: Session, { uid }: WaitingSignIn): Promise<void> {
    if (toldOf<NoRoom>(ctx).isFull)
      return renderPage(ctx, resultView(ctx, { outcome: 'full', again: pathOf(uid) }));
    const asked = await this.#asked(ctx, browser, uid);
    if (asked) this.#showConfirmPage(ctx, browser, uid, asked);
  }

  /** What the page asked for is asked for again here: the circumstances may have changed, and forms can be forged. */
  async approve(
    ctx: WebContext,
    browser: Session,
    { uid }: WaitingSignIn,
    answer: CompanionAnswer,
  ): Promise<void> {
    const asked = await this.#asked(ctx, browser, uid);
    if (!asked) return;
    const { check } = asked.risk;
    // The page says why.
    if (check === 'refuse') return seeOther(ctx, pathOf(uid));
    const stepUp = check === 'click' ? 'before' : 'justBefore';
    const approval = this.#with.stepUp[stepUp]('link-device', (_, proved) =>
      this.#link(ctx, proved, uid, asked, answer),
    );
    return approval(ctx, browser);
  }

  async #link(
    ctx: WebContext,
    browser: Session,
    uid: string,
    { link, risk }: Asked,
    answer: CompanionAnswer,
  ): Promise<void> {
    const { companions, risks } = this.#with;
    await risks.recordApproval(link, browser, risk);
    const outcome = await companions.approve(uid, browser);
    if (outcome === 'signed-out') return answer.signInAgain();
    if (outcome === 'full') {
      ctx.state.audit('device-refused', { client: link.app.id, reason: 'full' });
      return answerAt(ctx, pathOf(uid), { isFull: true } satisfies NoRoom);
    }
    if (outcome !== 'gone') ctx.state.audit('device-approved');
    answer.goOn(outcome);
  }

  async #asked(ctx: WebContext, browser: Session, uid: string): Promise<Asked | undefined> {
    const link = await this.#with.companions.find(uid);
    if (link) return { link, risk: await this.#with.risks.assess(link, browser, requesterOf(ctx)) };
    showError(ctx, 'sign-in-gone');
    return undefined;
  }

  #showConfirmPage(ctx: WebContext, browser: Session, uid: string, { link, risk }: Asked): void {
    if (risk.check === 'refuse') ctx.state.audit('device-refused', { client: link.app.id, reason: 'burst' });
    const details = { action: pathOf(uid), now: new Date(this.#with.now()) };
    renderPage(ctx, confirmView(ctx, browser, link, risk, details));
  }
}

/** Told on the page: the account has as many devices as it may. */
interface NoRoom {
  readonly isFull: true;
}

interface Asked {
  readonly link: AskedLink;
  readonly risk: LinkRisk;
}

const pathOf = (uid: string): string => `/interaction/${uid}`;
