/**
 * Whose device counts as one at home. The attacker chooses from where, and by which family of addresses, their device
 * asks; the owner is hurt where that is taken for their own network.
 */
import { describe, expect, it } from '@jest/globals';
import { networkOf } from '../../src/net/network.ts';
import { Networks } from '../../src/net/networks.ts';
import { recentAnswers } from '../../src/net/recent-answers.ts';
import { type ClientPlace, devicePlace, readRequester } from '../../src/net/requester.ts';
import { parseTrustedProxies } from '../../src/net/trusted-proxies.ts';

const PROXIES = parseTrustedProxies(['192.0.2.80', '172.31.84.1', '2001:db8:ffff::/48']);
const isProxy = (address: string) => PROXIES.includes(address);
const production = new Networks({ privateIsOne: false, isProxy });
const development = new Networks({ privateIsOne: true, isProxy });

const at = (address: string, isCertain = true): ClientPlace => ({ address, isCertain });
const relation = (one: string, other: string, networks = production) => networks.compare(at(one), at(other));

describe('an owner whose device is at home', () => {
  it.each([
    ['IPv4 of one /24', '198.51.100.7', '198.51.100.200'],
    ['one public address, which is that of the home', '198.51.100.7', '198.51.100.7'],
    ['IPv6 of one /48', '2001:db8:1:2::7', '2001:db8:1:ffff::9'],
    ['private IPv4 of one /24', '192.168.1.7', '192.168.1.9'],
    ['private IPv6 of one /64', 'fd12:3456:789a:1::7', 'fd12:3456:789a:1:9::1'],
    ['IPv4, and the same in the clothes of IPv6', '198.51.100.7', '::ffff:c633:64c8'],
    ['IPv4 behind a translator', '64:ff9b::198.51.100.7', '198.51.100.8'],
  ])('is known to be there: %s', (_case, device, browser) => {
    expect(relation(device, browser)).toBe('same');
  });
});

describe('an owner whose attacker is elsewhere', () => {
  it.each([
    ['another /24', '198.51.101.7', '198.51.100.7'],
    ['another /48', '2001:db8:2::7', '2001:db8:1::7'],
    ['another private /24', '192.168.1.7', '192.168.2.9'],
    ['private addresses of other kinds', '10.0.0.7', '192.168.1.9'],
    ['another private /64 of one site', 'fd12:3456:789a:1::7', 'fd12:3456:789a:2::7'],
    ['private and public', '192.168.1.7', '198.51.100.7'],
    ['two clients behind a translator', '64:ff9b::203.0.113.7', '64:ff9b::198.51.100.7'],
  ])('is told so: %s', (_case, device, browser) => {
    expect(relation(device, browser)).toBe('different');
  });

  it.each([
    ['another family of addresses', '2001:db8:1::7', '198.51.100.7'],
    ['a proxy of ours that does not say who asks', '192.0.2.80', '192.0.2.80'],
    ['a proxy of ours, and its neighbour', '192.0.2.80', '192.0.2.7'],
    ['the gateway of compose.yaml', '172.31.84.1', '172.31.84.1'],
    ['a range of proxies', '2001:db8:ffff:1::1', '2001:db8:ffff:2::1'],
    ['the gateway of a bridge, which the operator did not name', '172.17.0.1', '172.17.0.1'],
    ['a router that hides a whole floor', '10.0.0.1', '10.0.0.1'],
    ['the same by IPv6', 'fd12:3456:789a:1::1', 'fd12:3456:789a:1::1'],
    ['this machine, as behind a tunnel', '127.0.0.1', '127.0.0.1'],
    ['this machine by IPv6', '::1', '::1'],
    ['one link, though which of them', 'fe80::1%eth0', 'fe80::2%eth1'],
    ['the same by IPv4', '169.254.1.1', '169.254.1.2'],
    ['a carrier, where neighbours in the numbers live far apart', '100.64.7.1', '100.64.7.2'],
    ['a translator for local use', '64:ff9b:1::1', '64:ff9b:1::2'],
    ['a tunnel (Teredo)', '2001:0:c000:201::1', '2001:0:c000:201::2'],
    ['a connection that is gone', 'unknown', 'unknown'],
    ['no address at all', '', ''],
  ])('is not taken for being at home: %s', (_case, device, browser) => {
    expect(relation(device, browser)).toBe('unknown');
    expect(relation(browser, device)).toBe('unknown');
  });

  it('is not taken for being at home behind a proxy that the operator did not name, in development either', () => {
    for (const networks of [production, development])
      for (const address of ['198.51.100.7', '127.0.0.1', '172.18.0.2']) {
        expect(networks.compare(at(address, false), at(address))).toBe('unknown');
        expect(networks.compare(at(address), at(address, false))).toBe('unknown');
      }
  });

  it('is nowhere that a file of places could tell', () => {
    for (const address of ['127.0.0.1', '100.64.1.1', '192.0.2.80', 'unknown'])
      expect(production.tells(at(address))).toBe(false);
    expect([production.tells(at('198.51.100.7')), production.tells(at('198.51.100.7', false))]).toEqual([
      true,
      false,
    ]);
  });
});

