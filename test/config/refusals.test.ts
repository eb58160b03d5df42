/** An operator who has written a setting wrong reads what to write instead, of every setting. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { ConfigError, readConfig } from '../../src/config/config.ts';
import { settings } from '../../src/config/settings.ts';
import { unreadableFiles } from '../../src/config/unreadable-files.ts';
import { TextCountries } from '../../src/limits/text-countries.ts';
import { errorsOf, PRODUCTION } from './config-world.ts';

const NEEDED = {
  ISSUER: 'the https address under which the server is reached',
  REDIS_URL: 'the address of Redis, such as redis://user:password@host:6379',
  CLIENTS_FILE: 'a JSON array of client metadata, see clients.example.json',
  SMTP_URL: 'the mail server, such as smtps://user:password@host:465',
  MAIL_FROM: 'the sender of mails, such as Latchkey <no-reply@example.com>',
};

it.each<[Record<string, string>, string]>([
  [{ NODE_ENV: 'live' }, 'NODE_ENV: write one of development, production, test'],
  [{ SIGN_UP: 'yes' }, 'SIGN_UP: write one of open, invite, closed'],
  [{ WORKERS: '257' }, 'WORKERS: write a whole number from 1 to 256, or auto'],
  [{ SESSION_HOURS: '0' }, 'SESSION_HOURS: write a whole number from 1 to 2160'],
  [{ SESSION_HOURS: '1.5' }, 'SESSION_HOURS: write a whole number from 1 to 2160'],
  [{ DEVICE_CODE_MINUTES: '11' }, 'DEVICE_CODE_MINUTES: write a whole number from 1 to 10'],
  [{ CLIENTS_RELOAD_SECONDS: '4' }, 'CLIENTS_RELOAD_SECONDS: 0 (only on SIGHUP), or 5 to 3600'],
  [{ KEY_DAYS: '6' }, 'KEY_DAYS: 0 (never), or 7 to 3650'],
  [{ METRICS_TOKEN: 'short' }, 'METRICS_TOKEN: needs at least 16 characters'],
  [
    { LATCHKEY_SECRET: 'short' },
    'LATCHKEY_SECRET: each secret needs at least 32 characters; make one with: openssl rand -hex 32',
  ],
  [
    { ...PRODUCTION, SMTP_URL: 'smtps://h', LATCHKEY_SECRET_FILE: 'secret' },
    'LATCHKEY_SECRET and LATCHKEY_SECRET_FILE: give one of them',
  ],
  [{ PROOF_MINUTES: '0' }, 'PROOF_MINUTES: write minutes from 1 to 1440, such as 5 or 5,link-device=15'],
  [{ PROOF_MINUTES: 'close-account=5' }, 'PROOF_MINUTES: begin with the minutes for all actions, such as 5'],
  [{ ISSUER: 'id.example.org' }, 'ISSUER: id.example.org is not an http or https address'],
  [
    { ISSUER: 'https://id.example.org/sign-in' },
    'ISSUER: give scheme, host and port only, as https://id.example.org (no path, no trailing slash)',
  ],
  [
    { ISSUER: 'http://id.example.org' },
    'ISSUER: plain http is accepted on loopback and private networks only; use https',
  ],
  [
    { TRUSTED_PROXIES: 'proxy' },
    'TRUSTED_PROXIES: proxy is neither an address nor a range such as 10.0.0.0/8',
  ],
  [
    { TRUSTED_PROXIES: 'none,10.0.0.1' },
    'TRUSTED_PROXIES: none stands beside 10.0.0.1: give the addresses, or none alone',
  ],
  [{ EGRESS_ALLOW: 'lan' }, 'EGRESS_ALLOW: lan is neither an address nor a range such as 10.0.0.0/8'],
  [{ ADMIN_NETWORKS: 'lan' }, 'ADMIN_NETWORKS: lan is no address and no range, such as 10.0.0.0/8'],
  [
    { LIVE_CODES: '10000000', CODE_GUESS_ODDS: '1000000' },
    'CODE_GUESS_ODDS: with so many LIVE_CODES no wrong user code could be tried; lower one of them',
  ],
])('%j is refused', (environment, sentence) => {
  expect(errorsOf(environment)).toEqual([sentence]);
});

it('production says of each setting that it lacks what it is, all at once', () => {
  expect(errorsOf({ NODE_ENV: 'production', ADMIN: 'all', SMS_WEBHOOK_URL: 'https://h/x' })).toEqual([
    ...Object.entries(NEEDED).map(([name, meaning]) => `${name}: production needs it: ${meaning}`),
    'SMS_COUNTRIES: production with SMS_WEBHOOK_URL needs it: calling codes to which texts may go, such as +1,+44, or all',
    'TRUSTED_PROXIES: production needs it: the addresses or ranges of the proxies in front, such as 127.0.0.1, or the word none where clients reach this server directly',
    'ADMIN_NETWORKS: production with ADMIN needs it: the networks that the Admin API and the console are used from, such as 10.0.0.0/8',
    'LATCHKEY_SECRET or LATCHKEY_SECRET_FILE: production needs one; make it with: openssl rand -hex 32',
  ]);
  expect(errorsOf({ ...PRODUCTION, SMTP_URL: 'smtps://h', ISSUER: 'http://id.example.org' })).toEqual([
    'ISSUER: production needs an https address',
  ]);
});

it('every setting says in words of ours what it takes, and never in those of a library', () => {
  const probes = [
    '%',
    '-1',
    '999999999999999',
    `https://${'x'.repeat(600)}`,
    `a@${'b'.repeat(300)}`,
    'ftp://',
  ];
  const said = Object.keys(settings.shape).flatMap((name) =>
    probes.flatMap((probe) => errorsOf({ [name]: probe }).filter((line) => line.startsWith(`${name}: `))),
  );
  expect(said.length).toBeGreaterThan(150);
  expect(said.filter((line) => /Invalid|expected|Too (big|small)/.test(line))).toEqual([]);
});

it('a secret in a file that is none is told with all else that is wrong', () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-secret-'));
  try {
    const path = join(folder, 'secret');
    writeFileSync(path, 'hunter2\n');
    const read = () =>
      readConfig({ PORT: 'many', LATCHKEY_SECRET_FILE: path, SIGN_UP: 'yes' }, unreadableFiles);
    expect(read).toThrow(
      new ConfigError([
        'PORT: write a whole number from 0 to 65535',
        'SIGN_UP: write one of open, invite, closed',
        `LATCHKEY_SECRET: each secret needs at least 32 characters; make one with: openssl rand -hex 32 (in ${path})`,
      ]),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('production with a gateway for texts names the countries to which they may go', () => {
  const start = (more: Record<string, string>) => () =>
    readConfig({ NODE_ENV: 'production', SMS_WEBHOOK_URL: 'https://sms.example.com', ...more });
  expect(start({})).toThrow(/SMS_COUNTRIES: production with SMS_WEBHOOK_URL needs it/);
  expect(start({ SMS_COUNTRIES: 'GB' })).toThrow(
    /SMS_COUNTRIES: write calling codes such as \+1,\+44,\+4915, or all/,
  );
  expect(start({ SMS_COUNTRIES: 'all' })).not.toThrow(/SMS_COUNTRIES/);
  const some = TextCountries.parse('+1, +4915');
  if (typeof some === 'string') throw new Error(some);
  const numbers = ['+15555550100', '+4915112345678', '+493012345678', '+2475550100'];
  expect(numbers.map((number) => some.allows(number))).toEqual([true, true, false, false]);
});
