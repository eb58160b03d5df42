import { isNamedAfterKind } from '../../mfa/factor-names.ts';
import type { Reader } from '../../words/reader.ts';

const KINDS = {
  totp: 'security.app',
  passkey: 'security.passkey',
  'backup-codes': 'security.backup-codes',
  phone: 'security.backup-phone',
} as const;

/** As its owner calls it; one that they gave no name is called by its kind, in the reader's words. */
export function factorName(reader: Reader, factor: { readonly kind: string; readonly name: string }): string {
  const kind = factor.kind as keyof typeof KINDS;
  return isNamedAfterKind(factor) ? reader.t(KINDS[kind]) : factor.name;
}
