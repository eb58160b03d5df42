import type { ParsedMail } from 'mailparser';
import { PageClient } from '../web/page-client.ts';
import type { MailSink } from './mail-sink.ts';

export const MAILED_OWNER_PASSWORD = 'a long and quiet river in the north';

export const isTo = (email: string, subject: RegExp) => (mail: ParsedMail) =>
  JSON.stringify(mail.to).includes(email) && subject.test(mail.subject ?? '');

/**
 * The path of "It wasn't me" in an alert.
 * @param about words of the event, where one mail may tell of several
 */
export const disputeLinkIn = ({ text = '' }: Pick<ParsedMail, 'text'>, about = '') => {
  const after = text.slice(Math.max(0, text.indexOf(about)));
  return new URL(/https?:\/\/\S+\/not-me\/\S+/.exec(after)?.[0] ?? '').pathname;
};

/**
 * An owner who has just created an account with the code from their mail, in a browser that is signed in.
 * @param address of the browser, where the server trusts a proxy to say so
 */
export async function mailedOwner(
  origin: string,
  sink: MailSink,
  address?: string,
): Promise<{ email: string; browser: PageClient }> {
  const email = `${crypto.randomUUID()}@example.org`;
  const browser = new PageClient(origin);
  if (address) browser.headers = { ...browser.headers, 'x-forwarded-for': address };
  const form = { name: 'Ada', email, password: MAILED_OWNER_PASSWORD };
  const page = await browser.submit('/sign-up', '/sign-up', form);
  const mail = await sink.arrives(isTo(email, /confirm your email/));
  const code = /\b\d{6}\b/.exec(mail.text ?? '')?.[0] ?? '';
  const fields = { csrf: page.field('csrf'), ticket: page.field('ticket'), code };
  const confirmed = await browser.post('/sign-up/confirm', fields);
  if (confirmed.location !== '/account')
    throw new Error(`no account: ${confirmed.status} ${confirmed.location}`);
  return { email, browser };
}
