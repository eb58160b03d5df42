import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { Secret } from '../../src/config/secret.ts';
import type { Mail } from '../../src/mail/mail.ts';
import { OutgoingMail } from '../../src/mail/outgoing-mail.ts';
import { SmtpMailer } from '../../src/mail/smtp-mailer.ts';
import { writeMail } from '../../src/mail/write-mail.ts';
import { serviceAt } from '../support/service.ts';

const FROM = 'Latchkey <no-reply@example.com>';
const MAIL = writeMail('confirm-email', 'ada@example.org', {
  code: '012345',
  ...serviceAt('https://link.example.net'),
});
const received: { mail: ParsedMail; to: string[]; user: string }[] = [];
let server: SMTPServer;
let port: number;

beforeAll(async () => {
  server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    onAuth: ({ username = '', password }, _session, done) =>
      done(password === 'right' ? null : new Error('no'), { user: username }),
    onRcptTo: ({ address }, _session, done) => done(address.startsWith('nobody@') ? new Error('no') : null),
    onData: (stream, { envelope, user }, done) => {
      simpleParser(stream).then((mail) => {
        received.push({ mail, to: envelope.rcptTo.map(({ address }) => address), user: String(user ?? '') });
        done();
      }, done);
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.server.address() as AddressInfo).port;
});
afterAll(() => new Promise<void>((resolve) => server.close(resolve)));

async function withMailer(login: string, use: (mailer: SmtpMailer) => Promise<unknown>): Promise<void> {
  const mailer = new SmtpMailer(new Secret(`smtp://${login}127.0.0.1:${port}`), FROM);
  try {
    await use(mailer);
  } finally {
    await mailer.close();
  }
}

describe('mail over SMTP', () => {
  it('arrives with sender, subject and text, at the one address', async () => {
    await withMailer('', (mailer) => mailer.send(MAIL));
    const { mail, to } = received.at(-1) ?? {};
    expect(to).toEqual(['ada@example.org']);
    expect(mail?.from?.text).toBe('"Latchkey" <no-reply@example.com>');
    expect(mail?.subject).toBe(MAIL.subject);
    expect(mail?.text?.trim()).toBe(MAIL.text.trim());
  });

  it('signs in where the address says how', async () => {
    await withMailer('post:right@', (mailer) => mailer.send(MAIL));
    expect(received.at(-1)?.user).toBe('post');
    await expect(withMailer('post:wrong@', (mailer) => mailer.send(MAIL))).rejects.toThrow();
  });

  it('that is refused fails', async () => {
    const sending = withMailer('', (mailer) => mailer.send({ ...MAIL, to: 'nobody@example.org' }));
    await expect(sending).rejects.toThrow();
  });
});

describe('outgoing mail', () => {
  it('makes no request wait, and tells of failures without the address, the code or the password', async () => {
    const failures: unknown[] = [];
    const before = received.length;
    await withMailer('', async (mailer) => {
      const outgoing = new OutgoingMail(mailer, (failure) => failures.push(failure));
      outgoing.post(MAIL);
      outgoing.post({ ...MAIL, to: 'nobody@example.org' });
      expect(received).toHaveLength(before);
      await outgoing.settled();
    });
    expect(received).toHaveLength(before + 1);
    expect(failures).toEqual([{ subject: MAIL.subject, reason: 'EENVELOPE' }]);
  });

  it('lets mail go when a thousand wait beside the four that are under way', async () => {
    const failures: { reason: string }[] = [];
    const sent: Mail[] = [];
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const mailer = { send: async (mail: Mail) => gate.then(() => void sent.push(mail)) };
    const outgoing = new OutgoingMail(mailer, (failure) => failures.push(failure));
    for (let i = 0; i < 1005; i += 1) outgoing.post(MAIL);
    open();
    await outgoing.settled();
    expect(sent.length).toBe(1004);
    expect(failures.map(({ reason }) => reason)).toEqual(['too many mails under way']);
  });
});
