import type { z } from 'zod';

interface EntriesFormat<T> {
  readonly schema: z.ZodType<T>;
  /** What one entry is, such as `client`; and of which field errors say the value. */
  readonly noun: string;
  readonly nameField: string;
  /** What is thrown where the text is no array at all. */
  readonly failure: (errors: string[]) => Error;
}

/**
 * The entries of a file that is a JSON array, those left out that are wrong.
 * @param errors gets a line for each fault of an entry
 */
export function readJsonEntries<T>(
  text: string,
  { schema, noun, nameField, failure }: EntriesFormat<T>,
  errors: string[],
): T[] {
  const given = parsed(text, failure);
  if (!Array.isArray(given)) throw failure([`a JSON array of ${noun}s is needed`]);
  return given.flatMap((entry: unknown, index) => {
    const read = schema.safeParse(entry);
    if (read.success) return [read.data];
    const name = (entry as Record<string, unknown> | null)?.[nameField];
    const who = typeof name === 'string' ? name : `${noun} ${index + 1}`;
    errors.push(...read.error.issues.map(({ path, message }) => `${who}: ${path.join('.')} ${message}`));
    return [];
  });
}

function parsed(text: string, failure: EntriesFormat<unknown>['failure']): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw failure([`not JSON: ${(error as Error).message}`]);
  }
}
