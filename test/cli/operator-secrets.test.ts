/** The operator changes LATCHKEY_SECRET while people and devices use the server, and the tool is killed again and again. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Keyring } from '../../src/redis/keyring.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import { operator } from './operator-process.ts';
import { killedRewrite, peopleAt, refresh, signedInPage } from './rewriting-world.ts';

const OLD = 'the-former-secret-of-this-server-0123456789';
const NEW = 'the-new-secret-of-this-server-0123456789ab';
const OWNERS = 6;
const KILLS = 8;

let [before, server]: WholeServer[] = [];
beforeAll(async () => {
  before = await startWholeServer({ SIGN_UP: 'open' }, [OLD]);
});
afterAll(async () => {
  await server?.close();
  await before?.close();
});

it('every account opens with the new secret alone, and every device refreshes', async () => {
  if (!before) throw new Error('not started');
  const people = await peopleAt(before, OWNERS);
  const { REDIS_PREFIX = '' } = before.environment;
  const again = (secrets: string[]) => startWholeServer({ SIGN_UP: 'open', REDIS_PREFIX }, secrets);
  const environment = { ...before.environment, LATCHKEY_SECRET: `${NEW},${OLD}` };
  server = await again([NEW, OLD]);
  await expect(again([NEW])).rejects.toThrow('run secrets rewrite');
  const seen = await operator(environment, 'doctor', '--json');
  expect(seen.json['findings']).toContainEqual(
    expect.objectContaining({ check: 'secrets', state: 'warning' }),
  );
  let isOver = false;
  const statuses: number[] = [];
  const load = (async () => {
    while (!isOver && server) for (const person of people) statuses.push(await refresh(person, server));
  })();
  let cut = 0;
  for (let kills = 0; kills < KILLS; kills += 1)
    if (await killedRewrite(environment, 20, kills * 20)) cut += 1;
  expect(cut).toBeGreaterThan(0);
  const { code, json } = await operator(environment, 'secrets', 'rewrite', '--json');
  isOver = true;
  await load;
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(code).toBe(0);
  const [oldName] = new Keyring([OLD]).names;
  expect(json['secrets']).toContainEqual(
    expect.objectContaining({ name: oldName, kept: {}, mayLeave: true }),
  );
  // A run that was killed later may have settled it: this one has nothing left to tell of then. A start without it shows it.
  expect(json['settled'] ?? [oldName]).toEqual([oldName]);

  const alone = await again([NEW]);
  try {
    for (const person of people) expect(await refresh(person, alone)).toBe(200);
    for (const person of people) expect(await signedInPage(person, alone)).toContain('Radio');
  } finally {
    await alone.close();
  }
});
