import type { FactorAnswer } from '../mfa/factor-check.ts';

/**
 * What the form of a second step says; `undefined`: nothing of ours.
 * @param ticket names the text message, where it was one
 */
export function factorAnswerOf(
  { with: kind, code = '', response = '', challenge = '' }: Readonly<Record<string, string | undefined>>,
  ticket: string,
): FactorAnswer | undefined {
  if (kind === 'totp' || kind === 'backup-codes') return { kind, code };
  if (kind === 'phone') return { kind, code, ticket };
  return kind === 'passkey' ? { kind, response, challenge } : undefined;
}
