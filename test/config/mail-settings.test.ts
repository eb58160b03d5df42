/** An operator hears at start what is wrong with the address of the mail server, and of what would pass in the clear. */
import { describe, expect, it } from '@jest/globals';
import { readConfig } from '../../src/config/config.ts';
import { errorsOf, PRODUCTION } from './config-world.ts';

const ESCAPE = 'in a password write % as %25, / as %2F, ? as %3F, # as %23 and @ as %40';
const REST = 'ends with the host and its port: what is beside them has settings of its own';

describe('an address of a mail server', () => {
  it.each([
    ['smtps://post:p%40ss@mail.example.org', 'implicit', 'mail.example.org', 465],
    ['SMTP://post:p%40ss@mail.example.org', 'starttls', 'mail.example.org', 587],
    ['smtp://post:p%40ss@[2001:db8::1]:25/', 'starttls', '2001:db8::1', 25],
  ] as const)('%s is read as RFC 3986 says', (SMTP_URL, tls, host, port) => {
    const { mailServer } = readConfig({ SMTP_URL }).config;
    expect(mailServer).toMatchObject({ tls, host, port, login: { user: 'post' } });
    expect(mailServer?.login?.password.reveal()).toBe('p@ss');
  });

  it.each([
    ['mail.example.org:25', 'begins with smtp:// or smtps://'],
    ['smtp://', 'lacks a host'],
    ['smtp://post:hunter2@', 'lacks a host'],
    ['smtp://post@h', 'has a user without a password: write user:password@, or :password@'],
    ['smtp://:hunter2@h', 'has a password without a user'],
    ['smtp://post@example.org:hunter2@h', `holds more than one @; ${ESCAPE}`],
    ['smtp://h?tls.rejectUnauthorized=false', REST],
    ['smtp://h?ignoreTLS=true', REST],
    ['smtp://h/path', REST],
    ['smtp://h:99999', 'has a port that is not from 1 to 65535'],
  ])('%s is refused at start', (SMTP_URL, sentence) => {
    expect(errorsOf({ SMTP_URL })).toEqual([`SMTP_URL: ${sentence}`]);
    expect(errorsOf({ SMTP_URL }).join()).not.toContain('hunter2');
  });

  it.each([
    [{ SMTP_TLS: 'none' }, 'SMTP_TLS: has no effect without SMTP_URL; leave it out'],
    [
      { SMTP_URL: 'smtps://h', SMTP_TLS: 'none' },
      'SMTP_TLS: none stands beside smtps://, which is TLS; leave it out, or write smtp://',
    ],
    [
      { SMTP_URL: 'smtp://h', SMTP_CA_FILE: 'no-such.pem' },
      "SMTP_CA_FILE: ENOENT: no such file or directory, open 'no-such.pem'",
    ],
  ])('%j is refused', (environment, sentence) => {
    expect(errorsOf(environment)).toEqual([sentence]);
  });
});

describe('mail in the clear', () => {
  const tlsOf = (environment: Record<string, string>) => readConfig(environment).config.mailServer?.tls;
  const warningsOf = (environment: Record<string, string>) =>
    readConfig(environment).config.warnings.map(({ text }) => text);

  it.each(['localhost', '127.0.0.1', '[::1]'])(
    'is for SMTP_TLS=none alone, but for %s in development',
    (host) => {
      const SMTP_URL = `smtp://${host}:25`;
      expect(tlsOf({ SMTP_URL })).toBe('none');
      expect(tlsOf({ SMTP_URL, SMTP_TLS: 'required' })).toBe('starttls');
      expect(tlsOf({ ...PRODUCTION, SMTP_URL })).toBe('starttls');
      expect(tlsOf({ ...PRODUCTION, SMTP_URL, SMTP_TLS: 'none' })).toBe('none');
      expect(warningsOf({ SMTP_URL })).toEqual([]);
    },
  );

  it.each(['mail', '10.0.0.1', '127.example.org', 'localhost.example.org'])(
    'is for SMTP_TLS=none alone at %s',
    (host) => {
      expect(tlsOf({ SMTP_URL: `smtp://${host}` })).toBe('starttls');
    },
  );

  it('is warned of at each start', () => {
    const settings = { ...PRODUCTION, SMTP_TLS: 'none' };
    expect(warningsOf({ ...settings, SMTP_URL: 'smtp://mail.example.org' })).toEqual([
      'SMTP_TLS=none: mails with codes and links that open accounts pass to mail.example.org in the clear',
    ]);
    const withPassword = warningsOf({ ...settings, SMTP_URL: 'smtp://post:hunter2@mail.example.org' });
    expect(withPassword).toEqual([
      'SMTP_TLS=none: the password of the mail server, and mails with codes and links that open accounts pass to mail.example.org in the clear',
    ]);
  });
});
