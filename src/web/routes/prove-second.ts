/** `/account/prove/second`: the second step of a fresh proof, after the password, in place. */
import { Router } from '@koa/router';
import type { Session } from '../../accounts/session.ts';
import type { ProvedAction } from '../../config/proof-ages.ts';
import { type Factor, type FactorKind, type Passkey, STRONG_FACTORS } from '../../mfa/factor.ts';
import type { PasskeyCheck } from '../../mfa/passkey-check.ts';
import { maskPhoneNumber } from '../../mfa/phone-number.ts';
import { requesterOf } from '../../net/requester.ts';
import type { ProveAgain } from '../../sessions/prove-again.ts';
import { answerAt, toldOf } from '../form-answers.ts';
import { form, optional, readForm, text } from '../middleware/form.ts';
import { allowOwnScripts } from '../middleware/security-headers.ts';
import type { SecondProof, StepUp } from '../middleware/step-up.ts';
import { linkTo } from '../pages/labels.ts';
import { SECOND_STEPS, type SecondStepKind, type SecondStepView } from '../pages/second-step.ts';
import { renderPage, seeOther, signedInAs } from '../render.ts';
import { factorAnswerOf } from '../second-step-answer.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { secondStepRefusal } from './second-step-refusal.ts';
import { queryOf, throttled, visitOf } from './visit.ts';

const PATH = '/account/prove/second';

const ANSWER = { with: optional, held: text, choose: optional, text: optional };

interface ProveSecondRoutes {
  readonly proveAgain: ProveAgain;
  readonly passkeys: PasskeyCheck;
  /** Text messages are in the outbox of this server: development without a gateway. */
  readonly textsInOutbox: boolean;
}

/** What a fresh proof includes beside the password: a factor, where the account has one. */
export class SecondProofPages implements SecondProof {
  readonly #with: ProveSecondRoutes;

  constructor(dependencies: ProveSecondRoutes) {
    this.#with = dependencies;
  }

  async isWhole(browser: Session): Promise<boolean> {
    if (browser.amr.includes('mfa')) return true;
    return (await this.#with.proveAgain.factorsOf(browser)).length === 0;
  }

  async ask(ctx: WebContext, _browser: Session, held: string): Promise<void> {
    seeOther(ctx, linkTo(PATH, { held }));
  }

  /** Stands before the routers of the pages, as those of `StepUp` do. */
  routes(stepUp: StepUp): Router<WebState> {
    const router = new Router<WebState>();
    router.get(PATH, (ctx) => {
      const { browser } = ctx.state;
      const held = queryOf(ctx, 'held') ?? '';
      const isWaiting = browser && stepUp.isWaiting(browser, held);
      return isWaiting
        ? this.#show(ctx, browser, held, stepUp.actionOf(browser, held))
        : seeOther(ctx, '/account');
    });
    router.post(PATH, (ctx, next) => {
      const { browser } = ctx.state;
      return browser ? this.#answer(ctx, browser, stepUp, next) : seeOther(ctx, '/sign-in');
    });
    return router;
  }

  async #answer(
    ctx: WebContext,
    browser: Session,
    stepUp: StepUp,
    next: () => Promise<unknown>,
  ): Promise<void> {
    const { with: kind, held, choose, text: wantsText } = readForm(ctx, ANSWER);
    if (choose !== undefined) return seeOther(ctx, linkTo(PATH, { held, with: choose }));
    if (wantsText !== undefined && isTaken(stepUp.actionOf(browser, held), 'phone'))
      return this.#sendText(ctx, browser, held);
    const answer = factorAnswerOf(form(ctx), textTicket(browser));
    if (!answer || !isTaken(stepUp.actionOf(browser, held), answer.kind))
      return seeOther(ctx, linkTo(PATH, { held }));
    const outcome = await this.#with.proveAgain.prove(browser, answer, visitOf(ctx));
    const sent = kind === 'phone' ? 'yes' : undefined;
    const again = (problem: SecondStepView['problem']) =>
      answerAt(ctx, linkTo(PATH, { held, with: kind, sent }), { problem });
    switch (outcome.outcome) {
      case 'proved':
        return stepUp.goOn(ctx, held, outcome.amr, next);
      default:
        return again(secondStepRefusal(ctx, outcome, kind, browser.accountId));
    }
  }

  async #sendText(ctx: WebContext, browser: Session, held: string): Promise<void> {
    const sent = await this.#with.proveAgain.sendText(browser, textTicket(browser), requesterOf(ctx).address);
    const isSent = sent.outcome === 'sent' ? 'yes' : undefined;
    const page = linkTo(PATH, { held, with: 'phone', sent: isSent });
    if (sent.outcome !== 'wait') return seeOther(ctx, page);
    const problem = throttled(ctx, sent.milliseconds, sent.limit, { account: browser.accountId });
    answerAt(ctx, page, { problem });
  }

  async #show(
    ctx: WebContext,
    browser: Session,
    held: string,
    action: ProvedAction | undefined,
  ): Promise<void> {
    const { status, ...told } = toldOf<Pick<SecondStepView, 'problem'>>(ctx);
    const wanted = queryOf(ctx, 'with');
    const all = await this.#with.proveAgain.factorsOf(browser);
    const factors = all.filter(({ kind }) => isTaken(action, kind));
    const { kinds, chosen, phone } = choiceOf(factors, this.#with.passkeys.possible, wanted);
    const passkeys = factors.filter((factor): factor is Passkey => factor.kind === 'passkey');
    const asked =
      chosen === 'passkey' ? await this.#with.passkeys.ask({ id: browser.accountId, passkeys }) : undefined;
    if (asked) allowOwnScripts(ctx);
    const view: SecondStepView = {
      page: 'second-step',
      csrf: ctx.state.csrf,
      signedInAs: signedInAs(ctx),
      held,
      email: browser.profile.email,
      chosen,
      others: kinds.filter((kind) => kind !== chosen),
      phone,
      outboxLink: this.#with.textsInOutbox,
      passkey: asked && { options: JSON.stringify(asked.options), challenge: asked.challenge },
      sent: queryOf(ctx, 'sent') !== undefined,
      ...told,
    };
    renderPage(ctx, view, status);
  }
}

/** An operator of the server gives what cannot be read over a shoulder or taken with a phone number. */
const isTaken = (action: ProvedAction | undefined, kind: FactorKind) =>
  action !== 'administer' || STRONG_FACTORS.has(kind);

/** Names the text message in the store: one is good for this browser alone. */
const textTicket = ({ uid }: Session) => `prove:${uid}`;

/** What the account has, in the order in which it is offered, and which of it is asked for now. */
export function choiceOf(
  factors: readonly Factor[],
  passkeysPossible: boolean,
  wanted: string | undefined,
): { kinds: readonly SecondStepKind[]; chosen: SecondStepKind; phone: string | undefined } {
  const has = new Set<SecondStepKind>(factors.map(({ kind }) => kind));
  if (!passkeysPossible) has.delete('passkey');
  const kinds = SECOND_STEPS.filter((kind) => has.has(kind));
  const chosen = kinds.find((kind) => kind === wanted) ?? kinds[0] ?? 'backup-codes';
  const phone = factors.find((factor) => factor.kind === 'phone');
  return { kinds, chosen, phone: phone && maskPhoneNumber(phone.number) };
}
