import type { Session } from '../accounts/session.ts';
import type { ApprovalBounds } from '../limits/approval-bounds.ts';
import type { CountryOf } from '../net/country.ts';
import { networkOf } from '../net/network.ts';
import type { Networks } from '../net/networks.ts';
import type { ClientPlace } from '../net/requester.ts';
import { type AskedLink, showsCode } from './device-linking.ts';
import { assessLink, type LinkRisk } from './link-risk.ts';
import type { LinkedDeviceStore } from './linked-device.ts';

/** Who approved codes of which network, from elsewhere, within the last hour, by account. */
export interface ApprovalStore {
  add(network: string, accountId: string): Promise<void>;
  /** How many accounts but this one. */
  others(network: string, accountId: string): Promise<number>;
}

interface LinkRisksDependencies {
  readonly approvals: ApprovalStore;
  readonly devices: Pick<LinkedDeviceStore, 'list'>;
  /** Absent without a file of places. */
  readonly countryOf: CountryOf | undefined;
  readonly networks: Networks;
  readonly bounds: ApprovalBounds;
  /** Of a code, in milliseconds. */
  readonly lifetime: number;
  readonly now: () => number;
}

/** The circumstances of a link, gathered and judged. */
export class LinkRisks {
  readonly #with: LinkRisksDependencies;

  constructor(dependencies: LinkRisksDependencies) {
    this.#with = dependencies;
  }

  async assess(link: AskedLink, browser: Session, place: ClientPlace): Promise<LinkRisk> {
    const { approvals, devices, networks, bounds, lifetime, now } = this.#with;
    const { at, isFromWebsite, ...device } = link.request;
    const [linked, otherApprovers] = await Promise.all([
      devices.list(browser),
      approvals.others(networkOf(device.address), browser.accountId),
    ]);
    const [there, here] = [this.#countryOf(device), this.#countryOf(place)];
    return assessLink({
      network: networks.compare(device, place),
      isFromWebsite,
      ...(this.#with.countryOf && { countries: { device: there, browser: here } }),
      age: now() - at,
      lifetime,
      firstOfItsKind: !linked.some(({ clientId }) => clientId === link.app.id),
      otherApprovers,
      bounds,
      required: link.app.requiredCheck,
      showsCode: showsCode(link),
    });
  }

  /**
   * Before the approval: one that is cut off afterwards counts all the same. Not one at home, where no phisher is:
   * behind a carrier's address, whole streets link their televisions.
   */
  async recordApproval(link: AskedLink, { accountId }: Session, { network }: LinkRisk): Promise<void> {
    if (network === 'same') return;
    await this.#with.approvals.add(networkOf(link.request.address), accountId);
  }

  #countryOf(place: ClientPlace): string | undefined {
    return this.#with.networks.tells(place) ? this.#with.countryOf?.(place.address) : undefined;
  }
}
