/** The Admin API without HTTP: who calls, whether they may, what they hear, and the trail of it. */
import type { AccountId } from '../accounts/account.ts';
import type { PresentedToken } from '../devices/bearer-tokens.ts';
import type { Limiter } from '../limits/limiter.ts';
import type { AdminCaller, AdminTokens } from './admin-tokens.ts';
import type { AuditTrail, TrailEntry } from './audit-trail.ts';
import type { CallsOnce } from './calls-once.ts';
import { challenge } from './challenge.ts';
import type { OperatorStore } from './operators.ts';
import { Problem } from './problem.ts';
import { digestOf, type GivenCall, readCall } from './read-call.ts';
import { type AdminAnswer, type AdminCall, type AdminRoute, isChange } from './route.ts';
import { type MatchedRoute, RouteTable } from './route-table.ts';

export interface AdminRequest extends GivenCall {
  readonly method: string;
  /** Below `/admin/v1`. */
  readonly path: string;
  readonly presented: PresentedToken | undefined;
  readonly requestId: string;
}

/** What is known of a call, for the log, as far as it has come. */
export interface CallSeen {
  route?: AdminRoute;
  client?: string;
  /** The id of the account that it is about. */
  account?: string;
  /** What of it: a device, a browser, a second step, an app. */
  params?: Readonly<Record<string, string>>;
  /** The client that something was done to, or what was begun. */
  target?: string | undefined;
}

interface AdminApiParts {
  readonly routes: readonly AdminRoute[];
  readonly tokens: AdminTokens;
  readonly limiter: Pick<Limiter, 'take'>;
  readonly trail: AuditTrail;
  readonly calls: CallsOnce;
  readonly operators: Pick<OperatorStore, 'roleOf'>;
  /** Under which name an account stands in the log. */
  readonly nameOf: (accountId: string) => string;
  /** Hears of what was done, and not written down. */
  readonly onUnwritten: (error: unknown) => void;
}

export class AdminApi {
  readonly #with: AdminApiParts;
  readonly #table: RouteTable;

  constructor(parts: AdminApiParts) {
    this.#with = parts;
    this.#table = new RouteTable(parts.routes);
  }

