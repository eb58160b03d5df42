import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { phoneAddress } from '../../src/net/phone-address.ts';

const at = (address: string, internal = false) =>
  ({ address, internal, family: 'IPv4' }) as NetworkInterfaceInfo;
const HOME = {
  lo: [at('127.0.0.1', true)],
  docker0: [at('172.17.0.1')],
  eth0: [at('10.0.0.7'), { ...at('fd00::7'), family: 'IPv6' } as NetworkInterfaceInfo],
  wlan0: [at('192.168.1.23')],
  usb0: [at('169.254.3.4')],
};
const LOCAL = { issuer: 'http://localhost:3000', port: 3000, host: undefined };

describe('a phone on the same network reaches the server', () => {
  it.each([
    ['by the address of the home network', LOCAL, HOME, 'http://192.168.1.23:3000'],
    ['at the port that is listened to', { ...LOCAL, port: 3100 }, HOME, 'http://192.168.1.23:3100'],
    ['never by an address of the internet', LOCAL, { eth0: [at('203.0.113.5')] }, undefined],
    [
      'by what the server is called, where that is no name of the machine for itself',
      { ...LOCAL, issuer: 'https://tv.example.com' },
      HOME,
      'https://tv.example.com',
    ],
    ['by the one address that it listens to', { ...LOCAL, host: '10.0.0.7' }, HOME, 'http://10.0.0.7:3000'],
    [
      'by any where it listens to all by name',
      { ...LOCAL, host: '0.0.0.0' },
      HOME,
      'http://192.168.1.23:3000',
    ],
    ['never where it listens to the machine alone', { ...LOCAL, host: '127.0.0.1' }, HOME, undefined],
    [
      'never where the machine is in no network',
      LOCAL,
      { lo: HOME.lo, docker0: HOME.docker0, usb0: HOME.usb0 },
      undefined,
    ],
  ])('%s', (_how, listening, interfaces, address) => {
    expect(phoneAddress(listening, interfaces)).toBe(address);
  });
});
