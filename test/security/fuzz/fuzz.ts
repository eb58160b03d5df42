import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SeededRandom } from '../../../checks/check.ts';
import { type Route, UPSTREAM_ROUTES } from '../../support/routes.ts';
import { randomId } from '../../support/test-stores.ts';
import { UpstreamProvider } from '../../support/upstream-provider.ts';
import { WatchedServer } from '../../support/watched-server.ts';
import { TEST_CLIENTS_FILE } from '../../support/whole-server.ts';
import { errorOf, readAnswer } from './judge.ts';
import { type KnownThings, knownThings, SITE } from './known-things.ts';
import { type FuzzRequest, fuzzRequest } from './requests.ts';

interface FuzzReport {
  sent: number;
  /** Status → how often; 0 stands for a connection that was closed on a request that was not whole. */
  statuses: Record<number, number>;
  /** Route and method → how many requests began as that. */
  routes: number;
  /** Each with the request that led to it. */
  errors: string[];
  /** milliseconds */
  longestStall: number;
  /** Bytes of the heap at the beginning, when everything has been used once, and at the end. */
  heap: { before: number; after: number };
}

const AT_ONCE = 16;
/** Sign-outs and revocations use up what is known, so it is made anew. */
const ROUND = 250;
const TIMEOUT = 120_000;

/** Sends random and mutated requests to every route of a whole server, and judges every answer. */
export async function fuzz(
  random: SeededRandom,
  requests: number,
  say: (line: string) => void = () => undefined,
): Promise<FuzzReport> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-fuzz-'));
  const provider = await UpstreamProvider.start([]);
  try {
    const file = join(folder, 'upstream.json');
    await writeFile(file, JSON.stringify([provider.entry('corp', 'Corp')]));
    const clients = join(folder, 'clients.json');
    await writeFile(
      clients,
      JSON.stringify([...JSON.parse(await readFile(TEST_CLIENTS_FILE, 'utf8')), SITE]),
    );
    const server = await WatchedServer.start({
      ...{ UPSTREAM_FILE: file, EGRESS_ALLOW: '127.0.0.0/8' },
      CLIENTS_FILE: clients,
    });
    return await sendAll({ server, provider, random }, requests, say);
  } finally {
    await provider.close();
    await rm(folder, { recursive: true });
  }
}

/** Who asks whom; the server is stopped at the end. */
interface Sending {
  readonly server: WatchedServer;
  readonly provider: UpstreamProvider;
  readonly random: SeededRandom;
}

async function sendAll(sending: Sending, requests: number, say: (line: string) => void): Promise<FuzzReport> {
  const { server } = sending;
  const report: FuzzReport = {
    sent: 0,
    statuses: {},
    routes: routesOf(server).length,
    errors: [],
    longestStall: 0,
    heap: { before: 0, after: 0 },
  };
  try {
    await round(sending, report, Math.min(requests, 4 * ROUND));
    report.heap.before = (await server.figures()).heap;
    while (report.sent < requests && server.alive) {
      await round(sending, report, Math.min(ROUND, requests - report.sent));
      if (report.sent % 2000 === 0) say(`${report.sent} requests`);
    }
    if (!server.alive) report.errors.push('the server has ended');
    const { longestStall, heap, troubles } = await server.figures();
    Object.assign(report, { longestStall, heap: { before: report.heap.before, after: heap } });
    report.errors.push(...troubles.map((line) => `in the log: ${line.slice(0, 1500)}`));
    return report;
  } finally {
    await server.stop();
  }
}

const routesOf = ({ routes }: WatchedServer): Route[] => [...routes, ...UPSTREAM_ROUTES];

async function round({ server, provider, random }: Sending, report: FuzzReport, size: number): Promise<void> {
  const things = await knownThings(server);
  const logout = [{ logout_token: await logoutToken(provider) }];
  const forms = { ...things.forms, ...Object.fromEntries(UPSTREAM_ROUTES.map(({ path }) => [path, logout])) };
  const known = { ...things, forms };
  let left = size;
  const sender = async () => {
    while (left > 0) {
      left -= 1;
      await sendOne(server, random, known, report);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sender));
}

/** A right one, of an owner who never came. */
function logoutToken(provider: UpstreamProvider): Promise<string> {
  return provider.sign({
    iss: provider.issuer,
    aud: 'latchkey',
    iat: Math.floor(Date.now() / 1000),
    jti: randomId(),
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    sub: 'nobody',
  });
}

async function sendOne(
  server: WatchedServer,
  random: SeededRandom,
  known: KnownThings,
  report: FuzzReport,
): Promise<void> {
  const request = fuzzRequest(random, routesOf(server), known);
  const text = await exchange(server.port, request);
  const answer = text === undefined ? undefined : readAnswer(text);
  report.sent += 1;
  const status = answer?.status ?? 0;
  report.statuses[status] = (report.statuses[status] ?? 0) + 1;
  const error = answer ? errorOf(answer, request.method) : request.incomplete ? undefined : 'no answer';
  if (error) report.errors.push(`${error}\n${printable(request)}`);
}

/** @returns everything that came back; `undefined` when nothing did in time */
function exchange(port: number, { bytes, incomplete }: FuzzRequest): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    const end = () => {
      socket.destroy();
      resolve(text === '' ? undefined : text);
    };
    socket.setEncoding('latin1').on('data', (chunk) => {
      text += chunk;
    });
    socket.on('end', end).on('close', end).on('error', end).setTimeout(TIMEOUT, end);
    socket.write(bytes);
    // Who waits for more than was sent hears that there will be none.
    if (incomplete) setTimeout(() => socket.end(), 100);
  });
}

const printable = ({ bytes }: FuzzRequest) => JSON.stringify(bytes.toString('latin1').slice(0, 1200));
