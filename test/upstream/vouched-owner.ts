/** An owner for whose email a provider speaks: the code that is mailed to them, and what it signs in. */
import { Tickets } from '../../src/accounts/tickets.ts';
import { OutgoingMail } from '../../src/mail/outgoing-mail.ts';
import { Egress } from '../../src/net/egress.ts';
import { UpstreamByMail } from '../../src/upstream/upstream-by-mail.ts';
import { parseUpstreams } from '../../src/upstream/upstream-file.ts';
import { type AccountWorld, HOME, visit } from '../accounts/account-world.ts';
import { serviceAt } from '../support/service.ts';
import { testLimiter } from '../support/test-limits.ts';

const ISSUER = 'https://id.example';
const VISITOR = 'a browser';

/** @returns gives the code */
export async function mailedByProvider({ stores, sessionCreation }: AccountWorld, email: string) {
  const domain = email.slice(email.indexOf('@') + 1);
  const entry = { id: 'corp', name: 'Corp', issuer: ISSUER, client_id: 'us', client_secret: 'hush' };
  const vouching = [{ ...entry, link_by: 'verified_email', email_domains: [domain] }];
  const egress = new Egress({ allow: [], httpsOnly: true });
  const [upstream] = parseUpstreams(JSON.stringify(vouching), new Map(), egress);
  if (!upstream) throw new Error('no entry');
  let code = '';
  const read = async ({ text }: { text: string }) => {
    code = /\b\d{6}\b/.exec(text)?.[0] ?? '';
  };
  const mail = new OutgoingMail({ send: read }, ({ reason }) => {
    throw new Error(reason);
  });
  const byMail = new UpstreamByMail({
    ...stores,
    service: serviceAt('http://localhost:3000'),
    tickets: new Tickets(stores.keyring, 'upstream'),
    mail,
    limiter: testLimiter(stores),
    sessionCreation,
  });
  const person = { upstream: 'corp', issuer: ISSUER, subject: 'ada', sid: undefined, name: undefined };
  const found = { ...person, email, isEmailVerified: true };
  const asked = await byMail.ask(upstream, found, { visitor: VISITOR, returnTo: '/account', address: HOME });
  if (asked.outcome !== 'mailed') throw new Error(asked.outcome);
  await mail.settled();
  return () => byMail.confirm(asked.ticket, code, { found, visitor: VISITOR }, visit());
}
