import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import { z } from 'zod';
import type { AccountId } from '../accounts/account.ts';
import type { Factor, Passkey } from './factor.ts';
import type { CheckedFactor } from './factor-check.ts';
import type { PasskeyChallenges } from './passkey-challenges.ts';
import type { RelyingParty } from './relying-party.ts';
import { webauthn } from './webauthn.ts';

/** Of one account, or of the account whose passkey signs it. */
const PURPOSE = (accountId: AccountId | undefined) => `sign-in:${accountId ?? ''}`;
const MAX_LENGTH = 16_000;
const base64url = z
  .string()
  .max(8192)
  .regex(/^[\w-]*$/);

/** WebAuthn level 3, section 5.1.8.2: what a browser hands over, as far as it is used. */
const answerShape = z.object({
  id: base64url.min(1),
  rawId: base64url.min(1),
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url.optional(),
  }),
});

type Answer = z.infer<typeof answerShape>;

/** What a page hands to the browser, and the sealed challenge that comes back with the answer. */
export interface PasskeyRequest {
  readonly options: PublicKeyCredentialRequestOptionsJSON;
  readonly challenge: string;
}

/** Whether the owner of a passkey is there: the authenticator has made sure of it, and signed this challenge. */
export class PasskeyCheck {
  readonly #party: RelyingParty | undefined;
  readonly #challenges: PasskeyChallenges;

  /** @param party `undefined`: no browser knows passkeys of this server */
  constructor(party: RelyingParty | undefined, challenges: PasskeyChallenges) {
    this.#party = party;
    this.#challenges = challenges;
  }

  get possible(): boolean {
    return this.#party !== undefined;
  }

  /** @param passkeys of the account that has given its password; without one, the browser offers what it has */
  async ask(account?: { id: AccountId; passkeys: readonly Passkey[] }): Promise<PasskeyRequest | undefined> {
    if (!this.#party) return undefined;
    const { generateAuthenticationOptions } = await webauthn();
    const { challenge, sealed } = this.#challenges.issue(PURPOSE(account?.id));
    const options = await generateAuthenticationOptions({
      rpID: this.#party.id,
      challenge: Buffer.from(challenge, 'base64url'),
      userVerification: 'required',
      ...(account && {
        allowCredentials: account.passkeys.map(({ credentialId: id, transports }) => ({
          id,
          transports: [...transports],
        })),
      }),
    });
    return { options, challenge: sealed };
  }

  /** The account that the passkey itself names, which proves nothing yet. */
  accountOf(response: string): AccountId | undefined {
    const handle = parse(response)?.response.userHandle;
    const id = handle && Buffer.from(handle, 'base64url').toString('utf8');
    return id && /^[\w-]{22}$/.test(id) ? (id as AccountId) : undefined;
  }

  /** @param expected whose challenge it must be: of the account after its password; `undefined`: of any account */
  async check(
    factors: readonly Factor[],
    { response, challenge: sealed }: { response: string; challenge: string },
    expected: AccountId | undefined,
  ): Promise<CheckedFactor> {
    const answer = parse(response);
    if (!answer || !this.#party) return { outcome: 'malformed' };
    const challenge = this.#challenges.read(sealed, PURPOSE(expected));
    const passkey = factors.find(
      (factor): factor is Passkey => factor.kind === 'passkey' && factor.credentialId === answer.id,
    );
    if (challenge === undefined || !passkey) return { outcome: 'wrong' };
    const counter = await this.#verify(this.#party, answer, challenge, passkey);
    // Only what is signed leaves a mark: strangers fill no store.
    if (counter === undefined || !(await this.#challenges.use(challenge))) return { outcome: 'wrong' };
    if ((counter > 0 || passkey.counter > 0) && counter <= passkey.counter)
      return { outcome: 'copied', passkey: passkey.id };
    return {
      outcome: 'proved',
      proof: { kind: 'passkey', factor: passkey.id, counter },
      amr: [passkey.deviceBound ? 'hwk' : 'swk', 'user', 'mfa'],
      accepted: async () => undefined,
      unused: async () => undefined,
    };
  }

  /** The new counter. The one before is compared by us, since going back means more than "wrong". */
  async #verify(
    { id, origin }: RelyingParty,
    answer: Answer,
    challenge: string,
    { credentialId, publicKey }: Passkey,
  ): Promise<number | undefined> {
    const { verifyAuthenticationResponse } = await webauthn();
    try {
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response: { ...answer, clientExtensionResults: {} } as AuthenticationResponseJSON,
        expectedChallenge: challenge,
        expectedOrigin: origin,
        expectedRPID: id,
        credential: { id: credentialId, publicKey: Buffer.from(publicKey, 'base64url'), counter: 0 },
        requireUserVerification: true,
      });
      return verified ? authenticationInfo.newCounter : undefined;
    } catch {
      return undefined;
    }
  }
}

function parse(response: string): Answer | undefined {
  if (response.length > MAX_LENGTH) return undefined;
  try {
    const parsed = answerShape.safeParse(JSON.parse(response));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
