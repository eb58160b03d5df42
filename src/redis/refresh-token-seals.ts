import { formatGrantId, parseGrantId } from '../devices/grant-id.ts';
import {
  digestOf,
  type RefreshTokenFacts,
  type RefreshTokenSeals,
  SEALED_TOKEN_LENGTH,
  type SealedRefreshToken,
} from '../devices/refresh-token-seals.ts';
import type { Keyring, OpenedToken } from './keyring.ts';

const KIND = 'refresh-token';
/** What the bytes of a token mean. Another layout gets another number. */
const LAYOUT = 1;
/** Characters of an account's id, and of a grant's name. */
const ID_CHARACTERS = 22;

/** Where each field begins, in bytes, and what the whole takes. Numbers are big-endian. */
const AT = {
  layout: 0,
  /** Account and name of the grant: 44 characters of base64url. */
  ids: 1,
  epoch: 34,
  generation: 39,
  place: 43,
  issuedAt: 47,
  lifetime: 52,
  client: 56,
  key: 66,
  end: 76,
} as const;

/** Tokens that carry all of it, sealed by the keyring. */
export class KeyringTokenSeals implements RefreshTokenSeals {
  readonly #keyring: Keyring;
  /** A token that was made a moment ago is read next. */
  #latest: { token: string; opened: SealedRefreshToken } | undefined;

  constructor(keyring: Keyring) {
    this.#keyring = keyring;
  }

  seal(facts: RefreshTokenFacts): string {
    const opened = this.#keyring.sealToken(KIND, bytesOf(facts));
    this.#latest = { token: opened.token, opened: read(opened) };
    return opened.token;
  }

  open(token: string): SealedRefreshToken | undefined {
    if (token === this.#latest?.token) return this.#latest.opened;
    if (token.length !== SEALED_TOKEN_LENGTH) return undefined;
    const opened = this.#keyring.openToken(KIND, token);
    return opened?.bytes.length === AT.end && opened.bytes[AT.layout] === LAYOUT ? read(opened) : undefined;
  }
}

function bytesOf(facts: RefreshTokenFacts): Buffer {
  const id = parseGrantId(facts.grantId);
  if (!id) throw new TypeError('not the id of an account’s grant');
  const bytes = Buffer.alloc(AT.end);
  bytes.writeUInt8(LAYOUT, AT.layout);
  bytes.write(id.accountId + id.name, AT.ids, 'base64url');
  bytes.writeUIntBE(id.epoch, AT.epoch, 5);
  bytes.writeUInt32BE(facts.generation, AT.generation);
  bytes.writeUInt32BE(facts.place, AT.place);
  bytes.writeUIntBE(facts.issuedAt, AT.issuedAt, 5);
  bytes.writeUInt32BE(facts.lifetime, AT.lifetime);
  bytes.write(digestOf(facts.clientId), AT.client, 'hex');
  bytes.write(digestOf(facts.key), AT.key, 'hex');
  return bytes;
}

function read({ bytes, name }: OpenedToken): SealedRefreshToken {
  const ids = bytes.toString('base64url', AT.ids, AT.epoch);
  const issuedAt = bytes.readUIntBE(AT.issuedAt, 5);
  return {
    name,
    grantId: formatGrantId({
      accountId: ids.slice(0, ID_CHARACTERS),
      epoch: bytes.readUIntBE(AT.epoch, 5),
      name: ids.slice(ID_CHARACTERS),
    }),
    generation: bytes.readUInt32BE(AT.generation),
    place: bytes.readUInt32BE(AT.place),
    client: bytes.toString('hex', AT.client, AT.key),
    key: bytes.toString('hex', AT.key, AT.end),
    issuedAt,
    expiresAt: issuedAt + bytes.readUInt32BE(AT.lifetime),
  };
}
