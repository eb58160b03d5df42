import Bowser from 'bowser';
import { cleanClaim } from './claimed-device.ts';

/** More than any honest program says of itself, and little enough for a parser made of patterns. */
const MAX_LENGTH = 512;

/**
 * The program that sent a User-Agent header, as people call it: "Chrome on Android"; of programs that are no
 * browser the name they give, such as "curl". `undefined` where it says nothing.
 */
export function formatUserAgent(header: string): string | undefined {
  const said = header.slice(0, MAX_LENGTH).trim();
  if (said === '') return undefined;
  const { browser, os } = Bowser.parse(said);
  if (!browser.name) return cleanClaim(/^[^\s/(]+/.exec(said)?.[0]);
  return cleanClaim(os.name ? `${browser.name} on ${os.name}` : browser.name);
}