describe('a developer, whose addresses are all on one desk', () => {
  it('is at home with every loopback and private address, by either family', () => {
    for (const device of ['127.0.0.1', '::1', '192.168.1.7', '10.0.0.2', 'fd12::1', 'fe80::1'])
      expect(relation(device, '127.0.0.1', development)).toBe('same');
    expect(relation('192.168.1.7', '198.51.100.7', development)).toBe('different');
  });
});

describe('where a request comes from', () => {
  const request = (headers: Record<string, string>) => ({
    ip: '198.51.100.7',
    get: (name: string) => headers[name.toLowerCase()] ?? '',
  });

  it('is certain where a client asks by itself', () => {
    expect(devicePlace(readRequester(request({})))).toEqual({ address: '198.51.100.7', isCertain: true });
  });

  it('is not where an unnamed proxy passed it on', () => {
    expect(devicePlace(readRequester(request({ 'x-forwarded-unnamed': 'yes' }))).isCertain).toBe(false);
    expect(readRequester(request({ 'x-forwarded-unnamed': 'yes' })).isCertain).toBe(false);
  });

  it('is not where a website made the browser of its visitor ask for a code', () => {
    for (const origin of ['https://evil.example', 'null'])
      expect(devicePlace(readRequester(request({ origin }))).isCertain).toBe(false);
    // Forms of ours are posted with it as well.
    expect(readRequester(request({ origin: 'https://link.example.net' })).isCertain).toBe(true);
  });
});

describe('the program that sends a request', () => {
  const userAgentOf = (header: string) =>
    readRequester({ ip: '198.51.100.7', get: (name) => (name === 'user-agent' ? header : '') }).userAgent;

  it('is kept with every session, device and event in one size, in ASCII', () => {
    expect(userAgentOf('curl/8.14')).toBe('curl/8.14');
    expect(userAgentOf('')).toBe('');
    expect(userAgentOf('x'.repeat(16_000))).toBe('x'.repeat(400));
    expect(userAgentOf('t\u00e9l\u00e9\u0009\u0085')).toBe('t?l???');
  });
});

describe('networks that share a limit', () => {
  it.each([
    ['192.0.2.7', '192.0.2.0/24'],
    ['10.1.2.3', '10.1.2.0/24'],
    ['127.0.0.1', '127.0.0.0/24'],
    ['::ffff:c000:207', '192.0.2.0/24'],
    ['64:ff9b::c000:207', '192.0.2.0/24'],
    ['2001:db8:1:2::7', '2001:db8:1::/48'],
    ['2001:DB8:0001:2::7', '2001:db8:1::/48'],
    ['fd12:3456:789a:1::7', 'fd12:3456:789a:1::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0::/48'],
    ['2001:db8::192.0.2.7', '2001:db8:0::/48'],
    ['::192.0.2.7', '0:0:0::/48'],
    ['unknown', 'unknown'],
  ])('%s is of %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

describe('what was found about an address', () => {
  const counted = () => {
    const asked: string[] = [];
    return { asked, find: recentAnswers((address) => asked.push(address) > 0 && `of ${address}`) };
  };

  it('is found once, as long as the devices of one place ask', () => {
    const { asked, find } = counted();
    expect([find('192.0.2.1'), find('192.0.2.1'), find('192.0.2.2')]).toEqual([
      'of 192.0.2.1',
      'of 192.0.2.1',
      'of 192.0.2.2',
    ]);
    expect(asked).toEqual(['192.0.2.1', '192.0.2.2']);
  });

  it('takes no more room for an attacker with ever new addresses, or with long ones', () => {
    const { asked, find } = counted();
    const long = 'x'.repeat(16_000);
    for (const address of ['192.0.2.1', long, long]) find(address);
    expect(asked).toHaveLength(3);
    for (let index = 0; index < 10_000; index += 1) find(`2001:db8::${index.toString(16)}`);
    expect(find('192.0.2.1')).toBe('of 192.0.2.1');
    expect(asked.filter((address) => address === '192.0.2.1')).toHaveLength(2);
  });
});
