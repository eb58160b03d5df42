/** The settings beside REDIS_URL: certificates, and how the Sentinels are signed in to. */
import { createPrivateKey } from 'node:crypto';
import { certificateIn, readPem } from './pem-file.ts';
import { Secret } from './secret.ts';
import type { Settings } from './settings.ts';
import { parseStoreAddress } from './store-address.ts';

/** In PEM. */
interface StoreCertificates {
  /** In place of those that the system trusts. */
  readonly ca?: string;
  readonly certificate?: string;
  readonly key?: Secret;
}

export interface StoreAccess {
  readonly tls: StoreCertificates | undefined;
  readonly sentinel: { readonly username?: string; readonly password: Secret } | undefined;
}

export const NO_ACCESS: StoreAccess = { tls: undefined, sentinel: undefined };

const FILES = ['REDIS_CA_FILE', 'REDIS_CERT_FILE', 'REDIS_KEY_FILE'] as const;
const SENTINEL = ['REDIS_SENTINEL_USER', 'REDIS_SENTINEL_PASSWORD'] as const;

/** Reads the files that are named; what is wrong goes to `errors`, a line each. */
export function readStoreAccess(values: Settings, errors: string[]): StoreAccess {
  const address = parseStoreAddress(values.REDIS_URL ?? '');
  const isRead = typeof address !== 'string';
  const given = (names: readonly (keyof Settings)[]) => names.filter((name) => values[name] !== undefined);
  if (values.REDIS_URL === undefined || isRead) {
    const [tls, sentinel] = isRead ? [address.tls, address.kind === 'sentinel'] : [false, false];
    for (const name of tls ? [] : given(FILES))
      errors.push(`${name}: has no effect unless REDIS_URL begins with rediss; write so, or leave it out`);
    for (const name of sentinel ? [] : given(SENTINEL))
      errors.push(`${name}: is for redis+sentinel:// and rediss+sentinel:// alone; leave it out`);
  }
  return { tls: readCertificates(values, errors), sentinel: readSentinel(values, errors) };
}

function readSentinel(values: Settings, errors: string[]): StoreAccess['sentinel'] {
  const { REDIS_SENTINEL_USER: username, REDIS_SENTINEL_PASSWORD: password } = values;
  if (password !== undefined)
    return { ...(username !== undefined && { username }), password: new Secret(password) };
  if (username !== undefined) errors.push('REDIS_SENTINEL_USER: needs REDIS_SENTINEL_PASSWORD');
  return undefined;
}

function readCertificates(values: Settings, errors: string[]): StoreCertificates | undefined {
  const ca = readPem('REDIS_CA_FILE', values.REDIS_CA_FILE, errors, certificateIn);
  const certificate = readPem('REDIS_CERT_FILE', values.REDIS_CERT_FILE, errors, certificateIn);
  const key = readPem('REDIS_KEY_FILE', values.REDIS_KEY_FILE, errors, createPrivateKey);
  if ((values.REDIS_CERT_FILE === undefined) !== (values.REDIS_KEY_FILE === undefined))
    errors.push('REDIS_CERT_FILE and REDIS_KEY_FILE: give both or none');
  if (certificate && key && !certificateIn(certificate).checkPrivateKey(createPrivateKey(key)))
    errors.push('REDIS_KEY_FILE: is not the key of the certificate in REDIS_CERT_FILE');
  if (!ca && !certificate) return undefined;
  return { ...(ca && { ca }), ...(certificate && { certificate }), ...(key && { key: new Secret(key) }) };
}
