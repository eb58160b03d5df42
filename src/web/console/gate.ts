/** Who comes to a page of the console: an operator, signed in to it in this very browser, with a fresh proof for changes. */
import { randomUUID } from 'node:crypto';
import type { Session } from '../../accounts/session.ts';
import type { AdminApi, AdminRequest, CallSeen } from '../../admin/admin-api.ts';
import type { AdminCaller } from '../../admin/admin-tokens.ts';
import { SCOPES_OF_ROLE } from '../../admin/console-rights.ts';
import type { ConsoleSession, ConsoleSessions } from '../../admin/console-sessions.ts';
import type { OperatorRole, OperatorStore } from '../../admin/operators.ts';
import { Problem } from '../../admin/problem.ts';
import type { AdminAnswer } from '../../admin/route.ts';
import { StoreUnavailable } from '../../errors/store-unavailable.ts';
import { STRONG_FACTORS } from '../../mfa/factor.ts';
import type { FactorStore } from '../../mfa/factor-store.ts';
import { thingsIn } from '../admin-endpoint.ts';
import type { FlashMessages } from '../flash-messages.ts';
import { readConsole, setConsole } from '../middleware/cookies.ts';
import { showError } from '../middleware/errors.ts';
import type { StepUp } from '../middleware/step-up.ts';
import type { PageTickets } from '../page-tickets.ts';
import { type ConsoleParts, type ConsoleSection, REFUSALS } from '../pages/console.ts';
import { linkTo } from '../pages/labels.ts';
import { renderPage, seeOther } from '../render.ts';
import { queryOf } from '../routes/visit.ts';
import type { WebContext } from '../web-state.ts';
import { CONSOLE_PATH } from './fence.ts';

/** An operator in the browser that they are signed in with, perhaps not yet to the console. */
interface Known {
  readonly browser: Session;
  readonly role: OperatorRole;
  /** Whether their account has a second step that does for the console. */
  readonly isStrong: boolean;
}

export interface Operator extends Known {
  readonly session: ConsoleSession;
}

type KnownPage = (ctx: WebContext, known: Known) => void | Promise<void>;
type OperatorPage = (ctx: WebContext, operator: Operator) => void | Promise<void>;

/** One call of the Admin API's functions. */
export interface ConsoleCall {
  readonly method: AdminRequest['method'];
  /** Below `/admin/v1`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: object;
  /** Of what is done once, however often the form is sent. */
  readonly key?: string | undefined;
}

export interface GateParts {
  readonly api: Pick<AdminApi, 'answerTo' | 'requireAllowed'>;
  readonly operators: Pick<OperatorStore, 'roleOf'>;
  readonly sessions: ConsoleSessions;
  readonly factors: Pick<FactorStore, 'list'>;
  readonly stepUp: Pick<StepUp, 'justBefore'>;
  /** How old a proof may be, in milliseconds. */
  readonly proofAge: number;
  readonly flash: FlashMessages;
  readonly tickets: PageTickets;
  readonly now: () => number;
}

export const SIGN_IN = `${CONSOLE_PATH}/sign-in`;

export class Gate {
  readonly #with: GateParts;

  constructor(parts: GateParts) {
    this.#with = parts;
  }

  /** For operators, signed in to the console or not; to every other owner nothing is there. */
  known(page: KnownPage): (ctx: WebContext) => Promise<void> {
    return async (ctx) => {
      const { browser } = ctx.state;
      if (!browser) {
        if (ctx.method === 'POST') ctx.state.audit('admin-refused', { reason: 'signed-out' });
        return seeOther(ctx, linkTo('/sign-in', { return_to: CONSOLE_PATH }));
      }
      const { operators, factors } = this.#with;
      const role = await operators.roleOf(browser.accountId);
      if (!role) {
        ctx.state.audit('admin-refused', { reason: 'no-role' });
        return showError(ctx, 'not-found');
      }
      const isStrong = (await factors.list(browser.accountId)).some(({ kind }) => STRONG_FACTORS.has(kind));
      return page(ctx, { browser, role, isStrong });
    };
  }

  /** For operators who are signed in to the console. */
  page(page: OperatorPage): (ctx: WebContext) => Promise<void> {
    return this.known(async (ctx, known) => {
      const session = known.isStrong
        ? await this.#with.sessions.resume(readConsole(ctx), known.browser)
        : undefined;
      if (session) return this.#refusing(ctx, { ...known, session }, page);
      if (ctx.method === 'POST') ctx.state.audit('admin-refused', { reason: 'signed-out' });
      seeOther(ctx, SIGN_IN);
    });
  }

