import type { SessionStore } from '../../sessions/session-store.ts';
import type { WebMiddleware } from '../web-state.ts';
import { readSession } from './cookies.ts';

const SESSION_ID = /^[A-Za-z0-9_-]{16,128}$/;

/** Says in `ctx.state.browser` who is signed in; without a session cookie the store is not asked. */
export function signedInBrowser(browsers: SessionStore): WebMiddleware {
  return async function loadBrowser(ctx, next) {
    const sessionId = readSession(ctx);
    if (sessionId !== undefined && SESSION_ID.test(sessionId)) {
      ctx.state.browser = await browsers.resume(sessionId);
    }
    return next();
  };
}
