/** A translator: what they are told beside the English messages. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { argumentsIn, elementsOf, messagesOf } from '../support/message-arguments.ts';

const notes = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../locales/notes.json'), 'utf8'),
) as Readonly<Record<string, string>>;
const argumentsOf = (text = '') => argumentsIn(elementsOf(text)).filter(({ kind }) => kind !== 'mark');
const ENGLISH = new Map(messagesOf('en').map(({ key, text }) => [key, text]));

describe('notes for translators', () => {
  it('are beside messages that there are', () => {
    expect(Object.keys(notes).filter((key) => !ENGLISH.has(key))).toEqual([]);
  });

  it('say of each argument of each message what is put there', () => {
    const unsaid = [...ENGLISH].flatMap(([key, text]) =>
      argumentsOf(text)
        .filter(({ name }) => !notes[key]?.includes(`{${name}}: `))
        .map(({ name }) => `${key}: {${name}}`),
    );
    expect(unsaid).toEqual([]);
  });

  it('name no argument that a message has not', () => {
    const strange = Object.entries(notes).flatMap(([key, note]) => {
      const names = argumentsOf(ENGLISH.get(key)).map(({ name }) => name);
      const told = [...note.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
      return told.filter((name) => !names.includes(name)).map((name) => `${key}: {${name}}`);
    });
    expect(strange).toEqual([]);
  });

  it('mark the twelve messages that two native speakers read: the warnings, the refusal, It wasn’t me, closing', () => {
    const guarded = Object.keys(notes).filter((key) => notes[key]?.startsWith('Guarded: '));
    expect(guarded).toEqual([
      'account.close.lead',
      'activity.dispute.only-away',
      'activity.dispute.take-back',
      'device.confirm.only-seen',
      'device.confirm.only-set-up',
      'device.confirm.refused-title',
      'device.confirm.sent',
      'device.confirm.was-sent',
      'device.reason.flood.more',
      'device.reason.other-country.title',
      'device.reason.other-network.title',
      'device.reason.unknown-network.title',
    ]);
  });
});
