/** A setting that holds a secret may stand in a file: what systemd, Kubernetes or a vault puts there, and no environment shows. */
import { readFileSync } from 'node:fs';
import { withoutByteOrderMark } from '../runtime/text-file.ts';

/** `LATCHKEY_SECRET_FILE` is read elsewhere: it holds several, and may be made. */
const SECRETS = [
  'REDIS_URL',
  'REDIS_SENTINEL_PASSWORD',
  'SMTP_URL',
  'SMS_WEBHOOK_URL',
  'METRICS_TOKEN',
] as const;

type Given = Readonly<Record<string, string | undefined>>;

/** What is given, with what stands in the files that are named: `REDIS_URL` from that of `REDIS_URL_FILE`. */
export function withSecretFiles(given: Given, errors: string[]): Record<string, string | undefined> {
  const read = SECRETS.flatMap((name) => {
    const path = given[`${name}_FILE`];
    if (path === undefined) return [];
    if (given[name] !== undefined) errors.push(`${name} and ${name}_FILE: give one of them`);
    const text = textOf(`${name}_FILE`, path, errors);
    return text === undefined ? [] : [[name, text] as const];
  });
  return { ...given, ...Object.fromEntries(read) };
}

function textOf(name: string, path: string, errors: string[]): string | undefined {
  try {
    const text = withoutByteOrderMark(readFileSync(path, 'utf8')).trim();
    if (text !== '') return text;
    errors.push(`${name}: ${path} is empty`);
  } catch (error) {
    errors.push(`${name}: ${(error as Error).message}`);
  }
  return undefined;
}
