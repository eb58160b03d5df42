/**
 * Lists of the Admin API over many accounts and devices: each page within 100 ms of a processor, client included. What a
 * page takes by the clock is told beside it: that is the machine's, too.
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
  claim: `each page of ${ACCOUNTS} accounts and as many devices within ${MAX_MS} ms of a processor, each call of a search within ${MAX_SEARCH_MS} ms`,
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
    if (at(times.worked, 0.99) > MAX_MS) violations.push(`${name}: ${told(times)}`);
  }
  const searches = await through(world, `/accounts?limit=100&q=person%20${ACCOUNTS - 1}`, 50);
  figures['search, each call'] = told(searches);
  if (at(searches.worked, 0.99) > MAX_SEARCH_MS) violations.push(`search: ${told(searches)}`);
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

interface Times {
  /** Milliseconds of each page. */
  readonly worked: number[];
  readonly passed: number[];
}

async function through({ server, token }: AdminWorld, path: string, most: number): Promise<Times> {
  const headers = { authorization: `Bearer ${await token()}`, 'x-forwarded-for': '203.0.113.9' };
  const times: Times = { worked: [], passed: [] };
  for (let cursor = ''; times.passed.length < most; ) {
    const [began, before] = [performance.now(), process.cpuUsage()];
    const answer = await fetch(`${server.origin}/admin/v1${path}${cursor}`, { headers });
    const { next } = (await answer.json()) as { next?: string | null };
    times.passed.push(performance.now() - began);
    const { user, system } = process.cpuUsage(before);
    times.worked.push((user + system) / 1000);
    if (answer.status !== 200) throw new Error(`${path} was answered ${answer.status}`);
    if (!next) break;
    cursor = `&cursor=${encodeURIComponent(next)}`;
  }
  return times;
}

/** So many of all are no longer than this. */
function at(times: readonly number[], part: number): number {
  const sorted = [...times].sort((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) * part)] ?? 0;
}

function told({ worked, passed }: Times): string {
  const ms = (times: readonly number[]) =>
    [0.5, 0.99, 1].map((part) => at(times, part).toFixed(1)).join(' / ');
  return `${worked.length} pages; median / p99 / slowest, in ms of a processor ${ms(worked)}, by the clock ${ms(passed)}`;
}

await runChecks([pages], OPTIONS);
