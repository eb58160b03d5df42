/** Mails and text messages are written from templates in `views/mail`, where their words are. */
import { join } from 'node:path';
import { Eta } from 'eta';
import type { Mail } from './mail.ts';

const VIEWS = join(import.meta.dirname, '../../views/mail');

type Facts = Readonly<Record<string, unknown>>;

const engines = { text: engineFor(textOf), html: engineFor(htmlOf) } as const;

/**
 * A mail: its subject, its text, and its HTML where its layout has one.
 * @param template a file in `views/mail`, without its ending
 * @param facts all that the template asks for
 * @throws where the template shows a fact that is not given: a mail never says "undefined"
 */
export function writeMail(template: string, to: string, facts: Facts): Mail {
  const [head = '', ...lines] = render(template, 'text', facts).split('\n');
  const subject = /^Subject: (.+)$/.exec(head)?.[1];
  if (subject === undefined) throw new TypeError(`the mail ${template} has no subject`);
  const text = `${lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`;
  const html = render(template, 'html', facts).replace(/\n{2,}/g, '\n');
  return { to, subject, text, ...(html.trim() !== '' && { html }) };
}

/** A text message from its template in `views/mail/texts`. */
export function writeText(template: string, facts: Facts): string {
  return render(`./texts/${template}`, 'text', facts).trim();
}

function render(template: string, form: keyof typeof engines, facts: Facts): string {
  return engines[form].render(template, { ...facts, form });
}

/** Lines of a template stand in the mail as they are, but for those that hold nothing but a tag that ends in `-%>`. */
function engineFor(show: (value: unknown) => string): Eta {
  return new Eta({ views: VIEWS, cache: true, autoTrim: false, escapeFunction: show, varName: 'it' });
}

function textOf(value: unknown): string {
  if (value === undefined) throw new TypeError('a mail lacks one of its facts');
  return String(value);
}

/** Every value is text: whatever could be mark-up is written as a number (`&#38;`). */
function htmlOf(value: unknown): string {
  return textOf(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
