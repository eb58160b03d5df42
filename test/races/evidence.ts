/** What a round has brought about, and what of it must not be accepted once everything was ended. */
import type { NewSession } from '../../src/accounts/session.ts';
import { PASSWORD, visit } from '../accounts/account-world.ts';
import type { Answer, Tokens } from '../support/device-client.ts';
import { tokensOf } from '../support/linked-device.ts';
import type { ENDINGS, Race } from './race.ts';
import { RacingDevice } from './race-world.ts';

export class Evidence {
  readonly violations: string[] = [];
  readonly approvals: string[] = [];
  /** Signed-in browsers that a stranger may have a cookie of. */
  readonly sessions: Pick<NewSession, 'sessionId' | 'epoch'>[] = [];
  /** The browser that was to stay. */
  stays: NewSession | undefined;
  readonly #tokens: (Tokens & { readonly clientId: string | undefined })[] = [];
  readonly #redeemed = { approved: 0, pending: 0, key: 0, companion: 0 };

  ended(result: { epoch: number } | undefined): void {
    this.#expect(result?.epoch === 2, 'the ending has not ended anything');
  }

  redeemed(by: 'approved' | 'pending' | 'key' | 'companion', answer: Answer, clientId?: string): void {
    if (answer.status === 200) this.#redeemed[by] += 1;
    this.given(answer, clientId);
  }

  given(answer: Answer, clientId?: string): void {
    this.#expect(answer.status < 500, `an answer of ${answer.status}`);
    if (answer.status === 200) this.#tokens.push({ ...tokensOf(answer), clientId });
  }

  /** What is asked after the ending was acknowledged is refused, whatever else is still under way. */
  async probe({ owner, tokens, world }: Race, when: string): Promise<void> {
    for (const process of world.processes) {
      const device = new RacingDevice(process);
      const given = [tokens, ...this.#tokens];
      const active = await Promise.all(given.map(({ access_token }) => device.isActive(access_token)));
      this.#expect(!active.includes(true), `an access token is active ${when}`);
      const { status } = await device.userinfo(tokens.access_token);
      this.#expect(status === 401, `userinfo answers ${status} ${when}`);
      const found = await process.stores.browsers.resume(owner.browser.sessionId);
      this.#expect(found === undefined, `a browser is signed in ${when}`);
    }
  }

  /** When all is still. */
  async probeAll(race: Race, ending: (typeof ENDINGS)[number]): Promise<void> {
    const { owner, tokens, pending, approved, world } = race;
    const [first, second] = world.processes;
    const device = new RacingDevice(second);
    for (const { refresh_token, clientId } of [{ ...tokens, clientId: undefined }, ...this.#tokens]) {
      const { status } = await new RacingDevice(second, undefined, clientId).refresh(refresh_token);
      this.#expect(status === 400, `a refresh answers ${status} in the end`);
    }
    for (const { deviceCode } of [pending, approved]) {
      const { status } = await device.poll(deviceCode);
      this.#expect(status === 400, `a poll answers ${status} in the end`);
    }
    for (const { sessionId, epoch } of this.sessions) {
      const found = await first.stores.browsers.resume(sessionId);
      const belongs = epoch === 2 && ending !== 'disabling';
      this.#expect(
        (found !== undefined) === belongs,
        `a browser of epoch ${epoch} is ${found ? '' : 'not '}signed in`,
      );
    }
    this.#expect(this.#redeemed.approved <= 1, 'a code was redeemed twice');
    this.#expect(this.#redeemed.pending <= 1, 'a code was redeemed twice that was approved meanwhile');
    this.#expect(this.#redeemed.key <= 1, 'a key for one device has linked two');
    this.#expect(this.#redeemed.companion <= 1, 'a code of a maker’s app was redeemed twice');
    const decided = this.approvals.filter((outcome) => outcome === 'approved' || outcome === 'denied');
    this.#expect(decided.length <= 1, 'a code was decided twice');
    const owned = { accountId: owner.accountId, epoch: 2 };
    const rows = await first.stores.linkedDevices.list(owned);
    this.#expect(rows.length === 0, 'a device is a row of the account');
    await this.#probeEvents(race);
    await this.#probeNewBeginning(race, ending);
  }

  /** Told of once for each device that was linked, and never for one that was not. */
  async #probeEvents({ owner, world: { processes } }: Race): Promise<void> {
    const entries = await processes[0].stores.activity.list(owner.accountId, { most: 100 });
    const linked = entries
      .filter(({ event }) => event.kind === 'device-linked')
      .map(({ event }) => event.subject?.id);
    this.#expect(new Set(linked).size === linked.length, 'a device is told of as linked twice');
    this.#expect(linked.length <= 5, 'more devices were linked than were let in');
  }

  /** Nothing is broken by what raced: the owner goes on where the ending lets them. */
  async #probeNewBeginning(
    { owner, world: { processes } }: Race,
    ending: (typeof ENDINGS)[number],
  ): Promise<void> {
    const [first, second] = processes;
    if (this.stays) {
      const found = await second.stores.browsers.resume(this.stays.sessionId);
      this.#expect(found?.epoch === 2, 'the browser that was to stay is gone');
    }
    const request = {
      email: owner.email,
      password: PASSWORD,
      returnTo: '/',
      visit: visit(),
    };
    const { outcome } = await first.services.signIn.signIn(request);
    const wanted = ending === 'disabling' ? 'wrong' : 'signed-in';
    this.#expect(outcome === wanted, `afterwards a sign-in ends as ${outcome}`);
  }

  #expect(condition: boolean, claim: string): void {
    if (!condition) this.violations.push(claim);
  }
}
