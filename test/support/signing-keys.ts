import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readConfig } from '../../src/config/config.ts';
import {
  ALGORITHMS,
  makeSigningKey,
  type PrivateKey,
  type SigningKeys,
} from '../../src/oidc/signing-keys.ts';
import { keyRotationOf } from '../../src/server/signing-keys.ts';
import type { TestStores } from './test-stores.ts';

const ROOT = join(import.meta.dirname, '../..');

/**
 * One key for each algorithm, as a server without a history has them. An RSA key takes a processor a third of a second, and nearly every test needs one
 * that signs, whichever it is: so they are made once, and kept for as long as the code stays that makes them.
 */
export async function testSigningKeys(): Promise<{ keys: PrivateKey[] }> {
  const maker = createHash('sha256').update(readFileSync(join(ROOT, 'src/oidc/signing-keys.ts')));
  const file = join(ROOT, `node_modules/.cache/signing-keys-${maker.digest('hex').slice(0, 16)}.json`);
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { keys: PrivateKey[] };
  } catch {
    const made = { keys: await Promise.all(ALGORITHMS.map(makeSigningKey)) } satisfies SigningKeys;
    mkdirSync(dirname(file), { recursive: true });
    // Whole or not at all, where several processes make them at once.
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(made), { mode: 0o600 });
    renameSync(`${file}.${process.pid}`, file);
    return made;
  }
}

/** The installation has these keys when its first server starts. */
export async function giveSigningKeys(stores: TestStores): Promise<void> {
  const { keys } = await testSigningKeys();
  const make = async (wanted: string) => {
    const key = keys.find(({ alg }) => alg === wanted);
    if (!key) throw new Error(`no key for ${wanted}`);
    return key;
  };
  await keyRotationOf(stores, readConfig({}).config, make).open();
}
