import { setTimeout as sleep } from 'node:timers/promises';
import { DeviceClient } from '../../test/support/device-client.ts';
import type { TestStores } from '../../test/support/test-stores.ts';
import { type CheckRun, type Findings, percentile } from '../check.ts';
import type { Comeback, Crowd, CrowdOrder, CrowdOutcome, SleepingDevice } from './crowd.ts';
import type { Person } from './person.ts';
import { Town } from './town.ts';

interface StampedePlan {
  devices: number;
  /** Seconds within which all have started. */
  boot: number;
  /** Whether the owners' pages are held against what devices wait. */
  timed: boolean;
}

/** A server, the owners who are awake, and what lets the devices loose. */
export interface StampedeWorld {
  issuer: string;
  stores: TestStores;
  people: readonly Person[];
  crowd: Pick<Crowd, 'progress'> & { run(order: Omit<CrowdOrder, 'number'>): Promise<CrowdOutcome> };
  /** Bytes that the server has held at most, where that is known. */
  heldAtMost(): number | undefined;
}

/** Reads no second ID token, as the example clients have it. */
const CLIENT = 'living-room-tv';
/** Seconds after which a device that is not back is lost. */
const TIMEOUT = 900;
/** Milliseconds between two lines of progress, … */
const TELL_EVERY = 5000;
/** … and between two devices of one owner, whose network may ask for 40 codes a minute. */
const PAUSE = 2000;
/** Devices between two lines while they are linked. */
const TELL_EACH = 10_000;
/** So many refused ones tell whether their times are spread. */
const MANY = 20;
/** Devices that refresh once more with what they were given. */
const ASKED_AGAIN = 300;

/** A town loses its current, and every device of it refreshes as soon as that is back. */
export async function stampede(plan: StampedePlan, world: StampedeWorld, on: CheckRun): Promise<Findings> {
  const built = performance.now();
  let told = 0;
  const town = await Town.build(world, { devices: plan.devices, clientId: CLIENT }, (count) => {
    if (count < told + TELL_EACH) return;
    told = count;
    on.say(`${count} devices are linked`);
  });
  on.say(`${town.devices.length} devices linked in ${((performance.now() - built) / 1000).toFixed(0)} s`);
  const seen = await storm(plan, world, town.devices, on);
  const [linked, asked] = await after(world, town, seen.outcome.comebacks, on);
  return {
    figures: figuresOf(world, seen, linked),
    violations: [...violationsOf(plan, world, seen), ...missing(plan, linked), ...asked],
  };
}

interface Seen {
  outcome: CrowdOutcome;
  /** Seconds until the last was back. */
  over: number;
}

async function storm(
  { boot, devices: count }: StampedePlan,
  { issuer, people, crowd }: StampedeWorld,
  devices: readonly SleepingDevice[],
  { random, say }: CheckRun,
): Promise<Seen> {
  const began = performance.now();
  let isOver = false;
  const live = async (person: Person, index: number) => {
    await sleep((PAUSE / people.length) * index);
    // At least once, however soon the devices are back.
    do {
      await person.linkDevice();
      await sleep(PAUSE);
    } while (!isOver);
  };
  const telling = setInterval(() => {
    const { back, refused, unheard } = crowd.progress;
    const linked = people.reduce((sum, person) => sum + person.linked, 0);
    say(`${back} of ${count} are back, ${refused} refused, ${unheard} unheard; owners linked ${linked}`);
  }, TELL_EVERY);
  const living = Promise.all(people.map(live));
  const port = Number(new URL(issuer).port);
  const seed = random.whole(0, 2 ** 30);
  try {
    const outcome = await crowd.run({ port, devices, boot, timeout: TIMEOUT, seed });
    const over = (performance.now() - began) / 1000;
    isOver = true;
    await living;
    return { outcome, over };
  } finally {
    isOver = true;
    clearInterval(telling);
  }
}

/** @returns devices that are linked still, and what was wrong with those that asked once more */
async function after(
  { issuer }: StampedeWorld,
  town: Town,
  comebacks: readonly Comeback[],
  { random, say }: CheckRun,
): Promise<[linked: number, wrong: string[]]> {
  const device = new DeviceClient(issuer, CLIENT);
  const wrong: string[] = [];
  for (let asked = 0; asked < Math.min(ASKED_AGAIN, comebacks.length); asked += 1) {
    const { refreshToken } = random.pick(comebacks);
    // Twice at the same one: its answer was lost, as far as it knows.
    const { status, body } = await device.refresh(refreshToken);
    if (status !== 200)
      wrong.push(`what a device was given opens nothing: ${status} ${String(body['error'])}`);
  }
  say('some have refreshed once more');
  return [await town.linked(), wrong];
}

