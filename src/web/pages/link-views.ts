/** Why linking a device takes more than a click, in words. */
import type { LinkReason, LinkRisk } from '../../devices/link-risk.ts';
import type { ReasonWords } from './device.ts';

/** @param country of the device, as people call it */
const WORDS: Readonly<Record<LinkReason, (noun: string, country: string) => ReasonWords>> = {
  flood: (noun) => ({
    title: 'This looks like fraud.',
    more: `Many different people have linked devices from that place within the last hour. If you can see the ${noun}, use a browser on its own network, or try again in an hour.`,
  }),
  burst: () => ({
    title: 'Many different people link devices from that place just now.',
    more: 'That can be a shared network, and it is what fraud looks like.',
  }),
  website: () => ({
    title: 'A web page asked for this.',
    more: 'Any website that you visit can do that from your own home, so being at home shows nothing.',
  }),
  'other-country': (noun, country) => ({ title: `This ${noun} seems to be in another country: ${country}.` }),
  'unknown-country': (noun) => ({ title: `We can’t tell whether this ${noun} is in your country.` }),
  'other-network': (noun) => ({
    title: `This ${noun} is on a different network.`,
    more: 'It may not be in your home.',
  }),
  'unknown-network': (noun) => ({
    title: `We can’t tell whether this ${noun} is on your network.`,
    more: 'It may not be in your home.',
  }),
  'old-code': () => ({
    title: 'The code is some minutes old.',
    more: 'A code that you read off a screen is newer.',
  }),
  'app-asks': () => ({ title: 'The makers of this app ask for more than a click with every device.' }),
};

/** @param noun what people call the device */
export function formatReasons({ reasons, country }: LinkRisk, noun: string): ReasonWords[] {
  return reasons.map((reason) => WORDS[reason](noun, formatCountry(country)));
}

/** @param code ISO 3166-1; `undefined`: not known */
export function formatCountry(code: string | undefined): string {
  if (!code) return 'somewhere else';
  return new Intl.DisplayNames('en', { type: 'region', fallback: 'code' }).of(code) ?? code;
}