  /**
   * @param seen is filled in on the way
   * @throws Problem, StoreUnavailable
   */
  async answer(request: AdminRequest, seen: CallSeen): Promise<AdminAnswer> {
    const { route } = this.#table.match(request.method, request.path);
    if (route) seen.route = route;
    return this.answerTo(await this.#callerOf(request), request, seen);
  }

  /** The same for a caller who is known. */
  async answerTo(caller: AdminCaller, request: AdminRequest, seen: CallSeen): Promise<AdminAnswer> {
    const { route, params, entry } = await this.#admit(caller, request, seen);
    const call = await this.#refusing(entry, async () => readCall(route, request, { caller, params }));
    seen.params = params;
    seen.target = targetOf(route, call);
    const named = await this.#naming(route, call, entry, seen);
    return isChange(route)
      ? this.#change(route, request, named.call, named.entry)
      : this.#read(route, named.call, named.entry);
  }

  /**
   * Whether this caller may do this, without doing it; a refusal stands in the trail.
   * @throws Problem, StoreUnavailable
   */
  async requireAllowed(caller: AdminCaller, request: AdminRequest, seen: CallSeen): Promise<void> {
    await this.#admit(caller, request, seen);
  }

  /** With the account that the body names: an end is done again after a restore by what the lines say. */
  async #naming(
    route: AdminRoute,
    call: AdminCall,
    entry: TrailEntry,
    seen: CallSeen,
  ): Promise<{ call: AdminCall; entry: TrailEntry }> {
    if (!route.about) return { call, entry };
    const account = await this.#refusing(entry, async () => route.about?.(call));
    if (account === undefined) return { call, entry };
    seen.account = account;
    return {
      call: { ...call, params: { ...call.params, account } },
      entry: { ...entry, account: this.#with.nameOf(account) },
    };
  }

  async #admit(
    caller: AdminCaller,
    request: AdminRequest,
    seen: CallSeen,
  ): Promise<{ route: AdminRoute; params: Readonly<Record<string, string>>; entry: TrailEntry }> {
    const matched = this.#table.match(request.method, request.path);
    if (matched.route) seen.route = matched.route;
    seen.client = caller.clientId;
    await this.#pace(caller);
    const { route, params } = this.#allowed(matched);
    if (params['account'] !== undefined) seen.account = params['account'];
    const entry = this.#entryOf(route, request, seen, caller);
    await this.#refusing(entry, async () => {
      this.#requireScope(route, caller, request);
      await this.#requireNoOperator(route, caller, params['account']);
    });
    return { route, params, entry };
  }

  /**
   * An operator's account is for owners of the console to touch: a manager who takes it over has its role. A program,
   * which no person stands behind, takes nothing over that is an operator's.
   */
  async #requireNoOperator(
    route: AdminRoute,
    caller: AdminCaller,
    account: string | undefined,
  ): Promise<void> {
    if (account === undefined || !isChange(route) || caller.operator?.role === 'owner') return;
    if (!caller.operator && route.scope !== 'admin:accounts:recover') return;
    if (await this.#with.operators.roleOf(account as AccountId)) throw new Problem('operator-account');
  }

  /** A refusal stands where the trail cannot be written, too: nothing was done or told. */
  async #refusing<T>(entry: TrailEntry, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Problem) await this.#write('reads', answered(entry, error));
      throw error;
    }
  }

  async #callerOf({ presented }: AdminRequest): Promise<AdminCaller> {
    const { tokens } = this.#with;
    const refuse = (slug: 'no-token' | 'invalid-token' | 'invalid-dpop-proof') =>
      new Problem(slug, { headers: challenge(slug, presented, tokens.proofAlgorithms) });
    if (!presented) throw refuse('no-token');
    const caller = await tokens.find(presented);
    if (caller === 'no-proof') throw refuse('invalid-dpop-proof');
    if (!caller) throw refuse('invalid-token');
    return caller;
  }

  async #pace(caller: AdminCaller): Promise<void> {
    const leave = await this.#with.limiter.take([['ADMIN_CALLS', nameOf(caller)]]);
    if (leave.outcome === 'evaluate') return;
    const seconds = String(Math.ceil(leave.milliseconds / 1000));
    throw new Problem('too-many-requests', { headers: { 'Retry-After': seconds } });
  }

  #allowed(matched: MatchedRoute): { route: AdminRoute; params: Readonly<Record<string, string>> } {
    const { route, params, methods } = matched;
    if (route) return { route, params };
    if (methods.length === 0) throw new Problem('not-found');
    throw new Problem('method-not-allowed', { headers: { Allow: methods.join(', ') } });
  }

  #requireScope(
    { scope, consoleScope }: AdminRoute,
    { scopes }: AdminCaller,
    { presented }: AdminRequest,
  ): void {
    if (scope === undefined || scopes.has(scope) || (consoleScope && scopes.has(consoleScope))) return;
    const headers = challenge('insufficient-scope', presented, this.#with.tokens.proofAlgorithms, scope);
    throw new Problem('insufficient-scope', { detail: `It needs ${scope}`, headers });
  }

  #entryOf(
    { name, scope }: AdminRoute,
    { requestId }: AdminRequest,
    seen: CallSeen,
    { clientId, operator }: AdminCaller,
  ): TrailEntry {
    const account = seen.account === undefined ? undefined : this.#with.nameOf(seen.account);
    const who = { client: clientId, ...(operator && { operator: this.#with.nameOf(operator.id) }) };
    return { phase: 'asked', request: requestId, ...who, call: name, scope, account };
  }

  /** Written down before it is told. */
  async #read(route: AdminRoute, call: AdminCall, entry: TrailEntry): Promise<AdminAnswer> {
    const answer = await this.#refusing(entry, () => route.answer(call));
    await this.#with.trail.record('reads', answered(entry, answer));
    return answer;
  }

  /** Written down before it is done, and after. */
  async #change(
    route: AdminRoute,
    request: AdminRequest,
    call: AdminCall,
    entry: TrailEntry,
  ): Promise<AdminAnswer> {
    await this.#with.trail.record('changes', entry);
    try {
      const answer = await this.#once(route, request, call);
      await this.#write('changes', answered(entry, answer));
      return answer;
    } catch (error) {
      if (error instanceof Problem) await this.#write('changes', answered(entry, error));
      throw error;
    }
  }

  #once(route: AdminRoute, request: AdminRequest, call: AdminCall): Promise<AdminAnswer> {
    const { idempotencyKey: key } = request;
    if (key === undefined) return route.answer(call);
    const named = { clientId: nameOf(call.caller), key, asked: digestOf(request) };
    return this.#with.calls.once(named, () => route.answer(call));
  }

  /** What is done is done: that the trail has only its beginning says so. */
  async #write(kind: 'changes' | 'reads', entry: TrailEntry): Promise<void> {
    await this.#with.trail.record(kind, entry).catch(this.#with.onUnwritten);
  }
}

/** Words of ours, and an id that its route has found before anything is told. */
function targetOf({ path }: AdminRoute, { params, body }: AdminCall): string | undefined {
  const { at_once: atOnce, type } = (body ?? {}) as { at_once?: boolean; type?: string };
  if (path === '/jobs') return type;
  return params['client'] ?? (atOnce === true ? 'at-once' : undefined);
}

/** For what is counted and remembered of a caller. */
const nameOf = ({ clientId, operator }: AdminCaller) => (operator ? `operator:${operator.id}` : clientId);

const answered = (entry: TrailEntry, { status }: { readonly status: number }): TrailEntry => ({
  ...entry,
  phase: 'answered',
  status,
});
