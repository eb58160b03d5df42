import { describe, expect, it } from '@jest/globals';
import { CommonPasswords } from '../../src/accounts/common-passwords.ts';
import { normalizeEmail } from '../../src/accounts/email.ts';
import { readMailedCode } from '../../src/accounts/mailed-code.ts';
import { cleanName, faultsOfNewAccount } from '../../src/accounts/new-account-form.ts';

const common = new CommonPasswords();
const good = { name: 'Ada Lovelace', email: 'ada@example.org', password: 'a good long one' };
const faults = (change: Partial<typeof good>) => faultsOfNewAccount({ ...good, ...change }, common);

describe('the form of a new account', () => {
  it('has no fault when everything is there', () => {
    expect(faults({})).toEqual({});
  });

  it('tells all faults at once', () => {
    const all = { name: 'missing', email: 'missing', password: 'missing' };
    expect(faults({ name: ' \t', email: '  ', password: '' })).toEqual(all);
  });

  it.each([
    ['1234567', 'too-short'],
    ['\u{1F600}'.repeat(7), 'too-short'],
    ['x'.repeat(513), 'too-long'],
    ['Password', 'too-common'],
    ['ada@example.org', 'too-common'],
    ['ADA LOVELACE', 'too-common'],
  ])('refuses the password %j', (password, fault) => {
    expect(faults({ password })).toEqual({ password: fault });
  });

  it.each(['        ', '\u{1F600}'.repeat(8), 'ab cd ef', 'пароль длинный', `${'long '.repeat(102)}x`])(
    'takes the password %j: any characters, no rules',
    (password) => {
      expect(faults({ password })).toEqual({});
    },
  );

  it('refuses a name that is too long', () => {
    expect(faults({ name: 'x'.repeat(101) })).toEqual({ name: 'too-long' });
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
