/** Commands that let a person in: `accounts create` for one wanted account, `invite` for the one who holds the link. */
import type { AdminService } from '../../server/operator.ts';
import type { Command, CommandInput } from './command.ts';
import { done, type Ending } from './ending.ts';

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

export const invitationCommands: readonly Command[] = [
  {
    name: 'accounts create',
    usage: '--email EMAIL [--name NAME] [--print]',
    summary: 'send a link with which its owner creates this account, whatever SIGN_UP says',
    words: 0,
    options: { email: text, name: text, print: flag },
    run: create,
  },
  {
    name: 'invite',
    usage: '[--email EMAIL] [--print]',
    summary: 'a link with which one person creates an account; without an email it is printed',
    words: 0,
    options: { email: text, print: flag },
    run: invite,
  },
];

async function create(admin: AdminService, input: CommandInput): Promise<Ending> {
  const { email, name } = input.options;
  if (typeof email !== 'string') return usage('accounts create needs --email.');
  return issue(admin, input, { for: 'account', email, ...(typeof name === 'string' && { name }) });
}

async function invite(admin: AdminService, input: CommandInput): Promise<Ending> {
  const { email } = input.options;
  return issue(admin, input, { for: 'sign-up', ...(typeof email === 'string' && { email }) });
}

/** Mailed links are not printed as well: the operator at the terminal need not be the person who is invited. */
async function issue(
  admin: AdminService,
  input: CommandInput,
  wanted: Parameters<AdminService['lettingIn']['issue']>[0],
): Promise<Ending> {
  const issued = await admin.lettingIn.issue(wanted);
  if (issued.outcome === 'no-email') return usage(`${wanted.email} is no email address.`);
  if (issued.outcome === 'closed')
    return {
      outcome: 'refused',
      message:
        'SIGN_UP is closed, so an invitation would admit nobody. Use accounts create, or SIGN_UP=invite.',
    };
  if (issued.outcome === 'email-taken')
    return { outcome: 'refused', message: `${wanted.email} has an account already: ${issued.id}.` };
  const { email, link, mail } = issued;
  const expiresAt = new Date(issued.expiresAt).toISOString();
  const printed = mail === undefined || input.options['print'] === true;
  if (!printed && !(await admin.send(mail))) {
    return {
      outcome: 'failed',
      message: `The mail to ${email} could not be sent. Try again, or give --print.`,
    };
  }
  input.audit(undefined, printed ? 'printed' : 'mailed');
  if (!printed) return done(`An invitation was mailed to ${email}.`, { email, mailed: true, expiresAt });
  const message = `${link}\nWhoever opens it first may create one account, until ${expiresAt}.`;
  return done(message, { ...(email && { email }), mailed: false, link, expiresAt });
}

function usage(message: string): Ending {
  return { outcome: 'usage', message };
}
