/** `/admin`: what needs a hand, what happened, and one search for whatever an owner, a maker or the log names. */
import { Router } from '@koa/router';
import type { z } from 'zod';
import type { foundShown } from '../../admin/operator-routes.ts';
import { FIGURES, type Figure } from '../../audit/hourly-figures.ts';
import type { Standing } from '../pages/console.ts';
import { linkTo } from '../pages/labels.ts';
import { renderPage, seeOther } from '../render.ts';
import { queryOf } from '../routes/visit.ts';
import type { WebState } from '../web-state.ts';
import { CONSOLE_PATH } from './fence.ts';
import type { Gate } from './gate.ts';
import { accountPath, clientPath } from './lists.ts';

export interface OverviewParts {
  /** How the parts of the installation stand. */
  readonly standings: () => Promise<readonly Standing[]>;
}

/** In hours. */
const [DAY, WEEK] = [24, 168];

/** The newest comes first. */
type Hour = Readonly<Record<Figure, number>>;

const sumOf = (hours: readonly Hour[], figure: Figure) => hours.reduce((sum, hour) => sum + hour[figure], 0);

export function consoleOverviewRoutes(gate: Gate, { standings }: OverviewParts): Router<WebState> {
  const router = new Router<WebState>();
  router.get(
    CONSOLE_PATH,
    gate.page(async (ctx, operator) => {
      const { data } = await gate.read<{ data: Hour[] }>(ctx, operator, '/stats', { hours: `${WEEK}` });
      const figures = FIGURES.map((figure) => ({
        figure: figure.replaceAll('_', ''),
        day: sumOf(data.slice(0, DAY), figure),
        week: sumOf(data, figure),
      }));
      const parts = gate.parts(ctx, operator, 'overview');
      renderPage(ctx, { page: 'console-overview', ...parts, standings: await standings(), figures });
    }),
  );
  router.get(
    `${CONSOLE_PATH}/search`,
    gate.page(async (ctx, operator) => {
      const q = (queryOf(ctx, 'q') ?? '').trim().slice(0, 200);
      if (q === '') return seeOther(ctx, CONSOLE_PATH);
      const found = await gate.read<z.infer<typeof foundShown>>(ctx, operator, '/search', { q });
      if (found.account !== null) return seeOther(ctx, accountPath(found.account));
      if (found.client !== null) return seeOther(ctx, clientPath(found.client));
      // Part of a name, perhaps: the list opens each.
      seeOther(ctx, linkTo(`${CONSOLE_PATH}/accounts`, { q: q.length > 1 ? q.slice(0, 100) : undefined }));
    }),
  );
  return router;
}
