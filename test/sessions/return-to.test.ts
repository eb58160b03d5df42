import { describe, expect, it } from '@jest/globals';
import { isLinkingDevice, ownPath } from '../../src/web/routes/return-to.ts';

describe('where the browser goes on', () => {
  it.each([
    'https://evil.example',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/.//evil.example',
    '/x/..//evil.example',
    '/%2e//evil.example',
    'javascript:alert(1)',
    'account',
    '/a\r\nSet-Cookie: x=y',
    `/${'x'.repeat(3000)}`,
    '@evil.example',
    '',
    '/ü',
  ])('is never %j', (path) => {
    expect(ownPath(path, 'https://link.example.net')).toBe('/account');
  });

  it.each(['/', '/device', '/device?user_code=AB%20CD', '/auth/x?y=%2F%2Fz', '/account#top'])(
    'may be %s',
    (path) => {
      expect(ownPath(path, 'https://link.example.net')).toBe(path.replace('#top', ''));
    },
  );

  it.each([
    ['/device', true],
    ['/device?user_code=AB', true],
    ['/device/waiting', true],
    ['/devices', false],
    ['/account', false],
  ])('%s comes from linking a device: %j', (path, linking) => {
    expect(isLinkingDevice(path)).toBe(linking);
  });
});
