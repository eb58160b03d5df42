/**
 * How much a link has to be feared before it is made (RFC 10027). The attacker of device-code phishing has the device
 * and the victim has the browser, so what tells them apart is where each of them is, how long the code was on its
 * way, and how many people are led to codes from one place.
 *
 * Checks grow from one to the next, each with all that the one before asks for: a click, typing the code that the
 * device shows, a proof of who the owner is given for this very link, refusal.
 */
import type { ApprovalBounds } from '../limits/approval-bounds.ts';
import type { NetworkRelation } from '../net/networks.ts';

export const LINK_CHECKS = ['click', 'type-code', 'fresh-proof', 'refuse'] as const;
export type LinkCheck = (typeof LINK_CHECKS)[number];

/** Why more than a click is asked for, in the order in which a page says it. */
export type LinkReason =
  | 'flood'
  | 'burst'
  | 'website'
  | 'other-country'
  | 'unknown-country'
  | 'other-network'
  | 'unknown-network'
  | 'old-code'
  | 'app-asks';

export interface LinkRisk {
  readonly check: LinkCheck;
  readonly reasons: readonly LinkReason[];
  readonly network: NetworkRelation;
  /** Whether the account has no other device of this app. */
  readonly firstOfItsKind: boolean;
  /** Where the device asked from, where a file of places is configured. */
  readonly country: string | undefined;
}

export interface LinkCircumstances {
  readonly network: NetworkRelation;
  /** A web page asked for the code: any website can make its visitor's browser do that, from the visitor's home. */
  readonly isFromWebsite: boolean;
  /** ISO 3166-1 codes, `undefined` for a country that cannot be told; absent without a file of places. */
  readonly countries?: { readonly device: string | undefined; readonly browser: string | undefined };
  /** How long ago the device asked, and how long its code lives in all, in milliseconds. */
  readonly age: number;
  readonly lifetime: number;
  readonly firstOfItsKind: boolean;
  /** Other accounts that approved codes from the device's network, from elsewhere, within the last hour. */
  readonly otherApprovers: number;
  readonly bounds: ApprovalBounds;
  /** What the client asks for at least. */
  readonly required: LinkCheck;
  /** The device shows a code. `false`: its maker's app has brought the owner here, and there is nothing to type. */
  readonly showsCode: boolean;
}

const AT_LEAST: Readonly<Record<Exclude<LinkReason, 'app-asks'>, LinkCheck>> = {
  flood: 'refuse',
  burst: 'fresh-proof',
  website: 'fresh-proof',
  'other-country': 'fresh-proof',
  'unknown-country': 'fresh-proof',
  'other-network': 'type-code',
  'unknown-network': 'type-code',
  'old-code': 'fresh-proof',
};

/** What cannot be told counts as the riskier of what it could be: a network, a country. */
export function assessLink(given: LinkCircumstances): LinkRisk {
  const { firstOfItsKind, countries, required } = given;
  const network = given.isFromWebsite ? 'unknown' : given.network;
  const reasons = network === 'same' ? [] : reasonsElsewhere({ ...given, network });
  const floor = highest(reasons.map((reason) => AT_LEAST[reason]));
  const needed = highest([floor, required]);
  const asked = needed !== floor;
  // Where there is no code to type, only a proof shows as much.
  const check = needed === 'type-code' && !given.showsCode ? 'fresh-proof' : needed;
  return {
    check,
    reasons: asked ? [...reasons, 'app-asks'] : reasons,
    network,
    firstOfItsKind,
    country: countries?.device,
  };
}

function reasonsElsewhere(given: LinkCircumstances): Exclude<LinkReason, 'app-asks'>[] {
  const { network, isFromWebsite, age, lifetime, showsCode } = given;
  return [
    ...crowd(given),
    ...(isFromWebsite ? (['website'] as const) : []),
    ...abroad(given),
    network === 'different' ? 'other-network' : 'unknown-network',
    // A code that was sent around takes longer than one that is read off a screen.
    ...(showsCode && age > lifetime / 2 ? (['old-code'] as const) : []),
  ];
}

/** An app sets a device up beside it, so many people far from one place are fraud sooner than where codes are typed. */
function crowd({ otherApprovers, bounds, showsCode }: LinkCircumstances): ('flood' | 'burst')[] {
  if (otherApprovers >= (showsCode ? bounds.refusal : bounds.proof)) return ['flood'];
  return otherApprovers >= bounds.proof ? ['burst'] : [];
}

function abroad({ countries }: LinkCircumstances): ('other-country' | 'unknown-country')[] {
  if (!countries) return [];
  const { device, browser } = countries;
  if (!device || !browser) return ['unknown-country'];
  return device === browser ? [] : ['other-country'];
}

function highest(checks: readonly LinkCheck[]): LinkCheck {
  return LINK_CHECKS[Math.max(0, ...checks.map((check) => LINK_CHECKS.indexOf(check)))] ?? 'refuse';
}
