/** An authenticator in software: a real key pair, and what it signs (WebAuthn level 3, sections 6.1 and 6.3.3). */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { NewFactor } from '../../src/mfa/factor.ts';
import type { PasskeyRequest } from '../../src/mfa/passkey-check.ts';

const PRESENT_AND_VERIFIED = 0x05;
/** RFC 9053 section 7.1.1: a key on P-256 for ES256, up to its x; then x, the label of y, and y. */
const COSE_HEAD = Buffer.from('a5010203262001215820', 'hex');
const COSE_Y = Buffer.from('225820', 'hex');

export class TestPasskey {
  readonly #credentialId = randomBytes(16).toString('base64url');
  readonly #privateKey: KeyObject;
  readonly #publicKey: string;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    const parts = [COSE_HEAD, Buffer.from(x, 'base64url'), COSE_Y, Buffer.from(y, 'base64url')];
    this.#privateKey = privateKey;
    this.#publicKey = Buffer.concat(parts).toString('base64url');
  }

  /** As the account keeps it. */
  factor(): NewFactor {
    return {
      kind: 'passkey',
      id: randomBytes(16).toString('base64url'),
      name: 'Laptop',
      createdAt: 1,
      credentialId: this.#credentialId,
      publicKey: this.#publicKey,
      transports: ['internal'],
      deviceBound: true,
      counter: 0,
    };
  }

  /** What the browser posts once its owner has let the authenticator sign. @param key that signs in place of its own */
  answer(
    { options, challenge }: PasskeyRequest,
    origin: string,
    accountId: string,
    key: KeyObject = this.#privateKey,
  ) {
    const clientData = JSON.stringify({ type: 'webauthn.get', challenge: options.challenge, origin });
    const party = createHash('sha256')
      .update(options.rpId ?? '')
      .digest();
    const data = Buffer.concat([party, Buffer.from([PRESENT_AND_VERIFIED, 0, 0, 0, 0])]);
    const signed = Buffer.concat([data, createHash('sha256').update(clientData).digest()]);
    const response = {
      id: this.#credentialId,
      rawId: this.#credentialId,
      type: 'public-key',
      response: {
        clientDataJSON: Buffer.from(clientData).toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: sign('sha256', signed, key).toString('base64url'),
        userHandle: Buffer.from(accountId).toString('base64url'),
      },
    };
    return { kind: 'passkey' as const, response: JSON.stringify(response), challenge };
  }
}
