import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** A real mail server for tests, which keeps what it gets, and can be down for a while. */
export interface MailSink {
  readonly url: string;
  /** Everything taken so far, in order. */
  readonly mails: readonly ParsedMail[];
  /**
   * Resolves with the first mail that fits, however long that takes where nothing is said of it.
   * @throws when none has come within `patience` milliseconds
   */
  arrives(fits: (mail: ParsedMail) => boolean, patience?: number): Promise<ParsedMail>;
  /** While it is down, every mail is refused for now (SMTP 451). */
  down: boolean;
  close(): Promise<void>;
}

export async function startMailSink(): Promise<MailSink> {
  const mails: ParsedMail[] = [];
  const state = { down: false };
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    onRcptTo: (_address, _session, done) =>
      done(state.down ? Object.assign(new Error('down'), { responseCode: 451 }) : null),
    onData: (stream, _session, done) => {
      simpleParser(stream).then((mail) => {
        mails.push(mail);
        done();
      }, done);
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that is killed cuts its connections off.
  server.on('error', () => undefined);
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    get down() {
      return state.down;
    },
    set down(down: boolean) {
      state.down = down;
    },
    arrives: async (fits, patience = Number.POSITIVE_INFINITY) => {
      for (const end = Date.now() + patience; Date.now() < end; await sleep(20)) {
        const mail = mails.find(fits);
        if (mail) return mail;
      }
      throw new Error(`no such mail among: ${mails.map(({ subject }) => subject).join(', ')}`);
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
