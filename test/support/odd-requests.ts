/** Requests that are plain most of the time and odd in any one place, so that both fast paths are met. */
import fc from 'fast-check';

const form = 'application/x-www-form-urlencoded';

/** The headers of a simple form. */
export const FORM: Record<string, string> = { 'content-type': form };

export function mostly<T>(plain: T, others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 15, arbitrary: fc.constant(plain) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );
}

/** Headers of a form; those that are `undefined` are left out. */
export function oddHeaders(
  authorization: fc.Arbitrary<string | undefined>,
): fc.Arbitrary<Record<string, string>> {
  const odd = (others: readonly string[]) => mostly<string | undefined>(undefined, others);
  return fc
    .record({
      authorization,
      'content-type': mostly(form, [
        ...[`${form};charset=UTF-8`, `${form}; charset=utf-8`, `${form}; charset=latin1`],
        ...[`${form};charset=utf-16`, form.toUpperCase(), 'text/plain', 'application/json'],
      ]),
      accept: odd(['*/*', 'application/json', 'text/html', 'text/html, */*;q=0.1', 'image/png']),
      origin: odd(['https://elsewhere.example', 'null', 'file://', 'http://localhost:4000']),
      dpop: odd(['x']),
      'content-encoding': odd(['gzip']),
    })
    .map((lines) => Object.fromEntries(Object.entries(lines).filter(isGiven)));
}

/** So few requests as the tests send, or as many, and by the seed, as `npm run check:paths` says. */
export function oddRuns(few: number): { numRuns: number; seed?: number } {
  const { ODD_REQUESTS: many, ODD_SEED: seed } = process.env;
  return { numRuns: many ? Number(many) : few, ...(seed ? { seed: Number(seed) } : {}) };
}

function isGiven(line: [string, string | undefined]): line is [string, string] {
  return line[1] !== undefined;
}
