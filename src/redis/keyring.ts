/**
 * Everything that Redis sees of a secret value passes through here.
 *
 * Two promises (invariant 7 of the design): a key never holds an identifier that opens something, only its
 * HMAC; a value is one sealed blob. Both name the master secret they were made with, so that the list of
 * secrets can be rotated: the first writes, all read.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { randomOctets } from '../runtime/random-octets.ts';
import { KeptTexts } from './kept-texts.ts';
import { QuickMac } from './quick-mac.ts';
import { shortText, wholeText } from './short-texts.ts';
import { decrypt, encrypt, type OpenedBytes, type TokenKeys } from './token-cipher.ts';

/** Of a master secret. */
const NAME_CHARACTERS = 6;
const NONCE_BYTES = 12;
const SALT_BYTES = 12;
const TAG_BYTES = 16;
/** 24 bytes of an HMAC as base64url. */
const ID_MAC_CHARACTERS = 32;

/** A key seals this often at most, so that random nonces do not meet (NIST SP 800-38D section 8.3). */
const MAX_SEALS = 2 ** 30;
/** Sealing keys of other processes that are kept at hand. */
const MAX_KEYS = 1000;

/** Ids that open nothing and come with every other request: their HMACs are kept at hand, up to so many of each kind. */
const RECURRING = ['client', 'network', 'network-of-client'] as const;
const MAX_RECURRING = 3_000;

/** One master secret with the keys derived from it. Keys are kept as objects: making one costs more than using it. */
class Master {
  readonly name: string;
  readonly #secret: Buffer;
  readonly #macs = new Map<string, QuickMac>();
  readonly #sealKeys = new Map<string, KeyObject>();
  readonly #tokenKeys = new Map<string, TokenKeys>();
  readonly #recurring = new Map<string, Map<string, string>>(RECURRING.map((kind) => [kind, new Map()]));
  /** A caller that asks for a name often writes under it next. */
  #latest = { kind: '', id: '', mac: '' };

  constructor(secret: string) {
    this.#secret = Buffer.from(secret, 'utf8');
    this.name = createHash('sha256')
      .update(this.#derive('name'))
      .digest('base64url')
      .slice(0, NAME_CHARACTERS);
  }

  mac(kind: string, id: string): string {
    const recurring = this.#recurring.get(kind);
    const kept = recurring?.get(id);
    if (kept) return kept;
    const mac = this.#makeMac(kind, id);
    if (recurring && recurring.size >= MAX_RECURRING) recurring.clear();
    recurring?.set(id, mac);
    return mac;
  }

  #makeMac(kind: string, id: string): string {
    const latest = this.#latest;
    if (latest.mac && latest.id === id && latest.kind === kind) return latest.mac;
    const mac = `${this.name}.${this.#macOf(kind).of(id).slice(0, ID_MAC_CHARACTERS)}`;
    this.#latest = { kind, id, mac };
    return mac;
  }

  #macOf(kind: string): QuickMac {
    const kept = this.#macs.get(kind);
    if (kept) return kept;
    const made = new QuickMac(this.#derive(`mac:${kind}`));
    this.#macs.set(kind, made);
    return made;
  }

  /** Each process seals under a key of its own, named by a salt that every blob carries. */
  sealKey(salt: string): KeyObject {
    const kept = this.#sealKeys.get(salt);
    if (kept) return kept;
    if (this.#sealKeys.size >= MAX_KEYS) this.#sealKeys.clear();
    const key = createSecretKey(this.#derive(`seal:${salt}`));
    this.#sealKeys.set(salt, key);
    return key;
  }

  /** Of all processes, by kind of token. */
  tokenKeys(kind: string): TokenKeys {
    const kept = this.#tokenKeys.get(kind);
    if (kept) return kept;
    const keyFor = (use: string) => this.#derive(`token-${use}:${kind}`);
    const keys = { mac: new QuickMac(keyFor('mac')), cipher: createSecretKey(keyFor('cipher')) };
    this.#tokenKeys.set(kind, keys);
    return keys;
  }

  #derive(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#secret, 'latchkey', purpose, 32));
  }
}

/** A token that was sealed: what it carries, and its name, which opens nothing. */
export interface OpenedToken extends OpenedBytes {
  readonly token: string;
}

export class Keyring {
  readonly #masters: readonly [Master, ...Master[]];
  #salt = newSalt();
  #seals = 0;
  readonly #kept = new KeptTexts();

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
    return this.#masters[0].mac(kind, id);
  }

