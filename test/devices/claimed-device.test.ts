/** What a device says it is, and what its owner sees of that. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { claimedDevice, DEVICE_TYPES } from '../../src/devices/claimed-device.ts';
import { SAMPLES } from '../web/samples.ts';

const root = join(import.meta.dirname, '../..');
const typeOf = (said: unknown, byDefault?: unknown) => claimedDevice({ device_type: said }, byDefault).type;

describe('the type of a device', () => {
  it.each([
    ['television', 'tv'],
    ['Smart-TV', 'tv'],
    ['tv-stick', 'stick'],
    ['box', 'stick'],
    ['e-reader', 'ereader'],
    ['mobile', 'phone'],
    ['LAPTOP', 'computer'],
    ['desktop', 'computer'],
    ['terminal', 'cli'],
    ['server', 'cli'],
    ...DEVICE_TYPES.map((type) => [type, type]),
  ])('%j is %j, whatever its client says', (said, type) => {
    expect(typeOf(said)).toBe(type);
    expect(typeOf(said, 'hub')).toBe(type);
  });

  it('that is missing, unknown, or the name of something else in the language is what its client says, else other', () => {
    for (const said of [undefined, '', 'toaster', 'constructor', '__proto__', 4, ['tv']]) {
      expect(typeOf(said)).toBe('other');
      expect(typeOf(said, 'doorbell')).toBe('doorbell');
      expect(typeOf(said, 'constructor')).toBe('other');
    }
  });

  it('has a picture of its own, a name of its own in every language, and a sample of the page that links it', () => {
    const icons = readFileSync(join(root, 'views/static/icons.svg'), 'utf8');
    const pictures = DEVICE_TYPES.map(
      (type) => new RegExp(`<symbol id="${type}" viewBox="0 0 48 48">([\\s\\S]*?)</symbol>`).exec(icons)?.[1],
    );
    expect(pictures).not.toContain(undefined);
    expect(new Set(pictures).size).toBe(DEVICE_TYPES.length);
    for (const picture of pictures) expect(picture).toMatch(/currentColor[\s\S]*var\(--picture\)/);
    for (const language of ['en', 'de', 'es']) {
      const file = readFileSync(join(root, `locales/${language}/device.json`), 'utf8');
      const names = (JSON.parse(file) as Record<string, string>)['device.type'] ?? '';
      const named = DEVICE_TYPES.map((type) => new RegExp(`\\b${type} \\{([^}]+)\\}`).exec(names)?.[1]);
      expect(named).not.toContain(undefined);
      expect([language, new Set(named).size]).toEqual([language, DEVICE_TYPES.length]);
    }
    const samples = SAMPLES.map(({ name }) => name);
    for (const type of DEVICE_TYPES) expect(samples).toContain(`device-confirm-of-${type}`);
  });
});
