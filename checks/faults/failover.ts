/** A master dies under load, and a replica takes its place: how long no request is served, and what is lost. */
import { setTimeout as sleep } from 'node:timers/promises';
import { DeviceClient } from '../../test/support/device-client.ts';
import { TEST_CLIENTS_FILE } from '../../test/support/installation.ts';
import { OwnerBrowser } from '../../test/support/owner-browser.ts';
import { StoredState } from '../../test/support/stored-state.ts';
import { SERVER_SECRET, startServer, type TestServer } from '../../test/support/test-server.ts';
import { randomId, signedInOwner, type TestStores, testStores } from '../../test/support/test-stores.ts';
import { type CheckRun, type Findings, percentile } from '../check.ts';
import { Journey, NoAnswer } from './journey.ts';
import type { ReplicatedStore } from './replicated-store.ts';

/** Linked at once. */
const LINKING = 8;

/** Milliseconds for which the replica of a master may hear nothing of it before it is killed. */
const CUT = 400;
/** Whose code was asked for before, and which are decided and redeemed around the kill. */
const WAITING = 4;

interface Site {
  server: TestServer;
  stores: TestStores;
}

export interface FailoverSize {
  rounds: number;
  devices: number;
  /** The replica is told to take over, so that nothing hangs on how fast the machine is. */
  told?: boolean;
  /** REDIS_REPLICAS. */
  replicas?: number;
  /** In every second round the replica hears nothing of its master just before that is killed. */
  cuts?: boolean;
}

/** With each acknowledged change that is missing, in words. */
export interface FailoverFindings extends Findings {
  lost: string[];
}

export async function failoverRounds(
  store: ReplicatedStore,
  { rounds, devices, told = false, replicas = 0, cuts = false }: FailoverSize,
  { random, say }: CheckRun,
): Promise<FailoverFindings> {
  const prefix = `t${randomId()}:`;
  const environment = {
    REDIS_URL: store.applicationUrl,
    REDIS_PREFIX: prefix,
    CLIENTS_FILE: TEST_CLIENTS_FILE,
    LOG_LEVEL: 'silent',
    REDIS_REPLICAS: `${replicas}`,
    // A busy machine is no store that is down. Half of it is waited for replicas that are not there.
    ...(replicas > 0 ? { REDIS_TIMEOUT_MS: '4000' } : told && { REDIS_TIMEOUT_MS: '10000' }),
  };
  const server = await startServer(environment);
  const stores = await testStores({ url: store.url, prefix, secrets: [SERVER_SECRET], replicas });
  const site = { server, stores };
  const [lost, outages, violations]: [string[], number[], string[]] = [[], [], []];
  let acknowledged = 0;
  try {
    for (let round = 1; round <= rounds; round += 1) {
      const [working, waiting] = [await linked(site, devices), await asking(site)];
      const journeys = [...working, ...waiting];
      const work = beginWork(working, random);
      await sleep(random.whole(100, 500));
      const killedAt = performance.now();
      work.mayLose = true;
      work.link(waiting, random);
      const revive = await store.killMaster(random, cuts && round % 2 === 1 ? CUT : 0);
      await sleep(500);
      await work.end();
      violations.push(...work.wrong);
      lost.push(...work.lost);
      outages.push((await untilServed(working)) - killedAt);
      // Before that nothing is acknowledged where a replica has to have it.
      if (round < rounds || replicas > 0) await revive();
      // The store's own connection of this check has lost its master, too.
      await untilReady(stores);
      await new StoredState(stores).forgetGuesses();
      for (const journey of journeys) {
        acknowledged += journey.acknowledged;
        lost.push(...(await journey.verify()));
      }
      say(`round ${round}: served again after ${outages.at(-1)?.toFixed(0)} ms, ${lost.length} lost so far`);
    }
  } finally {
    await server.stop('SIGKILL');
    await stores.connection.close();
  }
  return {
    figures: {
      'masters killed': rounds,
      'acknowledged changes': acknowledged,
      'of them lost': lost.length === 0 ? 'none' : `${lost.length}: ${[...new Set(lost)].join('; ')}`,
      'not served for (ms, median and longest)': [percentile(outages, 0.5), Math.max(...outages)]
        .map((time) => time.toFixed(0))
        .join(', '),
    },
    violations,
    lost,
  };
}

/** Each has a code that its owner has not seen yet. */
async function asking({ server, stores }: Site): Promise<Journey[]> {
  const ask = async () => {
    const { browser } = await signedInOwner(stores);
    const journey = new Journey(new DeviceClient(server.issuer), new OwnerBrowser(server.issuer, browser));
    await journey.ask();
    return journey;
  };
  return Promise.all(Array.from({ length: WAITING }, ask));
}

async function linked({ server, stores }: Site, devices: number): Promise<Journey[]> {
  const link = async () => {
    const { browser } = await signedInOwner(stores);
    const journey = new Journey(new DeviceClient(server.issuer), new OwnerBrowser(server.issuer, browser));
    await journey.link();
    return journey;
  };
  const journeys: Journey[] = [];
  while (journeys.length < devices) {
    journeys.push(...(await Promise.all(Array.from({ length: LINKING }, link))));
  }
  return journeys;
}

interface Work {
  /** A master is being killed: what it had not handed on is lost, and a token that is not known may be of that. */
  mayLose: boolean;
  /** Said with confidence, and wrong. */
  readonly wrong: string[];
  readonly lost: string[];
  /** Lets further ones be linked, each a little later than the one before. */
  link(waiting: readonly Journey[], random: CheckRun['random']): void;
  end(): Promise<void>;
}

/** Each refreshes, one after the other, and some take themselves off, until an answer is missing. */
function beginWork(journeys: readonly Journey[], random: CheckRun['random']): Work {
  let over = false;
  const work = async (journey: Journey, refreshes: number) => {
    try {
      for (let count = 0; count < refreshes; count += 1) {
        if (over) return;
        await journey.refresh();
      }
      await journey.revoke();
    } catch (error) {
      if (!(error instanceof NoAnswer)) (begun.mayLose ? begun.lost : begun.wrong).push(String(error));
    }
  };
  const link = async (journey: Journey, after: number) => {
    await sleep(after);
    await journey.goOn().catch((error: unknown) => {
      if (!(error instanceof NoAnswer)) begun.lost.push(String(error));
    });
  };
  const refreshes = () => (random.next() < 0.3 ? random.whole(1, 12) : Number.POSITIVE_INFINITY);
  const begun: Work = {
    mayLose: false,
    wrong: [],
    lost: [],
    link: (waiting, chance) => works.push(...waiting.map((journey) => link(journey, chance.whole(0, CUT)))),
    end: async () => {
      over = true;
      await Promise.all(works);
    },
  };
  const works = journeys.map((journey) => work(journey, refreshes()));
  return begun;
}

/** However long its client takes to find the new master. */
async function untilReady({ connection }: TestStores): Promise<void> {
  const ready = () =>
    connection.whenReady().then(
      () => true,
      () => false,
    );
  while (!(await ready()));
}

/** @returns when everybody was served again, in milliseconds of `performance.now()` */
async function untilServed(journeys: readonly Journey[]): Promise<number> {
  for (;;) {
    const served = await Promise.all(journeys.map((journey) => journey.isServed().catch(() => false)));
    if (served.every(Boolean)) return performance.now();
    await sleep(50);
  }
}
