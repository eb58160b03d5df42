import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { allScripts, type ScriptName } from '../../src/redis/scripts.ts';
import { randomId, type TestStores, testStores } from '../support/test-stores.ts';
import { LuaText } from './lua-text.ts';

const scripts = Object.entries(allScripts()) as [ScriptName, { text: string }][];
const readers = scripts.filter(([name]) => /^(read|list|find)[A-Z]/.test(name));

let stores: TestStores;
beforeAll(async () => {
  stores = await testStores();
});
afterAll(() => stores.connection.close());

/** Whether Redis itself counts a command among those that write. */
async function writes(command: string): Promise<boolean> {
  const { redis } = stores.connection;
  const [info] = (await redis.command('INFO', command)) as [string, number, string[]][];
  if (!info) throw new Error(`Redis knows no command ${command}`);
  return info[2].includes('write');
}

async function writesOf(text: string): Promise<string[]> {
  const { commands } = new LuaText(text);
  const found = await Promise.all(commands.map(async (name) => ((await writes(name)) ? [name] : [])));
  return found.flat();
}

describe('a script that is named after reading', () => {
  it('is one of several', () => {
    expect(readers.length).toBeGreaterThan(6);
  });

  it.each(readers)('%s calls no command that writes, on whichever way it takes', async (_name, { text }) => {
    expect(new LuaText(text).commands.length).toBeGreaterThan(0);
    expect(await writesOf(text)).toEqual([]);
  });

  it('is told from all others, which each call one that does', async () => {
    const others = scripts.filter((one) => !readers.includes(one));
    const silent = others.map(async ([name, { text }]) => ((await writesOf(text)).length > 0 ? [] : [name]));
    expect((await Promise.all(silent)).flat()).toEqual([]);
  });

  it('is run by a Redis that refuses it a write', async () => {
    const { redis } = stores.connection;
    const { text } = allScripts().writeRecord;
    const written = redis.eval_ro(text, 1, `${stores.prefix}${randomId()}`, 'op', 0, 'sealed');
    await expect(written).rejects.toThrow('Write commands are not allowed from read-only scripts');
  });
});
