import type { AccountId } from '../../src/accounts/account.ts';
import type { Session } from '../../src/accounts/session.ts';
import { Agent } from './app.ts';
import { CompanionDevice } from './companion-device.ts';
import type { TestProtocol } from './test-protocol.ts';
import { signedInOwner } from './test-stores.ts';

/** An owner whose maker's app opens links in their browser; without pages, their part is played through `companions`. */
export class CompanionOwner {
  readonly protocol: TestProtocol;
  readonly accountId: AccountId;
  readonly browser: Session;
  readonly agent: Agent;

  private constructor(protocol: TestProtocol, accountId: AccountId, browser: Session) {
    this.protocol = protocol;
    this.accountId = accountId;
    this.browser = browser;
    this.agent = new Agent(browser);
  }

  static async of(protocol: TestProtocol): Promise<CompanionOwner> {
    const { accountId, browser } = await signedInOwner(protocol.stores);
    return new CompanionOwner(protocol, accountId, browser);
  }

  static as(protocol: TestProtocol, browser: Session): CompanionOwner {
    return new CompanionOwner(protocol, browser.accountId, browser);
  }

  radio(): CompanionDevice {
    return new CompanionDevice(this.protocol.issuer);
  }

  /** The link leads to a page of ours, which waits for the owner under this uid. */
  async opens(url: URL): Promise<string> {
    const { location } = await this.agent.get(url);
    const uid = /^\/interaction\/([\w-]+)$/.exec(location)?.[1] ?? '';
    const waiting = await this.protocol.appSignIn.find(uid, this.browser);
    if (waiting?.step !== 'link-device') throw new Error(`no confirm page: ${waiting?.step} ${location}`);
    return uid;
  }

  /** What the app hears once the owner has confirmed the device. */
  async confirms(uid: string): Promise<URL> {
    const next = await this.protocol.companions.approve(uid, this.browser);
    if (typeof next === 'string') throw new Error(next);
    return new URL((await this.agent.get(this.protocol.issuer + next.path)).location);
  }

  /** The code that the app hands to its device. */
  async codeFor(
    device: CompanionDevice,
    changes: Record<string, string> = {},
    headers = {},
  ): Promise<string> {
    const answer = await this.confirms(await this.opens(await device.link(changes, headers)));
    return answer.searchParams.get('code') ?? '';
  }

  rows() {
    return this.protocol.stores.linkedDevices.list(this.browser);
  }

  /** What happened lately. */
  async kinds(): Promise<string[]> {
    const entries = await this.protocol.stores.activity.list(this.accountId, { most: 20 });
    return entries.map(({ event }) => event.kind);
  }
}

/** The process believes that so many milliseconds have passed. */
export async function at(later: number, act: () => Promise<unknown>): Promise<void> {
  const clock = Date.now;
  Date.now = () => clock() + later;
  try {
    await act();
  } finally {
    Date.now = clock;
  }
}
