import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mail, Mailer } from './mail.ts';
import { type ReadMail, readMailFile } from './mail-file.ts';
import { mailMessage } from './mail-message.ts';

interface OutboxMail extends ReadMail {
  id: string;
}

/** Time first, so that names sort by it; nothing of a path. */
const ID = /^\d{8}T\d{9}Z-[0-9a-f]{12}$/;
const NEWEST = 100;

/** Development without a mail server: each mail is a file that any mail program opens. */
export class Outbox implements Mailer {
  readonly #folder: string;
  readonly #from: string;
  readonly #now: () => number;

  /** @param folder is made when the first mail comes, readable by its owner alone */
  constructor(folder: string, from: string, now: () => number = Date.now) {
    this.#folder = folder;
    this.#from = from;
    this.#now = now;
  }

  /** Whole or not at all: the file gets its name when it is complete and on disk. */
  async send(mail: Mail): Promise<void> {
    const date = new Date(this.#now());
    const content = await this.#write(mail, date);
    const id = `${date.toISOString().replace(/[-:.]/g, '')}-${randomBytes(6).toString('hex')}`;
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const unfinished = join(this.#folder, `.${id}.part`);
    const file = await open(unfinished, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, this.#pathOf(id));
  }

  /** The newest mails, newest first. */
  async list(): Promise<OutboxMail[]> {
    const ids = (await this.#names())
      .filter((name) => name.endsWith('.eml'))
      .map((name) => name.slice(0, -'.eml'.length))
      .filter((id) => ID.test(id))
      .sort()
      .reverse();
    const mails = await Promise.all(ids.slice(0, NEWEST).map((id) => this.find(id)));
    return mails.filter((mail) => mail !== undefined);
  }

  async find(id: string): Promise<OutboxMail | undefined> {
    if (!ID.test(id)) return undefined;
    const content = await absentAs(undefined, readFile(this.#pathOf(id), 'utf8'));
    return content === undefined ? undefined : { id, ...readMailFile(content) };
  }

  async #write(mail: Mail, date: Date): Promise<Buffer> {
    const { createTransport } = await import('nodemailer');
    const writer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
    const { message } = await writer.sendMail({
      ...mailMessage(mail, this.#from),
      textEncoding: 'quoted-printable',
      date,
    });
    return message as Buffer;
  }

  #names(): Promise<string[]> {
    return absentAs([], readdir(this.#folder));
  }

  #pathOf(id: string): string {
    return join(this.#folder, `${id}.eml`);
  }
}

async function absentAs<T, A>(absent: A, reading: Promise<T>): Promise<T | A> {
  try {
    return await reading;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return absent;
    throw error;
  }
}
