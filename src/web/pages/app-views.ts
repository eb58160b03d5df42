/** The pages of apps, from what the domain knows. */

import type { Session } from '../../accounts/session.ts';
import type { ConnectedApp } from '../../apps/app-access.ts';
import type { WaitingSignIn } from '../../apps/app-sign-in.ts';
import type { WebContext } from '../web-state.ts';
import type { AppAbility, AppConsentView, AppContinueView, ShownApp } from './apps.ts';
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

export function shownApp({ id, name, scopes, since, used }: ConnectedApp): ShownApp {
  const abilities = scopes.map((scope) => ability(scope, true));
  return { id, name, abilities, since: new Date(since), used: new Date(used) };
}

function ability(scope: string, ticked: boolean): AppAbility {
  return { scope, words: abilityOf(scope), ticked, fixed: scope === FIXED };
}
