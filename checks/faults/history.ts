/**
 * What accounts and devices did, one step after the other, each with the place in Redis' append-only file where it
 * begins and ends. So the check that cuts the file knows what must still be so, what cannot be, and which one step may be
 * either.
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tokens } from '../../test/support/device-client.ts';
import type { Installation } from '../../test/support/installation.ts';
import { codesOf, type DeviceCodes, tokensOf } from '../../test/support/linked-device.ts';
import type { OwnerBrowser } from '../../test/support/owner-browser.ts';
import type { SeededRandom } from '../check.ts';

export type StepKind =
  | 'created'
  | 'asked'
  | 'approved'
  | 'denied'
  | 'redeemed'
  | 'refreshed'
  | 'revoked'
  | 'signed-out';

export interface Step {
  kind: StepKind;
  /** Bytes of the file before and after it. */
  before: number;
  after: number;
  /** What the device was given by it. */
  tokens?: Tokens;
}

export interface PastAccount {
  owner: OwnerBrowser;
  email: string;
  steps: Step[];
  devices: PastDevice[];
}

export interface PastDevice {
  codes: DeviceCodes | undefined;
  steps: Step[];
}

export interface History {
  accounts: readonly PastAccount[];
  /** Bytes of the file when it began and ended. */
  from: number;
  to: number;
}

const DEVICES_EACH = 2;

/** The file that Redis appends to; the part before it is empty as long as nothing was rewritten. */
export async function logFile({ redis }: Installation): Promise<string> {
  const folder = join(redis.dataDir, 'appendonlydir');
  const file = (await readdir(folder)).find((name) => name.endsWith('.incr.aof'));
  if (file === undefined) throw new Error('Redis keeps no append-only file');
  return join(folder, file);
}

export async function writeHistory(
  installation: Installation,
  random: SeededRandom,
  accounts: number,
): Promise<History> {
  const scribe = new Scribe(installation, random, await logFile(installation));
  const from = await scribe.position();
  const made: PastAccount[] = [];
  for (let index = 0; index < accounts; index += 1) made.push(await scribe.create());
  const open = made.flatMap((account) => account.devices.map((device) => ({ account, device })));
  while (open.length > 0) {
    const chosen = random.pick(open);
    if (!(await scribe.next(chosen.account, chosen.device))) open.splice(open.indexOf(chosen), 1);
  }
  for (const account of made) if (random.next() < 0.4) await scribe.signOut(account);
  return { accounts: made, from, to: await scribe.position() };
}

class Scribe {
  readonly #installation: Installation;
  readonly #random: SeededRandom;
  readonly #file: string;

  constructor(installation: Installation, random: SeededRandom, file: string) {
    this.#installation = installation;
    this.#random = random;
    this.#file = file;
  }

  async position(): Promise<number> {
    return (await stat(this.#file)).size;
  }

  async create(): Promise<PastAccount> {
    let owner: OwnerBrowser | undefined;
    const step = await this.#step('created', async () => {
      owner = await this.#installation.owner();
    });
    if (owner === undefined) throw new Error('no account was made');
    const devices = Array.from({ length: DEVICES_EACH }, (): PastDevice => ({ codes: undefined, steps: [] }));
    return { owner, email: owner.browser.profile.email, steps: [step], devices };
  }

  /** The next step in the life of a device; `false` when there is none. */
  async next({ owner }: PastAccount, past: PastDevice): Promise<boolean> {
    const device = this.#installation.device();
    const tokens = past.steps.at(-1)?.tokens;
    const codes = past.codes ?? { deviceCode: '', userCode: '' };
    switch (past.steps.at(-1)?.kind) {
      case undefined:
        past.steps.push(
          await this.#step('asked', async () => {
            past.codes = codesOf(await device.authorize());
          }),
        );
        return true;
      case 'asked': {
        const kind = this.#random.next() < 0.85 ? 'approved' : 'denied';
        const decision = kind === 'approved' ? 'approve' : 'deny';
        past.steps.push(await this.#step(kind, () => owner.decide(codes.userCode, decision)));
        return true;
      }
      case 'approved':
        past.steps.push(await this.#step('redeemed', () => device.poll(codes.deviceCode)));
        return true;
      case 'redeemed':
      case 'refreshed': {
        const chance = this.#random.next();
        if (chance < 0.2 || !tokens) return false;
        const ends = chance < 0.35;
        const token = tokens.refresh_token;
        past.steps.push(
          ends
            ? await this.#step('revoked', () => device.revoke(token))
            : await this.#step('refreshed', () => device.refresh(token)),
        );
        return !ends;
      }
      default:
        return false;
    }
  }

  async signOut(account: PastAccount): Promise<void> {
    const { accounts } = this.#installation.stores;
    const step = await this.#step('signed-out', () =>
      accounts.signOutEverything(account.owner.browser.accountId),
    );
    account.steps.push(step);
    for (const { steps } of account.devices) {
      if (['redeemed', 'refreshed'].includes(steps.at(-1)?.kind ?? '')) steps.push(step);
    }
  }

  /** Nothing else writes meanwhile, so all that the file has grown by is of this step. */
  async #step(kind: StepKind, work: () => Promise<unknown>): Promise<Step> {
    const before = await this.position();
    const answer = (await work()) as { status?: number; body?: Record<string, unknown> } | undefined;
    if (answer?.status !== undefined && answer.status !== 200) throw new Error(`${kind}: ${answer.status}`);
    const after = await this.position();
    if (after === before) throw new Error(`${kind} wrote nothing`);
    const given = answer?.body?.['access_token'] ? { tokens: tokensOf(answer as never) } : {};
    return { kind, before, after, ...given };
  }
}