function missing({ devices }: StampedePlan, linked: number): string[] {
  return linked < devices ? [`${devices - linked} devices were signed out`] : [];
}

function violationsOf(plan: StampedePlan, { people }: StampedeWorld, { outcome }: Seen): string[] {
  const { comebacks, progress, told } = outcome;
  const lost = comebacks.filter(({ after: time, wrong }) => time === undefined && !wrong).length;
  const most = Math.max(0, ...countsOf(told).values());
  const [pages, took] = [pagesOf(people), timesOf(comebacks, 'took')];
  const isHeldUp = plan.timed && percentile(pages, 0.5) >= percentile(took, 0.5);
  return [
    ...comebacks.flatMap(({ wrong }) => (wrong ? [`a device was told ${wrong}`] : [])),
    ...(lost > 0 ? [`${lost} devices are not back after ${TIMEOUT} s`] : []),
    ...(plan.timed && progress.refused === 0 ? ['none was refused: this was no stampede'] : []),
    ...(progress.refused >= MANY && most > progress.refused / 2
      ? [`${most} of ${progress.refused} were told one and the same time`]
      : []),
    ...people.flatMap(({ hurts }) => hurts),
    ...(people.some(({ linked }) => linked === 0) ? ['an owner has linked no device'] : []),
    ...(isHeldUp ? ['owners waited as long for a page as devices for their tokens (medians)'] : []),
  ];
}

function figuresOf(world: StampedeWorld, { outcome, over }: Seen, linked: number): Findings['figures'] {
  const { comebacks, progress, told } = outcome;
  const times = [...countsOf(told)].sort(([one], [other]) => one - other);
  const seconds = (share: number) => (percentile(timesOf(comebacks, 'after'), share) / 1000).toFixed(1);
  const memory = world.heldAtMost();
  const asked = progress.back + progress.refused + progress.unheard;
  return {
    'all back after': `${over.toFixed(0)} s; half after ${seconds(0.5)} s, 99 of 100 after ${seconds(0.99)} s`,
    'linked afterwards': linked,
    requests: `${asked} (${(asked / comebacks.length).toFixed(2)} for each): ${progress.refused} refused, ${progress.unheard} unheard`,
    'told to come again after': `${times.at(0)?.[0] ?? '-'} to ${times.at(-1)?.[0] ?? '-'} s, ${times.length} times`,
    'a refresh that was served, ms': medianAnd99(timesOf(comebacks, 'took')),
    'a page of an owner, ms': medianAnd99(pagesOf(world.people)),
    'signing in, with its hash, ms': medianAnd99(pagesOf(world.people, true)),
    'owners linked': sumOf(world.people, 'linked'),
    'owners asked again': `${sumOf(world.people, 'pressedAgain')} times for a page, ${sumOf(world.people, 'begunAnew')} devices of theirs began anew`,
    ...(memory === undefined ? {} : { 'the server held at most': `${(memory / 1e6).toFixed(0)} MB` }),
  };
}

const sumOf = (people: readonly Person[], what: 'linked' | 'pressedAgain' | 'begunAnew') =>
  people.reduce((sum, person) => sum + person[what], 0);

const medianAnd99 = (times: readonly number[]) =>
  `p50 ${percentile(times, 0.5).toFixed(0)}, p99 ${percentile(times, 0.99).toFixed(0)} of ${times.length}`;

/** Of those that are back. */
function timesOf(comebacks: readonly Comeback[], what: 'after' | 'took'): number[] {
  return comebacks.map((one) => one[what]).filter((ms) => ms !== undefined);
}

function pagesOf(people: readonly Person[], hashes = false): number[] {
  const all = people.flatMap(({ times }) => times);
  return all.filter(({ what }) => (what === 'signing in') === hashes).map(({ ms }) => ms);
}

function countsOf(told: CrowdOutcome['told']): Map<number, number> {
  const counts = new Map<number, number>();
  for (const [seconds, count] of told) counts.set(seconds, (counts.get(seconds) ?? 0) + count);
  return counts;
}
