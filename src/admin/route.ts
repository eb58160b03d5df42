import type { z } from 'zod';
import type { AccountId } from '../accounts/account.ts';
import type { AdminCaller } from './admin-tokens.ts';
import type { ConsoleScope } from './console-rights.ts';

type Fields = z.ZodObject;

export interface AdminAnswer {
  readonly status: number;
  /** As the route's schema of this status says; absent: there is none. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One call, its parameters and body as the schemas of its route have read them. */
export interface AdminCall<Q = unknown, B = unknown> {
  readonly caller: AdminCaller;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Q;
  readonly body: B;
  /** Of a route that replaces what was read: its version. */
  readonly version: string;
}

export interface AdminRoute {
  /** The operation's id in `openapi.json` and its name in the audit trail. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/admin/v1`, with `{name}` for a parameter. */
  readonly path: string;
  /** `undefined`: any access token for this API. */
  readonly scope: ConsoleScope | undefined;
  /** Does as well: no client has it, but roles of the console. */
  readonly consoleScope?: ConsoleScope | undefined;
  readonly summary: string;
  readonly query?: Fields | undefined;
  readonly body?: z.ZodType | undefined;
  /** By status: what stands in the answer, `undefined` for nothing. Problems are not named here. */
  readonly answers: Readonly<Record<number, z.ZodType | undefined>>;
  /** Needs an `Idempotency-Key`, since to do it twice is not to do it once. */
  readonly once?: boolean | undefined;
  /** May be refused for how things stand (409), as each POST may while the same call is being done. */
  readonly conflicts?: boolean | undefined;
  /** Needs `If-Match`, with the version that was read. */
  readonly versioned?: boolean | undefined;
  /** The account, where the body says which; `answer` has it as `params.account`. @throws Problem */
  about?(call: AdminCall): Promise<AccountId>;
  answer(call: AdminCall): Promise<AdminAnswer>;
}

type Read<S> = S extends z.ZodType ? z.infer<S> : undefined;

/** What a route is written as: its handler knows what the schemas read. */
interface Written<Q extends Fields | undefined, B extends z.ZodType | undefined>
  extends Omit<AdminRoute, 'query' | 'body' | 'answer'> {
  readonly query?: Q;
  readonly body?: B;
  answer(call: AdminCall<Read<Q>, Read<B>>): Promise<AdminAnswer>;
}

export function route<Q extends Fields | undefined = undefined, B extends z.ZodType | undefined = undefined>(
  written: Written<Q, B>,
): AdminRoute {
  return { ...written, answer: (call) => written.answer(call as AdminCall<Read<Q>, Read<B>>) };
}

/** Whether a call changes something. */
export const isChange = ({ method }: AdminRoute): boolean => method !== 'GET';
