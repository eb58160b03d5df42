import { describe, expect, it } from '@jest/globals';
import { normalizeEmail } from '../../src/accounts/email.ts';
import { readMailedCode } from '../../src/accounts/mailed-code.ts';
import { cleanName, judgeNewAccount } from '../../src/accounts/new-account-form.ts';
import { PasswordRules } from '../../src/accounts/password-rules.ts';

const rules = new PasswordRules();
const good = { name: 'Ada Lovelace', email: 'ada@example.org', password: 'a good long one' };
const errors = async (change: Partial<typeof good>) =>
  (await judgeNewAccount({ ...good, ...change }, rules, '192.0.2.1')).errors;

describe('the form of a new account', () => {
  it('has no fault when everything is there', async () => {
    expect(await errors({})).toEqual({});
  });

  it('tells all faults at once', async () => {
    const all = { name: 'missing', email: 'missing', password: 'missing' };
    expect(await errors({ name: ' \t', email: '  ', password: '' })).toEqual(all);
  });

  it('asks for a password that can stand alone, since a new account has no second factor', async () => {
    expect(await errors({ password: 'xk3!fq9z-Rv7wq' })).toEqual({ password: 'too-short-alone' });
    expect(await errors({ password: 'xk3!fq9z-Rv7wqT' })).toEqual({});
  });

  it('knows the words of this very form', async () => {
    expect(await errors({ password: 'Ada Lovelace 1815' })).toEqual({ password: 'own-words' });
  });

  it('refuses a name that is too long', async () => {
    expect(await errors({ name: 'x'.repeat(101) })).toEqual({ name: 'too-long' });
  });

  it('keeps a name to one line that turns no text around', () => {
    expect(cleanName('  Ada\r\n\u202eecalevoL\u200b \u0000 ')).toBe('Ada ecalevoL');
  });
});

describe('an email', () => {
  it.each([
    [' Ada@Example.ORG ', 'ada@example.org'],
    ['ada+tag@example.org', 'ada+tag@example.org'],
    ['\uff21da@example.org', 'ada@example.org'],
  ])('%j is %s', (typed, normal) => {
    expect(normalizeEmail(typed)).toBe(normal);
  });

  it.each([
    '',
    'ada',
    'ada@',
    '@example.org',
    'a b@example.org',
    'ada@example.org\r\nBcc: eve@example.net',
    'ada@example.org,eve@example.net',
    'Ada <ada@example.org>',
    `${'x'.repeat(65)}@example.org`,
    `ada@${'x.'.repeat(130)}org`,
    'x'.repeat(100_000),
  ])('%j is none', (typed) => {
    expect(normalizeEmail(typed)).toBeUndefined();
  });
});

describe('a mailed code', () => {
  it.each(['123456', ' 123 456 ', '123-456', '\uff11\uff12\uff13\uff14\uff15\uff16'])(
    'is read from %j',
    (typed) => {
      expect(readMailedCode(typed)).toBe('123456');
    },
  );

  it.each(['', '12345', '1234567', 'abcdef', '12345a'])('is not %j', (typed) => {
    expect(readMailedCode(typed)).toBeUndefined();
  });
});
