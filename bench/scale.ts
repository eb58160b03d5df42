/** From what one request costs, as it was measured last, to millions of devices: the two tables of docs/scale.md. */
import { withMarked } from './marked.ts';
import type { Measured } from './measured.ts';
import { figure, type Result } from './report.ts';

const MARKS = ['<!-- scale: npm run bench -- --docs -->', '<!-- end of scale -->'] as const;
/** Bytes of Redis for a linked device with an access token, by `npm run bench:owners`. */
const BYTES = 1470;
const FLEETS = [1e6, 10e6, 100e6];
const ASKED = [
  'pending poll',
  'device authorization',
  'refresh',
  'refresh, no ID token',
  'introspection, live',
];
/** Seconds between two of one device; a day has so many. */
const [REFRESH, INTROSPECTION, DAY] = [600, 60, 86_400];
const [LINKS_PER_DAY, POLLS] = [1 / 100, 12];
/** In the evening twice the average, and no core more than so busy then. */
const [PEAK, BUSY] = [2, 0.6];
/** Dollars a month. */
const [CORE, GIGABYTE] = [30, 4];

/** @param page with the marks between which the tables stand */
export function withScale(page: string, measured: Measured): string {
  return withMarked(page, MARKS, `${costs(measured)}\n\n${fleets(measured)}\n`);
}

function costs({ results, day, load }: Measured): string {
  const rows = results
    .filter(({ name }) => ASKED.includes(name))
    .map((result) => {
      const [server, redis] = [cost(result, 'server'), cost(result, 'redis')];
      const most = whole(Math.round((BUSY * 1e6) / redis / 100) * 100);
      return `| ${result.name} | ${whole(server)} | ${whole(redis)} | ${most} |`;
    });
  return [
    `Of ${day}, under a load of ${load[0]?.toFixed(1)}:`,
    '',
    '| request | server µs | Redis µs | in a second of one Redis that is 60 % busy |',
    '| --- | --: | --: | --: |',
    ...rows,
  ].join('\n');
}

function fleets({ results }: Measured): string {
  const of = (name: string) => results.find((result) => result.name === name);
  const [refresh, introspection] = [of('refresh'), of('introspection, live')];
  if (!refresh || !introspection) throw new Error('refreshes and introspections were not measured');
  const cores = (rate: number, microseconds: number) => (rate * microseconds * (PEAK / BUSY)) / 1e6;
  const columns = FLEETS.map((devices) => {
    const [refreshes, questions, links] = [
      devices / REFRESH,
      devices / INTROSPECTION,
      (devices * LINKS_PER_DAY) / DAY,
    ];
    const servers = [
      cores(refreshes, cost(refresh, 'server')),
      cores(questions, cost(introspection, 'server')),
    ];
    const redis = cores(refreshes, cost(refresh, 'redis')) + cores(questions, cost(introspection, 'redis'));
    const [shards, gigabytes] = [Math.ceil(redis), (devices * BYTES) / 1e9];
    const sum = ((servers[0] ?? 0) + (servers[1] ?? 0) + 2 * shards) * CORE + 2 * gigabytes * GIGABYTE;
    return [
      whole(refreshes),
      whole(questions),
      `${short(links)}, ${short(links * POLLS)}`,
      ...servers.map(short),
      short(redis),
      `${short(gigabytes)} GB`,
      whole(shards),
      `$${whole(Math.round(sum / 100) * 100)}`,
    ];
  });
  const names = [
    'refreshes a second, on average',
    'introspections a second',
    'links, polls a second',
    'cores of servers for refreshes',
    'cores of servers for introspections',
    'cores of Redis (each shard is one)',
    'bytes in Redis, once',
    'shards, each with a replica',
    `a month, at $${CORE} a core and $${GIGABYTE} a GB, the store twice`,
  ];
  const rows = names.map((name, row) => `| ${[name, ...columns.map((column) => column[row])].join(' | ')} |`);
  return ['| | 1 million | 10 million | 100 million |', '| --- | --: | --: | --: |', ...rows].join('\n');
}

const cost = (result: Result, what: 'server' | 'redis') => figure(result, 'latchkey', what);
const whole = (value: number) => Math.round(value).toLocaleString('en-US');
const short = (value: number) => (value < 20 ? String(Math.round(value * 10) / 10) : whole(value));
