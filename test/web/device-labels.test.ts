import { describe, expect, it } from '@jest/globals';
import { formatUserAgent } from '../../src/devices/user-agent.ts';
import { abilitiesOf } from '../../src/web/pages/scope-labels.ts';
import { ENGLISH } from '../../src/words/reader.ts';

describe('the program that asked, in words', () => {
  it.each([
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
      'Safari on iOS',
    ],
    ['curl/8.5.0', 'curl'],
    ['node', 'node'],
    ['', undefined],
    ['   ', undefined],
    ['\u202Eevil\u0000/1', 'evil'],
  ])('%j is %j', (header, words) => {
    expect(formatUserAgent(header)).toBe(words);
  });

  it('is bounded, and takes little work, whatever is sent', () => {
    const began = process.cpuUsage();
    for (const unit of ['a', '(', 'Mozilla/5.0 ', 'Version/1 Safari ', 'chrome;']) {
      expect(formatUserAgent(unit.repeat(5000))?.length ?? 0).toBeLessThanOrEqual(60);
    }
    // Of this process alone: what else keeps the machine busy counts for nothing.
    expect(process.cpuUsage(began).user).toBeLessThan(2_000_000);
  });
});

describe('what a device will be able to do', () => {
  it('is said in sentences, and by name where there are none', () => {
    const scopes = ['openid', 'openid', 'read:lamps', 'lamps', 'toString'];
    expect(abilitiesOf(ENGLISH, scopes, { lamps: 'Switch your lamps', openid: 'Nothing at all' })).toEqual([
      'Know which account is yours',
      'Use “read:lamps”',
      'Switch your lamps',
      'Use “toString”',
    ]);
  });
});
