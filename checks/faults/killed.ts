import { setTimeout as sleep } from 'node:timers/promises';
import { Installation } from '../../test/support/installation.ts';
import { StoredState } from '../../test/support/stored-state.ts';
import type { Check, CheckRun, Findings } from '../check.ts';
import { Journey } from './journey.ts';

const AT_ONCE = 6;
/** Journeys of earlier rounds that are held to what they were told, again and again. */
const REMEMBERED = 12;
const VICTIMS = ['server', 'redis', 'both'] as const;

type Victim = (typeof VICTIMS)[number];

/**
 * `kill -9` of the server, of Redis and of both at once, at a random moment of what devices and owners do; after
 * each restart everybody asks for what they were told.
 */
export const killed: Check = {
  name: 'killed',
  claim:
    'kill -9 in the middle of approve, poll and refresh: nothing acknowledged is lost, no used code lives',
  run: (on) => killRounds(200, on),
};

export async function killRounds(rounds: number, { random, say }: CheckRun): Promise<Findings> {
  const installation = await Installation.start();
  const violations: string[] = [];
  const cutOff = new Map<string, number>();
  const kills = new Map<Victim, number>();
  let remembered: Journey[] = [];
  try {
    for (let round = 1; round <= rounds; round += 1) {
      const victim = VICTIMS[round % VICTIMS.length] as Victim;
      const journeys = await begin(installation);
      const travels = Promise.allSettled(journeys.map((journey) => journey.travel(random)));
      await sleep(random.whole(2, 200));
      await kill(installation, victim);
      for (const travel of await travels) {
        if (travel.status === 'rejected') violations.push(`round ${round} (${victim}): ${travel.reason}`);
      }
      for (const { stage } of journeys) cutOff.set(stage, (cutOff.get(stage) ?? 0) + 1);
      kills.set(victim, (kills.get(victim) ?? 0) + 1);
      await revive(installation, victim);
      for (const journey of [...journeys, ...remembered]) {
        const wrong = [...(await journey.verify()), ...(await doubleGrants(installation, journey))];
        violations.push(...wrong.map((claim) => `round ${round} (${victim}): ${claim}`));
      }
      remembered = [...journeys, ...remembered].slice(0, REMEMBERED);
      if (round % 20 === 0) say(`${round} rounds, ${violations.length} violations`);
    }
  } catch (error) {
    say(`the server said last: ${installation.server.output().slice(-2000)}`);
    throw error;
  } finally {
    await installation.stop();
  }
  const said = (counts: Map<string, number>) =>
    [...counts].map(([name, count]) => `${name} ${count}`).join(', ');
  return { figures: { kills: said(kills), 'where journeys were cut off': said(cutOff) }, violations };
}

function begin(installation: Installation): Promise<Journey[]> {
  const make = async () => new Journey(installation.device(), await installation.owner());
  return Promise.all(Array.from({ length: AT_ONCE }, make));
}

async function kill(installation: Installation, victim: Victim): Promise<void> {
  await Promise.all([
    victim === 'redis' ? undefined : installation.killServer(),
    victim === 'server' ? undefined : installation.redis.kill(),
  ]);
}

async function revive(installation: Installation, victim: Victim): Promise<void> {
  if (victim !== 'server') await installation.redis.restart();
  if (victim !== 'redis') await installation.restartServer();
  const { connection } = installation.stores;
  for (;;) {
    const ready = await connection.whenReady().then(
      () => true,
      () => false,
    );
    if (ready && (await installation.readiness()) === 200) {
      await new StoredState(installation.stores).forgetGuesses();
      return;
    }
    await sleep(20);
  }
}

/** A device has one grant, whatever was tried again. */
async function doubleGrants({ stores }: Installation, journey: Journey): Promise<string[]> {
  const grants = await new StoredState(stores).grants(journey.owner.browser.accountId);
  const active = Object.values(grants).filter((state) => state === 'active');
  return active.length > 1 ? [`${active.length} active grants of one code`] : [];
}
