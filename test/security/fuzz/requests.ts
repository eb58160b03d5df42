/** Requests that are right but for one thing or many, written byte by byte. */
import type { SeededRandom } from '../../../checks/check.ts';
import { filled, type Route } from '../../support/routes.ts';
import type { KnownThings } from './known-things.ts';
import { encoded, nastyHeaderValue, nastyName, nastyValue } from './nasty-values.ts';

export interface FuzzRequest {
  readonly bytes: Buffer;
  readonly method: string;
  /** Says less than it announces: the server may close without an answer. */
  readonly incomplete: boolean;
}

const METHODS = [
  'GET',
  'POST',
  'PUT',
  'DELETE',
  'PATCH',
  'OPTIONS',
  'HEAD',
  'PROPFIND',
  'SEARCH',
  'TRACE',
  'FOO',
  'get',
];
const HEADERS = [
  'Host',
  'X-Forwarded-For',
  'X-Forwarded-Host',
  'X-Forwarded-Proto',
  'Forwarded',
  'Cookie',
  'Authorization',
  'DPoP',
  'Accept',
  'Accept-Language',
  'Accept-Encoding',
  'Content-Encoding',
  'Content-Type',
  'Origin',
  'Referer',
  'Sec-Fetch-Site',
  'User-Agent',
  'If-None-Match',
  'If-Modified-Since',
  'Range',
  'Expect',
  'Upgrade',
  'Transfer-Encoding',
  'Connection',
  'X-HTTP-Method-Override',
  '__proto__',
  'constructor',
];

type Field = readonly [name: string, value: string];
type Header = readonly [name: string, value: string];

const sometimes = (random: SeededRandom, share: number) => random.next() < share;

export function fuzzRequest(random: SeededRandom, routes: readonly Route[], known: KnownThings): FuzzRequest {
  const route = random.pick(sometimes(random, 0.3) ? programs(routes, known) : routes);
  const method = sometimes(random, 0.85) ? route.method : random.pick(METHODS);
  const path = fuzzedPath(
    random,
    filled(route, random.pick(['x', nastyName(random), ...ofThisKind(random, route, known)])),
  );
  const fields = fuzzedFields(random, random.pick(known.forms[route.path] ?? [known.fields]));
  const inQuery = method === 'GET' ? sometimes(random, 0.7) : sometimes(random, 0.1);
  const target = inQuery ? `${path}?${formOf(fields)}` : path;
  const isJson = route.path.startsWith('/register') && sometimes(random, 0.9);
  const written = () => (isJson ? fuzzedJson(random, known.registered.metadata) : fuzzedBody(random, fields));
  const body = inQuery || (method === 'GET' && sometimes(random, 0.9)) ? '' : written();
  const length = sometimes(random, 0.01) ? body.length + 50 : body.length;
  const headers = fuzzedHeaders(random, known, body === '' ? undefined : length, isJson);
  const head = [`${method} ${target} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  const bytes = Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`, 'latin1');
  const saysOtherwise = headers.some(([name]) => /^(transfer-encoding|expect|upgrade)$/i.test(name));
  return { bytes, method, incomplete: length !== body.length || saysOtherwise };
}

/** What programs ask for has more behind its first checks than most of the many pages. */
const programs = (routes: readonly Route[], { forms }: KnownThings) =>
  routes.filter(({ path }) => forms[path] !== undefined || path.startsWith('/register'));

