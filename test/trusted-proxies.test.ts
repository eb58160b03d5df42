/** An operator who puts a proxy in front and does not name it: every client would seem to be in its network. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ConfigError, readConfig } from '../src/config/config.ts';
import { trustedProxyErrors } from '../src/net/trusted-proxies.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

const PRODUCTION = {
  NODE_ENV: 'production',
  ISSUER: 'https://link.example.org',
  REDIS_URL: 'redis://localhost',
  CLIENTS_FILE: 'clients.json',
  SMTP_URL: 'smtps://mail.example.org',
  MAIL_FROM: 'no-reply@example.org',
  LATCHKEY_SECRET: 'x'.repeat(32),
};

function errorsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    return (error as ConfigError).errors;
  }
}

describe('an operator who does not say which proxies stand in front', () => {
  it.each(['', ' ', ' , '])(
    'has no production server with TRUSTED_PROXIES=%j, and hears what to write',
    (given) => {
      expect(errorsOf({ ...PRODUCTION, TRUSTED_PROXIES: given })).toEqual([
        expect.stringMatching(
          /^TRUSTED_PROXIES: production needs it: .*addresses.*127\.0\.0\.1.*the word none/,
        ),
      ]);
      expect(() => readConfig(PRODUCTION)).toThrow(ConfigError);
    },
  );

  it('has one that tries things on their own machine', () => {
    expect(readConfig({}).config.trustedProxies).toEqual([]);
  });

  it.each(['none', '127.0.0.1', '10.0.0.0/8, 2001:db8::/32'])('starts production with %s', (given) => {
    expect(errorsOf({ ...PRODUCTION, TRUSTED_PROXIES: given })).toEqual([]);
  });

  it.each(['none,127.0.0.1', '10.0.0.0/8, none'])('is told that %s says two things, in any mode', (given) => {
    for (const environment of [PRODUCTION, {}])
      expect(errorsOf({ ...environment, TRUSTED_PROXIES: given })).toEqual([
        expect.stringMatching(/^TRUSTED_PROXIES: none stands beside .*: give the addresses, or none alone$/),
      ]);
  });

  it.each([
    '10.0.0.0/33',
    '10.0.0/8',
    'proxy.example',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '::/129',
    '10.0.0.0/-1',
    'None',
  ])('is told that %s is no proxy, with all other faults and without starting', (entry) => {
    expect(errorsOf({ TRUSTED_PROXIES: `${entry},127.0.0.1`, PORT: 'many' })).toEqual([
      expect.stringMatching(/^PORT: /),
      `TRUSTED_PROXIES: ${entry} is neither an address nor a range such as 10.0.0.0/8`,
    ]);
  });
});

describe('what an operator copies', () => {
  it('.env.example names the proxy of the same machine', () => {
    const given = /^TRUSTED_PROXIES=(.+)$/m.exec(read('.env.example'))?.[1] ?? '';
    expect(trustedProxyErrors(given.split(','), 'production')).toEqual([]);
    expect(given).toContain('127.0.0.1');
  });

  it('compose.yaml names the gateway by which a proxy on the same machine comes in', () => {
    const compose = read('compose.yaml');
    const gateway = /^ +gateway: (\S+)$/m.exec(compose)?.[1] ?? '';
    expect(gateway).toMatch(/^172\./);
    expect(/^ +TRUSTED_PROXIES: (\S+?),/m.exec(compose)?.[1]).toBe(gateway);
    // Only programs of this machine reach that gateway.
    expect(compose).toContain('- 127.0.0.1:3000:3000');
  });
});
