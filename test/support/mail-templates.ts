import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { serviceAt } from './service.ts';

const FOLDER = join(import.meta.dirname, '../../views/mail');
/** What mails are laid out in; no mail itself. */
const LAYOUT = 'layout';

const templatesIn = (folder: string) =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.eta'))
    .map((file) => file.slice(0, -'.eta'.length));

/** The names of all mails, as `writeMail` takes them. */
export const MAILS = templatesIn(FOLDER).filter((name) => name !== LAYOUT);
/** The names of all text messages, as `writeText` takes them. */
export const TEXTS = templatesIn(join(FOLDER, 'texts'));

/** What each mail but those of alerts asks for, one way or another. */
export const factsAt = (issuer: string) => ({
  ...serviceAt(issuer),
  code: '012345',
  provider: 'Corp',
  what: 'stream',
  receiver: 'maker',
  link: `${issuer}/x/abc`,
  dispute: `${issuer}/not-me/abc`,
});