  /** A change: whether the role allows it, then whether the proof is fresh, then it is made. */
  change(
    callOf: (ctx: WebContext) => ConsoleCall,
    then: (ctx: WebContext, operator: Operator, answer: AdminAnswer) => void | Promise<void>,
  ): (ctx: WebContext) => Promise<void> {
    return this.page(async (ctx, operator) => {
      const call = callOf(ctx);
      await this.#with.api.requireAllowed(callerOf(operator), requestOf(ctx, call), {});
      const { sessions, stepUp, proofAge, now } = this.#with;
      if (now() - operator.session.provedAt <= proofAge)
        return then(ctx, operator, await this.ask(ctx, operator, call));
      return stepUp.justBefore('administer', async (_ctx, browser) => {
        if (!browser.amr.includes('mfa')) return seeOther(ctx, SIGN_IN);
        const session = await sessions.prove(operator.session);
        setConsole(ctx, session.id);
        await then(ctx, { ...operator, browser, session }, await this.ask(ctx, operator, call));
      })(ctx, operator.browser);
    });
  }

  /** @throws Problem, StoreUnavailable */
  async ask(ctx: WebContext, operator: Known, call: ConsoleCall): Promise<AdminAnswer> {
    const seen: CallSeen = {};
    const answer = await this.#with.api.answerTo(callerOf(operator), requestOf(ctx, call), seen);
    const about = { operator: operator.browser.accountId, account: seen.account, ...thingsIn(seen) };
    ctx.state.audit('admin-called', { ...about, reason: seen.route?.name });
    return answer;
  }

  /** What is read, as the schema of its route says. */
  async read<T>(
    ctx: WebContext,
    operator: Known,
    path: string,
    query: ConsoleCall['query'] = {},
  ): Promise<T> {
    return (await this.ask(ctx, operator, { method: 'GET', path, query })).body as T;
  }

  /** What every page of the console carries. */
  parts(ctx: WebContext, { browser, role }: Known, section: ConsoleSection | undefined): ConsoleParts {
    const { name, email } = browser.profile;
    const has = (scope: string) => SCOPES_OF_ROLE[role].has(scope);
    return {
      csrf: ctx.state.csrf,
      operator: { name, email, role },
      may: {
        accounts: has('admin:accounts:write'),
        devices: has('admin:devices:write'),
        clients: has('admin:clients:write'),
        receivers: has('admin:receivers'),
        roles: has('console:roles'),
      },
      section,
      once: randomUUID(),
      notice: this.#with.flash.read(browser, queryOf(ctx, 'notice')),
    };
  }

  /** To a page of the console, which says this. */
  goOn(ctx: WebContext, { browser }: Known, path: string, notice: string): void {
    seeOther(ctx, this.#with.flash.linkWith(path, browser, notice));
  }

  async #refusing(ctx: WebContext, operator: Operator, page: OperatorPage): Promise<void> {
    try {
      await page(ctx, operator);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.slug === 'unavailable') throw new StoreUnavailable('the console');
      ctx.state.audit('admin-refused', { reason: error.slug });
      const retryAfter = error.details.headers?.['Retry-After'];
      if (retryAfter !== undefined) ctx.set('Retry-After', retryAfter);
      const why = REFUSALS.find((slug) => slug === error.slug) ?? 'other';
      const { status } = error;
      const parts = this.parts(ctx, operator, undefined);
      renderPage(
        ctx,
        { page: 'console-refused', ...parts, status, why, requestId: ctx.state.requestId },
        status,
      );
    }
  }
}

const callerOf = ({ browser, role }: Known): AdminCaller => ({
  clientId: '',
  operator: { id: browser.accountId, role },
  scopes: SCOPES_OF_ROLE[role],
});

function requestOf(ctx: WebContext, { method, path, query = {}, body, key }: ConsoleCall): AdminRequest {
  const given = Object.entries(query).filter((one): one is [string, string] => Boolean(one[1]));
  return {
    method,
    path,
    query: new URLSearchParams(given),
    text: body ? JSON.stringify(body) : '',
    idempotencyKey: key,
    ifMatch: '',
    presented: undefined,
    requestId: ctx.state.requestId,
  };
}
