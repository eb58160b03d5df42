/** An operator hears of every faulty file at the first start, and not of one at each. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConfigError, readConfig } from '../../src/config/config.ts';
import { unreadableFiles } from '../../src/config/unreadable-files.ts';
import { examine } from '../../src/server/doctor.ts';
import { testRedisUrl } from '../support/test-stores.ts';
import { startWholeServer } from '../support/whole-server.ts';

let faulty: Record<string, string>;
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-files-'));
  const file = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  file('brand.json', '{"name": ""}');
  faulty = {
    CLIENTS_FILE: file(
      'clients.json',
      '[{"client_id": "bad-tv", "client_name": "Bad", "grant_types": ["password"]}]',
    ),
    WEBHOOKS_FILE: file('webhooks.json', '{'),
    BRAND_DIR: folder,
    GEOIP_FILE: file('countries.mmdb', 'no such file of countries'),
    LANGUAGES: 'en,xx',
  };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One sign of each. */
const SIGNS = [
  /bad-tv/,
  /WEBHOOKS_FILE/,
  /brand\.json: name/,
  /GEOIP_FILE/,
  /LANGUAGES: there are no pages in xx/,
];

describe('files that settings name', () => {
  it('and that are not there are told with all else that is wrong', () => {
    const [clients, brand] = [join(folder, 'no-clients'), join(folder, 'no-brand')];
    const read = () =>
      readConfig(
        { PORT: 'many', CLIENTS_FILE: clients, BRAND_DIR: brand, GEOIP_FILE: faulty['GEOIP_FILE'] },
        unreadableFiles,
      );
    expect(read).toThrow(
      new ConfigError([
        'PORT: write a whole number from 0 to 65535',
        `CLIENTS_FILE: ${clients} cannot be read (ENOENT): put it there, or write where it is`,
        `BRAND_DIR: ${brand} cannot be read (ENOENT): put it there, or write where it is`,
      ]),
    );
  });

  it('and that hold what cannot be used stop the start, all of them named', async () => {
    const failed = await startWholeServer(faulty).then(
      () => '',
      (error: Error) => error.message,
    );
    for (const sign of SIGNS) expect(failed).toMatch(sign);
  });

  it('are looked at by doctor as well, each a finding', async () => {
    const { config } = readConfig({ REDIS_URL: testRedisUrl(), ...faulty });
    const findings = await examine({ ...config, redisUrl: testRedisUrl() });
    const faults = findings.filter(({ check }) => check === 'files');
    expect(faults.map(({ state }) => state)).toEqual(SIGNS.map(() => 'fault'));
    for (const sign of SIGNS) expect(faults.filter(({ message }) => sign.test(message))).toHaveLength(1);
    expect(faults.filter(({ message }) => message.includes('\n'))).toEqual([]);
  });
});