  /** All HMACs under which an identifier of this kind may be found, the one that is written first. */
  macs(kind: string, id: string): [string, ...string[]] {
    const [first, ...rest] = this.#masters;
    const written = first.mac(kind, id);
    return rest.length === 0 ? [written] : [written, ...rest.map((master) => master.mac(kind, id))];
  }

  /**
   * Encrypts a JSON value for the one place it is kept at: AES-256-GCM that authenticates the place with it, so
   * that a blob moved to another place does not open.
   */
  seal(place: string, value: unknown): string {
    const master = this.#masters[0];
    this.#seals += 1;
    if (this.#seals % MAX_SEALS === 0) this.#salt = newSalt();
    const nonce = randomOctets(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', master.sealKey(this.#salt), nonce);
    cipher.setAAD(Buffer.from(place, 'utf8'));
    const text = cipher.update(shortText(JSON.stringify(value)), 'utf8');
    const bytes = Buffer.concat([nonce, text, cipher.final(), cipher.getAuthTag()]);
    return `${master.name}.${this.#salt}.${bytes.toString('base64url')}`;
  }

  /** Opens what `seal` made for the same place; `undefined` when it was made elsewhere or altered. */
  open<T>(place: string, sealed: string): T | undefined {
    return read<T>(this.#textIn(place, sealed));
  }

  /** The same of what is read again and again and opens nothing by itself: what it said is kept at hand for a while. */
  openAgain<T>(place: string, sealed: string): T | undefined {
    return read<T>(this.#kept.read(place, sealed, () => this.#textIn(place, sealed)));
  }

  #textIn(place: string, sealed: string): string | undefined {
    const [name, salt = '', text = '', ...rest] = sealed.split('.');
    const master = this.#masters.find((candidate) => candidate.name === name);
    const bytes = Buffer.from(text, 'base64url');
    if (!master || rest.length > 0 || salt.length > 32 || bytes.length < NONCE_BYTES + TAG_BYTES)
      return undefined;
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', master.sealKey(salt), nonce, {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(place, 'utf8'));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      const read = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8');
      return wholeText(read + decipher.final('utf8'));
    } catch {
      return undefined;
    }
  }

  /**
   * Makes a token that carries these bytes: base64url, the name of the master secret in front. Another one each time.
   * @param bytes so many that tokens have no bits to spare: 1 modulo 3
   */
  sealToken(kind: string, bytes: Buffer): OpenedToken {
    const [master] = this.#masters;
    const { sealed, name } = encrypt(master.tokenKeys(kind), bytes);
    return { token: `${master.name}${sealed.toString('base64url')}`, bytes, name };
  }

  /** Reads what `sealToken` made of this kind under any of the secrets; `undefined` for everything else, to the letter. */
  openToken(kind: string, token: string): OpenedToken | undefined {
    const master = this.#masters.find(({ name }) => token.startsWith(name));
    if (!master || !/^[\w-]+$/.test(token)) return undefined;
    const opened = decrypt(master.tokenKeys(kind), Buffer.from(token.slice(NAME_CHARACTERS), 'base64url'));
    return opened && { token, ...opened };
  }

  /** What names each master secret in what was made with it; the one that writes is the first. */
  get names(): readonly string[] {
    return this.#masters.map(({ name }) => name);
  }

  /** The same for the secret that writes now; `undefined` for what was not made for this place. */
  reseal(place: string, sealed: string): string | undefined {
    const value = this.open<unknown>(place, sealed);
    return value === undefined ? undefined : this.seal(place, value);
  }

  /** Whether the blob was made with the secret that writes now; a blob that was not is due for sealing anew. */
  isCurrent(sealed: string): boolean {
    return sealed.startsWith(`${this.#masters[0].name}.`);
  }
}

function read<T>(text: string | undefined): T | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}

function newSalt(): string {
  return randomBytes(SALT_BYTES).toString('base64url');
}
