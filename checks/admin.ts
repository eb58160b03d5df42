/**
 * Lists of the Admin API over many accounts and devices: each page within 100 ms.
 *
 *   npm run check:admin -- [--accounts 100000] [--seed <number>]
 */
import { parseArgs } from 'node:util';
import type { AccountId } from '../src/accounts/account.ts';
import { formatGrantId } from '../src/devices/grant-id.ts';
import { type AdminWorld, adminWorld } from '../test/admin/admin-world.ts';
import { randomId, type TestStores } from '../test/support/test-stores.ts';
import type { Check, CheckRun, Findings } from './check.ts';
import { withRedis } from './redis-for-check.ts';
import { runChecks } from './run-checks.ts';

const OPTIONS = { accounts: { type: 'string', default: '100000' } } as const;
const { values } = parseArgs({ options: OPTIONS, strict: false });
const ACCOUNTS = Number(values.accounts);
const MAX_MS = 100;
/** A search may open names for so long, and then ends its page. */
const MAX_SEARCH_MS = 300;
const AT_ONCE = 200;
const DAY = 86_400_000;
const TIME = { lifetime: 100 * DAY, waiting: 600_000 };

const pages: Check = {
  name: 'pages',
  claim: `each page of ${ACCOUNTS} accounts and as many devices within ${MAX_MS} ms, each search within ${MAX_SEARCH_MS} ms`,
  run: (on) => withRedis(() => measure(on)),
};

async function measure({ say }: CheckRun): Promise<Findings> {
  await using world = await adminWorld();
  const began = Date.now() - ACCOUNTS * 1000;
  for (let made = 0; made < ACCOUNTS; made += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, ACCOUNTS - made) }, (_, one) => made + one);
    await Promise.all(some.map((number) => owner(world.server.stores, number, began + number * 1000)));
    if ((made / AT_ONCE) % 50 === 0) say(`${made + some.length} accounts`);
  }
  const violations: string[] = [];
  const figures: Record<string, string> = {};
  const lists = {
    accounts: '/accounts?limit=100',
    'devices of a client': '/devices?client_id=tv&limit=100',
    'of a time': `/accounts?limit=100&created_before=${new Date(began + ACCOUNTS * 500).toISOString()}`,
  };
  for (const [name, path] of Object.entries(lists)) {
    const times = await through(world, path, 200);
    figures[name] = told(times);
    if (Math.max(...times) > MAX_MS) violations.push(`a page of ${name} took ${told(times)}`);
  }
  const searches = await through(world, `/accounts?limit=100&q=person%20${ACCOUNTS - 1}`, 50);
  figures['search, each call'] = told(searches);
  if (Math.max(...searches) > MAX_SEARCH_MS) violations.push(`a search took ${told(searches)}`);
  return { figures, violations };
}

async function owner({ accounts, grants }: TestStores, number: number, at: number): Promise<void> {
  const id = randomId() as AccountId;
  const profile = {
    name: `Person ${number}`,
    email: `p${number}@example.org`,
    emailVerified: true,
    createdAt: at,
  };
  await accounts.create(id, profile, { passwordHash: 'none' });
  const grant = formatGrantId({ accountId: id, epoch: 1, name: randomId() });
  await grants.write(grant, { accountId: id, clientId: 'tv' }, TIME);
  await grants.activate(grant, { clientId: 'tv', name: `Set ${number}` });
}

/** Milliseconds of each page, the first of which has also to read the description. */
async function through({ ask }: AdminWorld, path: string, most: number): Promise<number[]> {
  await ask('GET', path);
  const times: number[] = [];
  for (let cursor = ''; times.length < most; ) {
    const began = performance.now();
    const { body } = await ask('GET', `${path}${cursor}`);
    times.push(performance.now() - began);
    if (body['next'] === null) break;
    cursor = `&cursor=${encodeURIComponent(String(body['next']))}`;
  }
  return times;
}

function told(times: readonly number[]): string {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (part: number) => (sorted[Math.floor((sorted.length - 1) * part)] ?? 0).toFixed(1);
  return `${sorted.length} pages, median ${at(0.5)} ms, 99 of 100 within ${at(0.99)} ms, slowest ${at(1)} ms`;
}

await runChecks([pages], OPTIONS);
