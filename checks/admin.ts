/**
 * Lists of the Admin API and of the console over many accounts and devices: each page within 100 ms of a processor, client
 * included, and so the console's search. What a page takes by the clock is told beside it: that is the machine's, too.
 *
 *   npm run check:admin -- [--accounts 100000] [--seed <number>]
 */
import { parseArgs } from 'node:util';
import type { AccountId } from '../src/accounts/account.ts';
import { formatGrantId } from '../src/devices/grant-id.ts';
import { type AdminWorld, adminWorld } from '../test/admin/admin-world.ts';
import { INSIDE, signedInOperator } from '../test/admin/console-world.ts';
import { randomId, type TestStores } from '../test/support/test-stores.ts';
import type { Check, CheckRun, Findings } from './check.ts';
import { withRedis } from './redis-for-check.ts';
import { runChecks } from './run-checks.ts';

const OPTIONS = { accounts: { type: 'string', default: '100000' } } as const;
const { values } = parseArgs({ options: OPTIONS, strict: false });
const ACCOUNTS = Number(values.accounts);
const MAX_MS = 100;
const AT_ONCE = 200;
/** Pages of each list. */
const PAGES = 200;
const DAY = 86_400_000;
const TIME = { lifetime: 100 * DAY, waiting: 600_000 };

const pages: Check = {
  name: 'pages',
  claim: `each page of ${ACCOUNTS} accounts and as many devices, and each search, within ${MAX_MS} ms of a processor`,
  run: (on) => withRedis(() => measure(on)),
};

/** One owner with one device, in the middle of all. */
interface Known {
  readonly account: AccountId;
  readonly email: string;
  readonly device: string;
}

async function measure({ say }: CheckRun): Promise<Findings> {
  await using world = await adminWorld({ ADMIN: 'all' });
  const began = Date.now() - ACCOUNTS * 1000;
  const known: Known[] = [];
  for (let made = 0; made < ACCOUNTS; made += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, ACCOUNTS - made) }, (_, one) => made + one);
    const [first] = await Promise.all(
      some.map((number) => owner(world.server.stores, number, began + number * 1000)),
    );
    if (first) known.push(first);
    if ((made / AT_ONCE) % 50 === 0) say(`${made + some.length} accounts`);
  }
  const figures: Record<string, string> = {};
  const violations: string[] = [];
  const asked = await askers(world, known, began, (what) => violations.push(what));
  for (const [name, next] of Object.entries(asked)) {
    const times = await timed(next);
    figures[name] = told(times);
    if (at(times.worked, 0.99) > MAX_MS) violations.push(`${name}: ${told(times)}`);
  }
  return { figures, violations };
}

async function owner({ accounts, grants }: TestStores, number: number, made: number): Promise<Known> {
  const id = randomId() as AccountId;
  const email = `p${number}@example.org`;
  const profile = { name: `Person ${number}`, email, emailVerified: true, createdAt: made };
  await accounts.create(id, profile, { passwordHash: 'none' });
  const device = randomId();
  const grant = formatGrantId({ accountId: id, epoch: 1, name: device });
  await grants.write(grant, { accountId: id, clientId: 'tv' }, TIME);
  await grants.activate(grant, { clientId: 'tv', name: `Set ${number}` });
  return { account: id, email, device };
}

/** Asks once; `false`: there is no more. */
type Ask = () => Promise<boolean>;

async function askers(
  world: AdminWorld,
  known: readonly Known[],
  began: number,
  onMissing: (what: string) => void,
): Promise<Record<string, Ask>> {
  const { pages: browser } = await signedInOperator(world.server, 'owner');
  const headers = { authorization: `Bearer ${await world.token()}`, 'x-forwarded-for': INSIDE };
  const half = new Date(began + ACCOUNTS * 500);
  const api = (path: string): Ask => {
    let cursor: string | undefined = '';
    return async () => {
      const answer = await fetch(`${world.server.origin}/admin/v1${path}${cursor}`, { headers });
      const { next } = (await answer.json()) as { next?: string | null };
      if (answer.status !== 200) throw new Error(`${path} was answered ${answer.status}`);
      cursor = next ? `&cursor=${encodeURIComponent(next)}` : undefined;
      return cursor !== undefined;
    };
  };
  const console = (path: string): Ask => {
    let next: string | undefined = path;
    return async () => {
      const { status, text } = await browser.get(next ?? path);
      if (status !== 200) throw new Error(`${path} was answered ${status}`);
      next = /href="(\/admin\/[^"]*cursor=[^"]*)"/.exec(text)?.[1]?.replaceAll('&amp;', '&');
      return next !== undefined;
    };
  };
  const search = (by: (one: Known) => string): Ask => {
    let turn = 0;
    return async () => {
      const one = known[(turn * 7) % known.length];
      turn += 1;
      if (!one) return false;
      const { location } = await browser.get(`/admin/search?q=${encodeURIComponent(by(one))}`);
      if (!location.endsWith(one.account)) onMissing(`${by(one)} was not found`);
      return true;
    };
  };
  return {
    'API: accounts, 100 a page': api('/accounts?limit=100'),
    'API: accounts of a time, 100 a page': api(`/accounts?limit=100&created_before=${half.toISOString()}`),
    'API: devices of a client, 100 a page': api('/devices?client_id=tv&limit=100'),
    'API: dormant devices, of which there are none': api('/devices?client_id=tv&limit=100&dormant=true'),
    'API: part of a name, each call': api(`/accounts?limit=100&q=person%20${ACCOUNTS - 1}`),
    'API: audit, 100 a page': api('/audit?kind=reads&limit=100'),
    'console: accounts': console('/admin/accounts'),
    'console: accounts of a time': console(
      `/admin/accounts?created_before=${new Date().toISOString().slice(0, 10)}`,
    ),
    'console: devices of a client': console('/admin/devices?client_id=tv'),
    'console: part of a name, each page': console(`/admin/accounts?q=person+${ACCOUNTS - 1}`),
    'console: audit': console('/admin/audit?kind=reads'),
    'console: clients': console('/admin/clients'),
    'console: operators': console('/admin/operators'),
    'console: search for an email': search(({ email }) => email),
    'console: search for an account': search(({ account }) => account),
    'console: search for a device': search(({ device }) => device),
  };
}

interface Times {
  /** Milliseconds of each page. */
  readonly worked: number[];
  readonly passed: number[];
}

async function timed(ask: Ask): Promise<Times> {
  const times: Times = { worked: [], passed: [] };
  while (times.passed.length < PAGES) {
    const [began, before] = [performance.now(), process.cpuUsage()];
    const isMore = await ask();
    times.passed.push(performance.now() - began);
    const { user, system } = process.cpuUsage(before);
    times.worked.push((user + system) / 1000);
    if (!isMore) break;
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
