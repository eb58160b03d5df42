/** The browsers that come to a whole server, and who sits in front of them. */
import type { Session } from '../../src/accounts/session.ts';
import { protocolCookies } from '../../src/web/middleware/cookies.ts';
import { PageClient } from '../web/page-client.ts';
import { randomId, signedInOwner, type TestStores } from './test-stores.ts';

export const PASSWORD = 'correct horse battery';

export interface People {
  /** A browser that is not signed in, somewhere on the internet. */
  visitor(address?: string): PageClient;
  /** A browser in which an owner of an account of its own is signed in, straight in the store; in the network of the devices of tests. */
  owner(name?: string): Promise<PageClient & { browser: Session }>;
  /** An account, created at the pages as people do, and the browser in which it was. */
  signUp(visitor?: PageClient): Promise<{ email: string; pages: PageClient }>;
}

export function peopleAt(
  origin: string,
  issuer: string,
  stores: TestStores,
  mailTo: (email: string) => Promise<string>,
): People {
  const visitor = (address = '198.51.100.7') => {
    const client = new PageClient(origin);
    client.headers = { ...client.headers, 'x-forwarded-for': address };
    return client;
  };
  const owner = async (name?: string) => {
    const { browser } = await signedInOwner(stores, name);
    const client = new PageClient(origin);
    client.cookies.set(protocolCookies(issuer).session, browser.sessionId);
    return Object.assign(client, { browser });
  };
  const signUp = async (pages = visitor()) => {
    const email = `${randomId().toLowerCase()}@example.org`;
    const form = { name: 'Ada', email, password: PASSWORD };
    const confirm = await pages.submit('/sign-up', '/sign-up', form);
    const code = /\b\d{6}\b/.exec(await mailTo(email))?.[0] ?? '';
    const [csrf, ticket] = [confirm.field('csrf'), confirm.field('ticket')];
    const done = await pages.post('/sign-up/confirm', { csrf, ticket, code });
    if (done.status !== 303) throw new Error(`sign-up ended with ${done.status}`);
    return { email, pages };
  };
  return { visitor, owner, signUp };
}
