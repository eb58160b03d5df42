import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Installation } from '../support/installation.ts';
import { codesOf, tokensOf } from '../support/linked-device.ts';
import { startStandaloneRedis } from '../support/redis-standalone.ts';

let disk: string;
let small = false;
let installation: Installation | undefined;

const run = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;

beforeAll(async () => {
  disk = await mkdtemp(join(tmpdir(), 'latchkey-disk-'));
  small = run('mount', '-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk);
  if (!small) return;
  const redis = await startStandaloneRedis(['--dir', disk]);
  installation = await Installation.start({ redis });
});
afterAll(async () => {
  await installation?.stop();
  if (small) run('umount', disk);
  await rm(disk, { recursive: true, force: true });
});

describe('the disk of Redis fills up', () => {
  it('503 until there is room and Redis is started again; nothing that was acknowledged is lost', async () => {
    // Where no small disk can be made there is nothing to see: `mount` is for root.
    if (!installation) return;
    const device = installation.device();
    const { deviceCode, userCode } = codesOf(await device.authorize());
    await (await installation.owner()).decide(userCode, 'approve');
    let tokens = tokensOf(await device.poll(deviceCode));
    await writeFile(join(disk, 'filler'), Buffer.alloc(4 << 20)).catch(() => {});
    const codes: string[] = [];
    let status = 200;
    for (let count = 0; status === 200 && count < 500; count += 1) {
      const asked = await device.authorize();
      if (asked.status === 200) codes.push(codesOf(asked).deviceCode);
      const answer = await device.refresh(tokens.refresh_token);
      if (answer.status === 200) tokens = tokensOf(answer);
      status = answer.status;
    }
    expect(status).toBe(503);
    expect(await installation.readiness()).toBe(503);
    await rm(join(disk, 'filler'));
    await installation.redis.restart();
    while ((await installation.readiness()) !== 200) await new Promise((resolve) => setTimeout(resolve, 20));
    for (const code of codes) {
      expect((await device.poll(code)).body['error']).toBe('authorization_pending');
    }
    expect((await device.refresh(tokens.refresh_token)).status).toBe(200);
  });
});
