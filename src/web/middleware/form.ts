import { bodyParser } from '@koa/bodyparser';
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
    // No browser compresses a form: what says so is not unpacked for anybody.
    if (!['', 'identity'].includes(ctx.get('Content-Encoding').toLowerCase()))
      ctx.throw(400, 'compressed form');
    return parse(ctx, next);
  };
}

/**
 * The fields of the form that was posted, flat and without a prototype: a name such as `__proto__` is a name.
 * Empty where no form was posted.
 * @throws an error of status 400 when a field comes twice, since two readers might take different ones
 */
export function form(ctx: WebContext): Readonly<Record<string, string | undefined>> {
  const fields: Record<string, string> = Object.create(null) as Record<string, string>;
  const { rawBody } = ctx.request as { rawBody?: string };
  for (const [name, value] of new URLSearchParams(rawBody ?? '')) {
    if (name in fields) ctx.throw(400, 'a field of the form came twice');
    fields[name] = value;
  }
  return fields;
}
