import { bodyParser } from '@koa/bodyparser';
import type { WebContext, WebMiddleware } from './web-state.ts';

/** Why a body is not read. */
export type UnreadBody = 'other-type' | 'encoded' | 'too-large' | 'not-json';

const METHODS = ['POST', 'PATCH', 'PUT', 'DELETE'];

/** Reads JSON bodies of programs, at most so long. @returns what was sent, to the letter; '' for none */
export function jsonBody(limit: string): (ctx: WebContext) => Promise<{ text: string } | UnreadBody> {
  const parse = bodyParser({
    enableTypes: ['json', 'text'],
    jsonStrict: false,
    jsonLimit: limit,
    parsedMethods: METHODS,
  }) as unknown as WebMiddleware;
  return async (ctx) => {
    if (Number(ctx.get('Content-Length') || 0) > 0 && !ctx.is('application/json')) return 'other-type';
    if (!['', 'identity'].includes(ctx.get('Content-Encoding').toLowerCase())) return 'encoded';
    try {
      await parse(ctx, async () => {});
    } catch (error) {
      const { status } = error as { status?: unknown };
      if (status === 413) return 'too-large';
      if (status === 400) return 'not-json';
      throw error;
    }
    return { text: (ctx.request as { rawBody?: string }).rawBody ?? '' };
  };
}
