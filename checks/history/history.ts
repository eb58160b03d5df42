/** Random operations of many actors on two servers that are killed again and again, recorded and then judged. */
import { setTimeout as sleep } from 'node:timers/promises';
import { signedInOwner } from '../../test/support/test-stores.ts';
import type { Check, CheckRun, Findings, SeededRandom } from '../check.ts';
import { Device } from './device.ts';
import { judge, operatorMayHaveEnded } from './judge.ts';
import { Owner } from './owner.ts';
import { type Entry, type Kind, OUTCOMES, type Outcome, recorded } from './record.ts';
import { Site, VICTIMS } from './site.ts';

export interface HistorySize {
  operations: number;
  kills: number;
}

const AT_ONCE = 24;
const ACCOUNTS = 40;
/** What the operator does in one history to the client of all devices, about so often. */
const CLIENT_ENDS = 4;
/** Devices that things still happen to; older ones are asked again in the end. */
const RECENT = 200;

/** Of 100 operations. */
const SHARES: readonly [Kind, number][] = [
  ['introspect', 48],
  ['refresh', 20],
  ['poll', 11],
  ['approve', 10],
  ['deregister', 5],
  ['look', 3],
  ['sign-out', 2],
  ['password-change', 1],
];

export function historyCheck(size: HistorySize): Check {
  return {
    name: 'history',
    claim: `${size.operations} operations and ${size.kills} kills: no acknowledged end is lost, no token accepted after one, no code has two grants`,
    run: (on) => runHistory(size, on),
  };
}

export async function runHistory(size: HistorySize, { random, say }: CheckRun): Promise<Findings> {
  const site = await Site.open();
  try {
    const run = new Run(site, random, size, say);
    await run.toTheEnd();
    return await run.judged();
  } finally {
    await site.close();
  }
}

class Run {
  readonly #site: Site;
  readonly #random: SeededRandom;
  readonly #size: HistorySize;
  readonly #say: (line: string) => void;
  readonly #owners: Owner[] = [];
  readonly #devices: Device[] = [];
  readonly #clientEnds: Entry[] = [];
  #done = 0;
  /** Devices that were begun; each has a name of its own, by which its row is known. */
  #begun = 0;
  #kills = 0;

  constructor(site: Site, random: SeededRandom, size: HistorySize, say: (line: string) => void) {
    this.#site = site;
    this.#random = random;
    this.#size = size;
    this.#say = say;
  }

