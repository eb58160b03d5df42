import { describe, expect, it } from '@jest/globals';
import { PasswordRules, standsAlone } from '../../src/accounts/password-rules.ts';
import { PasswordStrength } from '../../src/accounts/password-strength.ts';
import { readConfig } from '../../src/config/config.ts';
import { settings } from '../../src/config/settings.ts';

const rules = new PasswordRules();
const ada = { name: 'Ada Lovelace', email: 'ada.l@analytical.example' };
const caller = { address: '192.0.2.1', account: ada.email, known: false };
const errorOf = async (password: string, role: 'alone' | 'one-of-two' = 'alone', by = rules) =>
  (await by.judge(password, ada, role, caller)).error;

describe('a new password', () => {
  it.each([
    ['', 'missing'],
    ['xk3!fq9z-Rv7wq', 'too-short-alone'],
    ['\u{1F600}'.repeat(14), 'too-short-alone'],
    ['x'.repeat(513), 'too-long'],
    ['PassWord', 'too-common'],
    ['aaaaaaaaaaaaaaaaaaaa', 'repeats'],
    ['passwordpassword', 'repeats'],
    ['password password', 'repeats'],
    ['summer, summer, summer', 'repeats'],
    ['P@ssw0rdP@ssw0rd', 'repeats'],
    ['monday tuesday wednesday', 'sequence'],
    ['123456789012345', 'like-common'],
    ['Ada Lovelace 1815', 'own-words'],
    ['ada.l@analytical.example', 'own-words'],
    ['LatchkeyLatchkey', 'own-words'],
    ['latchkey-ada-2026', 'own-words'],
  ])('is not %j: the reason is told', async (password, error) => {
    expect(await errorOf(password)).toBe(error);
  });

  it.each([
    'correct horse battery staple',
    'correcthorsebatterystaple',
    'Correct-Horse-Battery-Staple!',
    'correct horse battery staple 2026',
    'To be, or not to be',
    'The quick brown fox jumps over the lazy dog.',
    'May the Force be with you',
    'let me in, please',
    'Sein oder Nichtsein',
    'SER O NO SER, ESA ES LA CUESTIÓN',
    'ser o no ser esa es la cuestion',
  ])('is not %j: half the world knows it', async (password) => {
    expect(await errorOf(password)).toBe('famous');
  });

  it.each(['correcthorsebatterystaplestaple', 'correct horse battery staple correct horse battery staple'])(
    'is not %j: little stands beside what half the world knows',
    async (password) => {
      expect(await errorOf(password)).toBe('guessable');
    },
  );

  it.each([
    'correct horse battery',
    'to be or not to be a wet lamp',
    'пароль длинный пар',
    'a long sentence with my ada in it',
    'xk3!fq9z-Rv7wqT',
    '\u{1F600}\u{1F680}\u{1F984}\u{1F9C0}\u{1F308}\u{1F30B}\u{1F9ED}\u{1F3BB}\u{1F511}\u{1F996}\u{1F9E9}\u{1F6F6}\u{1F341}\u{1F9CA}\u{1FAB5}',
    `${'an unexpected sentence, again '.repeat(17)}x`,
  ])('may be %j: any characters, no rules of composition', async (password) => {
    expect(await errorOf(password)).toBeUndefined();
  });

  it.each(['Acme Corporation 26', 'acmecorporation', 'Widgetron-Widgetron', 'corporation ada acme'])(
    'is not made of the operator’s own words either: %j',
    async (password) => {
      const { PASSWORD_WORDS } = settings.parse({ PASSWORD_WORDS: 'Acme Corporation, widgetron' });
      const ours = new PasswordRules(PASSWORD_WORDS);
      expect(await errorOf(password, 'one-of-two', ours)).toBe('own-words');
      expect(await errorOf(password, 'one-of-two')).not.toBe('own-words');
      expect(await errorOf('an acme sentence with no end', 'alone', ours)).toBeUndefined();
    },
  );

  it.each(['ab', 'acme,ab', 'x'.repeat(51), Array(101).fill('acme').join(',')])(
    'needs words that are words in PASSWORD_WORDS, which %j are not',
    (words) => {
      expect(() => readConfig({ PASSWORD_WORDS: words })).toThrow('PASSWORD_WORDS: at most 100 words');
    },
  );

  it('needs 15 characters where it is the only proof, and 8 beside a second factor', async () => {
    expect(await errorOf('xk3!fq9z')).toBe('too-short-alone');
    expect(await errorOf('xk3!fq9z', 'one-of-two')).toBeUndefined();
    expect(await errorOf('x!3?f-9z', 'one-of-two')).toBeUndefined();
    expect(await errorOf('xk3!fq9', 'one-of-two')).toBe('too-short');
    expect(await errorOf('trustno1', 'one-of-two')).toBe('too-common');
    expect(await errorOf('mustang7', 'one-of-two')).toBe('like-common');
  });

  it('is as long as people see it, so that a composed character counts once', () => {
    expect(standsAlone('e\u0301'.repeat(14))).toBe(false);
    expect(standsAlone('e\u0301'.repeat(15))).toBe(true);
  });
});

describe('estimating a password', () => {
  const strength = new PasswordStrength();

  /** Of this process' own, the middle of three: the load of other processes is not taken for ours. */
  function milliseconds(password: string): number {
    const times = [1, 2, 3].map(() => {
      const began = process.cpuUsage();
      strength.of(password, ['ada', 'lovelace', 'latchkey']);
      const { user, system } = process.cpuUsage(began);
      return (user + system) / 1000;
    });
    return times.sort((one, other) => one - other)[1] ?? 0;
  }

  it.each([
    'password',
    'p4$$w0rd',
    '4@8({[<6930!1|7$5%+2',
    'ab1c2',
    '1990-01-01',
    '12345678901234567890',
    'bobAdaSmithjonesharrydick',
    '@$@$(((',
    'qwertyuiop[]asdfghjkl;',
  ])('of %j over and over holds no request up, however long it is', (piece) => {
    strength.of(piece.repeat(20), []);
    expect(milliseconds(piece.repeat(Math.ceil(100_000 / piece.length)))).toBeLessThan(500);
  });
});
