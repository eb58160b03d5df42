/** Commands about what else may act for an account: signed-in browsers, and apps. Its devices have a file of their own. */

import type { Account } from '../../accounts/account.ts';
import type { ConnectedApp } from '../../apps/app-access.ts';
import type { AdminService } from '../../server/operator.ts';
import type { ListedSession } from '../../sessions/listed-session.ts';
import { saidToAll } from '../../words/worded.ts';
import { nameOf as ownerOf, WHO, withAccount } from './accounts.ts';
import { type Command, type CommandInput, notConfirmed } from './command.ts';
import { done, type Ending } from './ending.ts';

export const accessCommands: readonly Command[] = [
  {
    name: 'sessions list',
    usage: WHO,
    summary: 'browsers in which an account is signed in',
    words: 1,
    run: (admin, input) => withAccount(admin, input, (account) => listSessions(admin, account)),
  },
  {
    name: 'sessions end',
    usage: `${WHO} <session id>`,
    summary: 'sign one of them out',
    words: 2,
    run: (admin, input) => withAccount(admin, input, (account) => endSession(admin, input, account)),
  },
  {
    name: 'apps list',
    usage: WHO,
    summary: 'apps that an account lets act for it',
    words: 1,
    run: (admin, input) => withAccount(admin, input, (account) => listApps(admin, account)),
  },
  {
    name: 'apps end',
    usage: `${WHO} <app id>`,
    summary: 'take all back that one of them was let do',
    words: 2,
    run: (admin, input) => withAccount(admin, input, (account) => endApp(admin, input, account)),
  },
];

async function listSessions({ access }: AdminService, account: Account): Promise<Ending> {
  const found = await access.browsers(account);
  const lines = found.map(({ id, lastSeen, userAgent }) => `${id}  ${dayOf(lastSeen)}  ${userAgent}`);
  const words = ['Session id              Last seen   Browser', ...lines];
  return done(found.length === 0 ? 'No browser is signed in.' : words.join('\n'), {
    sessions: found.map(sessionData),
  });
}

async function endSession(
  { access }: AdminService,
  { words: [, id = ''], confirm, audit }: CommandInput,
  account: Account,
): Promise<Ending> {
  const missing: Ending = { outcome: 'not-found', message: `${ownerOf(account)} has no session ${id}.` };
  const session = (await access.browsers(account)).find((one) => one.id === id);
  if (!session) return missing;
  if (!(await confirm(`Sign ${ownerOf(account)} out in ${session.userAgent}?`))) return notConfirmed;
  if (!(await access.endBrowser(account, session))) return missing;
  audit(account, 'done', { browser: `${account.id}.${id}` });
  return done(`${ownerOf(account)} is signed out there.`, { session: sessionData(session) });
}

async function listApps({ access }: AdminService, account: Account): Promise<Ending> {
  const found = await access.apps(account);
  const lines = found.map(({ id, used, name }) => `${id}  ${dayOf(used)}  ${name}`);
  const words = ['App id                  Last used   Name', ...lines];
  return done(found.length === 0 ? 'No app has access.' : words.join('\n'), { apps: found.map(appData) });
}

async function endApp(
  { access }: AdminService,
  { words: [, id = ''], confirm, audit }: CommandInput,
  account: Account,
): Promise<Ending> {
  const missing: Ending = { outcome: 'not-found', message: `${ownerOf(account)} has no app ${id}.` };
  const app = (await access.apps(account)).find((one) => one.id === id);
  if (!app) return missing;
  if (!(await confirm(`Take all back from ${saidToAll(app.name)} that ${ownerOf(account)} let it do?`)))
    return notConfirmed;
  if (!(await access.endApp(account, id))) return missing;
  audit(account, 'done', { app: id });
  return done(`${saidToAll(app.name)} has no access to ${ownerOf(account)} any more.`, { app: appData(app) });
}

const timeOf = (milliseconds: number) => new Date(milliseconds).toISOString();
const dayOf = (milliseconds: number) => timeOf(milliseconds).slice(0, 10);

function sessionData({ id, userAgent, signedInAt, lastSeen }: ListedSession) {
  return { id, userAgent, signedInAt: timeOf(signedInAt), lastSeen: timeOf(lastSeen) };
}

function appData({ id, name, scopes, since, used }: ConnectedApp) {
  return { id, name: saidToAll(name), scopes, since: timeOf(since), used: timeOf(used) };
}
