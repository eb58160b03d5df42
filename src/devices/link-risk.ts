/**
 * How much a link has to be feared before it is made (RFC 10027). The attacker of device-code phishing has the device
 * and the victim has the browser, so what tells them apart is where each of them is, how long the code was on its
 * way, and how many people are led to codes from one place.
 *
 * Checks grow from one to the next, each with all that the one before asks for: a click, typing the code that the
 * device shows, a proof of who the owner is given for this very link, refusal.
 */
import { compareNetworks, type NetworkRelation } from './network.ts';

export const LINK_CHECKS = ['click', 'type-code', 'fresh-proof', 'refuse'] as const;
export type LinkCheck = (typeof LINK_CHECKS)[number];

/** Why more than a click is asked for, in the order in which a page says it. */
export type LinkReason =
  | 'burst'
  | 'other-country'
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
  /** IP addresses. */
  readonly device: string;
  readonly browser: string;
  /** How long ago the device asked, and how long its code lives in all, in milliseconds. */
  readonly age: number;
  readonly lifetime: number;
  readonly firstOfItsKind: boolean;
  /** Other accounts that approved codes from the device's network within the last hour. */
  readonly otherApprovers: number;
  /** What the client asks for at least. */
  readonly required: LinkCheck;
  readonly countryOf: CountryOf;
}

/** ISO 3166-1 code of the country of an address; `undefined` where nobody knows. */
export type CountryOf = (address: string) => string | undefined;

/** So many accounts are no household. */
export const BURST = 5;

const AT_LEAST: Readonly<Record<Exclude<LinkReason, 'app-asks'>, LinkCheck>> = {
  burst: 'refuse',
  'other-country': 'fresh-proof',
  'other-network': 'type-code',
  'unknown-network': 'click',
  'old-code': 'fresh-proof',
};

export function assessLink(given: LinkCircumstances): LinkRisk {
  const { device, browser, firstOfItsKind, countryOf, required } = given;
  const network = compareNetworks(device, browser);
  const country = countryOf(device);
  const reasons = network === 'same' ? [] : reasonsElsewhere(given, network, country);
  const floors = reasons.map((reason) => AT_LEAST[reason]);
  if (network === 'unknown' && firstOfItsKind) floors.push('type-code');
  const check = highest([...floors, required]);
  const asked = required !== 'click' && highest([...floors, 'click']) !== check;
  return { check, reasons: asked ? [...reasons, 'app-asks'] : reasons, network, firstOfItsKind, country };
}

function reasonsElsewhere(
  { browser, age, lifetime, otherApprovers, countryOf }: LinkCircumstances,
  network: NetworkRelation,
  country: string | undefined,
): Exclude<LinkReason, 'app-asks'>[] {
  const here = countryOf(browser);
  return [
    ...(otherApprovers >= BURST ? (['burst'] as const) : []),
    ...(country && here && country !== here ? (['other-country'] as const) : []),
    network === 'different' ? 'other-network' : 'unknown-network',
    // A code that was sent around takes longer than one that is read off a screen.
    ...(network === 'different' && age > lifetime / 2 ? (['old-code'] as const) : []),
  ];
}

function highest(checks: readonly LinkCheck[]): LinkCheck {
  return LINK_CHECKS[Math.max(0, ...checks.map((check) => LINK_CHECKS.indexOf(check)))] ?? 'refuse';
}
