import { randomBytes } from 'node:crypto';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { z } from 'zod';
import type { AccountProfile } from '../accounts/account.ts';
import type { EventPlace } from '../events/event.ts';
import type { NewFactor, Passkey, Standing } from './factor.ts';
import { cleanFactorName, factorSubject } from './factor-names.ts';
import type { FactorStore } from './factor-store.ts';
import type { PasskeyChallenges } from './passkey-challenges.ts';
import type { RelyingParty } from './relying-party.ts';
import { webauthn } from './webauthn.ts';

const MAX_LENGTH = 64_000;
const base64url = z
  .string()
  .max(32_000)
  .regex(/^[\w-]*$/);

/** WebAuthn level 3, section 5.1.8.2, as far as it is used. */
const responseShape = z.object({
  id: base64url.min(1),
  rawId: base64url.min(1),
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z.array(z.string().max(20)).max(10).optional(),
  }),
});

type AddPasskeyOutcome = 'added' | 'wrong' | 'too-many' | 'refused';

/** A signed-in browser: a challenge is for it alone. */
interface Holder extends Standing {
  readonly uid: string;
}

const purposeOf = ({ uid }: Holder) => `add:${uid}`;

/** Making a passkey in the owner's browser or phone, and keeping its public key. */
export class AddPasskey {
  readonly #factors: FactorStore;
  readonly #challenges: PasskeyChallenges;
  readonly #party: RelyingParty | undefined;
  readonly #now: () => number;

  /** @param party `undefined`: no browser knows passkeys of this server */
  constructor(
    factors: FactorStore,
    challenges: PasskeyChallenges,
    party: RelyingParty | undefined,
    now: () => number = Date.now,
  ) {
    this.#factors = factors;
    this.#challenges = challenges;
    this.#party = party;
    this.#now = now;
  }

  get possible(): boolean {
    return this.#party !== undefined;
  }

  /** The user handle is the account's id, which says nothing of its owner. */
  async begin(
    holder: Holder,
    { name, email }: Pick<AccountProfile, 'name' | 'email'>,
  ): Promise<{ options: PublicKeyCredentialCreationOptionsJSON; challenge: string } | undefined> {
    if (!this.#party) return undefined;
    const { generateRegistrationOptions } = await webauthn();
    const { challenge, sealed } = this.#challenges.issue(purposeOf(holder));
    const options = await generateRegistrationOptions({
      rpName: this.#party.name,
      rpID: this.#party.id,
      userID: Buffer.from(holder.accountId, 'utf8'),
      userName: email,
      userDisplayName: name,
      challenge: Buffer.from(challenge, 'base64url'),
      attestationType: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      excludeCredentials: (await this.#passkeys(holder)).map(({ credentialId: id }) => ({ id })),
    });
    return { options, challenge: sealed };
  }

  async add(
    holder: Holder,
    given: { response: string; challenge: string; name: string },
    place: EventPlace,
  ): Promise<AddPasskeyOutcome> {
    const challenge = this.#challenges.read(given.challenge, purposeOf(holder));
    if (challenge === undefined) return 'wrong';
    const made = await this.#verify(given.response, challenge);
    if (!made || !(await this.#challenges.use(challenge))) return 'wrong';
    const known = await this.#passkeys(holder);
    if (known.some(({ credentialId }) => credentialId === made.credentialId)) return 'wrong';
    const passkey = { ...made, name: cleanFactorName(given.name, 'Passkey') };
    const event = { kind: 'factor-added', by: 'owner', place, subject: factorSubject(passkey) } as const;
    return this.#factors.add(holder, passkey, event);
  }

  async #passkeys({ accountId }: Holder): Promise<Passkey[]> {
    return (await this.#factors.list(accountId)).filter((factor) => factor.kind === 'passkey');
  }

  async #verify(
    text: string,
    expectedChallenge: string,
  ): Promise<Omit<NewFactor & { kind: 'passkey' }, 'name'> | undefined> {
    const response = parse(text);
    if (!response || !this.#party) return undefined;
    const { verifyRegistrationResponse } = await webauthn();
    try {
      const { registrationInfo } = await verifyRegistrationResponse({
        response,
        expectedChallenge,
        expectedOrigin: this.#party.origin,
        expectedRPID: this.#party.id,
        requireUserVerification: true,
      });
      if (!registrationInfo) return undefined;
      const { credential, credentialDeviceType } = registrationInfo;
      return {
        kind: 'passkey',
        id: randomBytes(12).toString('base64url'),
        createdAt: this.#now(),
        credentialId: credential.id,
        publicKey: Buffer.from(credential.publicKey).toString('base64url'),
        transports: response.response.transports ?? [],
        deviceBound: credentialDeviceType === 'singleDevice',
        counter: credential.counter,
      };
    } catch {
      return undefined;
    }
  }
}

function parse(text: string): RegistrationResponseJSON | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  try {
    const parsed = responseShape.safeParse(JSON.parse(text));
    return parsed.success
      ? ({ ...parsed.data, clientExtensionResults: {} } as RegistrationResponseJSON)
      : undefined;
  } catch {
    return undefined;
  }
}
