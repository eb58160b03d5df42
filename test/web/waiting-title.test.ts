/** The title of the page that waits for a device is sent before its answer, and nothing without scripts changes it. */
import { expect, it } from '@jest/globals';
import { DEVICE_TYPES } from '../../src/devices/claimed-device.ts';
import { readerFor } from '../../src/words/reader.ts';
import { LANGUAGES } from '../support/message-arguments.ts';

it.each(LANGUAGES)(
  'an owner without scripts who finds the page among others by its title is told nothing that is over: %s',
  (tag) => {
    const reader = readerFor(tag, undefined);
    const lower = (words: string) => words.toLocaleLowerCase(tag);
    for (const type of DEVICE_TYPES) {
      const title = lower(reader.t('device.waiting.page', { type }));
      const answers = (
        ['device.linked.title-unnamed', 'device.late.lead', 'device.ended.title-unnamed'] as const
      ).map((key) => lower(reader.t(key, { type })));
      // What each answer says the rest of is the device alone.
      for (const answer of answers) expect(answer).toContain(title);
    }
  },
);
