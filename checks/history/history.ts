/** Random operations of many actors on two servers that are killed again and again, recorded and then judged. */
import { setTimeout as sleep } from 'node:timers/promises';
import { signedInOwner } from '../../test/support/test-stores.ts';
import type { Check, CheckRun, Findings, SeededRandom } from '../check.ts';
import type { Device } from './device.ts';
import { findingsOf } from './findings.ts';
import { CLIENTS, linkByApp, linkByCode, linkByKey } from './linking.ts';
import { Owner } from './owner.ts';
import { OwnersKey } from './owners-key.ts';
import { type Entry, type Kind, type Outcome, recorded } from './record.ts';
import { Site, VICTIMS } from './site.ts';

interface HistorySize {
  operations: number;
  kills: number;
}

const AT_ONCE = 24;
const ACCOUNTS = 40;
/** What the operator does in one history to clients of devices, about so often. */
const CLIENT_ENDS = 4;
/** Keys that are still presented and ended. */
const RECENT_KEYS = 8;
/** Devices that things still happen to; older ones are asked again in the end. */
const RECENT = 200;

/** Of 100 operations. */
const SHARES: readonly [Kind, number][] = [
  ['introspect', 38],
  ['refresh', 20],
  ['poll', 11],
  ['approve', 8],
  ['confirm', 3],
  ['present', 4],
  ['make-key', 3],
  ['key-end', 2],
  ['deregister', 5],
  ['look', 3],
  ['sign-out', 2],
  ['password-change', 1],
];

export function historyCheck(size: HistorySize): Check {
  return {
    name: 'history',
    claim: `${size.operations} operations and ${size.kills} kills: no acknowledged end is lost, no token or key accepted after one, no code has two grants, no key links more than it may`,
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
  readonly #keys: OwnersKey[] = [];
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
    if (kind === 'approve' || kind === 'confirm') {
      const link = kind === 'approve' ? linkByCode : linkByApp;
      await this.#link((name, addresses) => link(owner, name, addresses), address);
    } else if (kind === 'make-key') await this.#makeKey(owner);
    else if (kind === 'present' || kind === 'key-end') await this.#useKey(kind, address);
    else if (kind === 'look') await owner.look(address);
    else if (kind === 'client-end') await this.#endClient();
    else if (kind === 'sign-out' || kind === 'password-change') await owner.endEverything(kind);
    else await this.#operateDevice(kind, address);
  }

  async #link(
    link: (name: string, addresses: [string, string]) => Promise<Device | undefined>,
    address: string,
  ): Promise<void> {
    this.#begun += 1;
    const name = `d${this.#begun}`;
    const device = await link(name, [address, await this.#site.address(this.#random)]);
    if (device) this.#devices.push(device);
  }

  async #makeKey(owner: Owner): Promise<void> {
    this.#begun += 1;
    const chosen = { name: `k${this.#begun}`, uses: this.#random.whole(1, 4) };
    const key = await OwnersKey.make(this.#site, owner, chosen);
    if (key) this.#keys.push(key);
  }

  /** Two machines may present one at once. */
  async #useKey(kind: 'present' | 'key-end', address: string): Promise<void> {
    const recent = this.#keys.slice(-RECENT_KEYS);
    if (recent.length === 0) return;
    const key = this.#random.pick(recent);
    if (kind === 'key-end') return key.end(this.#random.next() < 0.5);
    const present = () => this.#link((name, addresses) => linkByKey(key, name, addresses), address);
    await Promise.all(this.#random.next() < 0.5 ? [present()] : [present(), present()]);
  }

  /** Past the servers, as the operator's tool does it. */
  async #endClient(): Promise<void> {
    const { clientStates } = this.#site.stores;
    const client = this.#random.pick(CLIENTS);
    const ask = async (): Promise<Outcome> => ((await clientStates.act(client, 'end')).changed ? 'ok' : 'no');
    this.#clientEnds.push(await recorded('client-end', ask, { client }));
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

  judged(): Promise<Findings> {
    return findingsOf(this.#site.stores, this.#owners, this.#clientEnds, {
      operations: this.#done,
      kills: this.#kills,
      devices: this.#devices.length,
      keys: this.#keys.length,
    });
  }
}
