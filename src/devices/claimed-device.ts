/**
 * What a device says of itself when it asks for a code: `device_name`, `device_type`, `device_model`. It
 * is unchecked. It is cleaned and bounded here, once, and shown as claimed.
 */
export interface ClaimedDevice {
  name: string | undefined;
  type: DeviceType;
  model: string | undefined;
}

/** Each has a picture and a name of its own. */
export const DEVICE_TYPES = [
  'tv',
  'stick',
  'console',
  'speaker',
  'display',
  'ereader',
  'tablet',
  'phone',
  'watch',
  'computer',
  'cli',
  'camera',
  'doorbell',
  'car',
  'printer',
  'appliance',
  'hub',
  'other',
] as const;
export type DeviceType = (typeof DEVICE_TYPES)[number];

/** Longest name and model that are kept, in characters as people count them. */
const MAX_LENGTH = 60;
/** And in bytes: one such character can be made of thousands. */
const MAX_BYTES = 240;

/** What most devices say: of its letters each is a character, and there is nothing to clean but spaces. */
const SHORT_AND_PLAIN = /^[\x20-\x7e]{0,60}$/;

const SAME_AS: Readonly<Record<string, DeviceType>> = {
  television: 'tv',
  'smart-tv': 'tv',
  'tv-stick': 'stick',
  box: 'stick',
  'e-reader': 'ereader',
  desktop: 'computer',
  laptop: 'computer',
  terminal: 'cli',
  server: 'cli',
  mobile: 'phone',
};

/** @param byDefault what devices of its client are, where it does not say, or says what we do not know */
export function claimedDevice(
  claims: { device_name?: unknown; device_type?: unknown; device_model?: unknown },
  byDefault?: unknown,
): ClaimedDevice {
  return {
    name: cleanClaim(claims.device_name),
    type: typeOf(claims.device_type) ?? typeOf(byDefault) ?? 'other',
    model: cleanClaim(claims.device_model),
  };
}

function typeOf(said: unknown): DeviceType | undefined {
  const type = cleanClaim(said)?.toLowerCase() ?? '';
  return (
    DEVICE_TYPES.find((known) => known === type) ?? (Object.hasOwn(SAME_AS, type) ? SAME_AS[type] : undefined)
  );
}

/**
 * One line of plain text: no controls, no marks that turn the direction of reading, nothing without width, at
 * most 60 characters and 240 bytes, and few marks on each character. `undefined` when nothing is left.
 */
export function cleanClaim(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  if (SHORT_AND_PLAIN.test(value)) return value.replace(/ +/g, ' ').trim() || undefined;
  const plain = value
    .slice(0, 4096)
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu, '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/(\p{M}{2})\p{M}+/gu, '$1')
    .trim();
  const text = firstOf(plain).trim();
  return text === '' ? undefined : text;
}

/** As many whole characters as there is room for. */
function firstOf(plain: string): string {
  let [text, bytes, count] = ['', 0, 0];
  for (const { segment } of new Intl.Segmenter('en').segment(plain)) {
    bytes += Buffer.byteLength(segment);
    count += 1;
    if (count > MAX_LENGTH || bytes > MAX_BYTES) break;
    text += segment;
  }
  return text;
}
