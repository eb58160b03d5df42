/** The operator asks whether the providers of UPSTREAM_FILE can be used. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readConfig } from '../../src/config/config.ts';
import { examine } from '../../src/server/doctor.ts';
import { testRedisUrl } from '../support/test-stores.ts';
import { UpstreamProvider } from '../support/upstream-provider.ts';

let folder: string;
let provider: UpstreamProvider;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-doctor-'));
  provider = await UpstreamProvider.start(['http://127.0.0.1:9/callback']);
});
afterAll(async () => {
  await provider.close();
  await rm(folder, { recursive: true, force: true });
});

async function findings(entries: unknown) {
  const file = join(folder, 'upstream.json');
  await writeFile(file, JSON.stringify(entries));
  const { config } = readConfig({
    REDIS_URL: testRedisUrl(),
    UPSTREAM_FILE: file,
    EGRESS_ALLOW: '127.0.0.0/8',
  });
  const found = await examine({ ...config, redisUrl: config.redisUrl ?? '' });
  return found.filter(({ check }) => check === 'upstream').map(({ state, message }) => [state, message]);
}

describe('latchkey doctor', () => {
  it('says of each provider whether it answers, and as whom', async () => {
    const corp = provider.entry('corp', 'Corp');
    expect(await findings([corp])).toEqual([['ok', `corp (${provider.issuer}) answers`]]);
    provider.alterJson('/.well-known/openid-configuration', (body) => ({
      ...body,
      issuer: 'http://evil.example',
    }));
    const [[state, message] = []] = await findings([corp]);
    expect([state, message]).toEqual(['warning', expect.stringContaining('corp (http')]);
    provider.honest();
  });

  it('says what is wrong with the file', async () => {
    const [[state, message] = []] = await findings([provider.entry('corp', 'Corp', { scope: 'profile' })]);
    expect([state, message]).toEqual(['fault', expect.stringContaining('corp: scope has to name openid')]);
  });
});
