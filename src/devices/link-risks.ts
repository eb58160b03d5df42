import type { SignedInBrowser } from '../accounts/browser-store.ts';
import type { PendingLink } from './device-linking.ts';
import { assessLink, type CountryOf, type LinkRisk } from './link-risk.ts';
import type { LinkedDeviceStore } from './linked-device.ts';
import { networkOf } from './network.ts';

/** Who approved codes from which network within the last hour, by account. */
export interface ApprovalStore {
  add(network: string, accountId: string): Promise<void>;
  /** How many accounts but this one. */
  others(network: string, accountId: string): Promise<number>;
}

export interface LinkRisksDependencies {
  readonly approvals: ApprovalStore;
  readonly devices: Pick<LinkedDeviceStore, 'list'>;
  readonly countryOf: CountryOf;
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

  /** @param address of the browser */
  async assess(link: PendingLink, browser: SignedInBrowser, address: string): Promise<LinkRisk> {
    const { approvals, devices, countryOf, lifetime, now } = this.#with;
    const [linked, otherApprovers] = await Promise.all([
      devices.list(browser),
      approvals.others(networkOf(link.request.address), browser.accountId),
    ]);
    return assessLink({
      device: link.request.address,
      browser: address,
      age: now() - link.request.at,
      lifetime,
      firstOfItsKind: !linked.some(({ clientId }) => clientId === link.app.id),
      otherApprovers,
      required: link.app.requiredCheck,
      countryOf,
    });
  }

  /** Before the approval: one that is cut off afterwards counts all the same. */
  async noteApproval(link: PendingLink, { accountId }: SignedInBrowser): Promise<void> {
    await this.#with.approvals.add(networkOf(link.request.address), accountId);
  }
}
