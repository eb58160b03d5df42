/** Why linking a device takes more than a click, in words. */
import type { LinkReason, LinkRisk } from '../../devices/link-risk.ts';

/** @param country of the device, as people call it */
const WORDS: Readonly<Record<LinkReason, (country: string) => string>> = {
  flood: () =>
    'Very many different people have linked devices from that place within the last hour. That is what fraud looks like, so this one is not linked. If the device is in front of you, use a browser on the device’s own network, or try again in an hour.',
  burst: () =>
    'Many different people have linked devices from that place within the last hour. That can be a shared network, and it is what fraud looks like.',
  website: () =>
    'A web page asked for this code. Any website that you visit can do that from your own home, so being at home shows nothing.',
  'other-country': (country) => `The device seems to be in another country than you: ${country}.`,
  'unknown-country': () => 'We can’t tell whether the device is in the same country as you.',
  'other-network': () =>
    'The device is on a different network. It may not be in your home. If your phone uses mobile data while the device uses Wi‑Fi, that is normal.',
  'unknown-network': () =>
    'We can’t tell whether the device is on the network of this browser. It may not be in your home.',
  'old-code': () =>
    'The device asked for this code some time ago. A code that you read off a screen is newer.',
  'app-asks': () => 'The makers of this app ask for it with every device.',
};

export function formatReasons({ reasons, country }: LinkRisk): string[] {
  return reasons.map((reason) => WORDS[reason](formatCountry(country)));
}

function formatCountry(code: string | undefined): string {
  if (!code) return 'somewhere else';
  return new Intl.DisplayNames('en', { type: 'region', fallback: 'code' }).of(code) ?? code;
}
