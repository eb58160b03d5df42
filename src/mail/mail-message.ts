import type { SendMailOptions } from 'nodemailer';
import type { Mail } from './mail.ts';

/**
 * A mail as `nodemailer` writes it. No program writes its own answer to what a program has sent (RFC 3834 section 5).
 * @param from the sender, such as `Latchkey <no-reply@example.com>`
 */
export function mailMessage(
  { to, subject, text, html, listId, messageId }: Mail,
  from: string,
): SendMailOptions {
  return {
    from,
    to: { name: '', address: to },
    subject,
    text,
    ...(html && { html }),
    headers: { 'Auto-Submitted': 'auto-generated', ...(listId && { 'List-Id': `<${listId}>` }) },
    ...(messageId && { messageId: `<${messageId}>` }),
  };
}
