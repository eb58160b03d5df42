import { quoteName } from '../../devices/claimed-words.ts';
import { addressWords, isServersOwn } from '../../words/address-words.ts';
import type { Reader } from '../../words/reader.ts';
import * as labels from './labels.ts';
import * as links from './link-views.ts';
import * as times from './times.ts';

type Label = (reader: Reader, ...rest: never[]) => unknown;

const { linkTo, ...ofReader } = labels;
const WORDS: Readonly<Record<string, Label>> = { ...ofReader, ...links, ...times, addressWords };

const made = new WeakMap<Reader, Readonly<Record<string, unknown>>>();

/** The labels as templates call them: for the reader of the page. */
export function labelsFor(reader: Reader): Readonly<Record<string, unknown>> {
  const found = made.get(reader) ?? {
    linkTo,
    isServersOwn,
    quoteName: (name: string) => quoteName(reader, name),
    ...Object.fromEntries(
      Object.entries(WORDS).map(([name, label]) => [name, (...rest: never[]) => label(reader, ...rest)]),
    ),
  };
  made.set(reader, found);
  return found;
}
