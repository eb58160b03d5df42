import { generateSecret, generateURI, verifySync } from 'otplib';
import type { Service } from '../brand/brand.ts';

/** What every authenticator app knows without being told: SHA-1, 6 digits, steps of 30 seconds (RFC 6238). */
const STEP_SECONDS = 30;
/** RFC 4226 section 4, R6: 160 bit. */
const SEED_BYTES = 20;

/** In Base32, as apps take it. */
export function newSeed(): string {
  return generateSecret({ length: SEED_BYTES });
}

/** What the QR code holds. */
export function keyUri(seed: string, service: Service, email: string): string {
  return generateURI({ secret: seed, issuer: issuerLabel(service), label: email });
}

/** Tells this server's entry in an app from that of another one; a colon would end the label. */
export function issuerLabel({ issuer, product }: Service): string {
  return `${product.replaceAll(':', '')} (${new URL(issuer).hostname.replaceAll(':', '')})`;
}

/**
 * The time step that a code belongs to: the one of now, or one beside it, for clocks that are a little off (RFC
 * 6238 section 5.2), and after `lastStep`. `undefined`: the code is wrong, or was used.
 * @param now milliseconds since 1970
 */
export function stepOf(seed: string, code: string, now: number, lastStep: number): number | undefined {
  const checked = verifySync({
    secret: seed,
    token: code,
    epoch: Math.floor(now / 1000),
    epochTolerance: STEP_SECONDS,
    afterTimeStep: Math.max(lastStep, 0),
  });
  return checked.valid && 'timeStep' in checked ? checked.timeStep : undefined;
}
