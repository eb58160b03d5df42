/** Commands that let a person in: `accounts create` for one wanted account, `invite` for the one who holds the link. */
import { normalizeEmail } from '../../accounts/email.ts';
import { INVITATION_LIFETIME, type Invitation, invitationLink } from '../../accounts/invitations.ts';
import { mailReader } from '../../mail/mail-reader.ts';
import { writeMail } from '../../mail/write-mail.ts';
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
  const { email: typed, name } = input.options;
  if (typeof typed !== 'string') return usage('accounts create needs --email.');
  const email = normalizeEmail(typed);
  if (email === undefined) return usage(`${typed} is no email address.`);
  const existing = await admin.accounts.findByEmail(email);
  if (existing) return { outcome: 'refused', message: `${email} has an account already: ${existing.id}.` };
  return issue(admin, input, { for: 'account', email, ...(typeof name === 'string' && { name }) });
}

async function invite(admin: AdminService, input: CommandInput): Promise<Ending> {
  if (admin.signUp === 'closed') {
    const message =
      'SIGN_UP is closed, so an invitation would admit nobody. Use accounts create, or SIGN_UP=invite.';
    return { outcome: 'refused', message };
  }
  const { email: typed } = input.options;
  if (typeof typed !== 'string') return issue(admin, input, { for: 'sign-up' });
  const email = normalizeEmail(typed);
  if (email === undefined) return usage(`${typed} is no email address.`);
  return issue(admin, input, { for: 'sign-up', email });
}

/** Mailed links are not printed as well: the operator at the terminal need not be the person who is invited. */
async function issue(admin: AdminService, input: CommandInput, invitation: Invitation): Promise<Ending> {
  const link = invitationLink(admin.service.issuer, await admin.invitations.issue(invitation));
  const expiresAt = new Date(Date.now() + INVITATION_LIFETIME).toISOString();
  const { email } = invitation;
  const printed = email === undefined || input.options['print'] === true;
  const mail = () =>
    writeMail('invitation', email ?? '', { link, ...admin.service }, mailReader(admin.service));
  if (!printed && !(await admin.send(mail()))) {
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
