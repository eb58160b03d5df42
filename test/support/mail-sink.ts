import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import type { MailServer } from '../../src/config/mail-server.ts';

/** A real mail server for tests, which keeps what it gets, and can be down for a while. */
export interface MailSink {
  readonly url: string;
  /** The same, read; it has no TLS. */
  readonly server: MailServer;
  /** Everything taken so far, in order. */
  readonly mails: readonly ParsedMail[];
  /**
   * Resolves with the first mail that fits, however long that takes where nothing is said of it.
   * @throws when none has come within `timeout` milliseconds
   */
  arrives(fits: (mail: ParsedMail) => boolean, timeout?: number): Promise<ParsedMail>;
  /** While it is down, every mail is refused for now (SMTP 451). */
  down: boolean;
  /** How many receivers were refused so far. */
  refusals: number;
  /** Receivers of this name are refused for now. */
  refused: RegExp | undefined;
  /** Receivers of this name get no answer at all, as long as they wait. */
  hanging: RegExp | undefined;
  /** How many wait like that. */
  readonly waiting: number;
  /** How long each mail takes, in milliseconds. */
  delay: number;
  close(): Promise<void>;
}

/** @param at a port; 0: any free one */
export async function startMailSink(at = 0): Promise<MailSink> {
  const mails: ParsedMail[] = [];
  const state: Pick<MailSink, 'down' | 'refusals' | 'refused' | 'hanging' | 'delay'> & { waiting: number } = {
    down: false,
    refusals: 0,
    refused: undefined,
    hanging: undefined,
    waiting: 0,
    delay: 0,
  };
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    // No test waits for receivers that hang.
    closeTimeout: 100,
    onRcptTo: ({ address }, _session, done) => {
      if (state.hanging?.test(address)) {
        state.waiting += 1;
        return;
      }
      const refused = state.down || state.refused?.test(address);
      if (refused) state.refusals += 1;
      done(refused ? Object.assign(new Error('down'), { responseCode: 451 }) : null);
    },
    onData: (stream, _session, done) => {
      simpleParser(stream).then(async (mail) => {
        if (state.delay > 0) await sleep(state.delay);
        mails.push(mail);
        done();
      }, done);
    },
  });
  await new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve));
  // A server that is killed cuts its connections off.
  server.on('error', () => undefined);
  const { port } = server.server.address() as AddressInfo;
  return Object.assign(state, {
    url: `smtp://127.0.0.1:${port}`,
    server: { host: '127.0.0.1', port, tls: 'none' as const, login: undefined, ca: undefined },
    mails,
    arrives: async (fits: (mail: ParsedMail) => boolean, timeout = Number.POSITIVE_INFINITY) => {
      for (const end = Date.now() + timeout; Date.now() < end; await sleep(20)) {
        const mail = mails.find(fits);
        if (mail) return mail;
      }
      throw new Error(`no such mail among: ${mails.map(({ subject }) => subject).join(', ')}`);
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  });
}
