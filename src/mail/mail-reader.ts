import type { Service } from '../brand/brand.ts';
import { knownZone, type Reader, readerFor } from '../words/reader.ts';

/** What is known of how an owner reads: the profile of an account has it. */
export interface ReadingHabits {
  readonly language?: string | undefined;
  readonly timeZone?: string | undefined;
}

/** Who reads a mail or a text of this service. @param habits `undefined`: nothing is known of them */
export function mailReader({ languages }: Service, habits: ReadingHabits = {}): Reader {
  const { language, timeZone } = habits;
  const isServed = language !== undefined && languages.served.includes(language);
  return readerFor(isServed ? language : languages.fallback, knownZone(timeZone));
}
