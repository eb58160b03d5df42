import { bodyParser } from '@koa/bodyparser';
import { readMailedCode } from '../../accounts/mailed-code.ts';
import type { WebContext, WebMiddleware } from '../web-state.ts';

/** Largest form that is taken; the longest honest one is far below 2 KiB. */
const MAX_SIZE = '16kb';

/** Reads `application/x-www-form-urlencoded` bodies of our pages; other types stay unread. */
export function formParsing(): WebMiddleware {
  const parse = bodyParser({
    enableTypes: ['form'],
    formLimit: MAX_SIZE,
    parsedMethods: ['POST'],
  }) as unknown as WebMiddleware;
  return function parseForm(ctx, next) {
    // No browser compresses a form: what says so is never unpacked.
    if (!['', 'identity'].includes(ctx.get('Content-Encoding').toLowerCase()))
      ctx.throw(400, 'compressed form');
    return parse(ctx, next);
  };
}

export type FormFields = Readonly<Record<string, string | undefined>>;

/**
 * The fields of the form that was posted, flat and without a prototype: a name such as `__proto__` is a name.
 * Empty where no form was posted. They are read once for each request.
 * @throws an error of status 400 when a field comes twice, since two readers might take different ones
 */
export function form(ctx: WebContext): FormFields {
  const { rawBody } = ctx.request as { rawBody?: string };
  ctx.state.form ??= parseFields(ctx, rawBody ?? '');
  return ctx.state.form;
}

/** In the place of the form that was posted: one that was held while its owner proved who they are. */
export function setForm(ctx: WebContext, body: string): void {
  ctx.state.form = parseFields(ctx, body);
}

function parseFields(ctx: WebContext, body: string): FormFields {
  const fields: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of new URLSearchParams(body)) {
    if (name in fields) ctx.throw(400, 'a field of the form came twice');
    fields[name] = value;
  }
  return fields;
}

/** What a field means: from its text, which is `undefined` where the form has no such field. */
type Meaning = (typed: string | undefined) => unknown;

/** As it was typed; empty where it is missing. */
export const text = (typed: string | undefined): string => typed ?? '';
/** As it was typed, no longer than the page would show it again. */
export const textOf = (most: number) => (typed: string | undefined) => text(typed).slice(0, most);
/** A box that was ticked, or a button with this value. */
export const ticked = (typed: string | undefined): boolean => typed === 'yes';
/** The six digits of a code; `undefined` where there are not six. */
export const sixDigits = (typed: string | undefined) => readMailedCode(text(typed));
/** As it was typed; `undefined` where it is missing. */
export const optional = (typed: string | undefined): string | undefined => typed;
/** One of these; `undefined` for everything else. */
export const oneOf =
  <const Values extends readonly string[]>(...values: Values) =>
  (typed: string | undefined): Values[number] | undefined =>
    values.find((value) => value === typed);

/** The fields of the form that a page asks for, each as what it means. */
export function readForm<Shape extends Readonly<Record<string, Meaning>>>(ctx: WebContext, shape: Shape) {
  const fields = form(ctx);
  const values = Object.entries(shape).map(([name, meaning]) => [name, meaning(fields[name])]);
  return Object.fromEntries(values) as { readonly [Name in keyof Shape]: ReturnType<Shape[Name]> };
}

/** Whether the box of one of several things is ticked; their fields are named `prefix:thing`. */
export function isTicked(ctx: WebContext, prefix: string, thing: string): boolean {
  return `${prefix}:${thing}` in form(ctx);
}
