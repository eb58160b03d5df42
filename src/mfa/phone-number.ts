/** E.164: a country code and a number, at most 15 digits. */
const E164 = /^\+[1-9]\d{6,14}$/;

/**
 * The one form of a phone number: `+`, country code, number. Spaces, dashes, dots and brackets are forgiven, and
 * `00` for `+`. `undefined` when it is none, or has no country code.
 */
export function readPhoneNumber(typed: string): string | undefined {
  const bare = typed
    .slice(0, 60)
    .normalize('NFKC')
    .replace(/[\s\p{Pd}.()/]/gu, '')
    .replace(/^00/, '+');
  return E164.test(bare) ? bare : undefined;
}

/** As it is shown: enough for its owner to know it by, too little for others to call it. */
export function maskPhoneNumber(number: string): string {
  return `${'•'.repeat(6)} ${number.slice(-2)}`;
}
