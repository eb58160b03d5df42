/** What receivers of security events may call, without HTTP: who calls, whether they may, and what they hear. */
import type { PresentedToken } from '../devices/bearer-tokens.ts';
import type { Limiter } from '../limits/limiter.ts';
import type { LimitSettingName } from '../limits/limits.ts';
import type { ManagedStreams } from './managed-streams.ts';
import { SIGNALS_PATH, type SignalScope } from './scopes.ts';
import type { SignalPolls } from './signal-polls.ts';
import { noStream, SignalsRefused } from './signals-refused.ts';
import { readRequest, STREAM_REQUESTS } from './stream-requests.ts';

/** Access tokens of receivers. */
export interface ReceiverTokens {
  readonly proofAlgorithms: readonly string[];
  /** Who got this token in its own name for its streams; as `AdminTokens.find`. */
  find(
    presented: PresentedToken,
  ): Promise<{ readonly clientId: string; readonly scopes: ReadonlySet<string> } | 'no-proof' | undefined>;
}

interface SignalsCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Of the body. */
  readonly text: string;
  readonly presented: PresentedToken | undefined;
  /** Its sender has hung up. */
  readonly gone: AbortSignal;
}

interface SignalsAnswer {
  readonly status: number;
  readonly body?: unknown;
}

/** Why a token did not do; its endpoint knows how to say it (RFC 6750). */
export class TokenRefused extends Error {
  readonly why: 'no-token' | 'invalid-token' | 'invalid-dpop-proof' | 'insufficient-scope';
  readonly scope: SignalScope | undefined;

  constructor(why: TokenRefused['why'], scope?: SignalScope) {
    super(why);
    this.name = 'TokenRefused';
    this.why = why;
    this.scope = scope;
  }
}

type Answer = (clientId: string, call: SignalsCall) => Promise<SignalsAnswer>;

interface SignalsRoute {
  readonly scope: SignalScope;
  readonly answer: Answer;
}

interface SignalsApiParts {
  readonly tokens: ReceiverTokens;
  readonly limiter: Pick<Limiter, 'take'>;
  readonly streams: ManagedStreams;
  readonly polls: Pick<SignalPolls, 'poll'>;
}

const POLL_PATH = new RegExp(`^${SIGNALS_PATH}/poll/([\\w-]{1,100})$`);
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
const POLL_ROUTE = `${SIGNALS_PATH}/poll/:stream`;

export class SignalsApi {
  readonly #with: SignalsApiParts;
  readonly #routes: ReadonlyMap<string, Readonly<Record<string, SignalsRoute>>>;

  constructor(parts: SignalsApiParts) {
    this.#with = parts;
    this.#routes = routesOf(parts);
  }

  get proofAlgorithms(): readonly string[] {
    return this.#with.tokens.proofAlgorithms;
  }

  /** `undefined`: there is no such path. */
  routeOf(path: string): string | undefined {
    const named = POLL_PATH.test(path) ? POLL_ROUTE : path;
    return this.#routes.has(named) ? named : undefined;
  }

  /**
   * @param seen is told who calls
   * @throws SignalsRefused, TokenRefused, StoreUnavailable
   */
  async answer(call: SignalsCall, seen: { client?: string }): Promise<SignalsAnswer> {
    const methods = this.#routes.get(this.routeOf(call.path) ?? '');
    if (!methods) throw new SignalsRefused(404, 'not_found', 'There is no such thing');
    const method = call.method === 'HEAD' ? 'GET' : call.method;
    const route = Object.hasOwn(methods, method) ? methods[method] : undefined;
    if (!route) {
      const allowed = {
        Allow: METHODS.filter((one) => (one === 'HEAD' ? 'GET' : one) in methods).join(', '),
      };
      throw new SignalsRefused(405, 'method_not_allowed', 'This is not done by that method', allowed);
    }
    const clientId = await this.#callerOf(call, route.scope);
    seen.client = clientId;
    await pace(this.#with.limiter, 'SIGNAL_CALLS', clientId);
    return route.answer(clientId, call);
  }

  async #callerOf({ presented }: SignalsCall, scope: SignalScope): Promise<string> {
    if (!presented) throw new TokenRefused('no-token');
    const caller = await this.#with.tokens.find(presented);
    if (caller === 'no-proof') throw new TokenRefused('invalid-dpop-proof');
    if (!caller) throw new TokenRefused('invalid-token');
    // Who may change its stream may see it.
    if (!caller.scopes.has(scope) && !caller.scopes.has('ssf.manage'))
      throw new TokenRefused('insufficient-scope', scope);
    return caller.clientId;
  }
}

async function pace(
  limiter: Pick<Limiter, 'take'>,
  limit: LimitSettingName,
  clientId: string,
): Promise<void> {
  const leave = await limiter.take([[limit, clientId]]);
  if (leave.outcome === 'evaluate') return;
  const seconds = String(Math.ceil(leave.milliseconds / 1000));
  throw new SignalsRefused(429, 'slow_down', 'Too many calls', { 'Retry-After': seconds });
}

const ok = (body: unknown, status = 200) => ({ status, body });
const manage = (answer: Answer): SignalsRoute => ({ scope: 'ssf.manage', answer });
const read = (answer: Answer): SignalsRoute => ({ scope: 'ssf.read', answer });

function routesOf({ streams, polls, limiter }: SignalsApiParts) {
  return new Map<string, Readonly<Record<string, SignalsRoute>>>([
    [`${SIGNALS_PATH}/streams`, streamRoutes(streams)],
    [`${SIGNALS_PATH}/status`, statusRoutes(streams)],
    [
      `${SIGNALS_PATH}/verify`,
      {
        POST: manage(async (client, { text }) => {
          const asked = readRequest(STREAM_REQUESTS.verify, text);
          await pace(limiter, 'SIGNAL_VERIFICATIONS', client);
          await streams.verify(client, asked);
          return { status: 204 };
        }),
      },
    ],
    [
      POLL_ROUTE,
      {
        POST: read(async (client, { path, text, gone }) => {
          const stream = await streams.of(client, POLL_PATH.exec(path)?.[1] ?? '');
          return ok(await polls.poll(stream, readRequest(STREAM_REQUESTS.poll, text || '{}'), gone));
        }),
      },
    ],
  ]);
}

function streamRoutes(streams: ManagedStreams): Readonly<Record<string, SignalsRoute>> {
  const { create, change } = STREAM_REQUESTS;
  return {
    GET: read(async (client, { query }) => {
      const id = query.get('stream_id');
      const all = await streams.list(client);
      if (id === null) return ok(all);
      const [found] = all.filter(({ stream_id }) => stream_id === id);
      if (!found) throw noStream();
      return ok(found);
    }),
    POST: manage(async (client, { text }) =>
      ok(await streams.create(client, readRequest(create, text || '{}')), 201),
    ),
    PATCH: manage(async (client, { text }) => ok(await streams.update(client, readRequest(change, text)))),
    PUT: manage(async (client, { text }) => ok(await streams.replace(client, readRequest(change, text)))),
    DELETE: manage(async (client, { query }) => {
      await streams.remove(client, query.get('stream_id') ?? '');
      return { status: 204 };
    }),
  };
}

function statusRoutes(streams: ManagedStreams): Readonly<Record<string, SignalsRoute>> {
  return {
    GET: read(async (client, { query }) => ok(await streams.status(client, query.get('stream_id') ?? ''))),
    POST: manage(async (client, { text }) =>
      ok(await streams.setStatus(client, readRequest(STREAM_REQUESTS.status, text))),
    ),
  };
}
