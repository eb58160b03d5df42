import type { SeededRandom } from '../../../checks/check.ts';

/** Would be seen in an answer that was split, or in a page that was not escaped. */
export const INJECTED_HEADER = 'x-injected-by-a-value';
export const INJECTED_SCRIPT = '<script>injected</script>';

const SHORT = [
  '',
  ' ',
  '0',
  '-1',
  '1e309',
  'NaN',
  'null',
  'true',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'toString',
  '[object Object]',
  '{"a":1}',
  '[]',
  '\0',
  'a\0b',
  '../../../etc/passwd',
  '..%2f..%2f',
  "' OR 1=1 --",
  '#{7*7}',
  '<%= 7*7 %>',
  INJECTED_SCRIPT,
  `"><img src=x onerror=alert(1)>${INJECTED_SCRIPT}`,
  `x\r\n${INJECTED_HEADER}: yes`,
  `x\n${INJECTED_HEADER}: yes\n\n`,
  '\u202eyek\u202c',
  '\u2066\u2069\u200b\ufeff',
  'e\u0301\u0301\u0301'.repeat(40),
  '👩‍👩‍👧‍👦'.repeat(20),
  'ﷺ'.repeat(30),
  'İıſK',
  'ａｄａ＠ｅｘａｍｐｌｅ．ｏｒｇ',
  'https://evil.example/',
  '//evil.example',
  'javascript:alert(1)',
  'urn:ietf:params:oauth:grant-type:device_code',
];

/** Percent-encoded bytes that are not UTF-8, or not in the form they should have: sent as they are. */
const RAW = [
  '%',
  '%zz',
  '%0',
  '%00',
  '%ff%fe',
  '%c0%af',
  '%c0%80',
  '%e0%80%af',
  '%ed%a0%80',
  '%f4%90%80%80',
  '%u0041',
  '+%2B%20',
  '&=&==&',
  'a%5B%5D=1&a%5Bb%5D=2',
];

/** Long enough to hurt a pattern that goes back and forth over them. */
const REPEATED = ['a', 'A1', '-', ' ', '.', '@', 'a@', '%41', '\u0301', '💥', '=', 'eyJ.', '_', '0'];

/** A value, encoded as it goes into a form or a query. */
export function nastyValue(random: SeededRandom): string {
  const kind = random.whole(0, 9);
  if (kind < 5) return encoded(random.pick(SHORT));
  if (kind < 8) return random.pick(RAW);
  const length = random.pick([100, 1000, 5000, 12_000]);
  const piece = random.pick(REPEATED);
  return encoded(piece.repeat(Math.ceil(length / piece.length)).slice(0, length));
}

/** For a part of a path. */
export function nastyName(random: SeededRandom): string {
  return random.pick(SHORT).toWellFormed();
}

export function encoded(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}

/** A value for a header: what cannot stand there at all is for the parser of the server to refuse. */
export function nastyHeaderValue(random: SeededRandom): string {
  const value = random.pick([
    ...SHORT,
    'x'.repeat(4000),
    'Basic',
    'Basic !!!!',
    `Basic ${btoa('__proto__:x')}`,
    `Basic ${btoa('%zz:%00')}`,
    'Bearer',
    `Bearer ${'a.'.repeat(500)}`,
    'Bearer a b c',
    'DPoP eyJhbGciOiJub25lIn0.e30.',
    'application/json',
    'multipart/form-data; boundary=',
    'application/x-www-form-urlencoded; charset=utf-16le',
    'application/x-www-form-urlencoded;'.repeat(40),
    'gzip',
    'bytes=0-0,1-1,2-2',
    '*/*;q=2, text/html;q=NaN',
    'a=b; '.repeat(300),
    '127.0.0.1, '.repeat(300),
    'fe80::1%eth0',
  ]);
  return Buffer.from(value, 'utf8').toString('latin1').replaceAll('\0', '\u0001');
}
