/** Why a mail could not be handed over, in words that hold nothing of whom it was for, of the code in it, or of a password. */
import { types } from 'node:util';

export interface MailFailure {
  /** The code of the error. */
  readonly reason: string;
  /** What lies behind it; of a mail server's answer the numbers alone, since its words may repeat the address. */
  readonly cause?: string;
  readonly remedy?: string;
}

const NO_TLS =
  'The mail server offers no STARTTLS, or something on the way hides it, so nothing was sent. Use smtps://, or a server ' +
  'with STARTTLS; SMTP_TLS=none sends mails, codes and the password in the clear.';
const NOT_BELIEVED =
  'The certificate of the mail server is not to be believed: SMTP_CA_FILE names the file of the authority that signed it, and ' +
  'SMTP_URL has to name the server as the certificate does.';

/** What is wrong with one mail, and not with the way to the server. */
const OF_ONE_MAIL = /^(EENVELOPE|EMESSAGE|ESTREAM)$/;

/** Whether the next mail will fail as well. */
export function isOfServer({ reason }: MailFailure): boolean {
  return !OF_ONE_MAIL.test(reason);
}

export function mailFailureOf(error: unknown): MailFailure {
  if (!types.isNativeError(error)) return { reason: typeof error };
  // Of the store, whose errors are behind its own.
  if (types.isNativeError(error.cause))
    return { reason: error.name, cause: withoutAddresses(error.cause.message) };
  const { code, response, responseCode } = error as {
    code?: unknown;
    response?: unknown;
    responseCode?: unknown;
  };
  const reason = typeof code === 'string' ? code : error.name;
  const remedy = remedyOf(reason, error.message);
  const cause =
    typeof response === 'string' ? numbersOf(response, responseCode) : withoutAddresses(error.message);
  return { reason, ...(cause !== '' && typeof code === 'string' && { cause }), ...(remedy && { remedy }) };
}

function remedyOf(reason: string, message: string): string | undefined {
  if (/certificate|altnames/i.test(message)) return NOT_BELIEVED;
  if (reason === 'ETLS') return NO_TLS;
  if (reason === 'EAUTH') return 'The mail server does not take the user and password of SMTP_URL.';
  return undefined;
}

/** `550 5.1.1`: RFC 5321 section 4.2, RFC 3463. */
function numbersOf(response: string, responseCode: unknown): string {
  const [found = String(responseCode ?? '')] = /^\d{3}(?:[ -]\d\.\d{1,3}\.\d{1,3})?/.exec(response) ?? [];
  return `answer ${found.replace('-', ' ')}`;
}

function withoutAddresses(message: string): string {
  return message.replace(/\S*@\S*/g, '…');
}
