import type { AppSignIn, WaitingSignIn } from '../../apps/app-sign-in.ts';
import type { WebContext } from '../web-state.ts';
import { interactionIn } from './return-to.ts';

/**
 * The app that has sent the browser here, so that the page can say for what the owner signs in, and speaks the language
 * that the app wants them asked in.
 */
export async function waitingApp(
  ctx: WebContext,
  appSignIn: Pick<AppSignIn, 'find'> | undefined,
  returnTo: string,
): Promise<WaitingSignIn | undefined> {
  const uid = interactionIn(returnTo);
  const waiting = uid === undefined ? undefined : await appSignIn?.find(uid, undefined);
  ctx.state.wishes = waiting?.languages;
  return waiting;
}
