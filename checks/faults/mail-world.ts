import { Installation } from '../../test/support/installation.ts';
import { type MailSink, startMailSink } from '../../test/support/mail-sink.ts';

/** A whole server that sends its mails to a mail server of the check. */
export interface MailWorld {
  readonly installation: Installation;
  readonly sink: MailSink;
}

/** Runs with one, which ends with it. */
export async function withMailWorld<T>(run: (world: MailWorld) => Promise<T>): Promise<T> {
  const sink = await startMailSink();
  try {
    const installation = await Installation.start({ environment: { SMTP_URL: sink.url } });
    try {
      return await run({ installation, sink });
    } finally {
      await installation.stop();
    }
  } finally {
    await sink.close();
  }
}
