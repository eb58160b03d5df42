/** `/sign-in/passkey`: signing in without a password. The page needs a script, and says so where there is none. */
import { Router } from '@koa/router';
import type { PasskeySignIn } from '../../sessions/passkey-sign-in.ts';
import { answerAt, toldOf } from '../form-answers.ts';
import { optional, readForm, text } from '../middleware/form.ts';
import { allowOwnScripts } from '../middleware/security-headers.ts';
import { linkTo } from '../pages/labels.ts';
import type { PasskeySignInView } from '../pages/second-step.ts';
import { renderPage, seeOther, signedInAs } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import { ownPath } from './return-to.ts';
import { goOnSignedIn, queryOf, visitOf } from './visit.ts';

interface PasskeySignInRoutes {
  readonly issuer: string;
  readonly passkeySignIn: PasskeySignIn;
  /** Whether owners sign in by passwords here. */
  readonly takesPasswords: boolean;
}

const PATH = '/sign-in/passkey';

export function passkeySignInRoutes(routes: PasskeySignInRoutes): Router<WebState> {
  const bound = boundTo(routes);
  const router = new Router<WebState>();
  router.get(PATH, bound(show));
  router.post(PATH, bound(finish));
  return router;
}

async function finish(routes: PasskeySignInRoutes, ctx: WebContext): Promise<void> {
  const { response, challenge, return_to } = readForm(ctx, {
    response: text,
    challenge: text,
    return_to: optional,
  });
  const returnTo = ownPath(return_to, routes.issuer);
  if (!routes.passkeySignIn.possible) return seeOther(ctx, '/sign-in');
  const outcome = await routes.passkeySignIn.finish(response, challenge, visitOf(ctx));
  if (outcome.outcome === 'signed-in') return goOnSignedIn(ctx, outcome, returnTo);
  ctx.state.audit('sign-in-refused', { reason: 'passkey' });
  answerAt(ctx, linkTo(PATH, { return_to: returnTo }), { problem: { kind: 'wrong' } });
}

async function show(
  { issuer, passkeySignIn, takesPasswords }: PasskeySignInRoutes,
  ctx: WebContext,
): Promise<void> {
  const { status, ...told } = toldOf<Pick<PasskeySignInView, 'problem'>>(ctx);
  const asked = await passkeySignIn.begin();
  if (asked) allowOwnScripts(ctx);
  const view: PasskeySignInView = {
    page: 'sign-in-passkey',
    csrf: ctx.state.csrf,
    signedInAs: signedInAs(ctx),
    withoutPasswords: !takesPasswords,
    returnTo: ownPath(queryOf(ctx, 'return_to'), issuer),
    passkey: asked && { options: JSON.stringify(asked.options), challenge: asked.challenge },
    ...told,
  };
  renderPage(ctx, view, status);
}
