import { randomBytes } from 'node:crypto';
import type { Account, AccountId } from '../accounts/account.ts';
import type { MailedCodeStore } from '../accounts/mailed-code-store.ts';
import type { Service } from '../brand/brand.ts';
import type { Mail } from '../mail/mail.ts';
import { mailReader } from '../mail/mail-reader.ts';
import { writeMail } from '../mail/write-mail.ts';

export const RESET_PURPOSE = 'password-reset';
/** ASVS 6.5.5: at most 10 minutes. */
const LIFETIME_MS = 10 * 60_000;
/** The link is the secret; beside it there is no code to guess. */
export const NO_CODE = 'link';

/** Whose password a link replaces. `undefined` where the email has no account: asking then costs the same. */
export interface PendingReset {
  accountId: AccountId | undefined;
  epoch: number;
  email: string;
}

interface ResetLinkParts {
  readonly mailedCodes: Pick<MailedCodeStore, 'write'>;
  readonly service: Service;
  /** By which other providers an owner without a password signs in. */
  readonly providersOf?: ((account: AccountId) => Promise<readonly string[]>) | undefined;
}

/** A mail with a link by which the owner chooses a new password. It is kept, and written, for no account, too. */
export async function resetLinkMail(
  { mailedCodes, service, providersOf }: ResetLinkParts,
  email: string,
  account: Account | undefined,
): Promise<Mail> {
  const token = randomBytes(32).toString('base64url');
  const payload: PendingReset = { accountId: account?.id, epoch: account?.epoch ?? 0, email };
  await mailedCodes.write(RESET_PURPOSE, token, { code: NO_CODE, payload, lifetime: LIFETIME_MS });
  const link = `${service.issuer}/forgot-password/link/${token}`;
  const hasPassword = account?.credentials.passwordHash !== undefined;
  const names = account && !hasPassword && providersOf ? await providersOf(account.id) : [];
  const facts = { link, ...(names.length > 0 && { providers: names.join(', ') }), ...service };
  return writeMail('forgotten-password', email, facts, mailReader(service, account?.profile));
}
