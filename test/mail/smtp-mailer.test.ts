import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { readConfig } from '../../src/config/config.ts';
import type { Mail } from '../../src/mail/mail.ts';
import type { MailFailure } from '../../src/mail/mail-failure.ts';
import { OutgoingMail } from '../../src/mail/outgoing-mail.ts';
import { SmtpMailer } from '../../src/mail/smtp-mailer.ts';
import { writeMail } from '../../src/mail/write-mail.ts';
import { ENGLISH } from '../../src/words/reader.ts';
import { freePort } from '../support/free-port.ts';
import { type RecordingProxy, startRecordingProxy } from '../support/recording-proxy.ts';
import { serviceAt } from '../support/service.ts';
import { makeAuthority, makeCertificate, type TestCertificate } from '../support/test-certificates.ts';

const FROM = 'Latchkey <no-reply@example.com>';
const MAIL = writeMail(
  'confirm-email',
  'ada@example.org',
  {
    code: '012345',
    ...serviceAt('https://link.example.net'),
  },
  ENGLISH,
);
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

/** @param settings beside SMTP_URL; without NODE_ENV it is development, where no TLS is asked for on this machine */
async function withMailer(
  login: string,
  use: (mailer: SmtpMailer) => Promise<unknown>,
  settings: Record<string, string> = {},
  at = port,
): Promise<void> {
  const { config } = readConfig({ SMTP_URL: `smtp://${login}127.0.0.1:${at}`, ...settings });
  if (!config.mailServer) throw new Error('no mail server');
  const mailer = new SmtpMailer(config.mailServer, FROM);
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

  it('says that a program sent it, so that no program answers (RFC 3834 section 5), and names its list only where it is of one', async () => {
    await withMailer('', (mailer) => mailer.send(MAIL));
    const headers = received.at(-1)?.mail.headers;
    expect(headers?.get('auto-submitted')).toBe('auto-generated');
    expect(headers?.has('list')).toBe(false);
    await withMailer('', (mailer) => mailer.send({ ...MAIL, listId: 'alerts.link.example.net' }));
    expect(received.at(-1)?.mail.headers.get('list')).toEqual({ id: { name: 'alerts.link.example.net' } });
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

describe('a way to the mail server that can be listened to', () => {
  const TLS = { SMTP_TLS: 'required' };
  let folder: string;
  let authority: TestCertificate;
  let secured: SMTPServer;
  let securedPort: number;
  let proxies: RecordingProxy[];
  let signedIn: string[];
  let taken: number;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-mail-'));
    authority = await makeAuthority(folder, 'authority');
    const { certificate, key } = await makeCertificate(folder, 'mail', authority, ['IP:127.0.0.1']);
    secured = new SMTPServer({
      cert: await readFile(certificate),
      key: await readFile(key),
      onAuth: ({ username = '' }, _session, done) => {
        signedIn.push(username);
        done(null, { user: username });
      },
      onData: (stream, _session, done) => {
        taken += 1;
        stream.resume().on('end', () => done());
      },
    });
    // A client that does not believe it ends the connection.
    secured.on('error', () => undefined);
    await new Promise<void>((resolve) => secured.listen(0, '127.0.0.1', resolve));
    securedPort = (secured.server.address() as AddressInfo).port;
  });
  beforeEach(() => {
    [proxies, signedIn, taken] = [[], [], 0];
  });
  afterEach(() => Promise.all(proxies.map((proxy) => proxy.close())));
  afterAll(async () => {
    await new Promise<void>((resolve) => secured.close(resolve));
    await rm(folder, { recursive: true });
  });

  async function listenedTo(target: number): Promise<RecordingProxy> {
    const proxy = await startRecordingProxy(await freePort(), target, 'none');
    proxies.push(proxy);
    return proxy;
  }
  const heard = () => Buffer.concat(proxies.flatMap((proxy) => proxy.written())).toString('latin1');

  it('shows no password, no code and no address where the server has STARTTLS', async () => {
    const proxy = await listenedTo(securedPort);
    const settings = { ...TLS, SMTP_CA_FILE: authority.certificate };
    await withMailer('post:hunter2@', (mailer) => mailer.send(MAIL), settings, proxy.port);
    expect([signedIn, taken]).toEqual([['post'], 1]);
    expect(heard()).toMatch(/^EHLO \S+\r\nSTARTTLS\r\n\x16\x03/);
    expect(heard()).not.toMatch(/AUTH|MAIL FROM|ada@|012345/);
  });

  it('that has lost its STARTTLS carries neither password nor mail, and the line names the remedy', async () => {
    const proxy = await listenedTo(port);
    const failures: MailFailure[] = [];
    const before = received.length;
    const sending = async (mailer: SmtpMailer) => {
      const outgoing = new OutgoingMail(mailer, (failure) => failures.push(failure));
      outgoing.post(MAIL);
      await outgoing.settled();
      failures.push((await mailer.verify()) ?? { reason: 'none' });
    };
    await withMailer('post:right@', sending, TLS, proxy.port);
    expect(received).toHaveLength(before);
    expect(heard()).not.toMatch(/AUTH|MAIL FROM|ada@|012345/);
    expect(failures).toHaveLength(2);
    for (const failure of failures) {
      expect(failure).toMatchObject({ reason: 'ETLS', cause: expect.stringMatching(/^answer 5\d\d/) });
      expect(failure.remedy).toContain(
        'offers no STARTTLS, or something on the way hides it, so nothing was sent',
      );
    }
  });

  it('that is answered by another certificate carries neither', async () => {
    const proxy = await listenedTo(securedPort);
    const verify = async (mailer: SmtpMailer) => {
      const failure = await mailer.verify();
      expect(failure?.remedy).toContain('SMTP_CA_FILE names the file of the authority that signed it');
    };
    await withMailer('post:hunter2@', verify, TLS, proxy.port);
    expect([signedIn, heard().includes('AUTH')]).toEqual([[], false]);
  });

  it('is used as it is where SMTP_TLS=none says so', async () => {
    const proxy = await listenedTo(port);
    const settings = { SMTP_TLS: 'none' };
    await withMailer('post:right@', (mailer) => mailer.send(MAIL), settings, proxy.port);
    expect(received.at(-1)?.user).toBe('post');
    expect(heard()).toContain('AUTH');
  });

  it('shows whether the server lets us in, without a mail, and tells a wrong password', async () => {
    await withMailer('post:right@', async (mailer) => expect(await mailer.verify()).toBeUndefined());
    await withMailer('post:wrong@', async (mailer) => {
      const failure = await mailer.verify();
      expect(failure).toMatchObject({ reason: 'EAUTH', cause: expect.stringMatching(/^answer 535/) });
      expect(failure?.remedy).toBe('The mail server does not take the user and password of SMTP_URL.');
    });
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
    // Its subject has the code in it.
    expect(failures).toEqual([{ mail: 'confirm-email', reason: 'EENVELOPE', cause: 'answer 550' }]);
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
