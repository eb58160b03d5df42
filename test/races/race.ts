/** One round: everything that may give authority is under way, in two processes, while everything is ended. */
import type { SeededRandom } from '../../checks/check.ts';
import { PASSWORD, visit } from '../accounts/account-world.ts';
import { RADIO } from '../support/companion-device.ts';
import { CompanionOwner } from '../support/companion-owner.ts';
import { LinkKeyOwner, RACK } from '../support/link-key-owner.ts';
import { codesOf, type DeviceCodes, linkDevice } from '../support/linked-device.ts';
import { newBrowser, randomId } from '../support/test-stores.ts';
import { Evidence } from './evidence.ts';
import { Interleaving } from './interleaving.ts';
import { type RaceOwner, type RaceProcess, type RaceWorld, RacingDevice, raceOwner } from './race-world.ts';

const TIMES = { idle: 3_600_000, absolute: 86_400_000 };
export const ENDINGS = ['sign-out of everything', 'password change', 'disabling'] as const;

export interface Race {
  world: RaceWorld;
  owner: RaceOwner;
  /** Pending, approved, and redeemed: what it is redeemed for. */
  pending: DeviceCodes;
  approved: DeviceCodes;
  tokens: { access_token: string; refresh_token: string };
  /** Of the owner, for one machine. */
  key: string;
  /** What a device sends that its maker's app has set up, with its code. */
  companion: Record<string, string>;
  evidence: Evidence;
}

type Act = (race: Race, process: RaceProcess, device: RacingDevice) => Promise<unknown>;

/** Each may be under way in either process, and more than once. */
const ACTS: Readonly<Record<string, Act>> = {
  approve: async ({ owner, pending, evidence }, { linking }) =>
    evidence.approvals.push(await linking.approve(pending.userCode, owner.browser)),
  deny: async ({ pending, evidence }, { linking }) =>
    evidence.approvals.push(await linking.deny(pending.userCode)),
  'poll the approved code': async ({ approved, evidence }, _process, device) =>
    evidence.redeemed('approved', await device.poll(approved.deviceCode)),
  'poll the pending code': async ({ pending, evidence }, _process, device) =>
    evidence.redeemed('pending', await device.poll(pending.deviceCode)),
  'link with a key': async ({ key, evidence }, process, { actor }) => {
    const machine = new RacingDevice(process, actor, RACK.client_id);
    const asked = { client_id: RACK.client_id, scope: 'openid offline_access', latchkey_key: key };
    const answer = await machine.post('/device/auth', asked);
    if (answer.status === 200)
      evidence.redeemed('key', await machine.poll(String(answer.body['device_code'])), RACK.client_id);
    else evidence.given(answer);
  },
  'redeem a companion code': async ({ companion, evidence }, process, { actor }) => {
    const radio = new RacingDevice(process, actor, RADIO.client_id);
    evidence.redeemed('companion', await radio.post('/token', companion), RADIO.client_id);
  },
  refresh: async ({ tokens, evidence }, _process, device) =>
    evidence.given(await device.refresh(tokens.refresh_token)),
  introspect: async ({ tokens }, _process, device) => device.isActive(tokens.access_token),
  'sign in': async ({ owner: { email }, evidence }, { services }) => {
    const request = { email, password: PASSWORD, returnTo: '/', visit: visit() };
    const outcome = await services.signIn.signIn(request);
    if (outcome.outcome === 'signed-in') evidence.sessions.push(outcome.browser);
  },
  'save a session': async ({ owner: { browser }, evidence }, { provider }) => {
    const session = await provider.Session.find(browser.sessionId);
    if (session) await session.save(3600);
    evidence.sessions.push(browser);
  },
  'save a session under a new id': async ({ owner: { browser }, evidence }, { provider }) => {
    const session = await provider.Session.find(browser.sessionId);
    if (!session) return;
    session.jti = randomId();
    await session.save(3600);
    evidence.sessions.push({ ...browser, sessionId: session.jti });
  },
};

const NAMES = Object.keys(ACTS);

interface Raced {
  violations: string[];
  /** The order in which the commands went. */
  trace: readonly string[];
}

export async function race(world: RaceWorld, random: SeededRandom): Promise<Raced> {
  const round = await prepare(world);
  const interleaving = new Interleaving(random);
  const key = randomId();
  world.interleavings.set(key, interleaving);
  const actors: Record<string, () => Promise<unknown>> = {};
  const count = random.whole(2, 7);
  for (let index = 0; index < count; index += 1) {
    const [act, process] = [random.pick(NAMES), random.pick(world.processes)];
    const actor = `${index} ${act}`;
    const device = new RacingDevice(process, `${key}/${actor}`);
    actors[actor] = async () => ACTS[act]?.(round, process, device);
  }
  const [ending, process] = [random.pick(ENDINGS), random.pick(world.processes)];
  actors[`${count} ${ending}`] = async () => {
    await end(round, process, ending);
    await Interleaving.now(() => round.evidence.probe(round, 'at the moment of the answer'));
  };
  try {
    await interleaving.run(actors);
    await round.evidence.probe(round, 'in the end');
    await round.evidence.probeAll(round, ending);
  } finally {
    world.interleavings.delete(key);
  }
  return { violations: round.evidence.violations, trace: interleaving.trace };
}

async function prepare(world: RaceWorld): Promise<Race> {
  const [first] = world.processes;
  const device = new RacingDevice(first);
  const owner = await raceOwner(world);
  const [pending, approved, linked] = await Promise.all([
    device.authorize().then(codesOf),
    device.authorize().then(codesOf),
    linkDevice(first, owner.browser, device),
  ]);
  await first.linking.approve(approved.userCode, owner.browser);
  const key = await LinkKeyOwner.as(first.stores, owner.browser).makes({ network: undefined });
  const app = CompanionOwner.as(first, owner.browser);
  const radio = app.radio();
  const companion = radio.redemption(await app.codeFor(radio));
  const { tokens } = linked;
  return { world, owner, pending, approved, tokens, key, companion, evidence: new Evidence() };
}

async function end(
  { owner, world, evidence }: Race,
  { stores }: RaceProcess,
  ending: (typeof ENDINGS)[number],
): Promise<void> {
  const { accountId, browser } = owner;
  if (ending === 'sign-out of everything') {
    const event = { kind: 'signed-out-everything', by: 'owner' } as const;
    evidence.ended(await stores.accounts.signOutEverything(accountId, event));
  } else if (ending === 'disabling') {
    const event = { kind: 'account-disabled', by: 'operator' } as const;
    evidence.ended(await stores.accounts.setStatus(accountId, 'disabled', event));
  } else {
    const account = await stores.accounts.find(accountId);
    const becomes = newBrowser(accountId, (account?.epoch ?? 0) + 1);
    const event = { kind: 'password-changed', by: 'owner' } as const;
    const stays = { was: browser.uid, becomes, time: TIMES };
    const changed =
      account && (await stores.accounts.changePassword(account, world.credentials, event, stays));
    evidence.ended(changed);
    evidence.stays = becomes;
  }
}
