/** The pages of apps, from what the domain knows. */

import type { Session } from '../../accounts/session.ts';
import type { ConnectedApp } from '../../apps/app-access.ts';
import type { WaitingSignIn } from '../../apps/app-sign-in.ts';
import type { AskedSignOut, SignOutRequest } from '../../apps/app-sign-out.ts';
import type { WebContext } from '../web-state.ts';
import type {
  AppAbility,
  AppConsentView,
  AppContinueView,
  AppSignedOutView,
  AppSignOutView,
  ShownApp,
} from './apps.ts';
import { abilityOf } from './scope-labels.ts';

/** It says which account it is: an owner who allows a sign-in allows this. */
const FIXED = 'openid';

export function consentView(ctx: WebContext, browser: Session, waiting: WaitingSignIn): AppConsentView {
  const { name, email } = browser.profile;
  return {
    page: 'app-consent',
    csrf: ctx.state.csrf,
    signedInAs: { name, email },
    action: `/interaction/${waiting.uid}`,
    appName: waiting.app.name,
    site: waiting.app.local ? undefined : new URL(waiting.redirectUri).host,
    abilities: waiting.scopes.map(({ scope, before }) => ability(scope, before !== 'refused')),
    longestDays: waiting.longestDays,
  };
}

export function continueView(appName: string, goOn: string): AppContinueView {
  return { page: 'app-continue', csrf: '', appName, goOn };
}

export function signOutView(
  ctx: WebContext,
  { profile: { name, email } }: Session,
  { appName }: AskedSignOut,
  request: SignOutRequest,
): AppSignOutView {
  const fields = {
    id_token_hint: request.idTokenHint,
    client_id: request.clientId,
    post_logout_redirect_uri: request.redirectUri,
    state: request.state,
  };
  const given = Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    page: 'app-sign-out',
    csrf: ctx.state.csrf,
    signedInAs: { name, email },
    appName,
    fields: Object.fromEntries(given),
  };
}

/** @param asked with an address to go on to */
export function signedOutView({ appName = '', goOn = '/' }: AskedSignOut): AppSignedOutView {
  return { page: 'app-signed-out', csrf: '', appName, goOn };
}

export function shownApp({ id, name, scopes, since, used }: ConnectedApp): ShownApp {
  const abilities = scopes.map((scope) => ability(scope, true));
  return { id, name, abilities, since: new Date(since), used: new Date(used) };
}

function ability(scope: string, ticked: boolean): AppAbility {
  return { scope, words: abilityOf(scope), ticked, fixed: scope === FIXED };
}
