/** `/admin/operators` and `/admin/settings`. */
import { Router } from '@koa/router';
import type { z } from 'zod';
import type { foundShown } from '../../admin/operator-routes.ts';
import { OPERATOR_ROLES, type OperatorRole } from '../../admin/operators.ts';
import { Problem } from '../../admin/problem.ts';
import { isSecret } from '../../config/changed-settings.ts';
import { VERSION } from '../../runtime/version.ts';
import { form } from '../middleware/form.ts';
import { readerOf } from '../reader.ts';
import { renderPage } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { CONSOLE_PATH } from './fence.ts';
import type { Gate, Operator } from './gate.ts';
import { accountPath, idIn } from './lists.ts';

const HOME = `${CONSOLE_PATH}/operators`;

export interface OperatorPageParts {
  /** Those that are not as by default. */
  readonly settings: Readonly<Record<string, string>>;
}

interface Listed {
  readonly data: readonly { id: string; name: string; email: string; status: string; role: OperatorRole }[];
}

export function consoleOperatorRoutes(gate: Gate, { settings }: OperatorPageParts): Router<WebState> {
  const router = new Router<WebState>();
  router.get(
    HOME,
    gate.page((ctx, operator) => showOperators(gate, ctx, operator)),
  );
  const done = (ctx: WebContext, operator: Operator) =>
    gate.goOn(ctx, operator, HOME, readerOf(ctx).t('console.done'));
  // The account that an email names, so that the change is about its id in the trail.
  router.post(
    HOME,
    gate.page(async (ctx, operator) => {
      const path = `/operators/${encodeURIComponent(await accountAskedFor(gate, ctx, operator))}`;
      await gate.change(() => ({ method: 'POST', path, body: roleIn(ctx) }), done)(ctx);
    }),
  );
  router.post(
    `${HOME}/:account`,
    gate.change(
      (ctx) => ({ method: 'POST', path: `/operators/${idIn(ctx, 'account')}`, body: roleIn(ctx) }),
      done,
    ),
  );
  router.get(
    `${CONSOLE_PATH}/settings`,
    gate.page((ctx, operator) => showSettings(gate, ctx, operator, settings)),
  );
  return router;
}

async function showOperators(gate: Gate, ctx: WebContext, operator: Operator): Promise<void> {
  const { data } = await gate.read<Listed>(ctx, operator, '/operators');
  const rows = data.map(({ id, name, email, status, role }) => ({
    ...{ title: name, href: accountPath(id), role, action: `${HOME}/${encodeURIComponent(id)}` },
    facts: [
      { what: 'email', words: email },
      { what: 'role', is: role },
      { what: 'status', is: status },
    ],
  }));
  const parts = gate.parts(ctx, operator, 'operators');
  renderPage(ctx, { page: 'console-operators', ...parts, rows, roles: OPERATOR_ROLES });
}

/** @returns the id of the account whose email, or id, was typed */
async function accountAskedFor(gate: Gate, ctx: WebContext, operator: Operator): Promise<string> {
  const q = (form(ctx)['who'] ?? '').trim().slice(0, 200);
  if (q === '') throw new Problem('not-found');
  const found = await gate.read<z.infer<typeof foundShown>>(ctx, operator, '/search', { q });
  if (found.account === null) throw new Problem('not-found');
  return found.account;
}

const roleIn = (ctx: WebContext) => ({ role: form(ctx)['role'] ?? '' });

function showSettings(
  gate: Gate,
  ctx: WebContext,
  operator: Operator,
  settings: OperatorPageParts['settings'],
): void {
  renderPage(ctx, {
    page: 'console-settings',
    ...gate.parts(ctx, operator, 'settings'),
    version: VERSION,
    settings: Object.entries(settings)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, value]) => [name, isSecret(name) ? undefined : value] as const),
  });
}