function fuzzedPath(random: SeededRandom, path: string): string {
  if (sometimes(random, 0.7)) return path;
  return random.pick([
    path.toUpperCase(),
    `${path}/`,
    `/${path}`,
    `${path}//`,
    `${path}/..`,
    `/.${path}`,
    `${path}%00`,
    `${path}%`,
    `${path}%2f..%2fx`,
    `${path};a=b`,
    `${path}/${nastyValue(random)}`,
    path.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
    path.replace(/\//g, '\\'),
    `http://evil.example${path}`,
    `https://user:password@[::1]:99999${path}`,
    `//evil.example${path}`,
    `${path}#fragment`,
    '*',
    '/static/../../package.json',
    '/static/%2e%2e/%2e%2e/package.json',
    '/.well-known/',
    '/constructor',
    '/__proto__',
  ]);
}

/** Most fields stay right, so that the others are met by the code behind the first checks. */
function fuzzedFields(random: SeededRandom, right: Readonly<Record<string, string>>): Field[] {
  const fields: Field[] = [];
  // Some requests have many things wrong, some one, and some none.
  const share = random.pick([0.6, 0.6, 0.97, 1]);
  for (const [name, value] of Object.entries(right)) {
    const kept = name === 'csrf' ? Math.max(share, 0.9) : share;
    if (sometimes(random, kept)) fields.push([encoded(name), encoded(value)]);
    else if (sometimes(random, 0.8)) fields.push([encoded(name), nastyValue(random)]);
    if (sometimes(random, 0.02)) fields.push([encoded(name), encoded(value)]);
    if (sometimes(random, 0.02))
      fields.push([`${encoded(name)}${random.pick(['[]', '[a]', '%5B%5D', '.a'])}`, nastyValue(random)]);
  }
  if (sometimes(random, 0.1)) fields.push([nastyValue(random), nastyValue(random)]);
  if (sometimes(random, 0.1))
    fields.push([random.pick(['__proto__', '__proto__[a]', 'constructor', 'toString']), '1']);
  if (sometimes(random, 0.01)) fields.push(...Array.from({ length: 3000 }, (_, n): Field => [`f${n}`, '1']));
  return fields;
}

const formOf = (fields: readonly Field[]) => fields.map(([name, value]) => `${name}=${value}`).join('&');

/** What may stand in the path: mostly of another kind. */
function ofThisKind(random: SeededRandom, { path }: Route, known: KnownThings): string[] {
  if (!path.startsWith('/register')) return [random.pick(Object.values(known.fields))];
  return [known.registered.clientId, known.registered.clientId];
}

function fuzzedJson(random: SeededRandom, right: Readonly<Record<string, unknown>>): string {
  const nasty = (): unknown => {
    const value = nastyValue(random);
    return random.pick([value, [value], [[value]], { [value]: value }, null, -1, 1e300, true, []]);
  };
  const members = Object.entries(right).flatMap(([name, value]): [string, unknown][] => {
    if (sometimes(random, 0.85)) return [[name, value]];
    return sometimes(random, 0.8) ? [[name, nasty()]] : [];
  });
  if (sometimes(random, 0.1)) members.push([nastyValue(random), nasty()]);
  const text = JSON.stringify(Object.fromEntries(members));
  return sometimes(random, 0.9) ? text : random.pick([text.slice(1), `[${text}]`, text.repeat(2), '"x"']);
}

function fuzzedBody(random: SeededRandom, fields: readonly Field[]): string {
  if (sometimes(random, 0.85)) return formOf(fields);
  return random.pick([
    JSON.stringify(Object.fromEntries(fields)),
    '{"a":'.repeat(2000),
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "a">]><x>&a;</x>',
    '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--',
    '\u0000\u00ff\u00fe'.repeat(100),
    '&'.repeat(10_000),
    `csrf=${'%41'.repeat(4000)}`,
    `a=${'b'.repeat(random.pick([17_000, 60_000, 200_000]))}`,
    `5\r\nhello\r\n0\r\n\r\n`,
  ]);
}

function fuzzedHeaders(
  random: SeededRandom,
  known: KnownThings,
  length: number | undefined,
  isJson: boolean,
): Header[] {
  const form = isJson ? 'application/json' : 'application/x-www-form-urlencoded';
  const type = sometimes(random, 0.9)
    ? form
    : random.pick([form.toUpperCase(), 'application/json', 'text/plain', '', 'x/y;']);
  const headers: Header[] = [
    ['Host', 'any.example'],
    ['Connection', 'close'],
    ['Accept', random.pick(['text/html', 'application/json', '*/*', 'image/png'])],
    // Some from one network, whose limits are met.
    ['X-Forwarded-For', sometimes(random, 0.3) ? '192.0.2.1' : `100.${random.whole(64, 127)}.0.1`],
    ...(length === undefined
      ? []
      : ([
          ['Content-Type', type],
          ['Content-Length', String(length)],
        ] as Header[])),
    ...(sometimes(random, 0.7) ? [['Cookie', known.cookie] as Header] : []),
    ...(sometimes(random, 0.3) ? [['Authorization', random.pick(known.authorizations)] as Header] : []),
  ];
  const nasty = random.pick([0, 0, 0, 1, 1, 2, 4]);
  for (let more = 0; more < nasty; more += 1) headers.push([random.pick(HEADERS), nastyHeaderValue(random)]);
  if (sometimes(random, 0.005))
    headers.push(...Array.from({ length: 1500 }, (_, n): Header => [`X-${n}`, 'y']));
  if (sometimes(random, 0.005)) headers.push(['X-Long', 'y'.repeat(20_000)]);
  return headers;
}
