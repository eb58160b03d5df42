import { operator } from '../../test/cli/operator-process.ts';
import {
  killedRewrite,
  type Person,
  peopleAt,
  refresh,
  signedInPage,
} from '../../test/cli/rewriting-world.ts';
import { randomId } from '../../test/support/test-stores.ts';
import { startWholeServer, type WholeServer } from '../../test/support/whole-server.ts';
import type { Check, CheckRun, Findings } from '../check.ts';
import { withRedis } from '../redis-for-check.ts';

const OWNERS = 24;
/** Accounts in a second: a run takes two seconds and a half, and is killed at any moment of it. */
const RATE = 10;
const RUN_MS = 2500;
/** `LATCHKEY_SECRET` changes so often; each time the rewriting is killed so often, and then runs to its end. */
const SECRETS = 10;
const KILLS = 10;

/** Devices refresh all the while; after each change a server starts that has the new secret alone. */
export const secretsRewrite: Check = {
  name: 'secrets-rewrite',
  claim: `secrets rewrite killed ${SECRETS * KILLS} times under load: every account and device opens with the new secret alone`,
  run: (on) => withRedis(() => rewritten(on)),
};

const newSecret = () => `a-secret-of-this-check-${randomId()}${randomId()}`;

async function rewritten({ random, say }: CheckRun): Promise<Findings> {
  const violations: string[] = [];
  let [secret, kills, refreshes] = [newSecret(), 0, 0];
  const REDIS_PREFIX = `t${randomId()}:`;
  const serverWith = (secrets: string[]) => startWholeServer({ SIGN_UP: 'open', REDIS_PREFIX }, secrets);
  let server = await serverWith([secret]);
  const people = await peopleAt(server, OWNERS);
  for (let change = 1; change <= SECRETS; change += 1) {
    const next = newSecret();
    await server.close();
    server = await serverWith([next, secret]);
    const environment = server.environment;
    const load = loadOn(server, people);
    // Most of these are killed, and one that is not had come to its end: it counts as none.
    for (let done = 0; done < KILLS; )
      if (await killedRewrite(environment, RATE, random.whole(0, RUN_MS - 300))) done += 1;
    kills += KILLS;
    const { code, stderr } = await operator(environment, 'secrets', 'rewrite', '--json');
    if (code !== 0) violations.push(`change ${change}: the last run ended with ${code}: ${stderr}`);
    const { answered, refused } = await load.stop();
    refreshes += answered;
    violations.push(...refused.map((status) => `change ${change}: a refresh was answered ${status}`));
    await server.close();
    server = await serverWith([next]);
    secret = next;
    violations.push(...(await notOpened(server, people)).map((what) => `change ${change}: ${what}`));
    say(`${kills} kills, ${violations.length} violations`);
  }
  await server.close();
  return {
    figures: { kills, 'changes of the secret': SECRETS, owners: OWNERS, 'refreshes meanwhile': refreshes },
    violations,
  };
}

/** Every device refreshes, again and again. */
function loadOn(server: WholeServer, people: readonly Person[]) {
  let isOver = false;
  const statuses: number[] = [];
  const running = (async () => {
    while (!isOver) for (const person of people) statuses.push(await refresh(person, server));
  })();
  return {
    stop: async () => {
      isOver = true;
      await running;
      return { answered: statuses.length, refused: statuses.filter((status) => status !== 200) };
    },
  };
}

async function notOpened(server: WholeServer, people: readonly Person[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const person of people) {
    const status = await refresh(person, server);
    if (status !== 200) wrong.push(`a device's refresh was answered ${status}`);
    if (!(await signedInPage(person, server)).includes('Radio')) wrong.push(`${person.email} does not open`);
  }
  return wrong;
}
