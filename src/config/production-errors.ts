import type { Settings } from './settings.ts';

/**
 * What production does not start without, a line for each that is missing.
 * @param given as in the environment: what is there and wrong is told elsewhere
 */
export function productionErrors(
  values: Settings,
  given: Readonly<Record<string, string | undefined>>,
): string[] {
  const needed = {
    ISSUER: 'the https address under which the server is reached',
    REDIS_URL: 'the address of Redis, such as redis://user:password@host:6379',
    CLIENTS_FILE: 'a JSON array of client metadata, see clients.example.json',
    SMTP_URL: 'the mail server, such as smtps://user:password@host:465',
    MAIL_FROM: 'the sender of mails, such as Latchkey <no-reply@example.com>',
  } as const;
  const errors = Object.entries(needed)
    .filter(([name]) => given[name] === undefined && given[`${name}_FILE`] === undefined)
    .map(([name, meaning]) => `${name}: production needs it: ${meaning}`);
  if (values.SMS_WEBHOOK_URL && given['SMS_COUNTRIES'] === undefined)
    errors.push(
      'SMS_COUNTRIES: production with SMS_WEBHOOK_URL needs it: calling codes to which texts may go, such as +1,+44, or all',
    );
  return errors;
}
