import { randomInt } from 'node:crypto';
import { readDigits } from './typed-code.ts';

/** Times in milliseconds. */
export const CODE_LIFETIME = 10 * 60_000;
export const CODE_TRIES = 5;

/** Six digits, each code as likely as any other. */
export function newMailedCode(): string {
  return String(randomInt(1_000_000)).padStart(6, '0');
}

/** The six digits that were typed or pasted; `undefined` when there are not six. */
export function readMailedCode(typed: string): string | undefined {
  return readDigits(typed, 6);
}
