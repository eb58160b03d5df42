import { describe, expect, it } from '@jest/globals';
import { SecurityLog } from '../../src/audit/security-log.ts';
import { Keyring } from '../../src/redis/keyring.ts';
import { createLog } from '../../src/runtime/log.ts';
import { TEST_SECRET } from '../support/test-stores.ts';

type Line = Record<string, unknown>;

function newLog() {
  const lines: string[] = [];
  const log = createLog('debug', { write: (line) => void lines.push(line) });
  const security = new SecurityLog(log, new Keyring([TEST_SECRET]));
  return { log, security, lines, last: () => JSON.parse(lines.at(-1) ?? '') as Line };
}

const PLACE = { requestId: 'r1', address: '198.51.100.7' };

describe('a line of the security log', () => {
  it('says who, what, when, where, and with which outcome', () => {
    const { security, last } = newLog();
    security.audit('signed-in', PLACE, { account: 'account-id', browser: 'uid', amr: ['pwd'] });
    expect(last()).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      msg: 'security',
      event: 'signed-in',
      outcome: 'success',
      requestId: 'r1',
      network: '198.51.100.0/24',
      account: expect.stringMatching(/^[\w-]{16}$/),
      browser: expect.stringMatching(/^[\w-]{16}$/),
      amr: ['pwd'],
    });
  });

  it('has a level that means something', () => {
    const { security, last } = newLog();
    for (const [event, level, outcome] of [
      ['device-linked', 'info', 'success'],
      ['sign-in-refused', 'warn', 'refused'],
      ['store-unavailable', 'error', 'failed'],
    ] as const) {
      security.audit(event, PLACE);
      expect(last()).toMatchObject({ event, level, outcome });
    }
  });

  it('names an account or an email by a hash, always the same one, of this installation', () => {
    const { security, lines, last } = newLog();
    security.audit('sign-in-refused', PLACE, { email: 'ada@example.org', account: 'ada@example.org' });
    const { email, account } = last();
    security.audit('sign-in-refused', PLACE, { email: 'ada@example.org' });
    expect(last()['email']).toBe(email);
    expect(account).not.toBe(email);
    expect(lines.join('')).not.toContain('ada');
    const elsewhere = new SecurityLog(newLog().log, new Keyring([`${TEST_SECRET} of another server`]));
    expect(elsewhere.hashOf('email', 'ada@example.org')).not.toBe(email);
  });

  it('takes no free text: a reason that is not a word is none', () => {
    const { security, last } = newLog();
    security.audit('token-refused', PLACE, { reason: 'invalid_grant' });
    expect(last()['reason']).toBe('invalid_grant');
    for (const reason of ['two words', 'a\nb', '\u202eevil', '', 'x'.repeat(60), '{"a":1}']) {
      security.audit('token-refused', PLACE, { reason });
      expect(last()['reason']).toBe('other');
    }
  });
});

describe('any line of the log', () => {
  it.each([
    ['line breaks', 'a\r\n{"level":"info","msg":"forged"}'],
    ['terminal codes', '\u001b[2J\u001b]0;title\u0007'],
    ['marks that turn the direction of reading', '\u202e\u2066\u200f'],
    ['what cannot be seen', '\u200b\u00ad\ufeff\u2028\u2029\u0085'],
    ['half of a character', '\ud800 💥 é'],
  ])('stays one line of plain ASCII with %s in it, and loses nothing', (_what, text) => {
    const { log, lines } = newLog();
    log.error({ error: { message: text } }, 'failed');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^[\x20-\x7e]+\n$/);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ error: { message: text } });
  });
});
