import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { simpleParser } from 'mailparser';
import { Outbox } from '../../src/mail/outbox.ts';
import { writeMail } from '../../src/mail/write-mail.ts';
import { ENGLISH, readerFor } from '../../src/words/reader.ts';
import { serviceAt } from '../support/service.ts';

const FROM = 'Latchkey <no-reply@localhost>';
const ISSUER = 'https://a-rather-long-name-of-a-server.of-some-organisation.example.org';
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-outbox-'));
});
afterAll(() => rm(folder, { recursive: true }));

let made = 0;
function newOutbox(now?: () => number): { outbox: Outbox; path: string } {
  made += 1;
  const path = join(folder, String(made), 'outbox');
  return { outbox: new Outbox(path, FROM, now), path };
}

describe('the outbox', () => {
  it('is empty before the first mail, even without its folder', async () => {
    const { outbox } = newOutbox();
    expect(await outbox.list()).toEqual([]);
    expect(await outbox.find('20260102T030405678Z-0123456789ab')).toBeUndefined();
  });

  it('writes mails that any mail program reads, whole, and for their owner alone', async () => {
    const { outbox, path } = newOutbox();
    await outbox.send(
      writeMail('confirm-email', 'ada@example.org', { code: '012345', ...serviceAt(ISSUER) }, ENGLISH),
    );
    const [name = ''] = await readdir(path);
    expect(await readdir(path)).toHaveLength(1);
    expect(name).toMatch(/\.eml$/);
    expect((await stat(join(path, name))).mode & 0o777).toBe(0o600);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    const parsed = await simpleParser(await readFile(join(path, name)));
    expect(parsed.from?.value).toEqual([{ name: 'Latchkey', address: 'no-reply@localhost' }]);
    expect(parsed.to).toMatchObject({ value: [{ address: 'ada@example.org' }] });
    expect(parsed.subject).toBe('012345 is your Latchkey code to confirm your email');
    expect(parsed.text).toContain('Your code is 012345');
  });

  it.each([
    ...['en', 'de', 'ar-XB'].map((language) =>
      writeMail(
        'confirm-email',
        'ada@example.org',
        { code: '012345', ...serviceAt(ISSUER) },
        readerFor(language, undefined),
      ),
    ),
    writeMail(
      'confirm-sign-in',
      `${'x'.repeat(64)}@${'long.'.repeat(30)}example.org`,
      {
        code: '999999',
        ...serviceAt(ISSUER),
      },
      ENGLISH,
    ),
    writeMail('email-taken', "o'neil+tag@example.org", { ...serviceAt(ISSUER) }, ENGLISH),
    {
      template: 'x',
      to: 'ada@example.org',
      subject: 'Text',
      text: `Ünïcode = 100 % ✓ ${'long '.repeat(60)}\n.\nend\n`,
    },
  ])('reads back what it wrote: $subject', async (mail) => {
    const { outbox } = newOutbox(() => Date.UTC(2026, 0, 2, 3, 4, 5, 678));
    await outbox.send(mail);
    const [read] = await outbox.list();
    const { to, subject, text } = mail;
    const html = 'html' in mail ? mail.html : undefined;
    expect(read).toMatchObject({ to, subject, text, html, date: new Date(Date.UTC(2026, 0, 2, 3, 4, 5)) });
    expect(await outbox.find(read?.id ?? '')).toEqual(read);
  });

  it('lists the newest first, and nothing that is not a mail', async () => {
    let now = Date.UTC(2026, 0, 1);
    const { outbox, path } = newOutbox(() => now);
    for (const subject of ['one', 'two', 'three']) {
      await outbox.send({ template: 'x', to: 'ada@example.org', subject, text: 'text\n' });
      now += 1000;
    }
    await writeFile(join(path, '.20260101T000000000Z-0123456789ab.part'), 'half a mail');
    await writeFile(join(path, 'notes.eml'), 'not ours');
    expect((await outbox.list()).map(({ subject }) => subject)).toEqual(['three', 'two', 'one']);
  });

  it('takes many mails at once', async () => {
    const { outbox } = newOutbox(() => 0);
    const mail = { template: 'x', to: 'ada@example.org', subject: 'same', text: 'text\n' };
    await Promise.all(Array.from({ length: 20 }, () => outbox.send(mail)));
    expect(await outbox.list()).toHaveLength(20);
  });

  it.each(['../../etc/passwd', '..', '', '.', '20260101T000000000Z-0123456789ab/../x', 'a\0b'])(
    'has no mail called %j',
    async (id) => {
      const { outbox } = newOutbox();
      expect(await outbox.find(id)).toBeUndefined();
    },
  );
});
