/** The pages of apps, from what the domain knows. */

import type { Session } from '../../accounts/session.ts';
import type { ConnectedApp } from '../../apps/app-access.ts';
import type { WaitingSignIn } from '../../apps/app-sign-in.ts';
import type { AskedSignOut, SignOutRequest } from '../../apps/app-sign-out.ts';
import { isNeverRefused } from '../../apps/consent.ts';
import type { Reader } from '../../words/reader.ts';
import { saidTo, type Worded } from '../../words/worded.ts';
import { readerOf } from '../reader.ts';
import type { WebContext } from '../web-state.ts';
import { shownLinks } from './app-links.ts';
import type { AppConsentView, AppContinueView, AppSignedOutView, AppSignOutView, ShownApp } from './apps.ts';
import { abilityOf } from './scope-labels.ts';

/** It says which account it is: while the app has access, it knows this. */
const SIGN_IN = 'openid';

export function consentView(ctx: WebContext, browser: Session, waiting: WaitingSignIn): AppConsentView {
  const { name, email } = browser.profile;
  return {
    page: 'app-consent',
    csrf: ctx.state.csrf,
    signedInAs: { name, email },
    action: `/interaction/${waiting.uid}`,
    appName: saidTo(readerOf(ctx), waiting.app.name),
    logoFile: waiting.app.logoFile,
    links: shownLinks(readerOf(ctx), waiting.app.links),
    unverified: waiting.app.unverified,
    site: waiting.app.local ? undefined : new URL(waiting.redirectUri).host,
    abilities: waiting.scopes.map(({ scope, before }) => ({
      scope,
      words: abilityOf(readerOf(ctx), scope, waiting.words),
      ticked: before !== 'refused',
      fixed: isNeverRefused(scope),
    })),
    longestDays: waiting.longestDays,
  };
}

export function continueView(ctx: WebContext, appName: Worded, goOn: string): AppContinueView {
  return { page: 'app-continue', csrf: '', appName: saidTo(readerOf(ctx), appName), goOn };
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
    appName: appName === undefined ? undefined : saidTo(readerOf(ctx), appName),
    fields: Object.fromEntries(given),
  };
}

/** @param asked with an address to go on to */
export function signedOutView(
  ctx: WebContext,
  { appName = '', goOn = '/', unseen }: AskedSignOut,
): AppSignedOutView {
  return { page: 'app-signed-out', csrf: '', appName: saidTo(readerOf(ctx), appName), goOn, unseen };
}

export function shownApp(
  reader: Reader,
  { id, name, logoFile, links, scopes, words, since, used, endedAt }: ConnectedApp,
): ShownApp {
  const abilities = scopes.map((scope) => ({
    scope,
    words: abilityOf(reader, scope, words),
    ticked: true,
    fixed: scope === SIGN_IN,
  }));
  return {
    id,
    name: saidTo(reader, name),
    logoFile,
    links: shownLinks(reader, links),
    abilities,
    since: new Date(since),
    used: new Date(used),
    endedAt: endedAt === undefined ? undefined : new Date(endedAt),
  };
}
