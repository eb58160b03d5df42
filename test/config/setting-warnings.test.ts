/** An operator reads the same of the settings at a terminal, in the log and in the console. */
import { expect, it } from '@jest/globals';
import { ENGLISH } from '../../src/words/reader.ts';
import { messagesOf } from '../support/message-arguments.ts';
import { WARNINGS } from '../web/samples/console.ts';

const KEY = 'console.warning.';

it('what is to know of the settings has the same words in English, wherever it is told', () => {
  const say = ENGLISH.t.bind(ENGLISH) as (key: string, values: object) => string;
  expect(WARNINGS.map(({ kind, values }) => say(KEY + kind, values))).toEqual(
    WARNINGS.map(({ text }) => text),
  );
});

it('has a sample of each', () => {
  const kinds = messagesOf('en').flatMap(({ key }) => (key.startsWith(KEY) ? [key.slice(KEY.length)] : []));
  expect([...new Set<string>(WARNINGS.map(({ kind }) => kind))].sort()).toEqual(kinds.sort());
});
