/** What a person does at the pages about accounts, on a whole server whose mails wait in its outbox. */
import { randomBytes } from 'node:crypto';
import { Passwords } from '../../src/accounts/passwords.ts';
import { CHEAP } from '../support/cheap-hashing.ts';
import type { WholeServer } from '../support/whole-server.ts';
import type { Page, PageClient } from '../web/page-client.ts';
import { PASSWORD, PEPPER } from './account-world.ts';

export const SESSION = 'latchkey_session';

export const cheapPasswords = () => Passwords.create(PEPPER, { cost: CHEAP });

export const newEmail = () => `${randomBytes(8).toString('hex')}@example.org`;

/** The newest code that was mailed to an address, as the outbox shows it; empty when there is none. */
export async function codeFor({ inside }: WholeServer, email: string): Promise<string> {
  const { mail, outbox } = inside.delivery;
  await mail.settled();
  const newest = (await outbox?.list())?.find(({ to }) => to === email);
  return /\b\d{6}\b/.exec(newest?.text ?? '')?.[0] ?? '';
}

/** Creates an account with this browser, and leaves it signed in. */
export async function signUp(
  server: WholeServer,
  browser: PageClient,
  email: string,
  returnTo?: string,
): Promise<Page> {
  const fields = { name: 'Ada', email, password: PASSWORD, ...(returnTo && { return_to: returnTo }) };
  const page = await browser.submit('/sign-up', '/sign-up', fields);
  const confirm = { csrf: page.field('csrf'), ticket: page.field('ticket') };
  return browser.post('/sign-up/confirm', { ...confirm, code: await codeFor(server, email) });
}

export const signIn = (
  browser: PageClient,
  email: string,
  password = PASSWORD,
  more: Record<string, string> = {},
) => browser.submit('/sign-in', '/sign-in', { email, password, ...more });

/** A page without what differs each time. */
export const alike = (page: Page, email: string) =>
  page.text
    .replaceAll(email, 'EMAIL')
    .replace(/name="(csrf|ticket)" value="[^"]*"/g, '')
    .replace(/nonce="[^"]*"/g, '');
