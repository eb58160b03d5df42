import { z } from 'zod';
import type { Mail } from '../mail/mail.ts';
import type { LettingIn } from './letting-in.ts';
import { Problem } from './problem.ts';
import { type AdminRoute, route } from './route.ts';
import { time, timeOf } from './schemas.ts';

export interface LettingInRouteParts {
  readonly lettingIn: LettingIn;
  /** Hands a mail over, without waiting for it. */
  readonly post: (mail: Mail) => void;
}

const asked = z.strictObject({
  for: z
    .enum(['account', 'sign-up'])
    .default('account')
    .describe(
      '`account`: this very one, whatever SIGN_UP says; `sign-up`: an invitation, unless it is closed',
    ),
  email: z.string().max(320).optional().describe('The only one that an account may be created with'),
  name: z.string().max(400).optional().describe('What the form suggests'),
  send: z.boolean().default(true).describe('false: the answer has the link, and nobody is mailed'),
});

const issued = z.strictObject({
  email: z.string().nullable(),
  posted: z.boolean(),
  link: z.string().nullable().describe('null: it was mailed, and is told to nobody else'),
  expires_at: time,
});

/** An account is created by its owner, who chooses the password: here it is let in. */
export function lettingInRoutes({ lettingIn, post }: LettingInRouteParts): AdminRoute[] {
  return [
    route({
      name: 'accounts-create',
      method: 'POST',
      path: '/accounts',
      scope: 'admin:accounts:write',
      summary: 'A link with which one person creates one account, mailed, or told here; good for 7 days',
      body: asked,
      answers: { 201: issued },
      once: true,
      answer: async ({ body: { send, ...wanted } }) => {
        const fault = (detail: string) =>
          new Problem('invalid-request', { errors: [{ pointer: '/email', detail }] });
        if (send && wanted.email === undefined) throw fault('is needed where the link is to be mailed');
        const done = await lettingIn.issue(wanted);
        if (done.outcome === 'no-email') throw fault('is no email address');
        if (done.outcome === 'closed') throw new Problem('sign-up-closed');
        if (done.outcome === 'email-taken') throw new Problem('email-taken', { detail: done.id });
        const { email = null, link, expiresAt, mail } = done;
        if (send && mail) post(mail);
        const told = { email, posted: send, link: send ? null : link, expires_at: timeOf(expiresAt) };
        return { status: 201, body: told };
      },
    }),
  ];
}
