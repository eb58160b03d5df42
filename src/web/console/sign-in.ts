/** `/admin/sign-in`: from a browser that is signed in to the console, by a proof with a passkey or an authenticator app. */
import { Router } from '@koa/router';
import { readConsole, setConsole } from '../middleware/cookies.ts';
import { renderPage, seeOther } from '../render.ts';
import type { WebState } from '../web-state.ts';
import { CONSOLE_PATH } from './fence.ts';
import { type Gate, type GateParts, SIGN_IN } from './gate.ts';

export function consoleSignInRoutes(gate: Gate, { stepUp, sessions }: GateParts): Router<WebState> {
  const router = new Router<WebState>();
  router.get(
    SIGN_IN,
    gate.known((ctx, known) =>
      renderPage(ctx, {
        page: 'console-sign-in',
        ...gate.parts(ctx, known, undefined),
        isStrong: known.isStrong,
      }),
    ),
  );
  router.post(
    SIGN_IN,
    gate.known((ctx, known) => {
      if (!known.isStrong) return seeOther(ctx, SIGN_IN);
      return stepUp.justBefore('administer', async (_ctx, browser) => {
        // A second step that was taken away meanwhile has not been proved.
        if (!browser.amr.includes('mfa')) return seeOther(ctx, SIGN_IN);
        await gate.ask(ctx, known, { method: 'POST', path: '/session' });
        setConsole(ctx, (await sessions.begin(browser)).id);
        seeOther(ctx, CONSOLE_PATH);
      })(ctx, known.browser);
    }),
  );
  router.post(
    `${CONSOLE_PATH}/sign-out`,
    gate.known(async (ctx) => {
      const id = readConsole(ctx);
      if (id !== undefined) await sessions.end(id);
      setConsole(ctx, null);
      seeOther(ctx, SIGN_IN);
    }),
  );
  return router;
}
