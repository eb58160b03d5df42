import { cleanName, startOf } from '../accounts/name.ts';
import type { EventSubject } from '../events/event.ts';
import type { Factor, FactorKind } from './factor.ts';
import { maskPhoneNumber } from './phone-number.ts';

const MAX_LENGTH = 40;

const KINDS: Readonly<Record<FactorKind, string>> = {
  totp: 'Authenticator app',
  passkey: 'Passkey',
  'backup-codes': 'Backup codes',
  phone: 'Backup phone',
};

/** A name as it is kept: one line, nothing that hides or turns others round, at most 40 characters. */
export function cleanFactorName(typed: string, fallback: string): string {
  return startOf(cleanName(typed.slice(0, 400)), MAX_LENGTH).trim() || fallback;
}

/** Whether its owner has given it none, so that it is kept under that of its kind. */
export function isNamedAfterKind({ kind, name }: { readonly kind: string; readonly name: string }): boolean {
  return Object.hasOwn(KINDS, kind) && KINDS[kind as FactorKind] === name;
}

/** What an event is about, in the owner's words. */
export function factorSubject(
  factor: Pick<Factor, 'id' | 'kind'> & { name?: string; number?: string },
): EventSubject {
  const detail = factor.name ?? (factor.number === undefined ? undefined : maskPhoneNumber(factor.number));
  const kind = KINDS[factor.kind];
  // One that its owner gave no name has that of its kind, which is not said twice.
  const name = detail === undefined || detail === kind ? kind : `${kind} ${detail}`;
  return { type: 'factor', id: factor.id, name, kind: factor.kind };
}
