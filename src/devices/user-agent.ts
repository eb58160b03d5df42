import Bowser from 'bowser';
import type { Reader } from '../words/reader.ts';
import { cleanClaim } from './claimed-device.ts';

/** More than any honest program says of itself, and little enough for a parser made of patterns. */
const MAX_LENGTH = 512;

/**
 * The program that sent a User-Agent header, as its reader calls it: "Chrome on Android", "Chrome unter Android"; of programs
 * that are no browser the name they give, such as "curl". `undefined` where it says nothing.
 */
export function formatUserAgent(reader: Reader, header: string): string | undefined {
  const said = header.slice(0, MAX_LENGTH).trim();
  if (said === '') return undefined;
  const { browser, os } = Bowser.parse(said);
  if (!browser.name) return cleanClaim(/^[^\s/(]+/.exec(said)?.[0]);
  const [name, system] = [cleanClaim(browser.name), cleanClaim(os.name)];
  if (name === undefined || system === undefined) return name;
  return reader.running(reader.t('common.browser-on', { browser: name, system }));
}

/** The picture of what a browser runs on. */
export function browserIcon(header: string): 'browser' | 'tablet' | 'phone' | 'computer' {
  const said = header.slice(0, MAX_LENGTH).trim();
  if (said === '') return 'browser';
  if (said.includes('iPad')) return 'tablet';
  return /Android|iPhone/.test(said) ? 'phone' : 'computer';
}
