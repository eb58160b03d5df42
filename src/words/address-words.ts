/** An address of the internet as the person who reads is told it. */
import { isLoopback } from '../net/loopback.ts';
import type { Reader } from './reader.ts';

/** @param written the address, fit for where it stands */
export function addressWords(reader: Reader, address: string, written = address): string {
  return isLoopback(address) ? reader.t('common.server-computer') : reader.leftToRight(written);
}

/** For messages that choose by it: in a sentence these words are not the same as alone. */
export function isServersOwn(address: string): 'yes' | 'no' {
  return isLoopback(address) ? 'yes' : 'no';
}
