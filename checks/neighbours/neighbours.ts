import { constants, setPriority } from 'node:os';
import { Redis } from 'ioredis';
import { TEST_CLIENTS_FILE } from '../../test/support/installation.ts';
import { type MailSink, startMailSink } from '../../test/support/mail-sink.ts';
import { startStandaloneRedis, type TestRedis } from '../../test/support/redis-standalone.ts';
import { startServer, type TestServer } from '../../test/support/test-server.ts';
import { type CheckRun, type Findings, SeededRandom } from '../check.ts';
import { Attack, bytesIn } from './attack.ts';
import { ATTACKERS_ACCOUNTS, Attacker, attackersNetwork, NETWORKS } from './attacker.ts';
import { HonestOwner, type OwnerState } from './honest.ts';
import type { Act } from './honest-load.ts';
import { HonestProcess } from './honest-process.ts';
import { Times } from './times.ts';

interface NeighboursPlan {
  /** How long the attacker is at it; the honest owners are alone for half as long before. */
  readonly seconds: number;
  /** Whether the honest owners' times are held against those they have alone. */
  readonly timed: boolean;
}

const OWNERS = 20;
/** So many of them are behind the same router as one of the attacker's networks. */
const NEXT_DOOR = 5;
const NEXT_DOOR_NAME = ', behind the same router as the attacker';
const MEGABYTE = 1_000_000;
/** What a network without an account may make the store hold (docs/security.md), and what one account may. */
const NETWORK_BYTES = 5 * MEGABYTE;
const ACCOUNT_BYTES = MEGABYTE;
const SLOWER_AT_MOST = 2;

interface World {
  readonly server: TestServer;
  readonly redis: TestRedis;
  readonly sink: MailSink;
  readonly store: Redis;
}

/** Twenty honest owners and their devices, alone and then beside an attacker, on a whole server with a Redis of its own. */
export async function neighbours(plan: NeighboursPlan, on: CheckRun): Promise<Findings> {
  const world = await openWorld();
  try {
    const owners = await joinOwners(world, on);
    const seeds = new SeededRandom(on.random.whole(0, 2 ** 30));
    const emails = owners.map(({ email }) => email);
    const attacker = await Attacker.join(world.server.issuer, world.sink, emails, seeds);
    on.say(`${OWNERS} owners have linked a device; the attacker has accounts`);
    const honest = new HonestProcess(owners, { serverPid: world.server.pid, storePid: world.redis.pid });
    try {
      return await compare(plan, world, honest, attacker, on);
    } finally {
      honest.stop();
    }
  } finally {
    await closeWorld(world);
  }
}

async function compare(
  { seconds, timed }: NeighboursPlan,
  { store }: World,
  honest: HonestProcess,
  attacker: Attacker,
  { say, random }: CheckRun,
): Promise<Findings> {
  // The attacker's own computer is not the server's: here both share one, and the attacker computes with what is left.
  if (timed) setPriority(constants.priority.PRIORITY_LOW);
  const before = await honest.run(seconds * 500);
  const alone = new Times(before.acts);
  say(`alone: ${alone}`);
  const attack = new Attack(attacker, seconds * 1000, new SeededRandom(random.whole(0, 2 ** 30)));
  const held = await bytesIn(store);
  const [most, , during] = await Promise.all([
    attack.watch(store),
    attack.run(say),
    honest.run(seconds * 1000),
  ]);
  const bytes = most - held;
  const bound = NETWORKS * NETWORK_BYTES + (OWNERS + ATTACKERS_ACCOUNTS) * ACCOUNT_BYTES;
  const beside = new Times(during.acts);
  const times = (of: (acts: Times) => number) => of(beside) / of(alone);
  const ratio = times((acts) => acts.took(0.99));
  const heldUp = (acts: Times) => acts.heldUp(0.99).toFixed(0);
  const kindOf = (act: Act) => attack.kindAt(act.at);
  return {
    figures: {
      alone: `${alone}`,
      'beside the attacker': `${beside}`,
      'p99, times': `${ratio.toFixed(1)}; work of the server ${times((acts) => acts.worked(0.99)).toFixed(1)}`,
      'other programs kept server and store from a processor during an act (p99)': `${heldUp(alone)} ms alone, ${heldUp(beside)} ms beside: where that is as much as the times are, they tell of the machine`,
      'of which the owners’ own process was late (p99)': `${before.lateMs.toFixed(0)} ms alone, ${during.lateMs.toFixed(0)} ms beside`,
      ...byAct(alone, beside),
      ...told(
        beside.by(({ owner }) => `owners ${owner.endsWith(NEXT_DOOR_NAME) ? 'next door' : 'elsewhere'}`),
      ),
      ...told(beside.by((act) => `beside ${kindOf(act)}`)),
      attacks: [...attacker.tries].map(([kind, tries]) => `${tries} ${kind}`).join(', '),
      'bytes in the store': `${(bytes / MEGABYTE).toFixed(1)} MB more, of ${bound / MEGABYTE} MB`,
    },
    violations: [
      ...alone.hurt(() => 'nothing'),
      ...beside.hurt(kindOf),
      ...attacker.failures,
      ...(bytes > bound ? [`the store grew by ${bytes} bytes, more than ${bound}`] : []),
      ...(timed && ratio > SLOWER_AT_MOST
        ? [`honest owners are ${ratio.toFixed(1)} times slower, more than twice`]
        : []),
    ],
  };
}

const told = (by: ReadonlyMap<string, Times>): Record<string, string> =>
  Object.fromEntries([...by].map(([name, times]) => [name, `${times}`]));

/** Like held against like: a sign-in hashes, a poll does not. */
function byAct(alone: Times, beside: Times): Record<string, string> {
  const before = alone.by(({ name }) => name);
  return Object.fromEntries(
    [...beside.by(({ name }) => name)].map(([name, times]) => [
      `${name}, alone and beside`,
      `${before.get(name) ?? 'never'}; ${times}`,
    ]),
  );
}

async function joinOwners({ server, sink }: World, { random }: CheckRun): Promise<OwnerState[]> {
  const owners: OwnerState[] = [];
  for (let number = 0; number < OWNERS; number += 1) {
    const isNextDoor = number < NEXT_DOOR;
    const place = {
      name: `owner ${number + 1}${isNextDoor ? NEXT_DOOR_NAME : ''}`,
      origin: server.issuer,
      browserAt: isNextDoor ? attackersNetwork(number, 7) : `203.0.${number}.7`,
      deviceAt: `203.0.${number}.8`,
      seed: random.whole(0, 2 ** 30),
    };
    owners.push(await HonestOwner.join(place, sink));
  }
  return owners;
}

async function openWorld(): Promise<World> {
  const [redis, sink] = await Promise.all([startStandaloneRedis(), startMailSink()]);
  try {
    const server = await startServer({
      REDIS_URL: redis.applicationUrl,
      SMTP_URL: sink.url,
      CLIENTS_FILE: TEST_CLIENTS_FILE,
      TRUSTED_PROXIES: '127.0.0.1',
      LOG_LEVEL: 'error',
      // As an operator gets them who sets nothing: tests have wider ones.
      LIVE_CODES_PER_NETWORK: '',
      CODES_PER_MINUTE: '',
    });
    return { server, redis, sink, store: new Redis(redis.url) };
  } catch (error) {
    await Promise.all([redis.stop(), sink.close()]);
    throw error;
  }
}

async function closeWorld({ server, redis, sink, store }: World): Promise<void> {
  store.disconnect();
  await server.stop('SIGKILL');
  await Promise.all([redis.stop(), sink.close()]);
}
