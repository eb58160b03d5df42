/** `/account/security/two-step/codes`: ten backup codes, shown once, to be saved or printed. */
import { Router } from '@koa/router';
import type { Session } from '../../accounts/session.ts';
import { optional, readForm } from '../middleware/form.ts';
import { linkTo } from '../pages/labels.ts';
import type { BackupCodesView } from '../pages/two-step.ts';
import { readerOf } from '../reader.ts';
import { renderPage, seeOther } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import { accountParts, type SignedInPage, signedIn } from './signed-in.ts';
import { TWO_STEP } from './two-step.ts';
import { changesFactors, type TwoStepPages } from './two-step-pages.ts';
import { placeOf, queryOf } from './visit.ts';

const PATH = `${TWO_STEP}/codes`;
const SHOWN = 'backup-codes-shown';

export function backupCodesRoutes(routes: TwoStepPages): Router<WebState> {
  const bound = boundTo(routes);
  const router = new Router<WebState>();
  router.get(
    PATH,
    signedIn((ctx, browser) => {
      const page: SignedInPage = () => show(routes, ctx, browser);
      // The codes themselves ask for the proof that making them did.
      const asks = queryOf(ctx, 'shown') !== undefined;
      return asks ? routes.stepUp.before('view-backup-codes', page)(ctx, browser) : page(ctx, browser);
    }),
  );
  router.post(PATH, signedIn(changesFactors(routes, bound(make), 'view-backup-codes')));
  router.get(
    `${PATH}/download`,
    signedIn((ctx) => seeOther(ctx, PATH)),
  );
  router.post(`${PATH}/download`, signedIn(bound(download)));
  return router;
}

async function make(routes: TwoStepPages, ctx: WebContext, browser: Session): Promise<void> {
  const codes = await routes.services.twoStep.makeBackupCodes(browser, placeOf(ctx));
  if (!codes) return seeOther(ctx, TWO_STEP);
  ctx.state.audit('factor-added', { account: browser.accountId, reason: 'backup-codes' });
  seeOther(ctx, linkTo(PATH, { shown: routes.tickets.issue(SHOWN, browser.uid, codes) }));
}

/** A file of the codes that this browser has just been shown. */
function download({ tickets, issuer, product }: TwoStepPages, ctx: WebContext, browser: Session): void {
  const { download } = readForm(ctx, { download: optional });
  const codes = tickets.read<string[]>(SHOWN, browser.uid, download);
  if (!codes) return seeOther(ctx, PATH);
  const reader = readerOf(ctx);
  const lines = [
    reader.t('security.codes.file', { product, issuer }),
    reader.t('security.codes.file-hint'),
    '',
    ...codes,
    '',
  ];
  ctx.status = 200;
  ctx.type = 'text/plain; charset=utf-8';
  ctx.set('Cache-Control', 'no-store');
  ctx.set('Content-Disposition', 'attachment; filename="backup-codes.txt"');
  ctx.body = lines.join('\r\n');
}

async function show({ services, tickets }: TwoStepPages, ctx: WebContext, browser: Session): Promise<void> {
  const shown = queryOf(ctx, 'shown');
  const codes = tickets.read<string[]>(SHOWN, browser.uid, shown);
  const factors = await services.twoStep.list(browser.accountId);
  if (factors.length === 0) return seeOther(ctx, TWO_STEP);
  const made = factors.find((factor) => factor.kind === 'backup-codes');
  const view: BackupCodesView = {
    page: 'backup-codes',
    ...accountParts(ctx, browser, 'security'),
    left: made?.left,
    codes,
    madeAt: made && new Date(made.createdAt),
    download: codes && shown ? shown : '',
  };
  renderPage(ctx, view);
}
