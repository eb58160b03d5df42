import { describe, expect, it } from '@jest/globals';
import { judgeNewAccount } from '../../src/accounts/new-account-form.ts';
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
});
