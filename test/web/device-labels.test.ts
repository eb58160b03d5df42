import { describe, expect, it } from '@jest/globals';
import { formatPlace } from '../../src/alerts/event-labels.ts';
import { resourceEntry } from '../../src/devices/asked-resource.ts';
import { browserIcon, formatUserAgent } from '../../src/devices/user-agent.ts';
import { abilitiesOf } from '../../src/web/pages/scope-labels.ts';
import { ENGLISH, readerFor } from '../../src/words/reader.ts';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1';

describe('the program that asked, in words', () => {
  it.each([
    [FIREFOX, 'Firefox on Linux'],
    [IPHONE, 'Safari on iOS'],
    ['curl/8.5.0', 'curl'],
    ['node', 'node'],
    ['', undefined],
    ['   ', undefined],
    ['\u202Eevil\u0000/1', 'evil'],
  ])('%j is %j', (header, words) => {
    expect(formatUserAgent(ENGLISH, header)).toBe(words);
  });

  it.each([
    ['de', 'Firefox unter Linux'],
    ['es', 'Firefox en Linux'],
    ['fr', 'Firefox sur Linux'],
    ['pt-BR', 'Firefox no Linux'],
    ['ja', 'Firefox（Linux）'],
    ['ar', '\u200fFirefox على Linux'],
  ])('is said to an owner who reads %s in their words, and as they run', (language, words) => {
    expect(formatUserAgent(readerFor(language, undefined), FIREFOX)).toBe(words);
  });

  it('stands beside an address that runs from left to right, where the rest runs from right to left', () => {
    const place = { address: '2001:db8:17::1', userAgent: FIREFOX };
    expect(formatPlace(ENGLISH, place)).toBe('Firefox on Linux, 2001:db8:17::1');
    expect(formatPlace(readerFor('ar', undefined), place)).toBe(
      '\u200fFirefox على Linux، \u20662001:db8:17::1\u2069',
    );
  });

  it.each(['127.0.0.1', '::1'])('is not said to come from %s, which says nothing to an owner', (address) => {
    expect(formatPlace(ENGLISH, { address, userAgent: FIREFOX })).toBe(
      'Firefox on Linux, this server’s own computer',
    );
  });

  it.each([
    [IPHONE, 'phone'],
    [IPHONE.replaceAll('iPhone', 'iPad'), 'tablet'],
    ['Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36', 'phone'],
    [FIREFOX, 'computer'],
    [' ', 'browser'],
  ])('%j has the picture of what its owner holds: a %s', (header, icon) => {
    expect(browserIcon(header)).toBe(icon);
  });

  it('is bounded, and takes little work, whatever is sent', () => {
    const began = process.cpuUsage();
    for (const unit of ['a', '(', 'Mozilla/5.0 ', 'Version/1 Safari ', 'chrome;']) {
      expect(formatUserAgent(ENGLISH, unit.repeat(5000))?.length ?? 0).toBeLessThanOrEqual(60);
    }
    // Of this process alone: what else keeps the machine busy counts for nothing.
    expect(process.cpuUsage(began).user).toBeLessThan(2_000_000);
  });
});

describe('what a device will be able to do', () => {
  it('is said of an API in the language of who is asked', () => {
    const [photos, other] = ['https://photos.example.com', 'https://mcp.example.com'].map(resourceEntry);
    const asked = [photos ?? '', other ?? ''];
    const german = abilitiesOf(readerFor('de', undefined), asked, { [photos ?? '']: 'Photos' });
    expect(german).toEqual([
      'In Ihrem Namen bei Photos handeln (https://photos.example.com)',
      'In Ihrem Namen bei https://mcp.example.com handeln',
    ]);
  });

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