  async toTheEnd(): Promise<void> {
    for (let number = 0; number < ACCOUNTS; number += 1) {
      const { accountId } = await signedInOwner(this.#site.stores);
      this.#owners.push(new Owner(this.#site, accountId, number, this.#clientEnds));
    }
    const killing = this.#kill();
    await Promise.all(Array.from({ length: AT_ONCE }, () => this.#work()));
    await killing;
    await this.#askAll();
  }

  async #work(): Promise<void> {
    while (this.#done < this.#size.operations || this.#kills < this.#size.kills) {
      const address = await this.#site.address(this.#random);
      await this.#operate(this.#pickKind(), address);
      this.#done += 1;
      if (this.#done % 5000 === 0) this.#say(`${this.#done} operations, ${this.#kills} kills`);
    }
  }

  async #operate(kind: Kind, address: string): Promise<void> {
    const owner = this.#random.pick(this.#owners);
    if (kind === 'approve') {
      this.#begun += 1;
      const name = `d${this.#begun}`;
      const second = await this.#site.address(this.#random);
      const device = await Device.link(owner, name, [address, second]);
      if (device) this.#devices.push(device);
    } else if (kind === 'look') await owner.look(address);
    else if (kind === 'client-end') await this.#endClient();
    else if (kind === 'sign-out' || kind === 'password-change') await owner.endEverything(kind);
    else await this.#operateDevice(kind, address);
  }

  /** Past the servers, as the operator's tool does it. */
  async #endClient(): Promise<void> {
    const { clientStates } = this.#site.stores;
    const ask = async (): Promise<Outcome> => ((await clientStates.act('tv', 'end')).changed ? 'ok' : 'no');
    this.#clientEnds.push(await recorded('client-end', ask));
  }

  async #operateDevice(kind: Kind, address: string): Promise<void> {
    const recent = this.#devices.slice(-RECENT);
    const wanted = recent.filter(({ linked }) => linked === (kind !== 'poll'));
    const device = wanted.length > 0 ? this.#random.pick(wanted) : undefined;
    if (!device) return;
    if (kind === 'poll') await device.poll(address);
    else if (kind === 'refresh') await device.refresh(address);
    else if (kind === 'introspect') await device.introspect(address, this.#random.whole(0, 2));
    else if (this.#random.next() < 0.5) await device.signOff(address);
    else await this.#deregisterAtThePage(device, address);
  }

  async #deregisterAtThePage({ owner, history }: Device, address: string): Promise<void> {
    const browser = await owner.browser();
    if (!browser) return;
    const account = await this.#site.stores.accounts.find(owner.accountId).catch(() => undefined);
    const owned = { accountId: owner.accountId, epoch: account?.epoch ?? 0 };
    const rows = await this.#site.stores.linkedDevices.list(owned).catch(() => []);
    const row = rows.find(({ claimed }) => claimed.name === history.name);
    if (!row) return;
    history.entries.push(await recorded('deregister', () => owner.deregister(browser, address, row.id)));
  }

  async #kill(): Promise<void> {
    const { operations, kills } = this.#size;
    while (this.#kills < kills) {
      if (this.#done < ((this.#kills + 1) * operations) / (kills + 1)) {
        await sleep(5);
        continue;
      }
      this.#kills += 1;
      await sleep(this.#random.whole(0, 40));
      await this.#site.killAndRevive(VICTIMS[this.#kills % VICTIMS.length] ?? 'redis');
    }
  }

  /** When all is still, everything is asked once more. */
  async #askAll(): Promise<void> {
    const waiting = [...this.#devices];
    const fastPath = async () => {
      for (let device = waiting.pop(); device; device = waiting.pop()) {
        const address = await this.#site.address(this.#random);
        if (!device.linked) await device.poll(address);
        if (!device.linked) continue;
        await device.introspect(address, 0);
        await device.refresh(address);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, fastPath));
    for (const owner of this.#owners) await owner.look(await this.#site.address(this.#random));
  }

  #pickKind(): Kind {
    if (this.#random.next() < CLIENT_ENDS / this.#size.operations) return 'client-end';
    let left = this.#random.whole(0, 99);
    for (const [kind, share] of SHARES) {
      left -= share;
      if (left < 0) return kind;
    }
    return 'introspect';
  }

  /** But for those of codes that the operator's act has ended: for 5 s after it servers give out such codes. */
  #refusedApprovals(): number {
    const refused = this.#owners.flatMap(({ history }) =>
      history.devices.flatMap((device) =>
        device.entries.filter(
          (entry) =>
            entry.kind === 'approve' &&
            entry.outcome === 'no' &&
            !operatorMayHaveEnded(history, device, entry),
        ),
      ),
    );
    return refused.length;
  }

  async judged(): Promise<Findings> {
    const violations = this.#owners.flatMap(({ history }) => judge(history));
    for (const { accountId, history } of this.#owners) {
      const account = await this.#site.stores.accounts.find(accountId);
      const rows = await this.#site.stores.linkedDevices.list({ accountId, epoch: account?.epoch ?? 0 });
      const names = rows.map(({ claimed }) => claimed.name);
      if (new Set(names).size < names.length) violations.push('one code has two rows');
      const known = new Set<string | undefined>(history.devices.map(({ name }) => name));
      if (names.some((name) => !known.has(name))) violations.push('a row is of no device');
      const told = await this.#site.stores.activity.list(accountId, { most: 1000 });
      // Each device presents its newest token, and the same again after a lost answer.
      if (told.some(({ event }) => event.kind === 'device-replayed'))
        violations.push('an honest device was taken for a thief');
    }
    const ofOwners = this.#owners.flatMap(({ history }) => [
      ...history.ends,
      ...history.devices.flatMap((device) => device.entries),
      ...history.sessions.flatMap(({ looks }) => looks),
    ]);
    const entries = [...ofOwners, ...this.#clientEnds];
    const count = (kind: Kind, wanted: Outcome) =>
      entries.filter((entry) => entry.kind === kind && entry.outcome === wanted).length;
    // A history in which nothing succeeds shows nothing.
    const accepted = count('approve', 'ok');
    if (accepted < this.#refusedApprovals()) violations.push('most approvals were refused');
    if (accepted < this.#done / 100) violations.push('hardly any approval was accepted');
    const told = (kind: Kind) => OUTCOMES.map((outcome) => `${count(kind, outcome)} ${outcome}`).join(', ');
    return {
      figures: {
        operations: this.#done,
        kills: this.#kills,
        ...Object.fromEntries(SHARES.map(([kind]) => [kind, told(kind)])),
        'client-end': told('client-end'),
        devices: this.#devices.length,
      },
      violations,
    };
  }
}
