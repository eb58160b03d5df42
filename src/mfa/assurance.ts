/**
 * How sure an app can be of who signed in. `acr` says whether one thing was proved or two; `amr` says which (RFC
 * 8176): `pwd` a password, `otp` a code of an app, of the backup codes or from a mail, `sms` a code sent to a phone,
 * `hwk` or `swk` a passkey that stays in one device or is copied between the owner's devices, `user` that a person
 * was there, `mfa` that it was two different things.
 */
export const ONE_STEP = 'urn:latchkey:acr:1';
export const TWO_STEPS = 'urn:latchkey:acr:2';
/** Discovery's `acr_values_supported`. */
export const ACR_VALUES = [ONE_STEP, TWO_STEPS] as const;

export function acrOf(amr: readonly string[]): string {
  return amr.includes('mfa') ? TWO_STEPS : ONE_STEP;
}

/**
 * Whether a sign-in is what an app has asked for with `acr_values`, in which order is preference. It asks, and does
 * not demand (OpenID Connect Core, section 3.1.2.1): what this server does not know, asks for nothing.
 */
export function wantsTwoSteps(acrValues: string | undefined): boolean {
  const known = acrValues?.split(' ').find((value) => ACR_VALUES.some((ours) => ours === value));
  return known === TWO_STEPS;
}
