/**
 * Everything that Redis sees of a secret value passes through here.
 *
 * Two promises (invariant 7 of the design): a key never holds an identifier that opens something, only its
 * HMAC; a value is one sealed blob. Both name the master secret they were made with, so that the list of
 * secrets can be rotated: the first writes, all read.
 */
import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const ID_MAC_BYTES = 24;

/** One master secret with the keys derived from it, a key per purpose. */
class Master {
  readonly name: string;
  readonly #secret: Buffer;
  readonly #derived = new Map<string, Buffer>();

  constructor(secret: string) {
    this.#secret = Buffer.from(secret, 'utf8');
    this.name = createHash('sha256').update(this.key('name')).digest('base64url').slice(0, 6);
  }

  key(purpose: string): Buffer {
    let key = this.#derived.get(purpose);
    if (!key) {
      key = Buffer.from(hkdfSync('sha256', this.#secret, 'latchkey', purpose, 32));
      this.#derived.set(purpose, key);
    }
    return key;
  }
}

export class Keyring {
  readonly #masters: readonly [Master, ...Master[]];

  /**
   * @param secrets at least one; the first writes, all read
   */
  constructor(secrets: readonly string[]) {
    const [first, ...rest] = secrets.map((secret) => new Master(secret));
    if (!first) throw new TypeError('a keyring needs at least one secret');
    this.#masters = [first, ...rest];
  }

  /** The HMAC under which an identifier of this kind is written. */
  mac(kind: string, id: string): string {
    return macUnder(this.#masters[0], kind, id);
  }

  /** All HMACs under which an identifier of this kind may be found, the one that is written first. */
  macs(kind: string, id: string): [string, ...string[]] {
    const [first, ...rest] = this.#masters;
    return [macUnder(first, kind, id), ...rest.map((master) => macUnder(master, kind, id))];
  }

  /**
   * Encrypts a JSON value for the one place it is kept at. AES-256-GCM under a key of that place alone, so
   * that a blob moved to another place does not open and nonces never meet.
   */
  seal(place: string, value: unknown): string {
    const master = this.#masters[0];
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', placeKey(master, place), nonce);
    const text = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
    return `${master.name}.${Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64url')}`;
  }

  /** Opens what `seal` made for the same place; `undefined` when it was made elsewhere or altered. */
  open<T>(place: string, sealed: string): T | undefined {
    const dot = sealed.indexOf('.');
    const master = this.#masters.find(({ name }) => name === sealed.slice(0, dot));
    const bytes = Buffer.from(sealed.slice(dot + 1), 'base64url');
    if (!master || bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
    const decipher = createDecipheriv(
      'aes-256-gcm',
      placeKey(master, place),
      bytes.subarray(0, NONCE_BYTES),
      { authTagLength: TAG_BYTES },
    );
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8');
      return JSON.parse(text + decipher.final('utf8')) as T;
    } catch {
      return undefined;
    }
  }

  /** Whether the blob was made with the secret that writes now; a blob that was not is due for sealing anew. */
  isCurrent(sealed: string): boolean {
    return sealed.startsWith(`${this.#masters[0].name}.`);
  }
}

function macUnder(master: Master, kind: string, id: string): string {
  const mac = createHmac('sha256', master.key(`mac:${kind}`))
    .update(id)
    .digest();
  return `${master.name}.${mac.subarray(0, ID_MAC_BYTES).toString('base64url')}`;
}

function placeKey(master: Master, place: string): Buffer {
  return createHmac('sha256', master.key('seal')).update(place).digest();
}
