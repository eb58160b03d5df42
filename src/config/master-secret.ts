import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, parseSecrets, type SecretSource } from './config.ts';
import { Secret } from './secret.ts';

/**
 * The master secrets, the one that writes first. In development a missing one is made and kept in DATA_DIR,
 * for its owner's eyes only; of several processes that start at once all take the same.
 * @throws ConfigError when the file cannot be read or holds no good secret
 */
export async function readMasterSecret(
  source: SecretSource,
  dataDir: string,
): Promise<Secret<readonly string[]>> {
  if ('given' in source) return source.given;
  const path = 'file' in source ? source.file : join(dataDir, 'secret');
  if ('make' in source) await makeSecret(dataDir, path);
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new ConfigError([`LATCHKEY_SECRET_FILE: ${error.message}`]);
  });
  const errors: string[] = [];
  const secrets = parseSecrets(text, errors);
  if (errors.length > 0) throw new ConfigError(errors.map((error) => `${error} (in ${path})`));
  return new Secret(secrets);
}

/** Written whole under another name and then linked, so that no server reads half of it and only one wins. */
async function makeSecret(dataDir: string, path: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
}
