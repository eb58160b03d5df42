/**
 * What a form's page says after the form was posted. The POST itself shows nothing: it answers 303, and the page
 * says it at an address of its own, which can be reloaded, left and come back to without anything being posted again.
 *
 * What is said travels in the address, sealed for one page of one browser. What was typed stays in a cookie, so that
 * the form has it under its plain address, too; it is that of the form which was posted last. Passwords and codes are
 * in neither. Both are good for ten minutes, and the server keeps nothing.
 */
import type { Sealing } from '../accounts/sealing.ts';
import { readTyped, readVisitor, writeTyped } from './middleware/cookies.ts';
import { PageTickets } from './page-tickets.ts';
import { linkTo } from './pages/labels.ts';
import { seeOther } from './render.ts';
import { queryOf } from './routes/visit.ts';
import type { WebContext, WebMiddleware } from './web-state.ts';

/** Characters, sealed: an address or a cookie of this size passes every proxy. What is longer is left out. */
const MAX_SEALED = 2_000;

type Typed = Readonly<Record<string, string>>;

/** What every answer may carry: a limit that was met is told with the time that is left. */
interface Told {
  readonly problem?: { readonly kind: string; readonly waitSeconds?: number } | undefined;
  /** Of the page that tells it, where no problem says it. */
  readonly status?: number;
}

interface Sealed {
  readonly told: Told;
  /** When the limit lets go, milliseconds since 1970. */
  readonly until?: number | undefined;
  /** What was typed was kept with it: gone once that form went through, and then this is of a former try. */
  readonly isOfTyped?: boolean;
}

/** The form that was posted last, by the path it was posted to. */
interface LastTyped {
  readonly page: string;
  readonly form: string;
  readonly fields: Typed;
}

/** Seals the answers of one request, and opens those that it came with. */
export class FormAnswers {
  readonly #ctx: WebContext;
  readonly #tickets: PageTickets;
  readonly #now: () => number;
  /** Who was signed in when the form was posted: it may be the form that signs in. */
  readonly #uid: string;
  #isKept = false;

  constructor(ctx: WebContext, sealing: Sealing, now: () => number) {
    this.#ctx = ctx;
    this.#uid = ctx.state.browser?.uid ?? '';
    this.#tickets = new PageTickets(sealing, now);
    this.#now = now;
  }

  /** The address at which the page says it. A form was posted, so the browser has its visitor cookie. */
  linkWith(page: string, told: Told): string {
    const [path = '', query = ''] = page.split('?');
    const seconds = told.problem?.waitSeconds;
    const until = seconds === undefined ? undefined : this.#now() + seconds * 1000;
    const answer = this.#tickets.issue(purposeOf(path), this.#visitor, {
      told,
      until,
      isOfTyped: this.#isKept,
    } satisfies Sealed);
    if (answer.length > MAX_SEALED) return page;
    return linkTo(path, { ...Object.fromEntries(new URLSearchParams(query)), answer });
  }

  read(): Told | undefined {
    const sealed = queryOf(this.#ctx, 'answer');
    const found = this.#tickets.read<Sealed>(purposeOf(this.#ctx.path), this.#visitor, sealed);
    if (found?.isOfTyped && this.typed === undefined) return undefined;
    if (found?.until === undefined) return found?.told;
    const { problem, ...rest } = found.told;
    const waitSeconds = Math.ceil((found.until - this.#now()) / 1000);
    return waitSeconds > 0 && problem ? { ...rest, problem: { ...problem, waitSeconds } } : rest;
  }

  keep(page: string, fields: Typed): void {
    const [path = ''] = page.split('?');
    const last: LastTyped = { page: path, form: this.#ctx.path, fields };
    const sealed = this.#tickets.issue(TYPED, this.#typist, last);
    this.#isKept = sealed.length <= MAX_SEALED;
    if (this.#isKept) writeTyped(this.#ctx, sealed);
  }

  get typed(): LastTyped | undefined {
    const kept = readTyped(this.#ctx);
    return kept === undefined ? undefined : this.#tickets.read(TYPED, this.#typist, kept);
  }

  /** A form that went through, or was posted anew: what was typed into it before is not shown again. */
  forgetUnlessKept(): void {
    if (this.#isKept || readTyped(this.#ctx) === undefined) return;
    if (this.#ctx.method === 'POST' && this.typed?.form === this.#ctx.path) writeTyped(this.#ctx, null);
  }

  /** What one owner typed is not shown to the next one in the same browser. */
  get #typist(): string {
    return `${this.#visitor}:${this.#uid}`;
  }

  get #visitor(): string {
    return readVisitor(this.#ctx) ?? '';
  }
}

const TYPED = 'typed';
const purposeOf = (path: string) => `answer:${path}`;

/** Stands behind who is signed in: what is told, and what was typed, is for the browser whose form it was. */
export function formAnswers(sealing: Sealing, now: () => number = Date.now): WebMiddleware {
  return async function tellByAddress(ctx, next) {
    ctx.state.answers = new FormAnswers(ctx, sealing, now);
    await next();
    ctx.state.answers.forgetUnlessKept();
  };
}

/**
 * The answer to a POST: on to the page, which says it.
 * @param page a path of ours, with its query
 * @param typed by field name, to stand in the form again; no passwords, no codes
 */
export function answerAt<T extends object>(
  ctx: WebContext,
  page: string,
  told: T & Told,
  typed?: Typed,
): void {
  const { answers } = ctx.state;
  if (typed) answers?.keep(page, typed);
  // It belongs to the page that says it: here it would ask browsers to wait before they go there.
  ctx.remove('Retry-After');
  seeOther(ctx, answers?.linkWith(page, told) ?? page);
}

/** Keeps what was typed into the form of this page, where the POST leads on to another one. */
export function keepTyped(ctx: WebContext, page: string, typed: Typed): void {
  ctx.state.answers?.keep(page, typed);
}

/** What was typed has done what it was for. */
export function forgetTyped(ctx: WebContext): void {
  writeTyped(ctx, null);
}

/** What this page was told to say, and the status it says it with. */
export function toldOf<T extends object>(ctx: WebContext): Partial<T> & { readonly status: number } {
  const told = ctx.state.answers?.read();
  const { problem } = told ?? {};
  if (problem?.waitSeconds !== undefined) ctx.set('Retry-After', String(problem.waitSeconds));
  const status = problem ? statusOf(problem) : (told?.status ?? 200);
  // Sealed by `answerAt` for this page alone.
  const said = (told ?? {}) as Partial<T>;
  return { ...said, status };
}

/** What was typed into the form of this page, of the last ten minutes; each field as it was. */
export function typedOf(ctx: WebContext): Typed {
  const last = ctx.state.answers?.typed;
  return last?.page === ctx.path ? last.fields : {};
}

function statusOf({ kind }: { readonly kind: string }): number {
  return kind === 'throttled' ? 429 : 400;
}
