/** What `npm start` says: where to look, and by which address a phone gets in. */
import type { Config } from '../config/config.ts';
import { phoneAddress } from '../net/phone-address.ts';
import { terminalQr } from './terminal-qr.ts';

type Started = Pick<Config, 'issuer' | 'host' | 'mailServer'> & { readonly port: number };

/**
 * @param interactive the reader is at a terminal, which can show a picture to scan
 * @param phone where a phone on the same network reaches the server, if it does
 */
export async function firstSteps(
  started: Started,
  interactive: boolean,
  phone: string | undefined = phoneAddress(started),
): Promise<string> {
  const { issuer, port } = started;
  const mail = started.mailServer
    ? 'the code is mailed to you'
    : `the mail with your code is at ${issuer}/dev/outbox`;
  const listening = issuer.endsWith(`:${port}`) ? '' : ` (port ${port})`;
  return `
Latchkey serves on ${issuer}${listening}

To try it:
  1. Open the demonstration TV: ${issuer}/demo/tv
  2. ${phone === undefined ? 'Open' : 'Scan what it shows with your phone, or open'} ${issuer}/device and type its code. You are asked to
     create an account first; ${mail}
  3. Choose Link TV, and the TV greets you. ${issuer}/account lists it; remove it there, and it says so.

A device in the terminal: npm run device${port === 3000 ? '' : ` -- --issuer ${issuer}`}
${await onPhone(started, phone, interactive)}
Ctrl-C stops it; what you did is kept.
`;
}

const isShut = (host: string | undefined) => host !== undefined && /^(localhost|127\.|::1$)/.test(host);

async function onPhone(
  { issuer, host }: Started,
  phone: string | undefined,
  interactive: boolean,
): Promise<string> {
  if (phone === undefined)
    return isShut(host)
      ? 'A phone does not reach it. To let those on your network in, start it with HOST=0.0.0.0\n'
      : 'This machine has no address in a home network, so a phone does not reach it.\n';
  const picture = interactive ? `${await terminalQr(`${phone}/device`, interactive)}\n` : '';
  const address = `On a phone on the same network: ${phone}/device\n${picture}`;
  if (phone === issuer) return address;
  return `${address}Links in mails lead to ${issuer}, which is no use to a phone. To have all of it at one address:
    ISSUER=${phone} npm start
To keep others on your network out: HOST=127.0.0.1 npm start
`;
}
