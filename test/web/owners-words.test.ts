/** Owners read the words that they use themselves: those of the protocol and of the code stay in the documents. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { generalTitle } from '../../src/alerts/event-labels.ts';
import { EVENT_KINDS } from '../../src/events/event.ts';
import { createViews } from '../../src/web/views.ts';
import { ENGLISH } from '../../src/words/reader.ts';
import { itHoldsFor } from '../support/each-sample.ts';
import { SAMPLES } from './samples.ts';

const FOREIGN = /\b(deregist\w*|dormant|scopes?|programs?|sessions?|keys?|Deny|denied)\b/gi;
/** A key for machines is called so: an owner copies it into a file (docs/decisions/0041-keys-of-owners.md). */
const OF_KEYS = /\bkeys?\b/gi;
const ABOUT_KEYS =
  /^(link-key|make-link-key|prove-make-link-key|account-add-device-by-app|account-device-hostile)/;

const views = createViews({ viewsDir: join(import.meta.dirname, '../../views'), cache: true });
const mails = join(import.meta.dirname, '../mail/words');

function textOf(html: string): string {
  return html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
}

describe('what owners read has no words of the protocol', () => {
  itHoldsFor(
    // Operators read kinds of events as their receivers do.
    SAMPLES.filter(({ name }) => !/^(outbox|console-receiver)/.test(name)).map(({ name, view }) => ({
      name,
      view,
    })),
    'on no page',
    ({ name, view }) => {
      const words = textOf(views.render(view));
      expect((ABOUT_KEYS.test(name) ? words.replaceAll(OF_KEYS, '') : words).match(FOREIGN)).toBeNull();
    },
  );

  it.each(readdirSync(mails))('in no mail: %s', (name) => {
    expect(textOf(readFileSync(join(mails, name), 'utf8')).match(FOREIGN)).toBeNull();
  });

  it('in no entry of the activity', () => {
    const titles = EVENT_KINDS.filter((kind) => !kind.startsWith('link-key-')).map((kind) =>
      generalTitle(ENGLISH, kind),
    );
    expect(titles.join('\n').match(FOREIGN)).toBeNull();
  });
});
