import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { withoutByteOrderMark } from '../runtime/text-file.ts';

export const certificateIn = (pem: string) => new X509Certificate(pem);

/**
 * The text of a file in PEM that a setting names.
 * @param parse throws where there is none in it
 * @returns `undefined` where no file is named, or it is no good: then a line of `errors` says so
 */
export function readPem(
  name: string,
  path: string | undefined,
  errors: string[],
  parse: (pem: string) => unknown,
): string | undefined {
  if (path === undefined) return undefined;
  try {
    const pem = withoutByteOrderMark(readFileSync(path, 'utf8'));
    parse(pem);
    return pem;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const isOfFile = code !== undefined && /^E[A-Z]+$/.test(code);
    errors.push(
      `${name}: ${isOfFile ? message : `${path} holds none in PEM (-----BEGIN …), or one with a passphrase`}`,
    );
    return undefined;
  }
}
