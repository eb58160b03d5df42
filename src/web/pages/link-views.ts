/** Why linking a device takes more than a click, in words. */
import type { DeviceType } from '../../devices/claimed-device.ts';
import type { LinkReason } from '../../devices/link-risk.ts';
import type { Reader } from '../../words/reader.ts';

/** A short sentence, and where wanted more about it. */
interface ReasonWords {
  readonly title: string;
  readonly more?: string | undefined;
}

/** Of what the reasons speak. */
interface Reasoned {
  readonly type: DeviceType;
  /** Of the device, ISO 3166-1, where it is known. */
  readonly country: string | undefined;
}

const WORDS: Readonly<Record<LinkReason, (reader: Reader, reasoned: Reasoned) => ReasonWords>> = {
  flood: (reader, { type }) => ({
    title: reader.t('device.reason.flood.title'),
    more: reader.t('device.reason.flood.more', { type }),
  }),
  burst: (reader) => ({
    title: reader.t('device.reason.burst.title'),
    more: reader.t('device.reason.burst.more'),
  }),
  website: (reader) => ({
    title: reader.t('device.reason.website.title'),
    more: reader.t('device.reason.website.more'),
  }),
  'other-country': (reader, { type, country }) => ({
    title:
      country === undefined
        ? reader.t('device.reason.elsewhere.title', { type })
        : reader.t('device.reason.other-country.title', { type, country: reader.country(country) }),
  }),
  'unknown-country': (reader, { type }) => ({
    title: reader.t('device.reason.unknown-country.title', { type }),
  }),
  'other-network': (reader, { type }) => ({
    title: reader.t('device.reason.other-network.title', { type }),
    more: reader.t('device.reason.not-at-home'),
  }),
  'unknown-network': (reader, { type }) => ({
    title: reader.t('device.reason.unknown-network.title', { type }),
    more: reader.t('device.reason.not-at-home'),
  }),
  'old-code': (reader) => ({
    title: reader.t('device.reason.old-code.title'),
    more: reader.t('device.reason.old-code.more'),
  }),
  'app-asks': (reader) => ({ title: reader.t('device.reason.app-asks.title') }),
};

/** The reasons in words, the weightiest first. */
export function formatReasons(
  reader: Reader,
  reasons: readonly LinkReason[],
  reasoned: Reasoned,
): ReasonWords[] {
  return reasons.map((reason) => WORDS[reason](reader, reasoned));
}

/** @param code ISO 3166-1 */
export function formatCountry(reader: Reader, code: string): string {
  return reader.country(code);
}
