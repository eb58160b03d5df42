/** What receivers have not taken, and how the newest tries went: of webhooks and of security events. */
import type { z } from 'zod';
import type { deadShown } from '../../admin/dead-letter-routes.ts';
import type { AdminAnswer } from '../../admin/route.ts';
import { form } from '../middleware/form.ts';
import type { ConsoleFact, ConsoleReceiverView } from '../pages/console.ts';
import { linkTo } from '../pages/labels.ts';
import { readerOf } from '../reader.ts';
import { queryOf } from '../routes/visit.ts';
import type { WebContext } from '../web-state.ts';
import type { ConsoleCall, Gate, Operator } from './gate.ts';
import { at } from './lists.ts';

interface LettersOf {
  /** Of the console. */
  readonly path: string;
  /** Below the Admin API. */
  readonly api: string;
  /** Of `console.fact`: by what the receiver knows one. */
  readonly id: 'webhookid' | 'jti';
  readonly mayReplay: boolean;
}

/** A page of them. */
export async function lettersOf(
  gate: Gate,
  ctx: WebContext,
  operator: Operator,
  { path, api, id, mayReplay }: LettersOf,
): Promise<Pick<ConsoleReceiverView, 'dead' | 'older'>> {
  const asked = { limit: '25', cursor: queryOf(ctx, 'cursor') };
  const page = await gate.read<{ data: z.infer<typeof deadShown>[]; next: string | null }>(
    ...[ctx, operator, `${api}/dead`, asked],
  );
  const action = `${path}/replay`;
  const dead = page.data.map((one) => ({
    title: nameOf(one.type),
    facts: [
      ...at('happened', one.happened_at),
      ...at('givenup', one.given_up_at),
      { what: 'tries', count: one.tries },
      { what: 'lastfailure', failure: failureOf(one.reason) },
      { what: id, words: one.id },
    ],
    ...(mayReplay && {
      act: { act: 'replay', isHarmless: true, to: nameOf(one.type), which: one.id, action },
    }),
  }));
  return { dead, older: page.next === null ? undefined : linkTo(path, { cursor: page.next }) };
}

/** One of them, or all, is sent once more. */
export function replayCall(ctx: WebContext, api: string): ConsoleCall {
  const { which } = form(ctx);
  return { method: 'POST', path: `${api}/replay`, body: which ? { ids: [which] } : { all: true } };
}

/** What came of it. */
export const replayed =
  (kind: 'webhooks' | 'events') =>
  (ctx: WebContext, { body }: AdminAnswer): string =>
    readerOf(ctx).t('console.replayed', { count: (body as { waiting: number }).waiting, kind });

/** The last part of a URI of an event. */
export const nameOf = (type: string): string =>
  type.startsWith('https://schemas.openid.net/') ? (type.split('/').at(-1) ?? type) : type;

interface Tries {
  readonly failing_since: string | null;
  readonly last_failure: string | null;
}

export const failingFacts = (tries: Tries): ConsoleFact[] => [
  ...at('failingsince', tries.failing_since),
  ...(tries.last_failure === null ? [] : [{ what: 'lastfailure', failure: failureOf(tries.last_failure) }]),
];

/** What kind of failure it was, and the status of the answer or the code, for an operator who looks it up. */
export function failureOf(reason: string): { kind: string; code: string } {
  if (/^\d{3}$/.test(reason)) return { kind: 'status', code: reason };
  const kind = KINDS.find(([one]) => one.test(reason))?.[1] ?? 'other';
  return { kind, code: OWN.has(kind) ? '' : `(${reason})` };
}

/** Reasons of ours, which have no code. */
const OWN: ReadonlySet<string> = new Set(['off', 'crowded']);
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^off$/, 'off'],
  [/^crowded$/, 'crowded'],
  [/^(refused|invalid_\w+|authentication_failed|access_denied)$/, 'rejected'],
  [/timeout|TimeoutError|ETIMEDOUT/i, 'late'],
  [/EgressRefused/, 'refused'],
  [/CERT|TLS|SSL|ERR_SSL|SELF_SIGNED/i, 'certificate'],
  [/ENOTFOUND|EAI_/, 'name'],
  [/ECONN|EHOST|ENET|EPIPE|socket/i, 'connection'],
];
