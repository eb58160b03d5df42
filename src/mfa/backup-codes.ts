import { randomBytes } from 'node:crypto';
import type { HashingCaller } from '../accounts/hashing-queue.ts';
import type { Passwords } from '../accounts/passwords.ts';
import { readCode } from '../accounts/typed-code.ts';
import { BACKUP_CODES_ID, type NewFactor } from './factor.ts';

/** Crockford's Base32: no I, L, O or U, so that no character is taken for another. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const COUNT = 10;
/** 12 characters of 5 bit: 60 bit each. */
const LENGTH = 12;

/**
 * Ten codes as they are shown once, and what is kept of them. They are hashed one after the other: each takes one
 * turn among those who wait.
 * @throws Busy
 */
export async function newBackupCodes(
  passwords: Passwords,
  caller: HashingCaller,
  now: number,
): Promise<{ shown: string[]; factor: NewFactor & { kind: 'backup-codes' } }> {
  const codes = Array.from({ length: COUNT }, newCode);
  const salt = randomBytes(16).toString('base64url');
  const digests: string[] = [];
  for (const code of codes) digests.push(await passwords.digest(code, salt, caller));
  return {
    shown: codes.map(inGroups),
    factor: { kind: 'backup-codes', id: BACKUP_CODES_ID, createdAt: now, salt, digests },
  };
}

/** The code that was typed, in its one form; `undefined` when it cannot be one. */
export function readBackupCode(typed: string): string | undefined {
  const code = readCode(typed).toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1');
  return code.length === LENGTH && [...code].every((one) => ALPHABET.includes(one)) ? code : undefined;
}

function newCode(): string {
  return Array.from(randomBytes(LENGTH), (byte) => ALPHABET.charAt(byte % ALPHABET.length)).join('');
}

function inGroups(code: string): string {
  return code.match(/.{4}/g)?.join('-') ?? code;
}
